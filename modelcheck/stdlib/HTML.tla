-------------------------------- MODULE HTML --------------------------------
(***************************************************************************)
(* Pages in HTML, as strings.  Lists (of classes, links, children and so   *)
(* on) are sequences of strings.                                           *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE SequencesExt

\* The strings in parts, with between them.  Empty ones at the beginning
\* leave no trace.
LOCAL Join(parts, between) ==
  FoldLeft(LAMBDA acc, part : IF acc = "" THEN part ELSE acc \o between \o part,
           "", parts)

LOCAL Lines(parts) == Join(parts, "\n")

\* Three lines: an opening, what it holds, a closing.
LOCAL Block(open, inner, close) == Lines(<<open, inner, close>>)

\* name="value"
LOCAL Quoted(name, value) == name \o "=\"" \o value \o "\""

\* The string with replacements made one after the other, each where its
\* first part occurs first.
\* Example: HTMLFill("a %n% c", <<<<"%n%", "b">>>>) = "a b c"
HTMLFill(string, args) ==
  FoldLeft(LAMBDA acc, arg : ReplaceFirstSubSeq(arg[2], arg[1], acc), string, args)

-----------------------------------------------------------------------------
\* The page.

\* Example: HTMLDocument("h", "b", <<>>) = "<!DOCTYPE html>\n<html>\nh\nb\n\n</html>"
HTMLDocument(header, body, list_of_scripts) ==
  Lines(<<"<!DOCTYPE html>", "<html>", header, body, Lines(list_of_scripts),
          "</html>">>)

\* Example: HTMLBody("b") = "<body>\nb\n</body>"
HTMLBody(body) == Block("<body>", body, "</body>")

\* A link to a file that the page needs, of the given relation to it.
\* Example: HTMLLink("s.css", "stylesheet") = "<link href=\"s.css\" rel=\"stylesheet\"/>"
HTMLLink(name, type) ==
  "<link " \o Quoted("href", name) \o " " \o Quoted("rel", type) \o "/>"

\* Example: HTMLScriptFile("a.js") = "<script src=\"a.js\"></script>"
HTMLScriptFile(name) == "<script " \o Quoted("src", name) \o "></script>"

\* Example: HTMLScript(<<"f()", "g()">>) = "<script>\nf()\ng()\n</script>"
HTMLScript(children) == Block("<script>", Lines(children), "</script>")

-----------------------------------------------------------------------------
\* Style.

\* Example: HTMLAttribute("color", "red") = "color: red;"
HTMLAttribute(name, value) == name \o ": " \o value \o ";"

\* Example: HTMLClass(".a", <<"color: red;">>) = ".a {\ncolor: red;\n}"
HTMLClass(classname, attribute_list) ==
  Block(classname \o " {", Lines(attribute_list), "}")

\* The classes that boxes, circles and grids below use.
HTMLDefaultStyle ==
  Lines(<<HTMLClass(".default_grid", <<HTMLAttribute("display", "grid")>>),
          HTMLClass(".default_box", <<HTMLAttribute("border", "1px solid black")>>),
          HTMLClass(".default_circle", <<HTMLAttribute("border-radius", "50%")>>)>>)

\* Those and further classes.
HTMLStyleSheet(class_list) ==
  Lines(<<"<style type=\"text/css\">", HTMLDefaultStyle, Lines(class_list),
          "</style>">>)

\* What stands before the body: title, links, style.
HTMLHeader(title, list_of_links, class_list) ==
  Lines(<<"<head>", "<meta charset=\"UTF-8\">",
          "<title>" \o title \o "</title>", Lines(list_of_links),
          HTMLStyleSheet(class_list), "</head>">>)

\* Example: HTMLSize("2em", "3em") = "width: 2em; height: 3em;"
HTMLSize(width, height) ==
  Join(<<HTMLAttribute("width", width), HTMLAttribute("height", height)>>, " ")

\* Puts what a box holds in its middle.
HTMLFlexCenterAttributes ==
  Lines(<<HTMLAttribute("display", "flex"), HTMLAttribute("align-items", "center"),
          HTMLAttribute("justify-content", "center")>>)

-----------------------------------------------------------------------------
\* Parts of the body.  Each has an id.

\* Example: HTMLFrame("f", <<"x">>) = "<div id=\"f\">\nx\n</div>"
HTMLFrame(id, children) ==
  Block("<div " \o Quoted("id", id) \o ">", Lines(children), "</div>")

\* Example: HTMLGridContainer("g", <<"c">>, <<"x">>) = "<div id=\"g\" class=\"default_grid c\">\nx\n</div>"
HTMLGridContainer(id, class_list, children) ==
  Block("<div " \o Quoted("id", id) \o " "
          \o Quoted("class", "default_grid " \o Join(class_list, " ")) \o ">",
        Lines(children), "</div>")

\* Example: HTMLBox("b", <<>>, "s", <<"x">>) = "<div id=\"b\" class=\"default_box \" style=\"s\">\nx\n</div>"
HTMLBox(id, class_list, size, children) ==
  Block("<div " \o Quoted("id", id) \o " "
          \o Quoted("class", "default_box " \o Join(class_list, " ")) \o " "
          \o Quoted("style", size) \o ">",
        Lines(children), "</div>")

\* Example: HTMLCircle("b", <<>>, "s", <<>>) = HTMLBox("b", <<"default_circle">>, "s", <<>>)
HTMLCircle(id, class_list, size, children) ==
  HTMLBox(id, Cons("default_circle", class_list), size, children)

\* Example: HTMLText("t", "hello") = "<span id=\"t\">\nhello\n</span>"
HTMLText(id, text) == Block("<span " \o Quoted("id", id) \o ">", text, "</span>")

\* A drawing of module SVG.
\* Example: HTMLSVG("v", "0 0 9 9", "s", "x") = "<svg id=\"v\" viewBox=\"0 0 9 9\" style=\"s\">\nx\n</svg>"
HTMLSVG(id, viewBox, size, svgString) ==
  Block("<svg " \o Quoted("id", id) \o " " \o Quoted("viewBox", viewBox) \o " "
          \o Quoted("style", size) \o ">",
        svgString, "</svg>")

\* Example: HTMLNewLine = "<br>"
HTMLNewLine == "<br>"

-----------------------------------------------------------------------------
\* Statements of JavaScript.

LOCAL ElementById(id) == "document.getElementById(\"" \o id \o "\")"

\* The two elements that a line joins.
\* Example: HTMLJSLineElems("a", "b") = "document.getElementById(\"a\"), document.getElementById(\"b\")"
HTMLJSLineElems(fromID, destID) == ElementById(fromID) \o ", " \o ElementById(destID)

\* A line, drawn by the library LeaderLine.
HTMLJSLine(fromID, destID, color, size) ==
  "new LeaderLine(" \o HTMLJSLineElems(fromID, destID)
    \o ", {color: '" \o color \o "', size: " \o size \o "})"

\* A dashed one.
HTMLJSLineDash(fromID, destID, color, size) ==
  "new LeaderLine(" \o HTMLJSLineElems(fromID, destID)
    \o ",  {color: '" \o color \o "', size: " \o size \o ", dash: true})"

\* Does the events, given as statements, when a key is released; the
\* variable key holds its name in capitals.
HTMLJSKeyListener(events) ==
  Lines(<<"window.onkeyup = function(event) {",
          "let key = event.key.toUpperCase();", Lines(events), "}">>)

\* One such event: the key leads to another page.
\* Example: HTMLJSNavigationKey("N", "2.html") = "if(key == 'N'){\nwindow.location.replace(\"2.html\");\n}"
HTMLJSNavigationKey(key, file) ==
  Block("if(key == '" \o key \o "'){",
        "window.location.replace(\"" \o file \o "\");", "}")
=============================================================================
