// A release waits some seconds and can be called back, rather than asking "êtes-vous sûr".
export function start(form) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || form.dataset.going || button?.hasAttribute("data-now")) return;
    event.preventDefault();
    const end = Date.now() + 1000 * Number(form.dataset.undoSeconds || 10);
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    const words = document.createElement("span");
    const left = document.createElement("span");
    left.setAttribute("aria-hidden", "true");
    words.textContent = `${form.dataset.undoWords ?? "Envoi dans quelques secondes."} `;
    words.append(left);
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "btn";
    cancel.textContent = "Annuler";
    toast.append(words, cancel);
    document.body.append(toast);
    cancel.focus();
    if (button) button.disabled = true;
    form.dispatchEvent(new CustomEvent("undo:held"));

    const send = () => {
      clearInterval(clock);
      if (button) button.disabled = false;
      form.dataset.going = "1";
      form.requestSubmit(button);
    };
    const clock = setInterval(() => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      left.textContent = `${Math.max(0, seconds)} s`;
      if (seconds <= 0) send();
    }, 250);
    cancel.addEventListener("click", () => {
      clearInterval(clock);
      toast.remove();
      if (button) { button.disabled = false; button.focus(); }
      form.dispatchEvent(new CustomEvent("undo:back"));
    });
  });
}
