// Asks the questions in an order of chance, shows the evidence after each answer, and forgets all when the page is closed.
"use strict";
(() => {
  const { questions, sources, plot } = JSON.parse(document.getElementById("data").textContent);
  const part = (id) => document.getElementById(id);
  const drawing = part("chart");
  const sheet = { box: drawing.getAttribute("viewBox"), label: drawing.getAttribute("aria-label") };
  const BAR = 38;
  let order;
  let at;
  let right;

  function shuffled(items) {
    const mixed = [...items];
    for (let i = mixed.length - 1; i > 0; i -= 1) {
      const j = Math.floor(Math.random() * (i + 1));
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    return mixed;
  }

  function made(tag, attributes, text = "") {
    const svg = ["text", "rect", "path", "g"].includes(tag);
    const it = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
    it.textContent = text;
    return it;
  }

  function option(text, i) {
    const label = made("label", {});
    label.append(made("input", { type: "radio", name: "option", value: i, required: "" }), made("span", {}, text));
    return label;
  }

  function say(answered) {
    const number = `question ${at + 1} of ${order.length}`;
    part("score").textContent = answered ? `${right} of ${answered} right; ${number}` : number;
  }

  function ask() {
    const question = questions[order[at]];
    part("question").textContent = question.text;
    const places = question.options.map((_, i) => i);
    const shown = question.kind === "how often" ? places : shuffled(places);
    part("options").replaceChildren(...shown.map((i) => option(question.options[i], i)));
    part("verdict").textContent = "";
    part("verdict").className = "";
    part("quiz").classList.remove("answered");
    part("why").hidden = true;
    part("answer").hidden = false;
    part("next").hidden = true;
    part("sheet").toggleAttribute("hidden", false);
    part("evidence").toggleAttribute("hidden", true);
    drawing.setAttribute("viewBox", sheet.box);
    drawing.setAttribute("aria-label", sheet.label);
    say(at);
  }

  // A bar an answer; of a range one bar, and the range as a band behind it.
  function draw(question) {
    const bottom = 40 + BAR * question.bars.length;
    const marks = [made("text", { class: "of", y: 20 }, question.of)];
    if (question.band) {
      const [from, to] = question.band;
      marks.push(made("rect", { class: "in-range", x: from, y: 32, width: to - from, height: bottom - 30 }));
    }
    for (const [x, label] of question.ticks) {
      marks.push(made("path", { class: "rule", d: `M${x} 32V${bottom + 4}` }), made("text", { class: "step", x, y: bottom + 22 }, label));
    }
    question.bars.forEach((bar, i) => {
      const y = 40 + i * BAR;
      const is = question.band || i === question.right ? " true" : "";
      const [end, low, high] = bar.x;
      marks.push(
        made("text", { class: `item${is}`, x: plot[0] - 10, y: y + 22 }, (is ? "✓ " : "") + bar.name),
        made("rect", { class: `share-bar${is}`, x: plot[0], y: y + 3, width: Math.max(1, end - plot[0]), height: 26 }),
        made("path", { class: "between", d: `M${low} ${y + 16}H${high}M${low} ${y + 10}v12M${high} ${y + 10}v12` }),
        made("text", { class: `number${is}`, x: plot[1] + 20, y: y + 22 }, `${bar.share}, ${bar.bounds}`),
      );
    });
    marks.push(made("path", { class: "between", d: `M${plot[1] + 50} ${bottom + 16}h30m0 -6v12m-30 -12v12` }), made("text", { class: "step end", x: plot[1] + 90, y: bottom + 22 }, "95 % interval"));
    part("evidence").replaceChildren(...marks);
    part("sheet").toggleAttribute("hidden", true);
    part("evidence").toggleAttribute("hidden", false);
    drawing.setAttribute("viewBox", `0 0 1192 ${bottom + 32}`);
    drawing.setAttribute("aria-label", `${question.of} ${question.bars.map((bar) => `${bar.name}: ${bar.share}, ${bar.bounds}`).join("; ")}`);
  }

  function judge(chosen) {
    const question = questions[order[at]];
    const is = chosen === question.right;
    right += is ? 1 : 0;
    for (const label of part("options").children) {
      const input = label.firstElementChild;
      const place = Number(input.value);
      input.disabled = true;
      if (place === question.right) {
        label.className = "right";
        label.append(made("span", { class: "mark" }, "✓ right answer"));
      } else if (place === chosen) {
        label.className = "wrong";
        label.append(made("span", { class: "mark" }, "✗ your answer"));
      }
    }
    const last = at === order.length - 1;
    const counted = question.bars[question.band ? 0 : question.right];
    const fact = `${question.options[question.right]}${question.band ? " of 100" : ""}: ${counted.share}`;
    part("verdict").textContent = `${is ? "✓ Right," : "✗ Wrong, it is"} ${fact}.${last ? " That was the last question." : ""}`;
    part("verdict").className = is ? "is-right" : "is-wrong";
    part("star").hidden = ![question.of, ...question.options].some((text) => text.includes("*"));
    part("command").textContent = question.command;
    part("source").textContent = `Source: ${sources[question.source]}`;
    draw(question);
    part("quiz").classList.add("answered");
    part("why").hidden = false;
    part("answer").hidden = true;
    part("next").hidden = last;
    say(at + 1);
    part(last ? "again" : "next").focus();
  }

  function start() {
    order = shuffled(questions.keys());
    at = 0;
    right = 0;
    ask();
  }

  const first = () => part("options").querySelector("input").focus();
  part("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = part("options").querySelector("input:checked");
    if (chosen && part("next").hidden && !chosen.disabled) judge(Number(chosen.value));
  });
  part("next").addEventListener("click", () => {
    at += 1;
    ask();
    first();
  });
  part("again").addEventListener("click", () => {
    start();
    first();
  });
  part("answers").append(document.querySelector(".twin"));
  part("ask").hidden = false;
  start();
  document.documentElement.dataset.ready = "true";
})();
