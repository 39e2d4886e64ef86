// The spread network: cancers on the left, sites on the right, drawn by vis-network at fixed places.
"use strict";
(() => {
  const { nodes, edges, options } = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("network");
  const pick = document.getElementById("pick");
  const threshold = document.getElementById("threshold");
  const find = document.getElementById("find");
  const said = document.getElementById("said");
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = [...document.querySelectorAll("#twin tbody tr")];

  const scale = Math.min(1, place.clientWidth / options.width);
  place.style.height = `${Math.round(options.height * scale)}px`;
  const shownNodes = new vis.DataSet(nodes.map((node) => ({ ...node, label: " ", title: node.tip })));
  const shownEdges = new vis.DataSet(edges.map((edge) => ({ ...edge, title: edge.tip })));
  const network = new vis.Network(place, { nodes: shownNodes, edges: shownEdges }, options.vis);

  for (const node of [...nodes].sort((a, b) => a.name.localeCompare(b.name))) {
    pick.add(new Option(`${node.name} (${node.kind})`, node.id));
  }

  let chosen = "";
  const isOn = (edge) =>
    edge.percent >= Number(threshold.value) && (!chosen || edge.from === chosen || edge.to === chosen);

  function update() {
    let count = 0;
    shownEdges.update(
      edges.map((edge) => {
        const on = isOn(edge);
        count += on ? 1 : 0;
        return { id: edge.id, hidden: !on, color: { color: edge.color.color, opacity: chosen ? 0.95 : edge.color.opacity } };
      }),
    );
    rows.forEach((row, i) => { row.hidden = !isOn(edges[i]); });
    said.value = `${count} of ${edges.length} links shown`;
    network.redraw();
  }

  function choose(id) {
    chosen = byId.has(id) ? id : "";
    pick.value = chosen;
    const hash = chosen ? `#node=${encodeURIComponent(chosen)}` : "#";
    try { history.replaceState(null, "", hash); } catch { /* a sandboxed frame has no history */ }
    update();
  }

  // Labels are drawn beside the marks, so that they can be read; on a chosen node's neighbours the share stands too.
  network.on("afterDrawing", (context) => {
    const near = new Map();
    if (chosen) {
      for (const edge of edges.filter(isOn)) near.set(edge.from === chosen ? edge.to : edge.from, edge);
    }
    context.textBaseline = "middle";
    for (const node of nodes) {
      const lit = !chosen || node.id === chosen || near.has(node.id);
      const share = near.has(node.id) ? `  ${near.get(node.id).share}` : "";
      context.font = `${chosen && lit ? "bold " : ""}${options.font}px Helvetica, Arial, sans-serif`;
      context.fillStyle = lit ? "#1f2933" : "#8a96a3";
      context.textAlign = node.side === "left" ? "right" : "left";
      context.fillText(node.name + share, node.x + (node.side === "left" ? -16 : 16), node.y);
    }
  });
  network.on("selectNode", (event) => choose(event.nodes[0]));
  network.on("deselectNode", () => choose(""));
  pick.addEventListener("change", () => choose(pick.value));
  threshold.addEventListener("input", update);
  document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
  find.addEventListener("change", () => {
    const wanted = find.value.trim().toLowerCase();
    const hit = wanted && nodes.find((node) => node.name.toLowerCase().includes(wanted));
    if (hit) choose(hit.id);
    else said.value = wanted ? `nothing here is called "${find.value}"` : said.value;
  });

  const frame = place.querySelector(".vis-network");
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", "Network drawing; the menu above and the table below hold the same links");
  network.moveTo({ position: { x: options.centre, y: 0 }, scale });
  choose(decodeURIComponent((location.hash.match(/^#node=(.*)$/) || ["", ""])[1]));
  document.documentElement.dataset.ready = "true";
})();
