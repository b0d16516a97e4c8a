// Files for a record: each goes by itself, with its own progress, and several may be dropped at
// once. Without this the form sends them all together and the answer says which were not kept.
"use strict";
(() => {
  const form = document.querySelector("form[data-uploads]");
  if (!form) return;

  const field = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-sending]");
  const live = form.querySelector("[data-sending-live]");
  const shown = document.querySelector("[data-documents]");
  const words = form.dataset;
  const most = Number(words.limit) * 1024 * 1024;
  const waiting = [];
  let isSending = false;

  /** A line of the list: the name, how far it is, and what came of it. */
  const lineOf = (name) => {
    const line = document.createElement("li");
    const label = document.createElement("span");
    label.className = "name";
    label.textContent = name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `${words.textSending}: ${name}`);
    const said = document.createElement("span");
    said.className = "said";
    line.append(label, bar, said);
    list.append(line);
    list.hidden = false;
    return { line, bar, said, name };
  };

  const tell = (one, state, text) => {
    one.line.dataset.state = state;
    one.bar.remove();
    one.said.textContent = text;
    live.textContent = `${one.name}: ${text}`;
  };

  const refuse = (one, why) => tell(one, "refused", `${words.textRefused}: ${why}`);

  /** Why the server keeps it not; its pages say so in their head, its other answers in a word. */
  const reasonIn = (request) => {
    try {
      return JSON.parse(request.responseText).message;
    } catch {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      return page.querySelector("h1")?.textContent.trim() || words.textBroken;
    }
  };

  /** What the record has now, taken out of its own page; the lines of this one stay. */
  const renew = async () => {
    const answer = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const selector of ["[data-documents]", ".sk-tabs"]) {
      const [old, young] = [document, page].map((one) => one.querySelector(selector));
      if (old && young) old.replaceWith(document.adoptNode(young));
    }
  };

  const send = (one) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) one.bar.value = (100 * event.loaded) / event.total;
      });
      request.addEventListener("load", () => {
        if (new URL(request.responseURL).pathname !== new URL(form.action).pathname) {
          location.reload(); // signed out meanwhile
        } else if (request.status === 200) tell(one, "kept", words.textKept);
        else refuse(one, reasonIn(request));
        done();
      });
      request.addEventListener("error", () => {
        refuse(one, words.textBroken);
        done();
      });
      const sent = new FormData();
      for (const name of ["csrf_token", "restricted"]) {
        const input = form.querySelector(`[name=${name}]`);
        if (input && (input.type !== "checkbox" || input.checked)) sent.append(name, input.value);
      }
      sent.append(field.name, one.file);
      request.send(sent);
    });

  const sendAll = async () => {
    if (isSending) return;
    isSending = true;
    while (waiting.length) await send(waiting.shift());
    isSending = false;
    await renew();
  };

  const take = (files) => {
    for (const file of files) {
      const one = { ...lineOf(file.name), file };
      if (file.size > most) refuse(one, words.textLarge);
      else if (!file.size) refuse(one, words.textEmpty);
      else waiting.push(one);
    }
    field.value = "";
    sendAll();
  };

  form.addEventListener("submit", (event) => {
    if (!field.files.length) return; // the server says what is missing
    event.preventDefault();
    take([...field.files]);
  });

  // Dropped anywhere on the page: a file that misses the place would open in its stead.
  const holdsFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  let depth = 0;
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    form.toggleAttribute("data-over", depth > 0);
  };
  document.addEventListener("dragenter", (event) => holdsFiles(event) && mark(1));
  document.addEventListener("dragleave", (event) => holdsFiles(event) && mark(-1));
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    take([...event.dataTransfer.files]);
  });
  form.querySelector(".sk-drop-say").hidden = false;
})();
