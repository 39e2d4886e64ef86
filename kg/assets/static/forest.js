// The forest: its axis can run in even steps or equal ratios, and the rows of subtypes can be hidden.
"use strict";
(() => {
  const { marks, total, legend_top: legendTop, bottom } = JSON.parse(document.getElementById("data").textContent);
  const axis = document.getElementById("axis");
  const inferred = document.getElementById("inferred");
  const { drawing } = chart;
  const inner = [...drawing.querySelectorAll("[data-inferred]")];
  const top = Math.min(...inner.map((line) => line.y?.baseVal[0]?.value ?? Infinity));

  function place() {
    for (const lines of drawing.querySelectorAll("[data-axis]")) lines.toggleAttribute("hidden", lines.dataset.axis !== axis.value);
    for (const arrow of drawing.querySelectorAll("[data-mark] > .arrow")) arrow.toggleAttribute("hidden", axis.value !== "log");
    for (const mark of drawing.querySelectorAll("[data-mark]")) {
      const [middle, low, high] = marks[mark.dataset.mark].x[axis.value];
      mark.querySelector(".point")?.setAttribute("transform", `translate(${middle} 0)`);
      mark.querySelector(".interval")?.setAttribute("d", `M${low} -5H${high}`);
      mark.querySelector(".estimate")?.setAttribute("d", `M${low} -5L${middle} -12L${high} -5L${middle} 2Z`);
    }
    chart.follow();
  }

  function choose() {
    for (const line of inner) line.toggleAttribute("hidden", !inferred.checked);
    const gone = inferred.checked ? 0 : legendTop - 10 - top;
    for (const rule of drawing.querySelectorAll(".rule")) {
      rule.setAttribute("d", rule.getAttribute("d").replace(/V.*/, `V${bottom - gone}`));
    }
    document.getElementById("legend").setAttribute("transform", `translate(0 ${legendTop - gone})`);
    drawing.setAttribute("viewBox", `0 0 1192 ${total - gone}`);
    chart.follow();
  }

  axis.addEventListener("change", place);
  inferred?.addEventListener("change", choose);
})();
