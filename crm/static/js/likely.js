// While a person or an organisation is typed, those that are likely there already appear.
// A form [data-likely] of one record, or a row [data-likely-people][data-likely-organisations] that
// names somebody, holds a place [data-likely-list] for what the server answers. Nothing is blocked.
"use strict";
(() => {
  const WAIT_MS = 250;
  const SHORTEST = 3; // letters

  const waiting = new WeakMap(); // box -> what is on its way

  const last = (name) => name.replace(/^.*-/, ""); // participants-0-name

  const hide = (list) => {
    list.replaceChildren();
    list.hidden = true;
  };

  const ask = async (box, url, params) => {
    const list = box.querySelector("[data-likely-list]");
    waiting.get(box)?.abort();
    const asking = new AbortController();
    waiting.set(box, asking);
    let text = "";
    try {
      const answer = url
        ? await fetch(`${url}?${params}`, { signal: asking.signal, credentials: "same-origin" })
        : null;
      if (answer?.ok && !answer.redirected) text = await answer.text();
    } catch {
      if (asking.signal.aborted) return; // a later letter asks anew
    }
    if (asking.signal.aborted || list.dataset.said === text) return;
    list.dataset.said = text;
    if (!text) return hide(list);
    const page = new DOMParser().parseFromString(text, "text/html");
    list.replaceChildren(...page.body.childNodes);
    list.hidden = false;
  };

  // The form of one record ------------------------------------------------------------------
  const askOfForm = (form) => {
    const params = new URLSearchParams();
    for (const name of form.dataset.likelyFields.split(" ")) {
      const value = form.elements[name]?.value.trim();
      if (value) params.append(name, value);
    }
    const isLong = [...params.values()].some((value) => value.length >= SHORTEST);
    if (form.dataset.likelyBesides) params.append("besides", form.dataset.likelyBesides);
    ask(form, isLong ? form.dataset.likely : null, params);
  };

  const leave = (link) => {
    const list = link.closest("[data-likely-list]");
    const question = list.querySelector("[data-likely-ask]");
    question.hidden = false;
    const open = question.querySelector("[data-likely-leave]");
    open.href = link.href;
    open.focus();
    question.querySelector("[data-likely-stay]").onclick = () => {
      question.hidden = true;
      link.focus();
    };
  };

  // A row of somebody taking part -----------------------------------------------------------
  const askOfRow = (row, field) => {
    const kind = row.querySelector("select[name$=kind]")?.value;
    const isPerson = last(field.name) === "name" && kind === "person";
    const isPlace = last(field.name) === "organisation" || kind === "organisation";
    const url = isPerson ? row.dataset.likelyPeople : isPlace ? row.dataset.likelyOrganisations : null;
    const typed = field.value.trim();
    row.dataset.likelyAbout = field.name;
    const list = row.querySelector("[data-likely-list]");
    const below = last(field.name) === "name" && row.querySelector(":scope > .wide");
    if (below) below.before(list);
    else field.closest(".sk-f").after(list);
    const params = new URLSearchParams({ name: typed, take: "1" });
    ask(row, typed.length >= SHORTEST ? url : null, params);
  };

  const chosenOf = (row, field, isMade) => {
    const name = field.name.replace(/name$/, "chosen");
    const known = row.querySelector(`[name="${CSS.escape(name)}"]`);
    if (known || !isMade) return known;
    const made = Object.assign(document.createElement("input"), { type: "hidden", name });
    row.append(made);
    return made;
  };

  const forget = (row, field) => {
    if (last(field.name) !== "name") return;
    const chosen = chosenOf(row, field, false);
    if (chosen?.type === "hidden") chosen.remove();
    else if (chosen) chosen.value = "";
  };

  const take = (button) => {
    const row = button.closest("[data-likely-people]");
    const field = row.querySelector(`[name="${CSS.escape(row.dataset.likelyAbout)}"]`);
    field.value = button.dataset.name;
    if (last(field.name) === "name" && row.querySelector("select[name$=kind]").value === "person") {
      chosenOf(row, field, true).value = button.dataset.id;
    }
    const list = row.querySelector("[data-likely-list]");
    list.dataset.said = "";
    hide(list);
    field.focus();
  };

  // -----------------------------------------------------------------------------------------
  const timers = new WeakMap();
  const soon = (box, work) => {
    clearTimeout(timers.get(box));
    timers.set(box, setTimeout(work, WAIT_MS));
  };

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.name) return;
    const row = field.closest("[data-likely-people]");
    const form = field.closest("form[data-likely]");
    if (row && ["name", "organisation"].includes(last(field.name))) {
      forget(row, field);
      soon(row, () => askOfRow(row, field));
    } else if (form && form.dataset.likelyFields.split(" ").includes(field.name)) {
      form.dataset.typed = "yes";
      soon(form, () => askOfForm(form));
    } else if (form) {
      form.dataset.typed = "yes";
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-likely-take]");
    if (button) return take(button);
    const link = event.target.closest("a[data-likely-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // into a tab of its own
    event.preventDefault();
    leave(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const list = event.target.closest?.("form[data-likely], [data-likely-people]")?.querySelector("[data-likely-list]");
    if (list) hide(list);
  });

  // A form that came back with what was typed asks at once.
  for (const form of document.querySelectorAll("form[data-likely][data-likely-now]")) askOfForm(form);
})();
