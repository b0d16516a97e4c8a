// Suggestions under a search field while one types (ARIA 1.2 combobox with a listbox).
// Without it the field is a plain form that leads to the page of the search.
"use strict";
(() => {
  const WAIT_MS = 120;
  let counter = 0;

  function enhance(input) {
    counter += 1;
    const list = document.createElement("ul");
    list.id = `sk-suggest-${counter}`;
    list.className = "sk-suggest";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels[0]?.textContent.trim());
    const live = document.createElement("span");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    input.after(list, live);

    const set = (name, value) => input.setAttribute(name, value);
    input.autocomplete = "off";
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", list.id);

    let timer;
    let asking;
    let active = -1;

    const setActive = (position) => {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = position;
      const item = list.children[active];
      item?.setAttribute("aria-selected", "true");
      item?.scrollIntoView({ block: "nearest" });
      if (item) set("aria-activedescendant", item.id);
      else input.removeAttribute("aria-activedescendant");
    };

    const close = () => {
      clearTimeout(timer);
      asking?.abort();
      list.hidden = true;
      set("aria-expanded", "false");
      setActive(-1);
    };

    const show = (html) => {
      const made = document.createElement("template");
      made.innerHTML = html;
      list.replaceChildren(...made.content.children);
      [...list.children].forEach((item, position) => {
        item.id = `${list.id}-${position}`;
      });
      active = -1;
      input.removeAttribute("aria-activedescendant");
      const count = list.querySelectorAll("[data-hit]").length;
      const texts = document.body.dataset;
      live.textContent = count ? texts.textMatches.replace("{count}", count) : texts.textNothing;
      list.hidden = count === 0;
      set("aria-expanded", String(!list.hidden));
    };

    const ask = async () => {
      asking?.abort();
      asking = new AbortController();
      const { signal } = asking;
      const url = new URL(input.dataset.suggest, location.href);
      url.searchParams.set("q", input.value);
      try {
        const answer = await fetch(url, { signal });
        const html = await answer.text();
        if (!signal.aborted && answer.ok && !answer.redirected) show(html);
      } catch {
        // Typed on, or no connection: the form still leads to the page of the search.
      }
    };

    const follow = (item) => location.assign(item.dataset.url);

    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (input.value.trim()) timer = setTimeout(ask, WAIT_MS);
      else close();
    });
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) follow(item);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      const count = list.children.length;
      if (event.key in steps && !list.hidden) {
        event.preventDefault();
        const from = active < 0 && steps[event.key] < 0 ? count : active;
        setActive((from + steps[event.key] + count) % count);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        follow(list.children[active]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault(); // the browser would empty the field
        event.stopPropagation();
        close();
      }
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(enhance);
})();
