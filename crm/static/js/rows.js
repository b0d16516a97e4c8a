// Rows in a form: [data-rows] holds rows [data-row], a <template> whose names contain __index__
// (and __number__ for people), a button [data-row-add] and a button [data-row-remove] in each row.
// Without script both are submit buttons the server answers with the form; here they act at once,
// and below a row one begins to fill in the next one is there already.
"use strict";
(() => {
  const FIELDS = "input:not([type=hidden]), select, textarea";

  const rowsOf = (box) => [...box.querySelectorAll("[data-row]")];

  /** The first index no field of the box uses; gaps are welcome to WTForms' FieldList. */
  const nextIndex = (box) => {
    const used = [...box.querySelectorAll("[data-row] [name]")].map((field) => {
      const numbers = field.name.match(/-(\d+)(?=-|$)/);
      return numbers ? Number(numbers[1]) : -1;
    });
    return Math.max(-1, Number(box.dataset.lastIndex ?? -1), ...used) + 1;
  };

  const fill = (root, index, number) => {
    const put = (text) => text.replaceAll("__index__", index).replaceAll("__number__", number);
    for (const element of root.querySelectorAll("*")) {
      for (const attribute of [...element.attributes]) {
        if (attribute.value.includes("__")) element.setAttribute(attribute.name, put(attribute.value));
      }
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && node.data.includes("__")) node.data = put(node.data);
      }
    }
  };

  const renumber = (box) => {
    rowsOf(box).forEach((row, position) => {
      const label = row.querySelector("[data-row-number]");
      if (label) label.textContent = position + 1;
    });
  };

  const say = (box, text) => {
    if (!text) return;
    const region = box.querySelector("[data-rows-live]");
    region.textContent = text.replace("{count}", rowsOf(box).length);
  };

  /** One more row at the end; the focus goes there unless somebody is typing in the one above. */
  const add = (box, isTyping = false) => {
    const template = box.querySelector("template");
    const index = nextIndex(box);
    const piece = template.content.cloneNode(true);
    fill(piece, index, rowsOf(box).length + 1);
    const row = piece.querySelector("[data-row]");
    (box.querySelector("[data-row-list]") ?? template.parentNode).insertBefore(
      piece,
      box.querySelector("[data-row-list]") ? null : template,
    );
    box.dataset.lastIndex = index;
    renumber(box);
    row.dispatchEvent(new CustomEvent("sk:added", { bubbles: true }));
    if (isTyping) row.dataset.rowSpare = "";
    else enter(row);
    say(box, box.dataset.added);
  };

  const enter = (row) => [...row.querySelectorAll(FIELDS)].find((one) => one.tabIndex >= 0)?.focus();

  const remove = (box, row) => {
    const rows = rowsOf(box);
    const neighbour = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    box.dataset.lastIndex = nextIndex(box) - 1; // an index is not given twice
    row.remove();
    renumber(box);
    const target = neighbour?.querySelector("[data-row-remove]") ?? box.querySelector("[data-row-add]");
    target?.focus();
    say(box, box.dataset.removed);
  };

  for (const box of document.querySelectorAll("[data-rows]")) {
    if (!box.querySelector("template") || !box.querySelector("[data-row-add]")) continue;
    const live = document.createElement("div");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    live.dataset.rowsLive = "";
    box.append(live);
    // The empty rows were for people without a script.
    for (const row of box.querySelectorAll("[data-row-blank]")) row.remove();

    box.addEventListener("input", (event) => {
      const row = event.target.closest("[data-row]");
      if (!row || !event.target.value) return;
      delete row.dataset.rowSpare;
      if (row === rowsOf(box).at(-1)) add(box, true);
    });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-add], [data-row-remove]");
      if (!button || button.closest("[data-rows]") !== box) return;
      event.preventDefault();
      const spare = box.querySelector("[data-row-spare]");
      if (button.matches("[data-row-remove]")) remove(box, button.closest("[data-row]"));
      else if (spare) enter(spare);
      else add(box);
    });
  }
})();
