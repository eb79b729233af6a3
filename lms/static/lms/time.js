// Says the time left in words, now and then; hands the answers in when it is over. The server keeps the time itself.
export function start(box) {
  const words = box.querySelector("[data-time-words]");
  const end = performance.now() + Number(box.dataset.timeLeft) * 1000;
  let said = words.textContent;
  function tick() {
    const left = (end - performance.now()) / 1000;
    if (left <= 0) {
      const form = document.getElementById("quiz");
      const button = document.querySelector("button[formaction$='/envoyer/']");
      if (form && !button) form.action = form.action.replace(/\d+\/$/, "envoyer/");
      form?.requestSubmit(button ?? undefined);
      return;
    }
    const minutes = Math.round(left / 60);
    const now = left < 60 ? box.dataset.wordsLast : minutes <= 1 ? box.dataset.wordsOne : box.dataset.wordsMany.replace("{n}", minutes);
    // Read aloud at five minutes and at one, not each minute.
    words.setAttribute("aria-live", minutes === 5 || left < 60 ? "polite" : "off");
    if (now !== said) words.textContent = said = now;
    setTimeout(tick, Math.min(1000, left * 1000));
  }
  tick();
}
