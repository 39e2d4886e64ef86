// What all charts share: marks that a pointer or the arrow keys reach, and a note that says what a mark stands for.
"use strict";
const chart = (() => {
  const { marks } = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("place");
  const drawing = document.getElementById("chart");
  if (!drawing) {
    document.documentElement.dataset.ready = "true";
    return {};
  }
  const tip = document.getElementById("tip");
  const rows = [...document.querySelectorAll("#twin tbody tr")];
  const drawn = new Map([...drawing.querySelectorAll("[data-mark]")].map((mark) => [Number(mark.dataset.mark), mark]));
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  cursor.setAttribute("class", "cursor");
  cursor.setAttribute("rx", 2);

  const isShown = (i) => !drawn.get(i).closest("[hidden]");

  // One mark can be reached by Tab, the others by arrow keys from there.
  let current = -1;
  function makeReachable(i) {
    drawn.get(current)?.setAttribute("tabindex", "-1");
    current = i;
    drawn.get(i)?.setAttribute("tabindex", "0");
  }

  function show(i) {
    const mark = drawn.get(i);
    tip.textContent = marks[i].tip;
    tip.hidden = false;
    const frame = place.getBoundingClientRect();
    const box = mark.getBoundingClientRect();
    const left = box.left - frame.left + place.scrollLeft + box.width / 2 - tip.offsetWidth / 2;
    const above = box.top - frame.top - tip.offsetHeight - 8;
    tip.style.left = `${Math.min(Math.max(0, left), frame.width + place.scrollLeft - tip.offsetWidth)}px`;
    tip.style.top = `${above > 0 ? above : box.bottom - frame.top + 8}px`;
    const inside = mark.getBBox();
    for (const [name, value] of Object.entries({ x: inside.x, y: inside.y, width: inside.width, height: inside.height })) {
      cursor.setAttribute(name, value);
    }
    mark.append(cursor);
  }

  function hide() {
    tip.hidden = true;
    cursor.remove();
  }

  // The nearest shown mark in a direction, straight before aslant.
  function next(from, key) {
    const along = key === "ArrowLeft" || key === "ArrowRight" ? "col" : "row";
    const across = along === "col" ? "row" : "col";
    const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    let best = from;
    let least = Infinity;
    for (const i of drawn.keys()) {
      const ahead = sign * (marks[i][along] - marks[from][along]);
      const far = ahead + 1000 * Math.abs(marks[i][across] - marks[from][across]);
      if (ahead > 0 && far < least && isShown(i)) [best, least] = [i, far];
    }
    return best;
  }

  for (const [i, mark] of drawn) {
    mark.setAttribute("tabindex", "-1");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", marks[i].tip.replaceAll("\n", "; "));
    mark.addEventListener("pointerenter", () => show(i));
    mark.addEventListener("pointerleave", hide);
    mark.addEventListener("focus", () => { makeReachable(i); show(i); });
    mark.addEventListener("blur", hide);
  }
  drawing.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (!event.key.startsWith("Arrow") || current < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    drawn.get(next(current, event.key)).focus();
  });
  document.getElementById("controls")?.addEventListener("submit", (event) => event.preventDefault());

  // After a filter: rows of the table follow their marks, and Tab still reaches one.
  function follow() {
    hide();
    rows.forEach((row, i) => { row.hidden = drawn.has(i) && !isShown(i); });
    if (current < 0 || !isShown(current)) {
      makeReachable([...drawn.keys()].filter(isShown).sort((a, b) => marks[a].row - marks[b].row || marks[a].col - marks[b].col)[0] ?? -1);
    }
    document.documentElement.dataset.ready = "true";
  }
  follow();
  return { drawing, follow };
})();
