// The map of spread: shapes shaded by their UBERON ids, arrows, labels in the gutters, lecture steps, exports.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const el = (id) => document.getElementById(id);
  const map = el("map");
  const over = el("over");
  const tip = el("tip");
  const tableRows = [...document.querySelectorAll("#twin tbody tr")];
  const reverse = data.mode === "reverse";

  const WIDTH = 1192;
  const HEIGHT = 590;
  const SCALE = HEIGHT / 1150;
  const GUTTER = { left: 300, right: 892 };
  const MOST_ARROWS = 8;
  const BIG = 51;
  const SMALL = 19;
  const HEADING = 22;
  const KEY = 72;
  const { bins: BINS, ramp: RAMP } = data;

  let sex = data.sexes[0];
  let view = data.views[data.first];
  let step = -1; // -1: everything at once; 0: the primary; 1...: an arrow more
  let current = 0; // the site that has the tab stop

  const make = (name, attributes = {}, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  const figure = () => el(`body-${sex}`);
  const percent = (share) => (share > 0 && share < 0.005 ? "<1 %" : `${Math.round(100 * share)} %`);
  const number = (n) => n.toLocaleString("en-US");
  const bin = (share) => (share <= 0 ? 0 : 1 + BINS.filter((b) => 100 * share >= b).length);

  // --- Places -------------------------------------------------------------------------------------------------------

  const shapesOf = (ids) => ids.flatMap((id) => [...figure().querySelectorAll(`[data-uberon~="${CSS.escape(id)}"]`)]);
  const leaves = (shapes) => shapes.flatMap((shape) => (shape.tagName === "g" ? [...shape.querySelectorAll("path")] : [shape]));
  const onStage = (x, y) => [(WIDTH - 1060 * SCALE) / 2 + x * SCALE, (y + 10) * SCALE];

  function anchor(ids) {
    const shapes = shapesOf(ids);
    const firm = shapes.filter((shape) => shape.matches(".organ, .bone, .node, .skin, .breast"));
    const chosen = [...firm, ...shapes].find((shape) => shape.dataset.at) || shapes[0];
    if (!chosen) return null;
    if (chosen.dataset.at) return onStage(...chosen.dataset.at.split(" ").map(Number));
    const box = chosen.getBBox();
    return onStage(box.x + box.width / 2, box.y + box.height / 2);
  }

  let outline = [];
  function measureOutline() {
    const flesh = figure().querySelector(".flesh");
    const long = flesh.getTotalLength();
    outline = Array.from({ length: 120 }, (_, i) => flesh.getPointAtLength((long * i) / 120))
      .filter((point) => point.y < 1120)
      .map((point) => onStage(point.x, point.y));
  }
  const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

  // Where an arrow to a place starts: the primary, or for diffuse ones the nearest outline that is not too near.
  function start(home, target) {
    if (!home.diffuse) return home.at;
    const far = outline.filter((point) => apart(point, target) > 95);
    return far.sort((a, b) => apart(a, target) - apart(b, target))[0];
  }

  // --- What is shown ------------------------------------------------------------------------------------------------

  // Items of the chosen view: a site with its numbers each, or in reverse a cancer with its rank.
  function items() {
    if (reverse) return view.items.map((item, i) => ({ ...item, row: view.first + i, at: item.diffuse ? start({ diffuse: true }, anchor(data.home.shapes)) : anchor(item.shapes) }));
    return data.rows.slice(view.first, view.first + view.count).map(([site, k, n, share, low, high, own, rounded, mixed, source], i) => {
      const place = data.sites[site];
      const few = n < data.few;
      const at = anchor(place.shapes);
      const count = k === null ? `of ${number(n)}` : few ? `${number(k)} of ${number(n)}` : `${number(k)}/${number(n)}`;
      const notes = [
        own && "own organ",
        mixed && "n: both sexes",
        place.how === "inside" && "spot",
        !at && !mixed && place.sex && place.sex !== sex && `${place.sex} body`,
      ].filter(Boolean);
      return { site, place, share, few, at, own, row: view.first + i, name: place.name, headline: few ? count : percent(share), count: few ? "" : count, notes, weight: share,
        tip: `${place.full}: ${k === null ? "" : `${number(k)} `}of ${number(n)} patients${few ? "" : ` (${(100 * share).toFixed(1)} %)`}\n95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %${rounded ? ", count from a percentage" : ""}\nsource: ${source}${own ? "\nthe cancer's own organ: growth cannot be told from spread" : ""}${mixed ? "\nonly one sex has it, n counts both" : ""}` };
    });
  }

  function shade(list) {
    for (const path of figure().querySelectorAll("path")) {
      path.classList.remove("bound", "few", "home", "lit", "way", "inferred", "lymph");
      path.removeAttribute("style");
    }
    if (!reverse) {
      const placed = list.filter((item) => item.place.how !== "inside").map((item) => [item, leaves(shapesOf(item.place.shapes))]);
      for (const [item, paths] of placed.sort((a, b) => b[1].length - a[1].length)) {
        for (const path of paths) {
          path.classList.add("bound");
          path.classList.toggle("few", item.few);
          path.style[path.matches(".region, .breast") ? "stroke" : "fill"] = RAMP[bin(item.share)];
          if (path.matches(".sac")) path.style.stroke = RAMP[bin(item.share)];
        }
      }
    }
    const home = data.home.diffuse ? [figure().querySelector(".skin")] : [];
    for (const path of [...home, ...leaves(shapesOf(data.home.shapes))]) {
      path.classList.add("home");
      path.removeAttribute("style");
    }
  }

  // --- Arrows -------------------------------------------------------------------------------------------------------

  function arrow(from, to, item, turn) {
    const width = item.few ? 2.5 : 2 + 13 * Math.min(1, item.weight);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const long = Math.hypot(dx, dy) || 1;
    const bow = Math.min(70, 0.26 * long) * turn;
    const middle = [(from[0] + to[0]) / 2 - (dy / long) * bow, (from[1] + to[1]) / 2 + (dx / long) * bow];
    const [ux, uy] = [to[0] - middle[0], to[1] - middle[1]];
    const end = Math.hypot(ux, uy) || 1;
    const size = 5 + 0.95 * width;
    const tail = [to[0] - (ux / end) * size * 1.5, to[1] - (uy / end) * size * 1.5];
    const curve = `M${from} Q${middle} ${tail}`;
    const angle = (Math.atan2(uy, ux) * 180) / Math.PI;
    const group = make("g", { class: "spread" });
    group.append(
      make("path", { class: "halo", d: curve, "stroke-width": width + 3 }),
      make("path", { class: item.few ? "arrow few" : "arrow", d: curve, "stroke-width": width, "stroke-opacity": 0.55 + 0.4 * Math.min(1, item.weight * 2) }),
      make("path", { class: "head", d: `M0 0 L${-size * 1.7} ${size * 0.85} L${-size * 1.7} ${-size * 0.85}Z`, transform: `translate(${to}) rotate(${angle})`, stroke: "#fff", "stroke-width": 1 }),
    );
    return group;
  }

  // Arrows bow away from the middle, those to the same side by turns more and less.
  function drawArrows(list, home) {
    return list.map((item) => {
      const from = start(home, item.at);
      const [a, b] = reverse ? [item.at, home.at] : [from, item.at];
      const side = item.at[0] < WIDTH / 2 - 4 ? -1 : item.at[0] > WIDTH / 2 + 4 ? 1 : item.row % 2 ? 1 : -1;
      const upward = b[1] < a[1] ? 1 : -1;
      return arrow(a, b, item, (home.diffuse ? 0.35 : 1) * side * upward);
    });
  }

  // --- Gutters ------------------------------------------------------------------------------------------------------

  // The rest, dealt to the sides so that both fill alike.
  function share(rest, sides) {
    const filled = { left: sides.left.length * BIG + KEY, right: sides.right.length * BIG };
    const rows = { left: [], right: [] };
    for (const item of rest) {
      const side = filled.left <= filled.right ? "left" : "right";
      rows[side].push(item);
      filled[side] += SMALL;
    }
    return rows;
  }

  // What shades and marks mean, in the corner, so that an exported picture says it too.
  function key() {
    const group = make("g");
    group.append(make("text", { class: "key", x: 0, y: 12 }, "share of patients"));
    ["0", "", "1", "5", "15", "30", "50 %"].forEach((text, i) => {
      group.append(make("rect", { class: "key-box", x: 1 + 30 * i, y: 18, width: 30, height: 11, fill: RAMP[i] }));
      if (text) group.append(make("text", { class: "key", x: i ? 1 + 30 * i : 1, y: 43, "text-anchor": i ? "middle" : "start" }, text));
    });
    group.append(
      make("circle", { class: "nought", cx: 222, cy: 23, r: 4.5 }), make("text", { class: "key", x: 231, y: 27 }, "0 of n"),
      make("rect", { class: "key-unseen", x: 1, y: 52, width: 18, height: 11, rx: 4 }), make("text", { class: "key", x: 25, y: 62 }, "dashed: never looked for in this source"),
    );
    return group;
  }

  // Labels of one side: wanted heights, pushed apart, kept within their room.
  function spread(labels, top, bottom) {
    const tall = (label) => (label.kind === "primary" ? 30 : BIG);
    labels.sort((a, b) => a.at[1] - b.at[1]);
    let y = top;
    for (const label of labels) {
      label.y = Math.max(y, label.at[1] - tall(label) / 2);
      y = label.y + tall(label);
    }
    let limit = bottom;
    for (const label of [...labels].reverse()) {
      label.y = Math.min(label.y, limit - tall(label));
      limit = label.y;
    }
  }

  function label(item, side, y) {
    const left = side === "left";
    const x = GUTTER[side];
    const group = itemGroup(item);
    const end = left ? "end" : "start";
    const name = make("text", { class: "name", x, y: y + 17, "text-anchor": end }, `${cut(item.name)} `);
    const second = make("text", { x, y: y + 37, "text-anchor": end });
    second.append(make("tspan", { class: "share" }, item.headline), make("tspan", { class: "count" }, ` ${[item.count, ...item.notes].filter(Boolean).join(" · ")}`));
    const long = item.bar === undefined ? 150 * item.weight : 150 * item.bar;
    const bar = make("rect", { class: item.few ? "bar few" : "bar", x: left ? x - long : x, y: y + 42, width: Math.max(1, long), height: 5 });
    const [px, py] = item.at;
    const gap = left ? 8 : -8;
    const lead = make("path", { class: "lead", d: `M${x + gap} ${y + 24} H${x + 4 * gap} L${px} ${py}` });
    group.append(make("rect", { class: "frame", x: left ? x - 296 : x - 4, y, width: 300, height: BIG - 3, rx: 4 }), lead, make("circle", { class: "dot", cx: px, cy: py, r: 3 }), name, second, bar);
    return group;
  }

  function primaryLabel(item, side, y) {
    const x = GUTTER[side];
    const gap = side === "left" ? 8 : -8;
    const group = make("g");
    group.append(
      make("path", { class: "lead", d: `M${x + gap} ${y + 12} H${x + 4 * gap} L${item.at}` }),
      make("text", { class: "primary", x, y: y + 18, "text-anchor": side === "left" ? "end" : "start" }, item.name),
    );
    return group;
  }

  function small(item, side, y) {
    const left = side === "left";
    const x = GUTTER[side];
    const group = itemGroup(item);
    const text = make("text", { class: "mini", x: left ? x - 16 : x + 16, y: y + 14, "text-anchor": left ? "end" : "start" });
    text.append(make("tspan", {}, `${cut(item.name)} `), make("tspan", { class: "share" }, item.headline), make("tspan", { class: "count" }, ` ${[item.count, ...item.notes].filter(Boolean).join(" · ")}`));
    const mark = item.weight <= 0 && reverse ? make("path", { class: "dash", d: `M${left ? x - 10 : x} ${y + 9}h10` }) : item.weight > 0
      ? make("rect", { class: item.few ? "bar few" : "bar", x: left ? x - 10 : x, y: y + 14 - Math.max(2, 12 * Math.min(1, item.weight * 4)), width: 10, height: Math.max(2, 12 * Math.min(1, item.weight * 4)) })
      : make("circle", { class: "nought", cx: left ? x - 5 : x + 5, cy: y + 9, r: 4.2 });
    group.append(make("rect", { class: "frame", x: left ? x - 296 : x - 4, y, width: 300, height: SMALL - 2, rx: 3 }), mark, text);
    return group;
  }

  function itemGroup(item) {
    const group = make("g", { class: "item", role: "option", tabindex: "-1", "aria-selected": "false", "aria-describedby": "tip", "data-row": item.row });
    group.addEventListener("mouseenter", () => show(item, group));
    group.addEventListener("mouseleave", hide);
    group.addEventListener("focus", () => { pick(group); show(item, group); });
    group.addEventListener("blur", hide);
    return group;
  }

  // --- The whole picture --------------------------------------------------------------------------------------------

  function draw() {
    for (const one of data.sexes) el(`body-${one}`).toggleAttribute("hidden", one !== sex);
    measureOutline();
    const list = items();
    shade(list);
    const least = Number(el("threshold").value) / 100;
    const home = { ...data.home, at: anchor(data.home.shapes) };
    home.diffuse = home.diffuse || !home.at;
    const reaches = (item) => item.at && !(item.place && item.place.how === "inside" && item.few) && item.weight > 0 && (reverse || item.share >= least);
    const pointed = list.filter((item) => reaches(item) && !item.own).slice(0, MOST_ARROWS);
    const labelled = list.filter((item) => pointed.includes(item) || (item.own && reaches(item)));
    const rest = list.filter((item) => !labelled.includes(item));
    const arrows = drawArrows(pointed, home);

    const marks = labelled.map((item) => ({ item, at: item.at, kind: "site" }));
    const homeAt = home.diffuse ? outline.filter((point) => point[0] > WIDTH / 2).sort((a, b) => Math.abs(a[1] - 150) - Math.abs(b[1] - 150))[0] : home.at;
    marks.push({ kind: "primary", at: homeAt, item: { name: `${reverse ? "site" : "primary"}: ${data.home.name}${home.diffuse && data.home.shapes.length ? ", anywhere" : ""}`, at: homeAt } });
    const sides = { left: marks.filter((mark) => mark.at[0] < WIDTH / 2), right: marks.filter((mark) => mark.at[0] >= WIDTH / 2) };
    balance(sides);
    const rows = share(rest, sides);
    const need = (side) => sides[side].length * BIG + (rows[side].length ? rows[side].length * SMALL + HEADING : 0) + (side === "left" ? KEY : 0);
    const height = Math.max(HEIGHT, need("left") + 8, need("right") + 8);
    map.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);

    const labels = make("g", list.length ? { role: "listbox", "aria-label": reverse ? "Cancers" : "Sites" } : {});
    const made = new Map();
    const plain = make("g");
    for (const side of ["left", "right"]) {
      const room = rows[side].length ? rows[side].length * SMALL + HEADING : 0;
      const above = side === "left" ? KEY : 0;
      const first = Math.min(...sides[side].map((mark) => mark.at[1])) - BIG / 2;
      const onTop = room && above + room < first;
      const top = onTop ? above : height - room - 4;
      spread(sides[side], onTop ? above + room : above, onTop ? height - 4 : top);
      for (const mark of sides[side]) {
        if (mark.kind === "primary") plain.append(primaryLabel(mark.item, side, mark.y));
        else made.set(mark.item, label(mark.item, side, mark.y));
      }
      if (room) plain.append(make("text", { class: "head-line", x: GUTTER[side], y: top + 14, "text-anchor": side === "left" ? "end" : "start" }, view.rest || `under ${Math.round(100 * least)} %, beyond eight, or without a place here`));
      rows[side].forEach((item, i) => made.set(item, small(item, side, top + HEADING - 2 + i * SMALL)));
    }
    if (!reverse) plain.append(key());
    for (const item of list) labels.append(made.get(item));
    const ring = make("g");
    if (home.at && !data.home.diffuse) ring.append(make("circle", { class: "ring-out", cx: home.at[0], cy: home.at[1], r: 12 }), make("circle", { class: "ring", cx: home.at[0], cy: home.at[1], r: 6.5 }));
    const ways = make("g", { id: "ways" });
    over.replaceChildren(ways, ...arrows, ring, plain, labels);
    arrows.forEach((one, i) => one.setAttribute("data-row", pointed[i].row));
    for (const group of labels.children) squeeze(group, 282);
    squeeze(plain, 292);
    steps(pointed, made, arrows, list);
    routes(step < 0 ? labelled : labelled.filter((item) => !made.get(item).classList.contains("later")));
    texts(list);
    current = Math.min(current, labels.children.length - 1);
    if (current >= 0 && labels.children.length) labels.children[current].setAttribute("tabindex", "0");
  }

  // Long names are cut, what is still too long is squeezed: the tip and the table hold the whole.
  const cut = (text) => (text.length > 44 ? `${text.slice(0, 43)}…` : text);
  function squeeze(group, most) {
    for (const text of group.querySelectorAll("text")) {
      if (text.getComputedTextLength() > most) {
        text.setAttribute("textLength", most);
        text.setAttribute("lengthAdjust", "spacingAndGlyphs");
      }
    }
  }

  // Moves labels from the fuller side, those nearest to the middle first.
  function balance(sides) {
    for (const [full, other] of [["left", "right"], ["right", "left"]]) {
      while (sides[full].length > sides[other].length + 2) {
        const nearest = sides[full].filter((mark) => mark.kind === "site").sort((a, b) => Math.abs(a.at[0] - WIDTH / 2) - Math.abs(b.at[0] - WIDTH / 2))[0];
        if (!nearest) break;
        sides[full].splice(sides[full].indexOf(nearest), 1);
        sides[other].push(nearest);
      }
    }
  }

  // --- Lecture steps ------------------------------------------------------------------------------------------------

  let stepCount = 0;
  function steps(order, made, arrows, list) {
    stepCount = order.length + 1;
    if (step > stepCount) step = stepCount;
    el("step").value = step < 0 ? "" : step === 0 ? `0 of ${stepCount}: where it starts` : step <= order.length ? `${step} of ${stepCount}: ${order[step - 1].name}, ${order[step - 1].headline}` : `${step} of ${stepCount}: all`;
    if (step < 0 || step === stepCount) return;
    const shown = new Set(order.slice(0, step));
    order.forEach((item, i) => arrows[i].classList.toggle("later", !shown.has(item)));
    for (const item of list) made.get(item).classList.toggle("later", !shown.has(item));
    over.querySelectorAll(".head-line").forEach((one) => one.classList.add("later"));
    if (!reverse) shade(list.filter((item) => shown.has(item)));
  }
  function go(by) {
    step = step < 0 ? (by > 0 ? 0 : -1) : step + by >= stepCount + (by > 0 ? 1 : 0) ? -1 : step + by;
    draw();
  }

  // --- Routes -------------------------------------------------------------------------------------------------------

  function routes(labelled) {
    map.classList.toggle("routes", el("routes").checked);
    if (reverse || !el("routes").checked) return;
    const shown = new Set(labelled.map((item) => item.site));
    for (const route of data.routes.filter((one) => shown.has(one.site))) {
      for (const path of leaves(shapesOf(route.shapes))) {
        if (!path.matches(".vessel, .node") || (path.matches(".node") && route.medium !== "lymph")) continue;
        const stated = path.classList.contains("way") && !path.classList.contains("inferred");
        path.classList.add("way");
        path.removeAttribute("style");
        path.classList.toggle("inferred", route.inferred && !stated);
        path.classList.toggle("lymph", route.medium === "lymph");
      }
    }
  }

  // --- Words --------------------------------------------------------------------------------------------------------

  function texts(list) {
    document.title = view.title;
    document.querySelector("h1").textContent = view.title;
    document.querySelector(".subtitle").textContent = view.subtitle;
    map.setAttribute("aria-label", view.alt);
    order(new Set(reverse ? [] : data.rows.slice(view.first, view.first + view.count).map((row) => row.at(-1))));
    const counted = reverse ? tableRows.length : data.rows.length;
    tableRows.forEach((row, i) => { row.hidden = i < counted && (i < view.first || i >= view.first + view.count); });
    const notes = el("notes");
    notes.replaceChildren();
    const block = (title, lines) => {
      if (!lines.length) return;
      const head = document.createElement("h2");
      head.textContent = title;
      const all = document.createElement("ul");
      for (const line of lines) {
        const one = document.createElement("li");
        one.textContent = line;
        all.append(one);
      }
      notes.append(head, all);
    };
    if (reverse) {
      block("A check: series that start from patients with this site involved", data.checks);
      block("Not ranked: no incidence in these populations", data.uncounted.length ? [data.uncounted.join(", ")] : []);
      return;
    }
    const here = new Set(list.map((item) => item.site));
    block("Ways there", data.routes.filter((one) => el("routes").checked && here.has(one.site)).map((one) => `${data.sites[one.site].name}: ${[one.steps, ...one.named.map((name) => `${name}`)].filter(Boolean).join("; ")}`));
    block("Said, not counted here", data.said.filter(([site]) => !here.has(site)).map(([site, words, source]) => `${data.sites[site].full}: ${words} (${source})`));
    const elsewhere = new Set(data.rows.map(([site]) => site).filter((site) => !here.has(site)));
    block("Never looked for in this source, counted in others", elsewhere.size ? [[...elsewhere].map((site) => data.sites[site].full).sort().join(", ")] : []);
  }

  // Sources of what is shown go first.
  function order(keys) {
    const list = document.querySelector(".sources ul");
    const mine = (line) => keys.has(line.textContent.split(":")[0].trim());
    list.append(...[...list.children].sort((a, b) => mine(b) - mine(a)));
  }

  function show(item, group) {
    tip.textContent = item.tip;
    tip.hidden = false;
    const box = group.querySelector(".frame").getBoundingClientRect();
    const stage = map.getBoundingClientRect();
    const below = box.bottom - stage.top + 6;
    const fits = below + tip.offsetHeight < stage.height;
    tip.style.left = `${Math.max(0, Math.min(box.left - stage.left, stage.width - tip.offsetWidth))}px`;
    tip.style.top = `${fits ? below : box.top - stage.top - tip.offsetHeight - 6}px`;
    const ids = item.place ? item.place.shapes : item.shapes;
    for (const path of leaves(shapesOf(ids))) path.classList.add("lit");
    for (const one of over.querySelectorAll(".spread")) one.style.opacity = Number(one.dataset.row) === item.row ? "" : "0.15";
  }
  function hide() {
    tip.hidden = true;
    for (const path of figure().querySelectorAll(".lit")) path.classList.remove("lit");
    for (const one of over.querySelectorAll(".spread")) one.style.opacity = "";
  }

  // --- Keyboard: one tab stop, arrow keys through the sites ------------------------------------------------------------

  const options = () => [...over.querySelectorAll(".item:not(.later)")];
  function pick(group) {
    for (const one of over.querySelectorAll(".item")) {
      one.setAttribute("tabindex", one === group ? "0" : "-1");
      one.setAttribute("aria-selected", String(one === group));
    }
    current = options().indexOf(group);
  }
  over.addEventListener("keydown", (event) => {
    const all = options();
    const moves = { ArrowDown: current + 1, ArrowRight: current + 1, ArrowUp: current - 1, ArrowLeft: current - 1, Home: 0, End: all.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, moves[event.key]))].focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "PageDown" && event.key !== "PageUp") return;
    event.preventDefault();
    go(event.key === "PageDown" ? 1 : -1);
  });

  // --- Choices ------------------------------------------------------------------------------------------------------

  const fill = (select, pairs, chosen) => {
    select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value, false, String(value) === String(chosen))));
    select.closest("label").hidden = pairs.length < 2;
  };
  const distinct = (list) => [...new Set(list)];
  function choices() {
    if (!view) return;
    const same = data.views.filter((one) => one.denominator === view.denominator);
    const both = same.filter((one) => one.ascertainment === view.ascertainment);
    fill(el("of"), distinct(data.views.map((one) => one.denominator)).map((one) => [one, data.names[one] || one]), view.denominator);
    fill(el("found"), distinct(same.map((one) => one.ascertainment)).map((one) => [one, data.names[one] || one]), view.ascertainment);
    fill(el("source"), both.map((one) => [data.views.indexOf(one), one.source]), data.views.indexOf(view));
  }
  function choose(test) {
    view = data.views.find((one) => test.every(([key, value]) => one[key] === value)) || data.views.find((one) => one[test[0][0]] === test[0][1]);
    choices();
    draw();
  }
  el("of").addEventListener("change", () => choose([["denominator", el("of").value], ["ascertainment", view.ascertainment]]));
  el("found").addEventListener("change", () => choose([["denominator", view.denominator], ["ascertainment", el("found").value]]));
  el("source").addEventListener("change", () => { view = data.views[Number(el("source").value)]; choices(); draw(); });
  el("threshold").addEventListener("input", draw);
  el("routes").addEventListener("change", draw);
  el("sex").addEventListener("change", () => { sex = el("sex").value; draw(); });
  el("next").addEventListener("click", () => go(1));
  el("back").addEventListener("click", () => go(-1));
  el("controls").addEventListener("submit", (event) => event.preventDefault());

  el("still").remove();
  fill(el("sex"), data.sexes.map((one) => [one, one]), sex);
  if (reverse) for (const id of ["of-label", "found-label", "routes-label", "least-label"]) el(id).hidden = true;
  map.classList.toggle("reverse", reverse);
  choices();
  draw();
  document.documentElement.dataset.ready = "true";
})();
