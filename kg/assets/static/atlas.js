// The atlas: find a cancer or a site, choose a picture, put two side by side, show one on the wall.
"use strict";
(() => {
  const index = JSON.parse(document.getElementById("index").textContent);
  const el = (id) => document.getElementById(id);
  const root = document.documentElement;
  const frames = el("frames");
  const byId = new Map(index.map((entry) => [entry.id, entry]));
  const words = { body: "body map", card: "card", flow: "flow", compare: "two ways", heatmap: "heatmap", network: "network", whole: "whole graph", evidence: "evidence", quiz: "quiz", forest: "forest" };
  const ORDER = ["body", "card", "flow", "compare", "forest", "heatmap", "network", "whole", "evidence", "quiz"];

  let here = { id: "", view: "" };
  let kept = null; // the picture that stays on the left

  // --- Address: #cancer=MONDO:...&view=body, #site=UBERON:...&view=card, #view=heatmap; a forest names both -------------

  function address({ id, view }) {
    const entry = byId.get(id);
    const asked = new URLSearchParams();
    if (entry.kind !== "all") asked.set(entry.kind, id);
    if (view.startsWith("forest ")) asked.set("site", view.slice(7));
    asked.set("view", view.split(" ")[0]);
    return `#${asked.toString().replaceAll("%3A", ":")}`;
  }

  function read(hash) {
    const asked = new URLSearchParams(hash.slice(1));
    const view = asked.get("view") || "";
    const id = asked.get("cancer") || asked.get("site") || "all";
    const name = view === "forest" ? `forest ${asked.get("site")}` : view;
    return choose(byId.has(id) ? id : "all", name);
  }

  // The wanted picture if there is one of this cancer or site, else its first.
  function choose(id, view) {
    const { views } = byId.get(id);
    const forest = view.startsWith("forest") && views.find((one) => one.startsWith("forest "));
    return { id, view: views.includes(view) ? view : forest || ORDER.find((one) => views.includes(one)) || views[0] };
  }

  // --- What is shown ------------------------------------------------------------------------------------------------

  function frame(place) {
    let one = frames.children[place];
    if (!one) {
      one = document.createElement("iframe");
      frames.append(one);
    }
    return one;
  }

  async function show() {
    delete root.dataset.ready;
    const mode = "wall" in root.dataset ? "slide" : "";
    const shown = kept ? [kept, here] : [here];
    while (frames.children.length > shown.length) frames.lastChild.remove();
    menus();
    await Promise.all(shown.map((one, i) => book.show(frame(i), one.id, one.view, mode)));
    document.title = `${frame(shown.length - 1).title} - Atlas of metastatic spread`;
    root.dataset.ready = "true";
  }

  function button(view, label, now) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    if (now) made.setAttribute("aria-current", "true");
    made.addEventListener("click", () => go(here.id, view));
    return made;
  }

  function menus() {
    const entry = byId.get(here.id);
    const kind = here.view.split(" ")[0];
    const kinds = ORDER.filter((one) => entry.views.some((view) => view.split(" ")[0] === one));
    el("kinds").replaceChildren(...kinds.map((one) => button(one, words[one], one === kind)));
    if (entry.kind !== "all") {
      const back = button("", "all cancers", false);
      back.addEventListener("click", () => go("all", "heatmap"));
      el("kinds").prepend(back);
    }
    const forests = Object.entries(entry.forests || {}).sort((a, b) => a[1].localeCompare(b[1]));
    el("forest").replaceChildren(...forests.map(([view, site]) => new Option(site, view, false, view === here.view)));
    el("forest-label").hidden = kind !== "forest";
    el("find").value = entry.kind === "all" ? "" : entry.label;
  }

  function go(id, view) {
    if (!view) return;
    const hash = address(choose(id, view));
    if (location.hash === hash) turn();
    else location.hash = hash;
  }
  function turn() {
    here = read(location.hash);
    show();
  }
  addEventListener("hashchange", turn);

  // --- Search -------------------------------------------------------------------------------------------------------

  const named = new Map();
  for (const entry of index) for (const name of [entry.label, ...entry.also]) if (entry.kind !== "all" && !named.has(name.toLowerCase())) named.set(name.toLowerCase(), entry);
  el("names").append(...index.filter((entry) => entry.kind !== "all").map((entry) => new Option(entry.kind, entry.label)));
  function find() {
    const wanted = el("find").value.trim().toLowerCase();
    if (!wanted) return;
    const found = named.get(wanted) || byId.get(el("find").value.trim()) || [...named].find(([name]) => name.includes(wanted))?.[1];
    el("said").value = found ? "" : "nothing here is called that";
    if (found) go(found.id, here.view);
  }
  el("find").addEventListener("change", find);
  el("search").addEventListener("submit", (event) => { event.preventDefault(); find(); });
  el("forest").addEventListener("change", () => go(here.id, el("forest").value));

  // --- Beside, on the wall, dark, on paper ----------------------------------------------------------------------------

  el("beside").addEventListener("click", () => {
    kept = kept ? null : here;
    el("beside").setAttribute("aria-pressed", String(Boolean(kept)));
    show();
  });
  function wall(on) {
    if (on) root.dataset.wall = "";
    else delete root.dataset.wall;
    if (on) root.requestFullscreen?.().catch(() => { /* a frame may not fill the screen */ });
    else if (document.fullscreenElement) document.exitFullscreen();
    show();
  }
  el("slide").addEventListener("click", () => wall(true));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && "wall" in root.dataset) wall(false); });
  document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement && "wall" in root.dataset) wall(false); });
  el("print").addEventListener("click", () => print());
  book.onTheme(el("theme"), show);

  turn();
})();
