// Starts what the page asks for by a data attribute, and nothing else. Every page works without it.
const parts = [
  ["[data-read-aloud]", () => import("./speech.js")],
  ["form[data-autosave]", () => import("./autosave.js")],
  ["form[data-upload]", () => import("./upload.js")],
  ["[data-plot]", () => import("./charts.js")],
  ["[data-place-url]", () => import("./place.js")],
  ["[data-rows]", () => import("./table.js")],
  ["form[data-undo-seconds]", () => import("./undo.js")],
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
  root.querySelector("[data-focus]")?.focus();
}

start(document);
// htmx puts new pieces on the page: start those too.
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
