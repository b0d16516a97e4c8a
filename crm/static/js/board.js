// The board: cards are dragged, or moved by the form behind ⇄. The server has the last word: what it
// refuses goes back, what another has moved goes to where it is.
"use strict";
(() => {
  const board = document.getElementById("board");
  const dialog = document.getElementById("board-move");
  if (!board || !dialog) return; // nothing is here to be moved
  const form = dialog.querySelector("form");
  const live = document.getElementById("board-live");
  const words = document.getElementById("board-words").dataset;
  const WAIT_MS = 15_000;
  const GLIDE_MS = 150;

  const columnOf = (stage) => board.querySelector(`[data-stage="${stage}"]`);
  const stageOf = (card) => card.closest("[data-stage]").dataset.stage;
  const titleOf = (card) => card.querySelector("h3").textContent.trim();

  const say = (text) => {
    live.textContent = text;
  };

  // Places --------------------------------------------------------------------
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

  /** Put `card` into `list` before `next`, or first; a card in the focus keeps it. */
  const put = (card, list, next = list.firstElementChild, glides = false) => {
    const before = card.getBoundingClientRect();
    const focused = card.contains(document.activeElement) ? document.activeElement : null;
    list.insertBefore(card, next && next.parentElement === list ? next : null);
    for (const column of board.children) {
      column.classList.toggle("sk-col-0", !column.querySelector(".sk-card"));
    }
    focused?.focus({ preventScroll: true });
    if (!glides || isCalm.matches) return;
    const after = card.getBoundingClientRect();
    const from = `translate(${before.left - after.left}px, ${before.top - after.top}px)`;
    card.animate([{ transform: from }, { transform: "none" }], GLIDE_MS);
  };

  const toStage = (card, stage, glides = false) => {
    const list = columnOf(stage).querySelector(".cards");
    if (card.parentElement !== list) put(card, list, undefined, glides);
  };

  // Answers -------------------------------------------------------------------
  /** What the server says of the move; status 0: it was not reached, -1: it did not understand. */
  const send = async (card, stage, reason) => {
    const body = new URLSearchParams({
      csrf_token: form.elements.csrf_token.value,
      version: card.dataset.version,
      stage,
      reason,
    });
    try {
      const answer = await fetch(`/projects/${card.dataset.id}/stage`, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
        signal: AbortSignal.timeout(WAIT_MS),
      });
      const kind = answer.headers.get("Content-Type") ?? "";
      if (answer.redirected || !kind.startsWith("application/json")) return { status: -1 };
      return { ...(await answer.json()), status: answer.status };
    } catch {
      return { status: 0 };
    }
  };

  /** `message` with the names of the missing fields, added where it lacks them, as links to where
   * they are filled in. */
  const linked = (message, gaps = []) => {
    const isLacking = gaps.some(({ label }) => !message.includes(label));
    const labels = gaps.map(({ label }) => label).join(", ");
    const pieces = [isLacking ? `${message} ${words.empty} ${labels}` : message];
    for (const { label, url } of gaps) {
      const link = Object.assign(document.createElement("a"), { href: url, textContent: label });
      const rest = pieces.pop();
      const place = rest.indexOf(label);
      pieces.push(rest.slice(0, place), link, rest.slice(place + label.length));
    }
    return pieces;
  };

  let toast;
  const dismiss = () => {
    toast?.remove();
    toast = null;
  };

  /** Say something of a card by its name; it stands until it is closed, or the next one moves. */
  const tell = (title, message, gaps) => {
    dismiss();
    toast = document.getElementById("board-toast").content.firstElementChild.cloneNode(true);
    toast.querySelector("span").append(`${title}: `, ...linked(message, gaps));
    toast.querySelector("button").addEventListener("click", dismiss);
    document.getElementById("sk-toasts").append(toast);
  };

  const LONG_MS = 10_000;
  let slip;
  /** For a moment the move that was made can be taken back; the board is loaded anew then. */
  const offerUndo = ({ text, undo_url: url, undo_hidden: hidden }) => {
    slip?.remove();
    slip = document.getElementById("board-undo").content.firstElementChild.cloneNode(true);
    slip.querySelector("span").textContent = text;
    const form = slip.querySelector("form");
    Object.assign(form, { method: "post", action: url });
    const sent = { ...hidden, next: location.pathname + location.search };
    for (const [name, value] of Object.entries(sent)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.getElementById("sk-toasts").append(slip);
    const mine = slip;
    const leave = () => {
      if (mine.matches(":hover, :focus-within")) setTimeout(leave, LONG_MS);
      else mine.remove();
    };
    setTimeout(leave, LONG_MS);
  };

  /** What is only wanted keeps nobody back, but it is told. */
  const warn = (title, gaps) => {
    tell(title, `${words.wanted} ${gaps.map(({ label }) => label).join(", ")}`, gaps);
    toast.removeAttribute("role"); // no alarm: the toasts are a status
  };

  let refreshed = 0;
  /** Counts and sums of the columns as the server has them now. */
  const refresh = async () => {
    const turn = ++refreshed;
    try {
      const answer = await fetch(board.dataset.heads, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== refreshed) return;
      const stages = [...board.children].map((column) => column.dataset.stage);
      const rests = stages.filter((stage) => document.querySelector(`#more-${stage} a`));
      for (const id of [
        ...["board-count", "board-whole"],
        ...stages.map((stage) => `head-${stage}`),
        ...rests.map((stage) => `more-${stage}`),
      ]) {
        const fresh = page.getElementById(id);
        if (fresh) document.getElementById(id).replaceChildren(...fresh.childNodes);
      }
    } catch {
      // The card has moved all the same; the numbers are right again on the next page.
    }
  };

  // Moving --------------------------------------------------------------------
  /** Ask where to, away from the stage `from`, and why; null for who thinks better of it. */
  const ask = (card, from, stage, refusal) =>
    new Promise((resolve) => {
      dialog.returnValue = "";
      dialog.querySelector("[data-title]").textContent = titleOf(card);
      const told = refusal ? linked(refusal.message, refusal.gaps) : [];
      dialog.querySelector("[data-refusal]").replaceChildren(...told);
      for (const option of form.elements.stage.options) option.disabled = option.value === from;
      form.elements.stage.value = stage;
      form.elements.reason.required = Boolean(refusal);
      if (!refusal) form.elements.reason.value = "";
      dialog.addEventListener(
        "close",
        () => {
          const { stage, reason } = form.elements;
          const isMeant = dialog.returnValue === "move";
          resolve(isMeant ? { stage: stage.value, reason: reason.value } : null);
        },
        { once: true },
      );
      dialog.showModal();
      form.elements[refusal ? "reason" : "stage"].focus();
    });

  // Chromium sends no form from a list: arrows choose there, and Enter is to move.
  form.elements.stage.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=move]"));
  });

  /** Move `card` as far as the server lets it; from the first moment on it stands at its goal. */
  const move = async (card, stage, reason = "") => {
    const home = { list: card.parentElement, next: card.nextElementSibling };
    const goBack = () => put(card, home.list, home.next, true);
    const from = stageOf(card);
    if (card.ariaBusy === "true" || stage === from) return;
    dismiss();
    card.ariaBusy = "true";
    toStage(card, stage);
    let answer = await send(card, stage, reason);
    while (answer.status === 422 && answer.needs_reason) {
      const given = await ask(card, from, stage, answer);
      if (!given) break;
      stage = given.stage;
      toStage(card, stage);
      answer = await send(card, stage, given.reason);
    }
    card.ariaBusy = "false";
    if (answer.version) card.dataset.version = answer.version;
    if (answer.status === 200) {
      toStage(card, answer.stage);
      card.querySelector("[data-days]").textContent = words.fresh;
      say(answer.message);
      offerUndo(answer.undo);
      if (answer.gaps?.length) warn(titleOf(card), answer.gaps);
      return refresh();
    }
    if (answer.status === 409) {
      if (answer.stage === from) goBack();
      else toStage(card, answer.stage, true);
      tell(titleOf(card), answer.message);
      return refresh();
    }
    goBack();
    if (answer.status === 422 && answer.needs_reason) say(words.stays);
    else if (answer.status === 0) tell(titleOf(card), words.unreached);
    else tell(titleOf(card), answer.message ?? words.refused, answer.gaps);
  };

  // By keyboard, and by finger -------------------------------------------------
  /** The stage behind the present one; of the last one, the one before it. */
  const likelyStage = (card) => {
    const column = card.closest("[data-stage]");
    return (column.nextElementSibling ?? column.previousElementSibling).dataset.stage;
  };

  board.addEventListener("click", async (event) => {
    const link = event.target.closest("a.sk-q");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const card = link.closest(".sk-card");
    const given = await ask(card, stageOf(card), likelyStage(card));
    if (given) move(card, given.stage, given.reason);
  });

  // By mouse ------------------------------------------------------------------
  let held = null;

  const isWide = matchMedia("(min-width: 900px)");
  const allow = () => {
    for (const card of board.querySelectorAll(".sk-card")) card.draggable = isWide.matches;
  };
  isWide.addEventListener("change", allow);
  allow();

  const mark = (column) => {
    for (const one of board.children) one.classList.toggle("is-over", one === column);
  };

  board.addEventListener("dragstart", (event) => {
    const card = event.target.closest(".sk-card[draggable=true]");
    if (!card || card.ariaBusy === "true") return event.preventDefault();
    held = card;
    const { left, top } = card.getBoundingClientRect();
    event.dataTransfer.setDragImage(card, event.clientX - left, event.clientY - top);
    event.dataTransfer.setData("text/plain", titleOf(card)); // Firefox drags nothing without
    event.dataTransfer.effectAllowed = "move";
    setTimeout(() => card.classList.add("is-held")); // not in the picture under the pointer
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!held || !column) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    mark(column.contains(held) ? null : column);
  });
  board.addEventListener("dragleave", (event) => {
    if (!board.contains(event.relatedTarget)) mark(null);
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!held || !column) return;
    event.preventDefault();
    const card = held;
    letGo();
    move(card, column.dataset.stage);
  });
  const letGo = () => {
    held?.classList.remove("is-held");
    held = null;
    mark(null);
  };
  board.addEventListener("dragend", letGo);
})();
