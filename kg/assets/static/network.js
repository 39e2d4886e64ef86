// The network: a state is its centres; what is joined to them is laid out in columns, drawn by vis-network, and kept as SVG.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { nodes, links, sources, words, ways, kinds, relations } = data;
  const [KIND_NAME, HEADING, SIDE, COLOUR, SHAPE, PATH] = [0, 1, 2, 3, 4, 5];
  const [ROW, APART, TOP, LETTERS, CURVE, SURE, LEAST_SITES, PANEL_MOST] = [21, 32, 16, 15, 0.55, 20, 10, 40];
  const [ARISES, SYMPTOM, TREATS, KIND_OF] = [1, 3, 5, 8];
  const SVG = "http://www.w3.org/2000/svg";
  const at = (id) => document.getElementById(id);
  const [still, place, panel, said, threshold, find] = ["still", "place", "panel", "said", "threshold", "find"].map(at);
  const number = new Intl.NumberFormat("en");
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0, roundingMode: "halfEven" });
  const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1, roundingMode: "halfEven" });
  const first = { centres: data.centres, chosen: null, threshold: data.threshold };
  const usualTitle = document.querySelector("h1").textContent;
  let state = first;
  let past = [];
  let drawn = null;
  let current = -1;

  function svg(tag, attributes, ...content) {
    const made = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }
  function html(tag, attributes, ...content) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "click") made.addEventListener("click", value);
      else made.setAttribute(key, value);
    }
    made.append(...content);
    return made;
  }

  // --- Numbers in words: as kg/views/network writes them ---

  const isCounted = (statement) => statement?.length > 3;
  const shareOf = (it) => (!isCounted(it) ? -1 : it[1] === null ? it[8] / 1000 : it[1] / it[2]);
  const isUsual = (it) => isCounted(it) && it[5] === 0 && it[2] >= SURE;
  const count = (it) => (it[1] === null ? `of ${number.format(it[2])}` : `${number.format(it[1])}/${number.format(it[2])}`);
  const percent = (share) => (share > 0 && share < 0.005 ? "<1" : whole.format(100 * share));
  const brief = (it) => (it[2] < SURE ? count(it) : `${percent(shareOf(it))} % (${count(it)})`);
  const full = (it) => (it[2] < SURE ? count(it) : `${tenth.format(100 * shareOf(it))} % (${count(it)}; 95 % ${tenth.format(it[3] / 10)}-${tenth.format(it[4] / 10)})`);
  const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const wide = (text, size) => 0.54 * size * [...text].length;
  function fit(text, room, size) {
    const most = Math.trunc(room / (0.54 * size));
    return [...text].length <= most ? text : `${[...text].slice(0, most - 1).join("").trimEnd()}…`;
  }
  const short = (text) => text.replace(/\s*\([^()]* site\)$/, "*");

  // --- Which lines: the links that touch a centre and pass the filters, each by its first statement ---

  function passing(centres) {
    const on = new Set([...document.querySelectorAll("[name=kind]:checked")].map((box) => Number(box.value)));
    const source = at("source").value === "" ? null : Number(at("source").value);
    const least = Number(threshold.value) / 100;
    const made = [];
    for (const [start, end, relation, part, all] of links) {
      if (part && !centres.has(start) && !at("parts").checked) continue;
      if (centres.size && !centres.has(start) && !centres.has(end)) continue;
      if (![start, end].every((one) => centres.has(one) || on.has(nodes[one][2]))) continue;
      const statements = source === null ? all : all.filter((it) => it[0] === source);
      if (source !== null && !statements.length) continue;
      const statement = statements[0];
      const share = shareOf(statement);
      const usual = isUsual(statement);
      const line = { start, end, relation, statement, share, statements, usual, rank: share + (usual ? 2 : 0) };
      if (centres.size ? (share < 0 ? at("unsaid").checked : share >= least) : line.usual) made.push(line);
    }
    if (centres.size) return made;
    const sites = new Map();
    for (const line of made) sites.set(line.start, (sites.get(line.start) ?? 0) + 1);
    return made.filter((line) => sites.get(line.start) >= LEAST_SITES && line.share >= least);
  }

  // A cancer without symptoms or treatments of its own brings the narrower ones that have them.
  const described = new Set(links.flatMap(([start, end, relation]) => (relation === SYMPTOM ? [start] : relation === TREATS ? [end] : [])));
  const withKinds = (one) => [...new Set([one, ...(described.has(one) ? [] : links
    .filter(([start, end, relation]) => relation === KIND_OF && end === one && described.has(start)).map(([start]) => start))])];

  // --- Where everything stands ---

  function column(centres, lines, side) {
    const weight = new Map();
    for (const line of lines) {
      for (const end of [line.start, line.end]) {
        const [rank, many] = weight.get(end) ?? [-1, 0];
        weight.set(end, [Math.max(rank, line.rank), many + line.statements.length]);
      }
    }
    const groups = kinds.map((kind, i) => ({ i, all: kind[SIDE] !== side ? [] : [...weight.keys()]
      .filter((one) => nodes[one][2] === i && !centres.includes(one))
      .sort((a, b) => weight.get(b)[0] - weight.get(a)[0] || weight.get(b)[1] - weight.get(a)[1] || a - b) }))
      .filter(({ all }) => all.length);
    let most = data.most;
    while (most > 1 && groups.reduce((sum, { all }) => sum + Math.min(all.length, most), 0) > data.most) most -= 1;
    return groups.map(({ i, all }) => ({ i, group: all.slice(0, most), head: `${kinds[i][HEADING]} (${most < all.length ? `${most} of ` : ""}${all.length})` }));
  }

  function untangle(columns, lines) {
    const sites = new Map(columns.right.flatMap(({ group }) => group.map((one, i) => [one, i])));
    const strongest = new Map([...lines].sort((a, b) => a.share - b.share).map((line) => [line.start, sites.get(line.end) ?? sites.size]));
    for (const { group } of columns.left) group.sort((a, b) => strongest.get(a) - strongest.get(b));
  }

  function laidOut(centres, lines, width, main) {
    const columns = { left: column(centres, lines, "left"), right: column(centres, lines, "right") };
    if (!centres.length) untangle(columns, lines);
    const named = (side) => columns[side].flatMap(({ group }) => group);
    const shown = new Set([...centres, ...named("left"), ...named("right")]);
    const kept = lines.filter((line) => shown.has(line.start) && shown.has(line.end));
    const figures = figuresOf(main, kept);
    const rooms = ["left", "right"].map((side) => Math.max(...named(side).map((one) => 34 + wide(short(nodes[one][1]), LETTERS) + (figures.get(one) ? wide(figures.get(one), LETTERS) + 12 : 0)), named(side).length ? 0 : 60));
    const free = width - (width < 1000 ? 200 : centres.length ? 320 : 240);
    const [left, right] = rooms.map((room, i) => Math.min(room, Math.max(free / 2, free - rooms[1 - i])));
    const xs = { left: Math.round(left), right: Math.round(width - right), middle: Math.round((left + width - right) / 2) };
    const tallOf = (groups, pitch = ROW) => groups.reduce((sum, { group }) => sum + group.length * pitch + APART, TOP - APART);
    const tall = Math.max(TOP + 5 * ROW, tallOf(columns.left), tallOf(columns.right));
    const heads = [];
    const places = new Map();
    for (const side of ["left", "right"]) {
      const pitch = Math.min(2 * ROW, ROW + (tall - tallOf(columns[side])) / Math.max(1, named(side).length));
      let y = TOP + (tall - tallOf(columns[side], pitch)) / 2;
      for (const { i, head, group } of columns[side]) {
        heads.push({ x: xs[side], y: Math.round(10 * y) / 10, side, kind: i, text: head });
        group.forEach((one, j) => places.set(one, { x: xs[side], y: Math.round(10 * (y + (j + 1) * pitch)) / 10, side }));
        y += group.length * pitch + APART;
      }
    }
    centres.forEach((one, i) => places.set(one, { x: xs.middle, y: Math.round(TOP + ((i + 0.5) * (tall - TOP)) / centres.length), side: "middle" }));
    return { heads, places, tall, figures, lines: kept };
  }

  function figuresOf(centre, lines) {
    const made = new Map();
    for (const line of [...lines].sort((a, b) => b.rank - a.rank)) {
      const other = line.start === centre ? line.end : line.end === centre ? line.start : null;
      if (other !== null && !made.has(other)) made.set(other, figure(line, centre));
    }
    return made;
  }
  function figure(line, centre) {
    if (line.share >= 0) return brief(line.statement) + (line.usual ? "" : " !");
    if (line.relation === ARISES) return "origin";
    return line.relation === KIND_OF ? (line.end === centre ? "kind or part" : "broader") : "";
  }

  // --- Drawing: lines and marks by vis-network, names as SVG above it; the SVG holds lines and marks too ---

  const shownNodes = new vis.DataSet();
  const shownEdges = new vis.DataSet();
  const network = new vis.Network(at("network"), { nodes: shownNodes, edges: shownEdges }, {
    autoResize: false,
    physics: { enabled: false },
    edges: { smooth: { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: CURVE }, chosen: false },
    interaction: { hover: true, tooltipDelay: 80, dragNodes: false, dragView: false, zoomView: false, keyboard: false, selectable: false },
  });

  const look = (line, dim) => {
    const kind = line.usual ? "counted" : line.share >= 0 ? "otherwise" : "said";
    const strength = kind === "counted" ? 0.25 + 0.6 * Math.min(1, line.share / 0.65) : 0.8;
    return {
      kind,
      width: kind === "counted" ? Math.round(10 * (1 + 11 * line.share)) / 10 : 1.5,
      opacity: Math.round(100 * strength * (dim ? 0.45 : 1)) / 100,
      colour: { counted: "#b3410c", otherwise: "#1f2933", said: "#52606d" }[kind],
    };
  };
  const sentence = (line) => `${nodes[line.start][1]} ${relations[line.relation][0]} ${nodes[line.end][1]}`;
  const tip = (line) => `${sentence(line)}\n${!line.statement ? "entity tables" : line.share < 0 ? words[line.statement[1]] || "said, not counted" : `${full(line.statement)}\n${ways[line.statement[5]][0]}`}${line.statement ? `\n${sources[line.statement[0]][0]}` : ""}`;

  function draw() {
    const { centres, chosen } = state;
    const width = Math.max(620, Math.round(place.clientWidth));
    const main = chosen ?? centres[0];
    drawn = laidOut(centres, passing(new Set(centres)), width, main);
    const dim = (line) => centres.length > 1 && line.start !== main && line.end !== main;

    at("lines").replaceChildren(...drawn.lines.map((line) => {
      const [from, to] = [drawn.places.get(line.start), drawn.places.get(line.end)];
      const bend = CURVE * (to.x - from.x);
      const d = from.x === to.x ? `M${from.x} ${from.y}Q${from.x + 60} ${(from.y + to.y) / 2} ${to.x} ${to.y}`
        : `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
      const { kind, width: wide_, opacity } = look(line, dim(line));
      return svg("path", { class: `line ${kind}`, d, "stroke-width": wide_, "stroke-opacity": opacity });
    }));
    const heads = drawn.heads.map((head) => svg("text", { class: `group ${head.side}`, x: head.x, y: head.y, style: `fill:${kinds[head.kind][COLOUR]}` }, head.text));
    at("names-drawn").replaceChildren(...heads, ...[...drawn.places].map(([one, { x, y, side }]) => {
      const [, name, kind] = nodes[one];
      const shown = side === "middle" ? "" : drawn.figures.get(one) ?? "";
      const room = (side === "left" ? x : width - x) - 20 - (shown ? wide(shown, LETTERS) + 12 : 0);
      const text = svg("text", {}, fit(short(name), side === "middle" ? 320 : room, LETTERS));
      if (shown) text.append(svg("tspan", { class: "figure", dx: 10 }, shown));
      const spoken = [name, kinds[kind][KIND_NAME].toLowerCase(), shown].filter(Boolean).join(", ");
      const marks = [svg("path", { class: "mark-of", d: kinds[kind][PATH], fill: kinds[kind][COLOUR] }), svg("circle", { class: "ring", r: 12 })];
      const press = svg("g", { class: "press", role: "button", tabindex: -1, "aria-label": spoken }, ...marks);
      press.addEventListener("focus", () => reach(one));
      const group = svg("g", { class: `node ${side}${one === main ? " strong" : ""}`, "data-node": one, transform: `translate(${x} ${y})` }, press, text);
      group.addEventListener("click", () => go(withKinds(one), one));
      return group;
    }));
    const foot = legend(width, drawn.tall + 36);
    const height = Math.round(drawn.tall + 50 + foot);
    still.setAttribute("viewBox", `0 0 ${width} ${height}`);
    reach(drawn.places.has(current) ? current : main ?? drawn.places.keys().next().value ?? -1);

    network.setSize(`${width}px`, `${height}px`);
    shownEdges.clear();
    shownNodes.clear();
    shownNodes.add([...drawn.places].map(([one, { x, y }]) => ({ id: one, x, y, size: 8, shape: kinds[nodes[one][2]][SHAPE], color: kinds[nodes[one][2]][COLOUR], physics: false })));
    shownEdges.add(drawn.lines.map((line, i) => {
      const { kind, width: wide_, opacity, colour } = look(line, dim(line));
      return { id: i, from: line.start, to: line.end, width: wide_, dashes: kind === "said" ? [2, 4] : false, color: { color: colour, hover: colour, opacity }, hoverWidth: 1, title: tip(line) };
    }));
    network.moveTo({ position: { x: width / 2, y: height / 2 }, scale: 1 });
    network.redraw();
  }

  function legend(width, y) {
    at("legend").setAttribute("transform", `translate(0 ${y})`);
    const on = new Set([...drawn.places.keys()].map((one) => kinds[nodes[one][2]][KIND_NAME]));
    for (const line of drawn.lines) on.add(look(line).kind);
    let [x, down] = [0, 0];
    for (const item of at("legend").children) {
      item.toggleAttribute("hidden", !on.has(item.dataset.mark));
      if (!on.has(item.dataset.mark)) continue;
      const room = wide(item.querySelector("text").textContent, 14) + 58;
      if (x && x + room > width) [x, down] = [0, down + 24];
      item.setAttribute("transform", `translate(${Math.round(x)} ${down})`);
      x += room;
    }
    return down;
  }

  // --- Words around the drawing follow it ---

  function titled() {
    const main = state.chosen ?? state.centres[0];
    if (state.centres === first.centres && state.chosen === null) return usualTitle;
    const plain = (one) => short(nodes[one][1]).replace(/\*$/, "");
    const name = capital(plain(main));
    const joined = drawn.lines.filter((line) => line.start === main || line.end === main);
    const top = joined.filter((line) => line.usual).sort((a, b) => b.share - a.share)[0];
    if (!top) return `${name} and what is said of it: ${joined.length} links`;
    return top.start === main ? `${name} spreads most often to ${plain(top.end)}: ${brief(top.statement)}`
      : `${name}: the largest share of patients is in ${plain(top.start)}, ${brief(top.statement)}`;
  }

  function tell() {
    document.querySelector("h1").textContent = titled();
    document.title = titled();
    const subtitle = document.querySelector(".subtitle");
    const about = " Figures beside names belong to the name in bold.";
    subtitle.textContent = subtitle.textContent.replace(about, "") + (state.centres.length ? about : "");
    const order = [...drawn.lines].sort((a, b) => b.rank - a.rank || a.start - b.start || a.end - b.end || a.relation - b.relation);
    document.querySelector("#twin tbody").replaceChildren(...order.map((line) => {
      const it = line.statement;
      const more = line.statements.length > 1 ? ` and ${line.statements.length - 1} more` : "";
      const rest = !it ? ["", "", "", "entity tables"]
        : line.share < 0 ? [words[it[1]] || "said, not counted", "", words[it[2]], sources[it[0]][0] + more]
          : [full(it), ways[it[5]][0], words[it[6]], sources[it[0]][0] + more];
      const cells = [nodes[line.start][1], relations[line.relation][0], nodes[line.end][1], ...rest];
      return html("tr", {}, ...cells.map((cell) => html("td", {}, cell)));
    }));
    const cited = [...new Set(drawn.lines.filter((line) => line.statement).map((line) => line.statement[0]))].sort((a, b) => (sources[a][0] < sources[b][0] ? -1 : 1));
    document.querySelector(".sources ul").replaceChildren(...cited.map((i) => html("li", {}, `${sources[i][0]}: ${sources[i][2]}`)));
    const left = passing(new Set(state.centres)).length - drawn.lines.length;
    said.value = `${drawn.lines.length} lines shown${left ? `, ${left} more do not fit` : ""}`;
    at("back").disabled = !past.length;
  }

  // --- The panel: what is said of the chosen name ---

  function statementLine(it) {
    const [key, tier] = sources[it[0]];
    if (!isCounted(it)) return html("li", {}, [words[it[1]] || "said, not counted", words[it[2]], `${key}, tier ${tier}`].filter(Boolean).join("; "));
    const more = it[7] ? `; ${it[7]} more counts in this source` : "";
    return html("li", {}, full(it), html("span", { class: "quiet" }, ` ${[ways[it[5]][0], words[it[6]], `${key}, tier ${tier}`].filter(Boolean).join("; ")}${more}`));
  }

  function showPanel() {
    const { chosen } = state;
    panel.hidden = chosen === null;
    if (chosen === null) return;
    const [id, name, kind] = nodes[chosen];
    const all = passing(new Set([chosen]));
    const parts = [];
    const cited = new Set();
    relations.forEach((phrases, relation) => [0, 1].forEach((way) => {
      const group = all.filter((line) => line.relation === relation && (way ? line.end : line.start) === chosen).sort((a, b) => b.rank - a.rank);
      if (!group.length) return;
      parts.push(html("h3", {}, `${capital(phrases[way])} (${group.length})`));
      for (const line of group.slice(0, PANEL_MOST)) {
        const other = way ? line.start : line.end;
        parts.push(html("p", {}, html("button", { type: "button", class: "end", click: () => go(withKinds(other), other) }, nodes[other][1])));
        if (line.statements.length) parts.push(html("ul", {}, ...line.statements.map(statementLine)));
        line.statements.forEach((it) => cited.add(it[0]));
      }
      if (group.length > PANEL_MOST) parts.push(html("p", { class: "quiet" }, `${group.length - PANEL_MOST} more: raise the threshold, or ask kg show "${name}" --all`));
    }));
    panel.replaceChildren(
      html("h2", {}, name),
      html("p", { class: "quiet" }, `${kinds[kind][KIND_NAME]}, ${id}; ${all.length} links pass the filters`),
      html("p", { class: "doing" },
        html("button", { type: "button", click: () => go([chosen, ...state.centres.filter((one) => one !== chosen)], chosen) }, "Add neighbours"),
        html("button", { type: "button", click: () => go(withKinds(chosen), chosen) }, "Only these"),
        html("button", { type: "button", click: () => go(state.centres, null) }, "Close")),
      ...parts,
      html("h3", {}, "Sources"),
      html("ul", { class: "quiet" }, ...[...cited].map((i) => html("li", {}, `${sources[i][0]}: ${sources[i][2]}`))),
    );
    panel.tabIndex = 0;
    panel.scrollTop = 0;
  }

  // --- Moving ---

  function update() {
    showPanel();
    draw();
    tell();
  }
  function enter(next) {
    state = next;
    threshold.value = next.threshold;
    const hash = next.chosen === null ? "#" : `#node=${next.centres.map((one) => encodeURIComponent(nodes[one][0])).join(",")}`;
    try { history.replaceState(null, "", hash); } catch { /* a sandboxed frame has no history */ }
    update();
  }
  function go(centres, chosen) {
    const focused = still.contains(document.activeElement) || panel.contains(document.activeElement);
    past.push({ ...state, threshold: Number(threshold.value) });
    const local = !state.centres.length && Number(threshold.value) === data.thresholds.overview;
    enter({ centres, chosen, threshold: local ? data.thresholds.local : Number(threshold.value) });
    if (focused) pressOf(chosen ?? current)?.focus({ preventScroll: true });
  }
  function back() {
    const focused = still.contains(document.activeElement);
    if (past.length) enter(past.pop());
    if (focused) pressOf(current)?.focus({ preventScroll: true });
  }

  // One name can be reached by Tab, the others by arrow keys from there.
  const pressOf = (one) => still.querySelector(`[data-node="${one}"] .press`);
  function reach(one) {
    pressOf(current)?.setAttribute("tabindex", -1);
    current = one;
    pressOf(one)?.setAttribute("tabindex", 0);
  }
  function step(key) {
    const from = drawn.places.get(current);
    const along = key === "ArrowLeft" || key === "ArrowRight" ? "x" : "y";
    const across = along === "x" ? "y" : "x";
    const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    let [best, least] = [current, Infinity];
    for (const [one, it] of drawn.places) {
      const ahead = sign * (it[along] - from[along]);
      const far = ahead + (along === "y" ? 1000 : 0.5) * Math.abs(it[across] - from[across]);
      if (ahead > 0 && far < least) [best, least] = [one, far];
    }
    pressOf(best).focus();
  }
  still.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const actions = {
      Enter: () => go(withKinds(current), current),
      " ": () => go(withKinds(current), current),
      e: () => go([current, ...state.centres.filter((one) => one !== current)], current),
      Backspace: back,
      Escape: () => { if (state.chosen !== null) go(state.centres, null); },
    };
    const action = event.key.startsWith("Arrow") ? () => step(event.key) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  at("controls").addEventListener("submit", (event) => event.preventDefault());
  threshold.addEventListener("input", update);
  at("filters").addEventListener("change", update);
  at("back").addEventListener("click", back);
  at("reset").addEventListener("click", () => { past = []; enter(first); });
  find.addEventListener("change", () => {
    const wanted = find.value.trim().toLowerCase();
    if (!wanted) return;
    const names = nodes.map((node) => node[1].toLowerCase());
    const hit = [names.indexOf(wanted), names.findIndex((name) => name.startsWith(wanted)), names.findIndex((name) => name.includes(wanted))].find((i) => i >= 0);
    if (hit === undefined) said.value = `nothing here is called "${find.value}"`;
    else go(withKinds(hit), hit);
  });
  find.addEventListener("focus", () => {
    if (!at("names").children.length) at("names").append(...nodes.map((node) => html("option", { value: node[1] })));
  });
  for (const [key, i] of sources.map((source, i) => [source[0], i]).sort()) at("source").add(new Option(key, i));

  at("network").setAttribute("inert", "");
  place.classList.add("live");
  const asked = (location.hash.match(/^#node=(.*)$/)?.[1] ?? "").split(",").filter(Boolean).map((id) => nodes.findIndex((node) => node[0] === decodeURIComponent(id)));
  if (asked.length && !asked.includes(-1)) enter({ centres: asked.length > 1 ? asked : withKinds(asked[0]), chosen: asked[0], threshold: data.thresholds.local });
  else update();
  window.addEventListener("resize", draw);
  document.documentElement.dataset.ready = "true";
})();
