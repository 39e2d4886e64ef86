// The evidence: sources can be chosen by how they looked and by whose patients they share.
"use strict";
(() => {
  const { crowd } = JSON.parse(document.getElementById("data").textContent);
  const { drawing } = chart;
  const [way, group] = ["way", "group"].map((id) => document.getElementById(id));
  const said = document.getElementById("said");
  const studies = [...drawing.querySelectorAll("[data-way]")];

  function choose() {
    const whose = group?.value ?? "*";
    const shown = new Set();
    for (const study of studies) {
      const on = (way.value === "*" || study.dataset.way === way.value) && (whose === "*" || study.dataset.shared === whose);
      study.toggleAttribute("hidden", !on);
      if (on) shown.add(study.dataset.mark);
    }
    for (const name of drawing.querySelectorAll("[data-of]")) name.toggleAttribute("hidden", !shown.has(name.dataset.of));
    // Lines reach all of a group, so they stand only while all of it is shown.
    for (const link of drawing.querySelectorAll("[data-link]")) {
      link.toggleAttribute("hidden", way.value !== "*" || (whose !== "*" && link.dataset.link !== whose));
      link.classList.toggle("faint", crowd && whose === "*");
    }
    said.value = `${shown.size} of ${studies.length} sources shown`;
    chart.follow();
  }
  way.addEventListener("change", choose);
  group?.addEventListener("change", choose);
})();
