// Buttons that save every drawing of the page: the title above it, where its numbers come from below it; and its table.
"use strict";
(() => {
  const MARGIN = 24;
  const PNG_SCALE = 2;
  const SVG = "http://www.w3.org/2000/svg";
  const text = (selector) => document.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") ?? "";
  const name = () => document.title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "spread";

  function element(tag, attributes, content = "") {
    const made = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = content;
    return made;
  }

  // A text as lines that fit a width.
  function lines(words, font, width) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    const made = [""];
    for (const word of words.split(" ")) {
      const longer = made.at(-1) ? `${made.at(-1)} ${word}` : word;
      if (pen.measureText(longer).width <= width) made[made.length - 1] = longer;
      else made.push(word);
    }
    return made;
  }

  // The drawing as an image of its own, in which nothing refers to the page.
  function standalone(drawing) {
    const box = drawing.viewBox.baseVal;
    const [width, height] = box?.width ? [box.width, box.height] : [drawing.clientWidth, drawing.clientHeight];
    const family = getComputedStyle(drawing).fontFamily;
    const whole = element("svg", { xmlns: SVG, "font-family": family });
    const styles = [...document.querySelectorAll("style")].map((style) => style.textContent).join("\n");
    whole.append(element("title", {}, document.title), element("style", {}, styles));
    const paper = whole.appendChild(element("rect", { width: "100%", height: "100%", fill: "#fff" }));
    let y = MARGIN;
    const write = (words, size, weight, fill) => {
      for (const line of lines(words, `${weight} ${size}px ${family}`, width)) {
        y += size * 1.25;
        whole.append(element("text", { x: MARGIN, y, style: `font: ${weight} ${size}px ${family}; fill: ${fill}` }, line));
      }
    };
    write(text("h1"), 24, "bold", "#1f2933");
    write(text(".subtitle"), 16, "normal", "#52606d");
    const copy = drawing.cloneNode(true);
    for (const gone of copy.querySelectorAll("[hidden], .cursor")) gone.remove();
    for (const [key, value] of Object.entries({ x: MARGIN, y: y + 12, width, height })) copy.setAttribute(key, value);
    copy.removeAttribute("style");
    whole.append(copy);
    y += height + 12;
    write(text(".caveat"), 12, "normal", "#52606d");
    const sources = [...document.querySelectorAll(".sources li")].map((item) => item.textContent.trim());
    const more = sources.length > 6 ? ` And ${sources.length - 6} more sources.` : "";
    write(`Sources: ${sources.slice(0, 6).join(" ")}${more}`, 11, "normal", "#52606d");
    whole.setAttribute("width", width + 2 * MARGIN);
    whole.setAttribute("height", Math.ceil(y + MARGIN));
    whole.setAttribute("viewBox", `0 0 ${width + 2 * MARGIN} ${Math.ceil(y + MARGIN)}`);
    paper.setAttribute("height", Math.ceil(y + MARGIN));
    return { xml: new XMLSerializer().serializeToString(whole), width: width + 2 * MARGIN, height: Math.ceil(y + MARGIN) };
  }

  async function painted({ xml, width, height }) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(xml)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * PNG_SCALE;
    canvas.height = height * PNG_SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/png"); });
  }

  // Cells as CSV; one that a spreadsheet would run as a formula is kept a text.
  function csv(table) {
    const cell = (it) => {
      const words = it.textContent.trim();
      return `"${(/^[=@\t\r]|^[-+](?![\d.])/.test(words) ? `'${words}` : words).replace(/"/g, '""')}"`;
    };
    return [...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(cell).join(",")).join("\r\n") + "\r\n";
  }

  function save(blob, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name()}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function button(place, label, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", action);
    place.append(made);
  }

  for (const drawing of document.querySelectorAll("figure svg")) {
    if (drawing.parentElement.closest("svg")) continue;
    const place = document.createElement("p");
    place.className = "downloads";
    button(place, "Save as SVG", () => save(new Blob([standalone(drawing).xml], { type: "image/svg+xml" }), "svg"));
    button(place, "Save as PNG", async () => save(await painted(standalone(drawing)), "png"));
    const table = document.getElementById("twin");
    if (table) button(place, "Save the table as CSV", () => save(new Blob([`\ufeff${csv(table)}`], { type: "text/csv" }), "csv"));
    button(place, "Save the sources as BibTeX", () => save(new Blob([JSON.parse(document.getElementById("bibtex").textContent)], { type: "application/x-bibtex" }), "bib"));
    drawing.closest("figure").append(place);
  }
})();
