// A long <select data-combobox> becomes a field to type into (ARIA 1.2 combobox with a listbox).
// The <select> stays the form's value, and stays in the page: out of sight, not out of reach.
"use strict";
(() => {
  const KAZAKH = {
    ә: "а", қ: "к", ғ: "г", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и", ё: "е",
  };

  const fold = (text) =>
    text.toLowerCase().replace(/[әқғңөұүһіё]/g, (letter) => KAZAKH[letter]).trim();

  const words = (typed) => fold(typed).split(/\s+/).filter(Boolean);

  let counter = 0;

  function enhance(select) {
    if (select.multiple || select.dataset.combobox === "on") return;
    select.dataset.combobox = "on";
    counter += 1;

    const box = document.createElement("div");
    box.className = "sk-combo";
    const input = document.createElement("input");
    input.type = "text";
    input.id = `${select.id || "combo-" + counter}-box`;
    input.className = "form-control";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.disabled = select.disabled;
    const list = document.createElement("ul");
    list.id = `${input.id}-list`;
    list.className = "sk-combo-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    const live = document.createElement("span");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");

    const set = (name, value) => input.setAttribute(name, value);
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", list.id);
    for (const name of ["aria-describedby", "aria-invalid", "aria-label", "aria-labelledby"]) {
      if (select.hasAttribute(name)) set(name, select.getAttribute(name));
    }
    if (select.required) set("aria-required", "true");
    input.classList.toggle("is-invalid", select.classList.contains("is-invalid"));
    const label = select.labels[0];
    if (label) label.htmlFor = input.id;
    list.setAttribute("aria-label", input.getAttribute("aria-label") || label?.textContent.trim() || "…");

    select.before(box);
    box.append(input, list, live, select);
    const arrow = document.querySelector("template#sk-combo-arrow");
    if (arrow) input.after(arrow.content.cloneNode(true));
    select.classList.add("visually-hidden");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");

    const entries = [...select.options].map((option, position) => ({
      option,
      id: `${list.id}-${position}`,
      text: option.text.trim(),
      folded: fold(`${option.text} ${option.parentElement.label ?? ""}`),
    }));
    let shown = [];
    let active = -1;

    const current = () => select.selectedOptions[0]?.text.trim() ?? "";
    const showValue = () => {
      input.value = select.value === "" ? "" : current();
      input.placeholder = select.value === "" ? current() : "";
    };

    const setActive = (position) => {
      list.children[active]?.classList.remove("is-active");
      active = position;
      const item = list.children[active];
      item?.classList.add("is-active");
      item?.scrollIntoView({ block: "nearest" });
      if (item) set("aria-activedescendant", item.id);
      else input.removeAttribute("aria-activedescendant");
    };

    const close = () => {
      list.hidden = true;
      set("aria-expanded", "false");
      setActive(-1);
    };

    const open = (typed) => {
      const wanted = words(typed);
      shown = entries.filter((entry) => wanted.every((word) => entry.folded.includes(word)));
      if (wanted.length) {
        const starts = (entry) => (entry.folded.startsWith(wanted[0]) ? 0 : 1);
        shown.sort((one, other) => starts(one) - starts(other));
      }
      list.replaceChildren(
        ...shown.map((entry) => {
          const item = document.createElement("li");
          item.id = entry.id;
          item.setAttribute("role", "option");
          item.setAttribute("aria-selected", String(entry.option.selected));
          item.textContent = entry.text || "–";
          return item;
        }),
      );
      const texts = document.body.dataset;
      live.textContent = shown.length
        ? (texts.textMatches ?? "{count}").replace("{count}", shown.length)
        : (texts.textNothing ?? "0");
      list.hidden = shown.length === 0;
      set("aria-expanded", String(!list.hidden));
      active = -1;
      const chosen = shown.findIndex((entry) => entry.option.selected);
      setActive(wanted.length ? (shown.length ? 0 : -1) : chosen);
    };

    const pick = (entry) => {
      const changed = !entry.option.selected;
      select.value = entry.option.value;
      showValue();
      close();
      if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
    };

    /** What was typed and left: an exact name is taken, nothing typed means no choice. */
    const settle = () => {
      const typed = fold(input.value);
      const match = typed
        ? entries.find((entry) => fold(entry.text) === typed)
        : entries.find((entry) => entry.option.value === "");
      if (match) pick(match);
      else showValue();
      close();
    };

    input.addEventListener("input", () => open(input.value));
    input.addEventListener("click", () => (list.hidden ? open("") : close()));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", settle);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus
    list.addEventListener("click", (event) => {
      const position = [...list.children].indexOf(event.target.closest("[role=option]"));
      if (position >= 0) pick(shown[position]);
    });
    input.addEventListener("keydown", (event) => {
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in steps) {
        event.preventDefault();
        if (list.hidden) open("");
        else setActive((active + steps[event.key] + shown.length) % shown.length);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        pick(shown[active]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        showValue();
        close();
      }
    });
    select.addEventListener("change", showValue);
    select.addEventListener("focus", () => input.focus()); // links of the error summary
    select.form?.addEventListener("reset", () => setTimeout(showValue));
    showValue();
  }

  const enhanceIn = (root) => root.querySelectorAll("select[data-combobox]").forEach(enhance);
  enhanceIn(document);
  document.addEventListener("sk:added", (event) => enhanceIn(event.target));
})();
