"use strict";
// What a page that is complete without a script gets from one: the choice of a
// colour scheme, tables that can be sorted and filtered, and tooltips that
// work with a mouse, a finger and the keyboard.
(function () {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  root.classList.add("js");

  const make = (tag, set, ...within) => {
    const element = Object.assign(document.createElement(tag), set);
    element.append(...within);
    return element;
  };

  // The colour scheme: the system's until the button is pressed.
  function theme() {
    const button = document.querySelector("nav .theme");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const now = () => root.dataset.theme || (dark.matches ? "dark" : "light");
    const name = () => { button.textContent = now() === "dark" ? "Light theme" : "Dark theme"; };
    button.addEventListener("click", () => {
      root.dataset.theme = now() === "dark" ? "light" : "dark";
      name();
    });
    dark.addEventListener("change", name);
    button.hidden = false;
    name();
  }

  // The table of contents: folded where it lies above the page, and always
  // showing where the reader is.
  function contents() {
    const folder = document.querySelector("nav.toc details");
    const above = matchMedia("(max-width: 1059.98px)");
    const fold = () => { folder.open = !above.matches; };
    const links = new Map(all("nav.toc a").map((a) => [a.hash.slice(1), a]));
    above.addEventListener("change", fold);
    fold();
    for (const link of links.values()) {
      link.addEventListener("click", () => { if (above.matches) folder.open = false; });
    }
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        const link = links.get(entry.target.id);
        if (link) link.setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-15% 0px -75% 0px" });
    for (const section of all("main > section")) seen.observe(section);
  }

  // sort makes the heads of a table buttons: ascending, descending, and as it
  // was. Sorted, the lines of all groups stand together.
  function sort(table) {
    const heads = all("thead th", table);
    const rows = all("tbody tr:not(.group)", table);
    const homes = rows.map((row) => row.parentElement);
    const last = table.tBodies[table.tBodies.length - 1];
    const next = { none: "ascending", ascending: "descending", descending: "none" };
    heads.forEach((head, column) => {
      const kind = head.dataset.sort;
      if (!kind) return;
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const way = next[head.getAttribute("aria-sort") || "none"];
        for (const other of heads) other.removeAttribute("aria-sort");
        table.classList.toggle("flat", way !== "none");
        if (way === "none") {
          rows.forEach((row, i) => homes[i].append(row));
          return;
        }
        head.setAttribute("aria-sort", way);
        last.append(...rows.toSorted(by(column, kind, way === "ascending" ? 1 : -1)));
      });
    });
  }

  // by compares rows by a column; what has no value comes last either way.
  function by(column, kind, sign) {
    const value = (row) => {
      const cell = row.cells[column];
      return cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
    };
    return (a, b) => {
      const x = value(a), y = value(b);
      if (x === "" || y === "") return (x === "") - (y === "");
      if (kind === "number") return sign * (Number(x) - Number(y));
      return sign * x.localeCompare(y, "en", { numeric: true });
    };
  }

  // filter shows the claims that hold every word that is looked for, of the
  // categories that are chosen. It unfolds what it finds.
  function filter(form) {
    const find = form.querySelector("input[type=search]");
    const chosen = all("input[type=checkbox]", form);
    const rows = all("table.verdicts tbody tr:not(.group)");
    const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const shown = form.querySelector(".shown");
    function apply(event) {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      const categories = new Set(chosen.filter((box) => box.checked).map((box) => box.value));
      let n = 0;
      for (const row of rows) {
        row.hidden = !categories.has(row.dataset.verdict) || !words.every((word) => text.get(row).includes(word));
        if (!row.hidden) n++;
      }
      const left = (within) => all("tr:not(.group):not([hidden])", within).length;
      for (const group of all("table.verdicts tr.group")) group.hidden = !left(group.parentElement);
      for (const table of all("table.verdicts")) table.hidden = !left(table);
      for (const fold of all("details.rest")) {
        fold.hidden = !left(fold);
        if (event) fold.open = n < rows.length && !fold.hidden;
      }
      shown.textContent = n === rows.length ? `${n} lines` : `${n} of ${rows.length} lines`;
    }
    form.addEventListener("input", apply);
    form.hidden = false;
    apply();
  }

  // Tooltips. The drawings carry their texts as titles, which browsers show
  // late, to a mouse only, and one at a time; points may lie upon each other.
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  let byKeys = false; // a page that scrolls to a mark keeps its tip

  // Of two drawings of a chart, only the wide one may have the texts.
  const twin = (mark) => {
    const figure = mark.closest("figure"), groups = "g.pt, g.tx, g.ln";
    const at = all(groups, figure.querySelector(".narrow")).indexOf(mark);
    return all(groups, figure.querySelector(".wide"))[at];
  };

  const titleOf = (mark) => {
    const title = mark.querySelector(":scope > title");
    if (!title && mark.dataset.tip === undefined) {
      const other = mark.closest(".narrow") && twin(mark);
      mark.dataset.tip = other ? titleOf(other) : "";
    }
    if (title) { // else the browser would show it as well
      mark.dataset.tip = title.textContent;
      title.remove();
    }
    return mark.dataset.tip;
  };

  function show(texts, x, y) {
    tip.replaceChildren(...texts.map((text) => make("p", {}, text)));
    tip.hidden = false;
    const above = y - tip.offsetHeight - 12;
    tip.style.left = Math.max(8, Math.min(x + 14, root.clientWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (above < 4 ? y + 20 : above) + "px";
  }

  function hide() {
    tip.hidden = true;
    byKeys = false;
    for (const mark of all(".at")) mark.classList.remove("at");
  }

  function point(event) {
    const marks = new Set(document.elementsFromPoint(event.clientX, event.clientY)
      .map((element) => element.closest("svg .pt, svg .tx")).filter(Boolean));
    const texts = Array.from(marks, titleOf).filter(Boolean);
    hide();
    const most = 6;
    if (texts.length > most) texts.splice(most, texts.length, `and ${texts.length - most} more`);
    if (texts.length) show(texts, event.clientX, event.clientY);
  }

  // walk lets the arrow keys go from mark to mark of a drawing.
  function walk(chart) {
    const marks = all(".pt", chart);
    if (!marks.length) return;
    chart.tabIndex = 0;
    chart.setAttribute("role", "group");
    chart.setAttribute("aria-label", "Chart: the arrow keys go through its points");
    let at = -1;
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      if (!step) return;
      event.preventDefault();
      at = at < 0 && step < 0 ? marks.length - 1 : (at + step + marks.length) % marks.length;
      hide();
      marks[at].classList.add("at");
      marks[at].scrollIntoView({ block: "nearest" });
      const box = marks[at].getBoundingClientRect();
      byKeys = true;
      show([titleOf(marks[at])], box.left + box.width / 2, box.top);
    });
    chart.addEventListener("blur", hide);
  }

  // mix says how many workers tasks are worth that wait and compute, by the rule
  // that stands above it.
  function mix(form) {
    const [wait, compute] = all("input", form);
    const out = form.querySelector("output");
    const digits = (v) => (v >= 100 ? v.toFixed(0) : String(Number(v.toPrecision(2))));
    function apply() {
      const w = Number(wait.value), c = Number(compute.value), cpus = Number(form.dataset.cpus);
      if (!(w >= 0) || !(c > 0)) {
        out.textContent = "Both times are numbers of milliseconds, and the second is above zero.";
        return;
      }
      const rate = cpus * Number(form.dataset.efficiency) / c; // tasks a millisecond
      const need = rate * (w + c);
      const least = Math.max(Math.ceil(need - 1e-9), cpus);
      const most = w === 0 ? least : Math.max(Math.ceil(need * 4 / 3 - 1e-9), least);
      out.textContent = `GOMAXPROCS ${cpus}, ${least === most ? least : `${least}–${most}`} workers: ` +
        `at most ${digits(1000 * rate)} tasks a second, each in ${digits(w + c)} to ${digits(most / rate)} ms`;
    }
    form.addEventListener("input", apply);
    form.hidden = false;
    apply();
  }

  // guess hides all that was measured, and asks for the four numbers and for what
  // became of each claim. A guess uncovers its answer.
  function guess(button) {
    const section = document.getElementById("guess"), heading = document.querySelector("h1");
    const score = section.querySelector(".score"), headline = heading.textContent;
    let asked = 0, right = 0;
    // uncover shows an answer beside what was asked, once.
    function uncover(item, good, says, ...answer) {
      if (item.classList.contains("found")) return;
      item.classList.add("found");
      for (const control of all("button, input", item)) {
        control.setAttribute("aria-disabled", "true");
        control.readOnly = true;
      }
      if (good !== undefined) asked++;
      if (good) right++;
      item.append(make("p", { className: "truth" }, says + " ", ...answer));
      score.textContent = `${says} Score: ${right} of ${asked}.`;
    }
    const most = 1.5; // times too high or too low, of a guess that counts as right
    for (const card of all(".card")) {
      const texts = all(".l, .d", card).map((span) => span.textContent), measured = card.querySelector(".n");
      const input = make("input", { type: "number", min: 0, step: "any", required: true });
      const form = make("form", {}, make("label", {}, `${texts[0]}: ${texts[1]} `, input, " ×"), " ", make("button", {}, "Uncover"));
      const item = make("li", {}, form);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const is = Number(measured.dataset.v), off = Math.max(input.value / is, is / input.value);
        uncover(item, is > 0 ? off <= most : undefined, `${off <= most ? "Right" : "Not so"}: ${measured.textContent} was measured.`,
          texts[2] ? `The ${texts[2]}.` : "");
      });
      section.querySelector(".numbers").append(item);
    }
    const claims = all("tr[data-verdict]").filter((row) => !["control", "by definition"].includes(row.dataset.verdict));
    for (const row of claims.toSorted(by(1, "text", 1))) { // as it stands, the table tells
      const verdict = row.dataset.verdict, decided = ["supported", "refuted"].includes(verdict);
      const [says, subject, predicted] = ["summary", ".subject", ".predicted"].map((part) => row.querySelector(part).textContent);
      const item = make("li", {}, make("p", {}, says), make("p", { className: "small" }, `${subject}: ${predicted}`));
      for (const word of ["supported", "refuted"]) {
        const choose = make("button", { type: "button", ariaLabel: `${word}: ${row.cells[1].dataset.v}` }, word);
        choose.addEventListener("click", () => uncover(item, decided ? word === verdict : undefined,
          `${decided ? word === verdict ? "Right" : "Not so" : "This run can't tell"}: ${verdict}.`,
          ...row.querySelector(".c-measured").cloneNode(true).childNodes));
        item.append(choose, " ");
      }
      section.querySelector(".claims").append(item);
    }
    button.addEventListener("click", () => {
      const hidden = root.classList.toggle("guessing");
      section.hidden = !hidden;
      button.textContent = hidden ? "Show all that was measured" : "Guess first";
      heading.textContent = hidden ? "What will this machine show?" : headline;
      for (const link of all("nav.toc a")) {
        link.parentElement.hidden = document.querySelector(link.hash).matches(hidden ? ".answer" : "#guess");
      }
      if (hidden) document.getElementById("guess-h").focus();
    });
    button.hidden = false;
  }

  theme();
  contents();
  all(".mix").forEach(mix);
  all("table.sort").forEach(sort);
  const form = document.querySelector(".filter");
  if (form) filter(form);
  const ask = document.querySelector(".ask");
  if (ask) guess(ask);
  document.body.append(tip);
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("scroll", () => { if (!byKeys) hide(); }, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  all(".chart").forEach(walk);
})();
