// The flow: one route can be shown alone.
"use strict";
(() => {
  const route = document.getElementById("route");
  const said = document.getElementById("said");
  const { drawing } = chart;
  const bands = [...drawing.querySelectorAll("[data-route]")];

  function choose() {
    const on = (name) => route.value === "*" || route.value === name;
    for (const band of bands) band.toggleAttribute("hidden", !on(band.dataset.route));
    for (const gate of drawing.querySelectorAll("[data-gate]")) gate.toggleAttribute("hidden", !on(gate.dataset.gate));
    said.value = `${bands.filter((band) => !band.hasAttribute("hidden")).length} of ${bands.length} bands shown`;
    chart.follow();
  }
  route.addEventListener("change", choose);
})();
