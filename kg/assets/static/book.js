// Unpacks the pages that this page holds, and shows one in each frame.
"use strict";
const book = (() => {
  const root = document.documentElement;
  const chapters = new Map([...document.querySelectorAll("script[data-chapter]")].map((one) => [one.dataset.chapter, one]));
  const opened = new Map();

  async function unpack(element) {
    const bytes = Uint8Array.from(atob(JSON.parse(element.textContent)), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }
  const parts = unpack(document.getElementById("parts"));

  // The page of a chapter, whole.
  async function page(chapter, name) {
    if (!opened.has(chapter)) opened.set(chapter, unpack(chapters.get(chapter)));
    const shared = await parts;
    const text = (await opened.get(chapter))[name];
    return text.replace(/<\?(\d+)\?>/g, (_, i) => shared[i]);
  }

  // Sources of a page stand in parts, and parts in a page's data block too: one pass is enough, parts hold no parts.
  async function show(frame, chapter, name, mode = "") {
    const marks = `${mode ? ` data-mode="${mode}"` : ""}${root.dataset.theme ? ` data-theme="${root.dataset.theme}"` : ""}`;
    const text = await page(chapter, name);
    const loaded = new Promise((done) => { frame.addEventListener("load", done, { once: true }); });
    frame.srcdoc = text.replace("<html lang=\"en\"", `<html lang="en"${marks}`);
    await loaded;
    frame.title = frame.contentDocument.title;
    frame.contentDocument.addEventListener("keydown", (event) => {
      if (event.defaultPrevented) return;
      document.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, cancelable: true }));
    });
  }

  // Frames as tall as their pages while the page is printed.
  addEventListener("beforeprint", () => {
    for (const frame of document.querySelectorAll(".frames iframe")) frame.style.height = `${frame.contentDocument.documentElement.scrollHeight}px`;
  });
  addEventListener("afterprint", () => {
    for (const frame of document.querySelectorAll(".frames iframe")) frame.style.height = "";
  });

  function onTheme(button, redraw) {
    button.addEventListener("click", () => {
      const dark = root.dataset.theme !== "dark";
      if (dark) root.dataset.theme = "dark";
      else delete root.dataset.theme;
      button.setAttribute("aria-pressed", String(dark));
      redraw();
    });
  }

  return { show, onTheme };
})();
