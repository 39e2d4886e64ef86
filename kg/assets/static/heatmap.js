// The heatmap: rows with few patients can be hidden; the others move up, and their tree is drawn without them.
"use strict";
(() => {
  const { patients, row, height, total, tree: depth, cancer_tree: tree } = JSON.parse(document.getElementById("data").textContent);
  const least = document.getElementById("least");
  const said = document.getElementById("said");
  const rows = [...chart.drawing.querySelectorAll(".row")];
  const paths = [...chart.drawing.querySelectorAll("[data-merge]")];
  const foot = chart.drawing.querySelector(".foot");

  // A merge with one side hidden is no merge: what is left of it stands for it.
  function drawTree(place) {
    const nodes = tree.order.map(() => null);
    tree.order.forEach((leaf, i) => { if (place[i] !== null) nodes[leaf] = { y: place[i], x: 0 }; });
    const highest = Math.max(...tree.merges.map((merge) => merge[2])) || 1;
    tree.merges.forEach(([one, two, far], i) => {
      const [a, b, x] = [nodes[one], nodes[two], (depth * far) / highest];
      nodes.push(a && b ? { y: (a.y + b.y) / 2, x } : a ?? b);
      paths[i].setAttribute("d", a && b ? `M${a.x} ${a.y}H${x}V${b.y}H${b.x}` : "");
    });
  }

  function update() {
    let shown = 0;
    const place = rows.map((line, i) => {
      const on = patients[i] >= Number(least.value);
      line.toggleAttribute("hidden", !on);
      if (!on) return null;
      line.setAttribute("transform", `translate(0 ${shown * row})`);
      shown += 1;
      return (shown - 0.5) * row;
    });
    drawTree(place);
    const gone = (rows.length - shown) * row;
    foot.setAttribute("transform", `translate(0 ${height - gone})`);
    chart.drawing.setAttribute("viewBox", `0 0 1192 ${total - gone}`);
    said.value = `${shown} of ${rows.length} cancers shown`;
    chart.follow();
  }
  least.addEventListener("input", update);
  said.value = `${rows.length} of ${rows.length} cancers shown`;
})();
