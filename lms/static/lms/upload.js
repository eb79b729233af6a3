// Shows the chosen files, lets one be taken away, and shows how far the sending is. Without it the form sends itself.
const LARGE = 8 * 1024 * 1024; // bytes; larger files leave piece by piece
const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} Ko` : `${(bytes / 1e6).toFixed(1).replace(".", ",")} Mo`);

function item(file, remove) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = file.name;
  const weight = document.createElement("span");
  weight.className = "soft";
  weight.textContent = size(file.size);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = "Enlever";
  button.setAttribute("aria-label", `Enlever ${file.name}`);
  button.addEventListener("click", remove);
  line.append(name, weight, button);
  return line;
}

function gauged(after) {
  const bar = document.createElement("div");
  bar.className = "progress";
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const gauge = document.createElement("progress");
  gauge.max = 1;
  gauge.setAttribute("aria-label", "Envoi en cours");
  bar.append(words, gauge);
  after.after(bar);
  return { bar, words, gauge };
}

// Files leave as soon as they are chosen and join the draft; the server answers with the page, whose list replaces this one.
function atOnce(form) {
  const zone = () => form.querySelector("[data-draft-files]");
  const button = form.querySelector(".btn-main");
  const { bar, words, gauge } = gauged(zone());
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "btn";
  retry.textContent = "Réessayer";
  retry.addEventListener("click", send);
  bar.append(retry);
  gauge.hidden = retry.hidden = true;
  let waiting = [], busy = false;
  const whole = new Map(); // large files that the server has, by the name it gave them
  const end = () => { busy = button.disabled = false; gauge.hidden = true; };

  // A large file goes first, piece by piece; then it joins the draft like the others.
  async function first(file, input) {
    try {
      const { send: sendLarge } = await import("./resume.js"); // most files are small: fetched when one is not
      whole.set(file, await sendLarge(file, {
        url: input.dataset.resume, token: form.elements.csrfmiddlewaretoken.value, user: form.dataset.user,
        told: (sent) => { gauge.value = sent / file.size; words.textContent = `${size(sent)} sur ${size(file.size)}`; },
        waits: () => { words.textContent = "Pas de réseau. L’envoi reprend dès qu’il revient."; },
      }));
    } catch (error) {
      waiting = waiting.filter((one) => one !== file);
      end();
      words.textContent = error.message;
      return;
    }
    end();
    send();
  }

  function send() {
    if (busy || !waiting.length) return;
    busy = button.disabled = true;
    retry.hidden = true;
    gauge.hidden = false;
    gauge.value = 0;
    words.textContent = "Envoi en cours…";
    words.classList.remove("sr");
    const input = zone().querySelector("input[type=file]");
    const large = input.dataset.resume ? waiting.find((file) => file.size > LARGE) : undefined;
    const batch = large ? [large] : waiting;
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    if (large && !whole.has(large)) return void first(large, input);
    if (large) data.append("finished", whole.get(large));
    else batch.forEach((file) => data.append(input.name, file));
    const request = new XMLHttpRequest();
    request.open("POST", input.dataset.uploadNow);
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      gauge.value = step.loaded / step.total;
      words.textContent = `${size(step.loaded)} sur ${size(step.total)}`;
    });
    request.addEventListener("load", () => {
      end();
      const fresh = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("[data-draft-files]");
      if (!fresh) return again();
      waiting = waiting.filter((file) => !batch.includes(file));
      zone().replaceWith(document.adoptNode(fresh));
      const refused = [...fresh.querySelectorAll(".error span")].map((line) => line.textContent).join(" ");
      words.textContent = refused || "C’est dans ton brouillon.";
      words.classList.toggle("sr", Boolean(refused)); // seen beside the field: here it is only heard
      bind();
      fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // what the piece holds starts too
      zone().querySelector("input[type=file]").focus();
      send();
    });
    request.addEventListener("error", () => { end(); again(); });
    request.send(data);
  }
  function again() {
    words.textContent = "Pas de réseau. Tes fichiers sont toujours là.";
    retry.hidden = false;
  }
  function bind() {
    const input = zone().querySelector("input[type=file]");
    const drop = input.closest(".drop");
    for (const field of zone().querySelectorAll("input[type=file]")) {
      field.addEventListener("change", () => { waiting = [...waiting, ...field.files]; field.value = ""; send(); });
    }
    for (const name of ["dragover", "dragleave", "drop"]) drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("is-over", name === "dragover");
      if (name === "drop") { waiting = [...waiting, ...event.dataTransfer.files]; send(); }
    });
  }
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
  bind();
}

export function start(form) {
  const input = form.querySelector("input[type=file]");
  if (!input) return;
  if (input.dataset.uploadNow) return atOnce(form);
  const drop = input.closest(".drop") ?? input;
  const list = document.createElement("ul");
  list.className = "file-list";
  list.setAttribute("aria-live", "polite");
  drop.after(list);
  let files = [];

  function show() {
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    input.files = chosen.files;
    list.replaceChildren(...files.map((file) => item(file, () => {
      files = files.filter((one) => one !== file);
      show();
      input.focus();
    })));
  }
  function add(more) {
    const known = new Set(files.map((file) => `${file.name}/${file.size}`));
    const fresh = [...more].filter((file) => !known.has(`${file.name}/${file.size}`));
    files = input.multiple ? [...files, ...fresh] : [...more].slice(0, 1);
    show();
  }

  input.addEventListener("change", () => add(input.files));
  for (const name of ["dragover", "dragleave", "drop"]) drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("is-over", name === "dragover");
    if (name === "drop") add(event.dataTransfer.files);
  });

  form.addEventListener("submit", (event) => {
    if (!files.length || event.defaultPrevented) return;
    event.preventDefault();
    const { bar, words, gauge } = gauged(list);
    words.textContent = "Envoi en cours…";
    gauge.value = 0;
    const button = event.submitter;
    const data = new FormData(form, button);
    if (button) button.disabled = true;

    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json, text/html");
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      gauge.value = step.loaded / step.total;
      words.textContent = `${size(step.loaded)} sur ${size(step.total)}`;
    });
    request.addEventListener("load", () => {
      if (request.status >= 500) return again();
      // The answer is {"next": URL}, or a page: the next one, or this one with what to put right.
      if (request.getResponseHeader("Content-Type")?.includes("json")) return location.assign(JSON.parse(request.responseText).next);
      const errors = new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".errors");
      if (!errors) return location.assign(request.responseURL);
      bar.remove();
      if (button) button.disabled = false;
      form.querySelector(".errors")?.remove();
      form.prepend(errors);
      errors.focus();
    });
    request.addEventListener("error", again);
    function again() {
      words.textContent = "Pas de réseau. Tes fichiers sont toujours là. Réessaie.";
      gauge.value = 0;
      if (button) button.disabled = false;
      form.addEventListener("submit", () => bar.remove(), { once: true });
    }
    request.send(data);
  });
}
