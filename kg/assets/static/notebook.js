// In a notebook, beside a frame: libraries that outputs brought are put into the frames that wait for them.
"use strict";
(() => {
  const held = (window.metastasisKg ??= {});
  for (const brought of document.querySelectorAll("script[data-kg-library]")) held[brought.dataset.kgLibrary] ??= brought.textContent;
  for (const waiting of document.querySelectorAll("iframe[data-kg-needs]")) {
    const name = waiting.dataset.kgNeeds;
    if (!held[name]) continue;
    // A frame of its own: one that is still loading may keep what it loads.
    const frame = waiting.cloneNode();
    frame.removeAttribute("data-kg-needs");
    frame.sandbox.add("allow-scripts");
    frame.srcdoc = waiting.srcdoc.replace(`/* ${name} */`, () => held[name]);
    waiting.replaceWith(frame);
  }
})();
