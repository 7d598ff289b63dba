"use strict";
/* Steps through a sample trace: shows the action of each event in both columns. All it shows is in the page without it. */
(() => {
  const body = document.body;
  let trace = null, at = 0, panel = null, home = null, opener = null;

  const element = (tag, attributes, text) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text) made.textContent = text;
    return made;
  };
  const steps = () => trace.querySelectorAll(".steps > li");
  const clear = () => document.querySelectorAll(".now").forEach((e) => e.classList.remove("now"));

  const show = (number) => {
    const all = steps();
    at = Math.max(1, Math.min(all.length, number));
    clear();
    const item = all[at - 1];
    const picture = panel.querySelector(".picture");
    picture.querySelectorAll(`[data-step="${at}"], [data-to="${at}"]`).forEach((e) => e.classList.add("now"));
    const dot = picture.querySelector(`[data-step="${at}"] circle, [data-step="${at}"] path`);
    if (dot) {
      const box = dot.getBBox();
      picture.scrollTo(Math.max(0, box.x - picture.clientWidth / 2), Math.max(0, box.y - picture.clientHeight / 2));
    }
    const said = panel.querySelector(".said");
    said.replaceChildren(...Array.from(item.childNodes, (n) => n.cloneNode(true)));
    panel.querySelector(".where").textContent = `event ${at} of ${all.length}`;
    panel.querySelector(".back").disabled = at === 1;
    panel.querySelector(".on").disabled = at === all.length;
    const action = document.getElementById("action-" + item.dataset.action);
    if (action) {
      action.classList.add("now");
      action.scrollIntoView({ block: "start" });
    }
  };

  const leave = () => {
    if (!panel) return;
    clear();
    home.after(panel.querySelector(".picture"));
    home.remove();
    panel.remove();
    body.classList.remove("stepping");
    const to = opener;
    panel = trace = home = null;
    to.focus();
    to.scrollIntoView({ block: "center" });
  };

  const begin = (button, number) => {
    leave();
    opener = button;
    trace = button.closest(".trace");
    const name = trace.querySelector("h3").textContent;
    panel = element("section", { class: "stepper", "aria-label": "Stepping through " + name });
    const bar = element("div", { class: "bar" });
    const add = (cls, text, act) => {
      const made = element("button", { type: "button", class: cls }, text);
      made.addEventListener("click", act);
      bar.append(made);
      return made;
    };
    bar.append(element("strong", {}, name));
    add("back", "← back", () => show(at - 1));
    const on = add("on", "on →", () => show(at + 1));
    bar.append(element("span", { class: "where", "aria-live": "polite" }));
    bar.append(element("span", { class: "soft" }, "keys: ← → Home End; Esc ends"));
    add("end", "end", leave);
    const picture = trace.querySelector(".picture");
    home = document.createComment("picture");
    picture.before(home);
    panel.append(bar, picture, element("div", { class: "said", "aria-live": "polite" }));
    body.append(panel);
    body.classList.add("stepping");
    show(number);
    on.focus();
  };

  document.querySelectorAll(".trace").forEach((t) => {
    const button = element("button", { type: "button", class: "begin" }, "step through it");
    button.addEventListener("click", () => begin(button, 1));
    t.querySelector(".verdict").append(" ", button);
  });
  document.addEventListener("click", (event) => {
    const dot = event.target.closest && event.target.closest(".event");
    if (dot && panel && panel.contains(dot)) show(Number(dot.dataset.step));
  });
  document.addEventListener("keydown", (event) => {
    if (!panel || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") { event.preventDefault(); leave(); return; }
    if (!panel.contains(document.activeElement)) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 1, End: steps().length }[event.key];
    if (to !== undefined) { event.preventDefault(); show(to); }
  });
  const step = /^#step=([^,]+),(\d+)$/.exec(location.hash);
  const asked = step && document.querySelector(`#trace-${CSS.escape(step[1])} .begin`);
  if (asked) begin(asked, Number(step[2]));
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
})();
