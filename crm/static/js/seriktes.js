// What every page gains from a script: keys, menus, toasts, one submit a form.
// All of it works without: menus are <details>, toasts are lines above the title, as on a phone.
"use strict";
(() => {
  const TOAST_MS = 10_000;
  const RESEND_MS = 8_000;

  const isTyping = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("input, select, textarea, [role=combobox]"));

  // Keys ----------------------------------------------------------------------
  // By the physical key: on a Kazakh layout the key N types «т» and the slash key «.».
  const keysDialog = document.getElementById("sk-keys");

  /** The browser's own note, or null where it keeps none. */
  const noted = () => {
    try {
      return localStorage.getItem("sk-keys");
    } catch {
      return null;
    }
  };

  const keysAreOn = () => document.documentElement.dataset.keys !== "off" && noted() !== "off";

  const openKeys = () => {
    if (keysDialog && !keysDialog.open) keysDialog.showModal();
  };

  const isInMain = (element) => Number(Boolean(element.closest("main")));

  const focusSearch = () => {
    const candidates = [...document.querySelectorAll("[data-key=search]")];
    candidates.sort((one, other) => isInMain(other) - isInMain(one)); // the list's own first
    const visible = candidates.find((field) => field.offsetParent !== null);
    if (!visible) return false;
    visible.focus();
    if (visible.select) visible.select();
    return true;
  };

  /** The new record of this list; elsewhere the menu of all that can be added. */
  const followNew = () => {
    const link = document.querySelector("a[data-key=new]");
    if (link) link.click();
    return Boolean(link) || openMenu(document.querySelector("details[data-menu=new]"));
  };

  const openMenu = (menu) => {
    if (!menu) return false;
    menu.open = true;
    menu.querySelector(".sk-pop a").focus();
    return true;
  };

  const actionFor = (event) => {
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
      return () => {
        openKeys();
        return true;
      };
    }
    if (event.shiftKey) return null;
    if (event.code === "Slash" || event.key === "/") return focusSearch;
    if (event.code === "KeyN") return followNew;
    // What only some pages know, lists for one.
    const asked = new CustomEvent("sk-key", { detail: event.code, cancelable: true });
    return () => !document.dispatchEvent(asked);
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return closeMenus(null, true);
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (!keysAreOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const action = actionFor(event);
    if (action && action()) event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", openKeys);
  }

  const keysSwitch = document.querySelector("[data-keys-switch]");
  if (keysSwitch) {
    keysSwitch.checked = keysAreOn();
    keysSwitch.addEventListener("change", () => {
      try {
        localStorage.setItem("sk-keys", keysSwitch.checked ? "on" : "off");
      } catch {
        document.documentElement.dataset.keys = keysSwitch.checked ? "on" : "off"; // this page only
      }
    });
  }

  // Menus ---------------------------------------------------------------------
  const MENUS = "details.sk-drop-menu, details.sk-menu";

  /** Close every open menu that does not hold `keep`; after Esc the focus goes back. */
  function closeMenus(keep, byKey = false) {
    for (const menu of document.querySelectorAll(MENUS)) {
      if (!menu.open || (keep && holds(menu, keep))) continue;
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (byKey && hadFocus) menu.querySelector("summary").focus();
    }
  }

  const holds = (menu, element) =>
    menu.contains(element) ||
    (menu.matches(".sk-menu") && document.getElementById("side")?.contains(element));

  const STEPS = { ArrowDown: 1, ArrowUp: -1 };

  /** Arrows go through the links of an open menu, round and round. */
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const menu = step && event.target.closest(MENUS);
    if (!menu?.open || isTyping(event.target)) return;
    const links = [...menu.querySelectorAll(".sk-pop a, .sk-pop button")];
    if (!links.length) return; // the phone's navigation stands elsewhere: the page scrolls
    const next = links.indexOf(event.target) + step;
    links.at(next === links.length ? 0 : Math.max(next, -1))?.focus();
    event.preventDefault();
  });

  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));

  // A list that would leave the window at the right hangs from its right edge instead.
  document.addEventListener(
    "toggle",
    (event) => {
      const pop = event.target.open && event.target.querySelector(":scope > .sk-pop-l");
      if (pop && pop.getBoundingClientRect().right > window.innerWidth - 8) {
        pop.classList.remove("sk-pop-l");
      }
    },
    true,
  );

  // Whoever opens a small form begins to type in it at once.
  const TYPED = "textarea, select, input:not([type=hidden], [type=checkbox], [type=radio])";
  document.addEventListener(
    "toggle",
    ({ target }) => {
      const isOpenedByHand = target.open && document.activeElement?.parentElement === target;
      if (isOpenedByHand) target.querySelector(`form :is(${TYPED})`)?.focus();
    },
    true,
  );

  // Toasts --------------------------------------------------------------------
  const toasts = document.getElementById("sk-toasts");

  const leaveLater = (toast) => {
    let timer;
    const stay = () => clearTimeout(timer);
    const wait = () => {
      stay();
      if (!toast.matches(":hover, :focus-within")) timer = setTimeout(() => toast.remove(), TOAST_MS);
    };
    toast.addEventListener("focusin", stay);
    toast.addEventListener("mouseenter", stay);
    toast.addEventListener("focusout", () => setTimeout(wait));
    toast.addEventListener("mouseleave", () => setTimeout(wait));
    wait();
  };

  // On a phone a toast would lie on the next buttons: the lines stay above the title.
  if (toasts && !window.matchMedia("(max-width: 899.98px)").matches) {
    for (const line of document.querySelectorAll(".sk-flash [data-toast]")) {
      line.className = line.dataset.toast;
      toasts.append(line);
      leaveLater(line);
    }
  }

  const say = (text) => {
    const toast = document.createElement("div");
    toast.className = "sk-toast sk-toast-done";
    toast.append(Object.assign(document.createElement("span"), { textContent: text }));
    toasts?.append(toast);
    leaveLater(toast);
  };

  // Copying -------------------------------------------------------------------
  /** Select what `element` shows and copy that: over plain http there is no clipboard to write to. */
  const copySelected = (element) => {
    const selection = getSelection();
    selection.selectAllChildren(element);
    const isCopied = document.execCommand("copy");
    if (isCopied) selection.removeAllRanges(); // else it stays selected, to be copied by hand
    return isCopied;
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    const shown = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      const isCopied = navigator.clipboard
        ? await navigator.clipboard.writeText(shown.innerText).then(() => true, () => false)
        : false;
      if (isCopied || copySelected(shown)) say(button.dataset.copied);
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // Forms ---------------------------------------------------------------------
  // A second press while the first is on its way would record the same thing twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, RESEND_MS); // the answer may have been a download
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // After a refused form the summary of what is wrong is read first. Whoever comes by a link to a
  // step, or to a form that holds nothing yet, begins to type in it at once.
  const firstTyped = (part) =>
    [...part.querySelectorAll(`form :is(${TYPED})`)].find((field) => field.checkVisibility());

  /** The first field of a form that is new; null where something is to be read first. */
  const firstOfNew = () => {
    const main = document.querySelector("main");
    if (!main?.querySelector("form > .sk-bar") || main.querySelector("[autofocus]")) return null;
    const field = firstTyped(main);
    return field?.matches("input, textarea") && !field.value ? field : null;
  };

  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (document.querySelector("[data-focus]")) document.querySelector("[data-focus]").focus();
  else if (!named) firstOfNew()?.focus();
  else if (named.matches("details[open]")) {
    // Not before the browser has gone there itself: that takes the focus away.
    addEventListener("load", () => requestAnimationFrame(() => firstTyped(named)?.focus()));
  }
})();
