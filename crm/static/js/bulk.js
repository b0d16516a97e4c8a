// Choosing records of a list, on several pages of it: what is ticked goes on being ticked when the
// reader turns the page. Without this the rows of one page are chosen, or all that match.
"use strict";
(() => {
  const nameOf = (address) => `sk-choose ${address}`;

  // The page of the change itself: once it is sent the choice is over.
  const doing = document.querySelector("form[data-choose-do]");
  doing?.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    try {
      sessionStorage.removeItem(nameOf(doing.dataset.chooseDo));
    } catch {
      // No store, no choice kept.
    }
  });

  const bar = document.querySelector("details[data-choose]");
  const form = document.getElementById("sk-choose");
  if (!bar || !form) return;

  const boxes = [...document.querySelectorAll("input[name=ids][form=sk-choose]")];
  const pageBox = document.querySelector("[data-choose-page]");
  const allBox = form.querySelector("input[name=all]");
  const said = form.querySelector("[data-choose-said]");
  const count = bar.querySelector("[data-choose-count]");
  const clear = form.querySelector("[data-choose-none]");
  const hint = said.textContent;
  const noteName = nameOf(bar.dataset.choose);

  const idOf = (value) => value.split(":")[0];

  /** What is ticked on other pages: id → value of its box. */
  const elsewhere = new Map();

  const read = () => {
    try {
      return JSON.parse(sessionStorage.getItem(noteName) || "[]");
    } catch {
      return [];
    }
  };

  const note = (values) => {
    try {
      if (values.length) sessionStorage.setItem(noteName, JSON.stringify(values));
      else sessionStorage.removeItem(noteName);
    } catch {
      // No store: the choice holds for this page.
    }
  };

  const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);

  const show = () => {
    const here = ticked().length;
    const total = here + elsewhere.size;
    count.textContent = total ? String(total) : "";
    said.textContent = total ? said.dataset.text.replace("{count}", total) : hint;
    if (elsewhere.size) said.textContent += `, ${said.dataset.apart.replace("{count}", elsewhere.size)}`;
    said.toggleAttribute("data-chosen", total > 0); // the number stands in the button, too
    clear.hidden = !total;
    pageBox.checked = here > 0 && here === boxes.length;
    pageBox.indeterminate = here > 0 && here < boxes.length;
    if (total) bar.open = true;
  };

  const changed = () => {
    if (allBox) allBox.checked = false; // who ticks rows means those
    note([...elsewhere.values(), ...ticked()]);
    show();
  };

  const byId = new Map(boxes.map((box) => [idOf(box.value), box]));
  for (const value of read()) {
    const box = byId.get(idOf(value));
    if (box) box.checked = true;
    else elsewhere.set(idOf(value), value);
  }
  pageBox.hidden = false;
  show();

  let last = null;
  for (const box of boxes) {
    // With Shift everything between two boxes is ticked like the second.
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last && last !== box) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
      }
      last = box;
    });
    box.addEventListener("change", changed);
  }

  pageBox.addEventListener("change", () => {
    for (const box of boxes) box.checked = pageBox.checked;
    changed();
  });

  clear.addEventListener("click", () => {
    elsewhere.clear();
    for (const box of boxes) box.checked = false;
    changed();
    bar.querySelector("summary").focus();
  });

  form.addEventListener("formdata", (event) => {
    for (const value of elsewhere.values()) event.formData.append("ids", value);
  });

  // All that match, in place of single ones: every row of the page shows it.
  allBox?.addEventListener("change", () => {
    const isAll = allBox.checked;
    elsewhere.clear();
    for (const box of boxes) box.checked = isAll;
    changed();
    allBox.checked = isAll;
    if (!isAll) return;
    note([]); // the filters say which
    count.textContent = "";
    said.textContent = allBox.dataset.text;
  });

  // X ticks the row that holds the focus, or takes the tick off (keys: seriktes.js).
  document.addEventListener("sk-key", (event) => {
    if (event.detail !== "KeyX") return;
    const box = document.activeElement?.closest("tr")?.querySelector("input[name=ids]");
    if (!box) return;
    box.click();
    event.preventDefault();
  });
})();
