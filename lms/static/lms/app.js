// Starts what the page asks for by a data attribute, and nothing else. Every page works without it.
const parts = [
  ["[data-read-aloud]", () => import("./speech.js")],
  ["form[data-autosave]", () => import("./autosave.js")],
  ["form[data-upload]", () => import("./upload.js")],
  ["[data-recorder]", () => import("./recorder.js")],
  ["[data-plot]", () => import("./charts.js")],
  ["[data-place-url]", () => import("./place.js")],
  ["[data-rows]", () => import("./table.js")],
  ["form[data-undo-seconds]", () => import("./undo.js")],
  ["form[data-quiz]", () => import("./quiz.js")],
  ["[data-hotspot]", () => import("./hotspot.js")],
  ["[data-ordering]", () => import("./ordering.js")],
  ["[data-time-left]", () => import("./time.js")],
  ["[data-phrases]", () => import("./phrases.js")],
  ["form[data-observe]", () => import("./observe.js")],
  ["form[data-marks]", () => import("./marks.js")],
  ["[data-wait]", () => import("./wait.js")],
];

function start(root) {
  for (const [selector, load] of parts) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    if (found.length) load().then((part) => found.forEach((element) => part.start(element)));
  }
  for (const button of root.querySelectorAll("[data-show-password]")) {
    const field = document.getElementById(button.dataset.showPassword);
    button.hidden = !field;
    button.addEventListener("click", () => {
      const seen = field.type === "password";
      field.type = seen ? "text" : "password";
      button.setAttribute("aria-pressed", String(seen));
    });
  }
  // On a shared computer nothing typed stays behind.
  for (const form of root.querySelectorAll("form[data-leave]")) form.addEventListener("submit", () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("tremplin:")) localStorage.removeItem(key);
  });
  // What was signed without network and waits on this device: sent, or wiped where another person signed in.
  const leave = root.querySelector("form[data-leave]");
  if (leave && Object.keys(localStorage).some((key) => key.startsWith("tremplin:outbox:")) && !leave.dataset.outbox) {
    leave.dataset.outbox = "1";
    import("./outbox.js").then((part) => part.start(leave));
  }
  root.querySelector("[data-focus]")?.focus();
}

start(document);
// htmx puts new pieces on the page: start those too.
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
