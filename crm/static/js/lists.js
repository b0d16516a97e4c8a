// Lists: what is set of one opens over it, and columns are put in order. Without this script the
// same forms are pages of their own, and the arrows are submit buttons.
"use strict";
(() => {
  // Columns -------------------------------------------------------------------
  /** Let the columns of `form` be moved by its arrows, by arrow keys and by the mouse. */
  const arrange = (form) => {
    const list = form.querySelector("ol");
    const live = form.querySelector("[data-live]");
    let held = null;

    const move = (item, next, focused) => {
      list.insertBefore(item, next);
      focused?.focus();
      const place = [...list.children].indexOf(item) + 1;
      live.textContent = form.dataset.moved.replace("{place}", place);
    };

    const step = (item, isUp, focused) => {
      const goal = isUp ? item.previousElementSibling : item.nextElementSibling?.nextElementSibling;
      if (isUp ? goal : item.nextElementSibling) move(item, goal ?? null, focused);
    };

    list.addEventListener("click", (event) => {
      const button = event.target.closest("button[name=up], button[name=down]");
      if (!button) return;
      event.preventDefault();
      step(button.closest("li"), button.name === "up", button);
    });
    list.addEventListener("keydown", (event) => {
      const item = event.target.closest("li");
      if (!item || (event.code !== "ArrowUp" && event.code !== "ArrowDown")) return;
      event.preventDefault();
      step(item, event.code === "ArrowUp", event.target);
    });

    for (const item of list.children) item.draggable = true;
    list.addEventListener("dragstart", (event) => {
      held = event.target.closest("li");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", held.textContent.trim()); // Firefox drags nothing without
    });
    list.addEventListener("dragover", (event) => {
      const over = event.target.closest("li");
      if (!held || !over || over === held) return;
      event.preventDefault();
      const { top, height } = over.getBoundingClientRect();
      const isAfter = event.clientY > top + height / 2;
      list.insertBefore(held, isAfter ? over.nextElementSibling : over);
    });
    list.addEventListener("drop", (event) => event.preventDefault());
    list.addEventListener("dragend", () => {
      held = null;
    });
  };

  for (const form of document.querySelectorAll("form[data-columns]")) arrange(form);

  // Forms over the list ---------------------------------------------------------
  /** Show the part of the page at `url` that is meant for a window; false when that cannot be. */
  const openOver = async (url) => {
    let page;
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return false;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return false;
    }
    const content = page.querySelector("[data-in-dialog]");
    if (!content) return false;
    const dialog = document.createElement("dialog");
    dialog.className = "sk-dialog sk-dialog-list";
    const heading = content.querySelector("h1");
    const title = Object.assign(document.createElement("h2"), { textContent: heading.textContent });
    title.id = "sk-dialog-title";
    heading.replaceWith(title);
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.append(document.adoptNode(content));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
      const cancel = event.target.closest(".sk-bar a");
      if (event.target !== dialog && !cancel) return;
      event.preventDefault();
      dialog.close();
    });
    document.body.append(dialog);
    for (const form of dialog.querySelectorAll("form[data-columns]")) arrange(form);
    dialog.showModal();
    return true;
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (!(await openOver(link.href))) location.assign(link.href);
  });

  // Rows by keyboard ------------------------------------------------------------
  const firstLinks = () =>
    [...document.querySelectorAll("main table.sk-table tbody tr")]
      .map((row) => row.querySelector("th a[href]") ?? row.querySelector("a[href]"))
      .filter(Boolean);

  /** Put the focus on the row `step` further than the one it is in; at an end it stays. */
  const walk = (step) => {
    const links = firstLinks();
    if (!links.length) return false;
    const row = document.activeElement?.closest("main table.sk-table tbody tr");
    const here = row ? links.findIndex((link) => row.contains(link)) : -1;
    const goal = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
    const link = links[Math.min(Math.max(goal, 0), links.length - 1)];
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
    return true;
  };

  const turn = (rel) => {
    const link = document.querySelector(`.sk-pager a[rel=${rel}]`);
    link?.click();
    return Boolean(link);
  };

  const ACTIONS = {
    KeyJ: () => walk(1),
    KeyK: () => walk(-1),
    BracketLeft: () => turn("prev"),
    BracketRight: () => turn("next"),
  };

  // Sent by seriktes.js, which knows when keys are off.
  document.addEventListener("sk-key", (event) => {
    if (ACTIONS[event.detail]?.()) event.preventDefault();
  });
})();
