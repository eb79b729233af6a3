// Reads a part of the page aloud. The button stays hidden where no voice can be heard.
const voice = window.speechSynthesis;
let speaking = null;

function rest(button) {
  button.setAttribute("aria-pressed", "false");
  button.querySelector("span").textContent = button.dataset.listen;
  if (speaking === button) speaking = null;
}

function stop() {
  const button = speaking;
  voice.cancel();
  if (button) rest(button);
}

function speak(button) {
  stop();
  const target = document.querySelector(button.dataset.readAloud);
  const utterance = new SpeechSynthesisUtterance(target.innerText.trim());
  utterance.lang = target.closest("[lang]:not(html)")?.lang || "fr-FR";
  utterance.rate = 0.95;
  utterance.voice = voice.getVoices().find((one) => one.lang.replace("_", "-") === utterance.lang) ?? null;
  utterance.onend = utterance.onerror = () => rest(button);
  speaking = button;
  button.setAttribute("aria-pressed", "true");
  button.querySelector("span").textContent = button.dataset.stop ?? "Arrêter";
  voice.speak(utterance);
}

export function start(button) {
  if (!voice || !window.SpeechSynthesisUtterance) return;
  button.dataset.listen = button.querySelector("span").textContent;
  const show = () => { button.hidden = !voice.getVoices().some((one) => one.lang.startsWith("fr")); };
  show();
  voice.addEventListener?.("voiceschanged", show);
  button.addEventListener("click", () => (speaking === button ? stop() : speak(button)));
}

if (voice) window.addEventListener("pagehide", stop);
