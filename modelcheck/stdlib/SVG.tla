-------------------------------- MODULE SVG ---------------------------------
(***************************************************************************)
(* Drawings in the language SVG, for animations of behaviors.              *)
(*                                                                         *)
(* An element of a drawing is a record: its name, attrs (a function from   *)
(* names of attributes to strings; <<>> for none), children (a sequence of *)
(* elements), and innerText (of use in text elements only).  Coordinates   *)
(* and sizes are integers; y grows downwards.                              *)
(***************************************************************************)
LOCAL INSTANCE Integers
LOCAL INSTANCE Sequences
LOCAL INSTANCE TLC
LOCAL INSTANCE IOUtils

-----------------------------------------------------------------------------
\* Elements.  Attributes in attrs are added to those that a shape has.

\* Example: SVGElem("g", <<>>, <<>>, "").name = "g"
SVGElem(_name, _attrs, _children, _innerText) ==
  [name |-> _name, attrs |-> _attrs, children |-> _children,
   innerText |-> _innerText]

\* An element without children or text.  Its own attributes come first.
LOCAL Shape(kind, own, attrs) == SVGElem(kind, own @@ attrs, <<>>, "")

\* The line from (x1, y1) to (x2, y2).
\* Example: Line(0, 1, 2, 3, <<>>).attrs = [x1 |-> "0", y1 |-> "1", x2 |-> "2", y2 |-> "3"]
Line(x1, y1, x2, y2, attrs) ==
  Shape("line", [x1 |-> ToString(x1), y1 |-> ToString(y1),
                 x2 |-> ToString(x2), y2 |-> ToString(y2)], attrs)

\* The circle around (cx, cy) with radius r.
\* Example: Circle(5, 6, 7, <<>>).attrs = [cx |-> "5", cy |-> "6", r |-> "7"]
Circle(cx, cy, r, attrs) ==
  Shape("circle", [cx |-> ToString(cx), cy |-> ToString(cy),
                   r |-> ToString(r)], attrs)

\* The rectangle with its upper left corner at (x, y).
\* Example: Rect(0, 1, 2, 3, [fill |-> "red"]).attrs.fill = "red"
Rect(x, y, w, h, attrs) ==
  Shape("rect", [x |-> ToString(x), y |-> ToString(y),
                 width |-> ToString(w), height |-> ToString(h)], attrs)

\* A text that begins at (x, y).
\* Example: Text(0, 1, "hello", <<>>).innerText = "hello"
Text(x, y, text, attrs) ==
  SVGElem("text", [x |-> ToString(x), y |-> ToString(y)] @@ attrs, <<>>, text)

\* The picture that href names, in that rectangle.
\* Example: Image(0, 1, 2, 3, "cat.png", <<>>).attrs["xlink:href"] = "cat.png"
Image(x, y, width, height, href, attrs) ==
  Shape("image", [x |-> ToString(x), y |-> ToString(y),
                  width |-> ToString(width), height |-> ToString(height)]
                 @@ ("xlink:href" :> href), attrs)

\* Several elements as one.
\* Example: Group(<<Line(0, 0, 1, 1, <<>>)>>, <<>>).name = "g"
Group(children, attrs) == SVGElem("g", attrs, children, "")

\* A whole drawing.
\* Example: Svg(<<>>, [width |-> "9"]).attrs.width = "9"
Svg(children, attrs) == SVGElem("svg", attrs, children, "")

\* A whole drawing that shows the rectangle at (vbX, vbY) of that width and
\* height; children is one element, a group for instance.
\* Example: SVGDoc(Group(<<>>, <<>>), 0, 0, 80, 60, <<>>).attrs.viewBox = "0 0 80 60"
SVGDoc(children, vbX, vbY, vbW, vbH, attrs) ==
  LET box == ToString(vbX) \o " " \o ToString(vbY) \o " "
               \o ToString(vbW) \o " " \o ToString(vbH)
      own == [viewBox |-> box, xmlns |-> "http://www.w3.org/2000/svg"]
               @@ ("xmlns:xlink" :> "http://www.w3.org/1999/xlink")
  IN  Svg(<<children>>, own @@ attrs)

-----------------------------------------------------------------------------
\* Texts and files.

\* The SVG text of an element.
\* Example: SVGElemToString(Group(<<>>, <<>>)) = "<g></g>"
SVGElemToString(elem) == CHOOSE t \in STRING : TRUE

\* Writes it to a file, whose name is the prefix, the number of the frame
\* (at least three digits) and ".svg".
SVGSerialize(svg, frameNamePrefix, frameNumber) ==
  Serialize(SVGElemToString(svg),
            frameNamePrefix \o zeroPadN(frameNumber, 3) \o ".svg",
            [format |-> "TXT", charset |-> "UTF-8",
             openOptions |-> <<"WRITE", "CREATE", "TRUNCATE_EXISTING">>])

-----------------------------------------------------------------------------
\* Places.

\* The place of the n-th of m nodes on the circle around (cx, cy) with
\* radius r, rounded towards 0; the m-th is the rightmost.
\* Example: NodeOfRingNetwork(10, 10, 5, 1, 4) = [x |-> 10, y |-> 15]
NodeOfRingNetwork(cx, cy, r, n, m) == CHOOSE p \in [x : Int, y : Int] : TRUE

\* Places for the nodes of a directed graph, a function from nodes to
\* records of x and y; options names the method (algo) and sizes.
NodesOfDirectedMultiGraph(nodes, edges, options) ==
  CHOOSE f \in [nodes -> [x : Int, y : Int]] : TRUE

\* The point after one of segment equal parts of the way from one point to
\* another.
\* Example: PointOnLine([x |-> 0, y |-> 9], [x |-> 10, y |-> 3], 2) = [x |-> 5, y |-> 6]
PointOnLine(from, to, segment) ==
  LET part(a, b) == a + ((b - a) \div segment)
  IN  [x |-> part(from.x, to.x), y |-> part(from.y, to.y)]
=============================================================================
