// The whole graph as a map: far away groups and bundles, nearer the names and lines of what is in view.
"use strict";
(() => {
  const { nodes, links, sources, keys, kinds, relations, groups, size, still } = JSON.parse(document.getElementById("data").textContent);
  const [ID, NAME, KIND, X, Y] = [0, 1, 2, 3, 4];
  const [FAR, NEAREST, FEW, MOST_NAMES, LISTED, LETTER] = [1.9, 60, 160, 90, 60, 0.5];
  const SVG = "http://www.w3.org/2000/svg";
  const at = (id) => document.getElementById(id);
  const [map, near, named, panel, said, find, relation] = ["map", "near", "names-drawn", "panel", "said", "find", "relation"].map(at);
  const rows = [...document.querySelectorAll("#twin tbody tr")];
  const boxes = [...document.querySelectorAll("[name=kind]")];
  const joined = nodes.map(() => []);
  links.forEach(([start, end], i) => { joined[start].push(i); if (end !== start) joined[end].push(i); });
  const byWeight = nodes.map((_, i) => i).sort((a, b) => joined[b].length - joined[a].length || a - b);
  let view = { x: 0, y: 0, scale: 1 };
  let chosen = -1;
  let kindOn = kinds.map(() => true);
  let waiting = 0;

  function make(space, tag, attributes, ...content) {
    const made = space ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "click") made.addEventListener("click", value);
      else made.setAttribute(key, value);
    }
    made.append(...content);
    return made;
  }
  const svg = (...all) => make(true, ...all);
  const html = (...all) => make(false, ...all);

  const isOn = (i) => kindOn[nodes[i][KIND]];
  const isLink = ([start, end, way]) => isOn(start) && isOn(end) && (relation.value === "" || way === Number(relation.value));
  const inView = ([, , , x, y]) => x >= view.x && x <= view.x + size[0] / view.scale && y >= view.y && y <= view.y + size[1] / view.scale;

  // --- Drawing: everything has its place; only the window onto it moves ---

  function draw() {
    waiting = 0;
    const { x, y, scale } = view;
    const letter = 16 / scale;
    map.setAttribute("viewBox", `${x} ${y} ${size[0] / scale} ${size[1] / scale}`);
    at("dots").setAttribute("stroke-width", still.dot / Math.sqrt(scale));
    at("legend").setAttribute("transform", `translate(${x} ${y}) scale(${1 / scale})`);
    for (const text of at("groups").children) {
      text.style.fontSize = `${letter}px`;
      text.style.strokeWidth = `${4 / scale}px`;
    }
    const seen = byWeight.filter((i) => isOn(i) && inView(nodes[i]));
    const inside = new Set(seen);
    const of = chosen < 0 ? [] : joined[chosen].map((i) => links[i]).filter(isLink);
    const isNear = seen.length <= FEW && scale >= FAR;
    at("bundles").toggleAttribute("hidden", isNear || chosen >= 0);
    const close = isNear && chosen < 0 ? links.filter((link) => inside.has(link[0]) && inside.has(link[1]) && isLink(link)) : [];
    const path = (these) => these.map(([a, b]) => `M${nodes[a][X]} ${nodes[a][Y]}L${nodes[b][X]} ${nodes[b][Y]}`).join("");
    const ring = chosen < 0 ? [] : [svg("circle", { cx: nodes[chosen][X], cy: nodes[chosen][Y], r: 9 / Math.sqrt(scale) })];
    near.replaceChildren(svg("path", { d: path(close) }), svg("path", { class: "of-chosen", d: path(of) }), ...ring);
    const ends = new Set(of.flatMap(([a, b]) => [a, b]));
    const wanted = chosen < 0 ? (scale < FAR ? [] : seen) : [chosen, ...byWeight.filter((i) => i !== chosen && ends.has(i) && inView(nodes[i]))];
    named.replaceChildren(...placed(wanted, letter));
    return seen;
  }

  // Names, the most joined first, where no other name stands.
  function placed(wanted, letter) {
    const taken = groups.map(([name, x, y, r]) => [x - letter * 0.27 * name.length, y - r - letter, x + letter * 0.27 * name.length, y - r]);
    const made = [];
    for (const i of wanted) {
      const [, name, , x, y] = nodes[i];
      const box = [x + letter * 0.5, y - letter * 0.6, x + letter * (0.9 + LETTER * name.length), y + letter * 0.6];
      if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      made.push(svg("text", { x: x + letter * 0.55, y: y + letter * 0.34, style: `font-size:${letter}px;stroke-width:${4 / view.scale}px${i === chosen ? ";font-weight:bold" : ""}` }, name));
      if (made.length === MOST_NAMES) break;
    }
    return made;
  }

  const soon = () => { waiting ||= requestAnimationFrame(draw); };

  // --- Words: what is in view, or the neighbours of the chosen ---

  const button = (i) => html("button", { type: "button", click: () => choose(i) }, nodes[i][NAME]);
  function tell() {
    const seen = draw();
    const shown = links.filter(isLink).length;
    said.value = `${nodes.filter((_, i) => isOn(i)).length} entities, ${shown} relations; ${seen.length} entities in view`;
    if (chosen < 0) {
      panel.replaceChildren(
        html("h2", {}, "In view"),
        html("p", { class: "quiet" }, seen.length > LISTED ? `the ${LISTED} most joined of ${seen.length}; go nearer for others` : ""),
        html("ul", {}, ...seen.slice(0, LISTED).map((i) => html("li", {}, button(i), ` (${joined[i].length})`))));
      return;
    }
    const of = joined[chosen].map((i) => links[i]).filter(isLink);
    const parts = relations.flatMap((phrases, way) => [0, 1].flatMap((side) => {
      const group = of.filter((link) => link[2] === way && link[side] === chosen);
      if (!group.length) return [];
      return [html("h3", {}, `${phrases[side][0].toUpperCase()}${phrases[side].slice(1)} (${group.length})`), html("ul", {}, ...group.map(([start, end, , ...from]) => {
        const who = from.slice(0, 3).map((i) => keys[i]).join(", ") + (from.length > 3 ? ` and ${from.length - 3} more` : "");
        return html("li", {}, button(side ? start : end), html("span", { class: "quiet", title: from.map((i) => sources[i]).join("\n") }, ` ${who}`));
      }))];
    }));
    panel.replaceChildren(
      html("h2", {}, nodes[chosen][NAME]),
      html("p", { class: "quiet" }, `${kinds[nodes[chosen][KIND]][0]}, ${nodes[chosen][ID]}; ${of.length} relations`),
      html("p", {}, html("button", { type: "button", class: "close", click: () => choose(-1) }, "Close")),
      ...parts);
    panel.scrollTop = 0;
  }

  // --- Moving ---

  function clamp() {
    view.scale = Math.min(NEAREST, Math.max(1, view.scale));
    view.x = Math.min(size[0] * (1 - 1 / view.scale), Math.max(0, view.x));
    view.y = Math.min(size[1] * (1 - 1 / view.scale), Math.max(0, view.y));
  }
  let later = 0;
  function moved() {
    clamp();
    soon();
    clearTimeout(later);
    later = setTimeout(tell, 150);
  }
  function zoom(by, px = 0.5, py = 0.5) {
    const [wide, tall] = [size[0] / view.scale, size[1] / view.scale];
    const scale = Math.min(NEAREST, Math.max(1, view.scale * by));
    view = { scale, x: view.x + px * (wide - size[0] / scale), y: view.y + py * (tall - size[1] / scale) };
    moved();
  }
  function pan(dx, dy) {
    view = { ...view, x: view.x + dx / view.scale, y: view.y + dy / view.scale };
    moved();
  }
  function choose(i) {
    chosen = i;
    if (i >= 0) {
      if (!isOn(i)) { boxes.find((box) => Number(box.value) === nodes[i][KIND]).checked = true; filter(); }
      if (!inView(nodes[i])) view = { ...view, x: nodes[i][X] - size[0] / view.scale / 2, y: nodes[i][Y] - size[1] / view.scale / 2 };
    }
    try { history.replaceState(null, "", i < 0 ? "#" : `#node=${encodeURIComponent(nodes[i][ID])}`); } catch { /* a sandboxed frame has no history */ }
    clamp();
    tell();
    if (i >= 0) panel.focus({ preventScroll: true });
  }
  function filter() {
    kindOn = kinds.map(() => false);
    for (const box of boxes) kindOn[box.value] = box.checked;
    for (const dots of at("dots").children) dots.toggleAttribute("hidden", !kindOn[dots.dataset.kind]);
    const some = new Set(links.filter(isLink).flatMap(([a, b]) => [a, b]));
    rows.forEach((row, i) => { row.hidden = !isOn(i) || (relation.value !== "" && !some.has(i)); });
    const of = new Map(nodes.map((node, i) => [i, groups.findIndex(([, x, y, r]) => Math.hypot(node[X] - x, node[Y] - y) <= r)]));
    const counts = new Map();
    for (const [a, b] of links.filter(isLink)) {
      const pair = [of.get(a), of.get(b)].sort((p, q) => p - q).join(" ");
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    const most = still.bundles[0]?.count ?? 1;
    still.bundles.forEach(({ pair }, i) => {
      const count = counts.get(pair.join(" ")) ?? 0;
      at("bundles").children[i].toggleAttribute("hidden", !count);
      at("bundles").children[i].setAttribute("stroke-width", 1 + (15 * count) / most);
    });
  }

  let held = null;
  map.addEventListener("pointerdown", (event) => { held = { x: event.clientX, y: event.clientY, far: 0 }; map.setPointerCapture(event.pointerId); });
  map.addEventListener("pointermove", (event) => {
    if (!held) return;
    const ratio = size[0] / map.clientWidth;
    const [dx, dy] = [held.x - event.clientX, held.y - event.clientY];
    held = { x: event.clientX, y: event.clientY, far: held.far + Math.abs(dx) + Math.abs(dy) };
    pan(dx * ratio, dy * ratio);
  });
  map.addEventListener("pointerup", (event) => {
    const still_ = held && held.far < 5;
    held = null;
    if (!still_) return;
    const box = map.getBoundingClientRect();
    const x = view.x + ((event.clientX - box.left) / box.width) * (size[0] / view.scale);
    const y = view.y + ((event.clientY - box.top) / box.height) * (size[1] / view.scale);
    let [best, least] = [-1, 14 / view.scale];
    for (const i of byWeight) {
      const far = isOn(i) ? Math.hypot(nodes[i][X] - x, nodes[i][Y] - y) : Infinity;
      if (far < least) [best, least] = [i, far];
    }
    choose(best);
  });
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = map.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }, { passive: false });
  map.setAttribute("tabindex", 0);
  const moves = {
    ArrowLeft: () => pan(-80, 0), ArrowRight: () => pan(80, 0), ArrowUp: () => pan(0, -80), ArrowDown: () => pan(0, 80),
    "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: () => zoom(1 / NEAREST), Escape: () => choose(-1),
  };
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });
  at("nearer").addEventListener("click", () => zoom(1.5));
  at("farther").addEventListener("click", () => zoom(1 / 1.5));
  at("all").addEventListener("click", () => { chosen = -1; zoom(1 / NEAREST); });
  at("controls").addEventListener("submit", (event) => event.preventDefault());
  for (const one of [relation, ...boxes]) one.addEventListener("change", () => { filter(); tell(); });
  find.addEventListener("change", () => {
    const wanted = find.value.trim().toLowerCase();
    if (!wanted) return;
    const fits = [(name) => name === wanted, (name) => name.startsWith(wanted), (name) => name.includes(wanted)];
    const hit = fits.map((fit) => nodes.findIndex((node) => fit(node[NAME].toLowerCase()))).find((i) => i >= 0);
    if (hit === undefined) { said.value = `nothing here is called "${find.value}"`; return; }
    view = { scale: Math.max(4, view.scale), x: 0, y: 0 };
    view.x = nodes[hit][X] - size[0] / view.scale / 2;
    view.y = nodes[hit][Y] - size[1] / view.scale / 2;
    choose(hit);
  });
  find.addEventListener("focus", () => {
    if (!at("names").children.length) at("names").append(...nodes.map((node) => html("option", { value: node[NAME] })));
  });

  const asked = decodeURIComponent(location.hash.match(/^#node=(.*)$/)?.[1] ?? "");
  const hit = nodes.findIndex((node) => node[ID] === asked);
  if (hit >= 0) choose(hit);
  else tell();
  document.documentElement.dataset.ready = "true";
})();
