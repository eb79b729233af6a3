// Observing beside a trainee: a level tapped again is taken back, a signed form is first kept on the phone, then sent.
// Ten seconds to call it back (undo.js); the page closed meanwhile, it is sent at the next one.
import { drop, keep, send, start as sending } from "./outbox.js";

const kinds = (form, name) => form.querySelector(`[data-kinds-${name}]`).getAttribute(`data-kinds-${name}`).split(",");

export function start(form) {
  const mark = form.querySelector("[data-saved-mark]");
  const say = (words) => { mark.textContent = words; };
  const key = () => form.elements.key.value;
  let made = 0;

  const entry = (from) => ({
    key: key(), user: form.dataset.user, url: location.href, label: form.dataset.label, made, from,
    fields: [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size)),
  });

  form.addEventListener("click", (event) => {
    const radio = event.target;
    if (radio.type !== "radio") return;
    const again = radio.dataset.was === "1";
    for (const one of form.querySelectorAll(`input[name="${radio.name}"]`)) one.dataset.was = "";
    radio.checked = !again;
    radio.dataset.was = again ? "" : "1";
    say("");
  });
  for (const name of ["photo", "voice"]) form.elements[name].addEventListener("change", ({ target }) => {
    const file = target.files[0];
    if (!file || kinds(form, name).includes(file.name.split(".").pop().toLowerCase())) return say("");
    target.value = "";
    say(name === "photo" ? "La photo doit être une image." : "Le mot vocal doit être un son MP3, M4A, OGG, WAV ou FLAC.");
  });

  // Before anything else hears of it: nothing observed is said at once, with or without network.
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (!form.querySelector("input[type=radio]:checked")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return say("Donnez un niveau à au moins un critère.");
    }
    if (!form.dataset.going) return undefined; // undo.js holds it first
    event.preventDefault();
    event.stopImmediatePropagation();
    return away();
  }, true);
  form.addEventListener("undo:held", () => { made = Date.now(); keep(entry(made + 15000)).catch(() => {}); });
  form.addEventListener("undo:back", () => { drop(key()).catch(() => {}); });

  async function away() {
    document.querySelector(".toast")?.remove();
    delete form.dataset.going;
    const signed = entry(0);
    await keep(signed).catch(() => {});
    say("Envoi en cours…");
    const answer = await send(signed);
    if (answer.kind === "away") return held(signed);
    await drop(signed.key).catch(() => {});
    if (answer.kind === "sent") return location.assign(answer.next);
    return say(answer.words);
  }

  // No network: the phone keeps it; another can be made of the same trainee.
  function held(signed) {
    form.reset();
    for (const radio of form.querySelectorAll("input[type=radio]")) radio.dataset.was = radio.checked = "";
    form.elements.key.value = crypto.randomUUID();
    say("Gardé sur ce téléphone, envoyé au retour du réseau.");
    const leave = document.querySelector("form[data-leave]");
    if (leave && !leave.dataset.outbox) {
      leave.dataset.outbox = "1";
      sending(leave);
    }
    return signed;
  }
}
