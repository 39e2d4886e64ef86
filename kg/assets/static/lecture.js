// A lecture: pictures above, what to see below, a step at a time.
"use strict";
(() => {
  const { steps, titles } = JSON.parse(document.getElementById("talk").textContent);
  const el = (id) => document.getElementById(id);
  const root = document.documentElement;
  let step = Math.min(steps.length, Math.max(1, Number(location.hash.match(/^#step=(\d+)$/)?.[1]) || 1)) - 1;
  let shown = -1;

  // A step is the number of its scene; what is said at it stands in the handout.
  const texts = [...document.querySelectorAll(".handout article")].map((article) => [...article.querySelectorAll(".said")]);
  const first = steps.map((scene) => steps.indexOf(scene));

  async function show(again) {
    delete root.dataset.ready;
    const scene = steps[step];
    const said = texts[scene][step - first[step]];
    el("text").replaceChildren(...(said ? [...said.cloneNode(true).childNodes] : []));
    el("where").value = `${step + 1} of ${steps.length}`;
    el("back").disabled = step === 0;
    el("next").disabled = step === steps.length - 1;
    try { history.replaceState(null, "", `#step=${step + 1}`); } catch { /* a sandboxed frame has no history */ }
    if (scene !== shown || again) {
      shown = scene;
      el("frames").replaceChildren(...titles[scene].map(() => document.createElement("iframe")));
      await Promise.all([...el("frames").children].map((frame, i) => book.show(frame, String(scene), String(i), "slide")));
    }
    root.dataset.ready = "true";
  }
  function go(by) {
    const next = Math.max(0, Math.min(steps.length - 1, step + by));
    if (next === step) return;
    step = next;
    show(false);
  }
  el("next").addEventListener("click", () => go(1));
  el("back").addEventListener("click", () => go(-1));
  document.addEventListener("keydown", (event) => {
    const by = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 }[event.key];
    if (by && !event.target.closest?.("select, input")) go(by);
  });
  el("print").addEventListener("click", () => print());
  book.onTheme(el("theme"), () => show(true));
  show(false);
})();
