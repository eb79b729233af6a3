// A ticked phrase goes into the words it stands under at once; without this script it does so on saving.
export function start(box) {
  const field = document.getElementById(box.dataset.phrases);
  box.addEventListener("change", (event) => {
    const tick = event.target;
    const words = tick.closest("label")?.querySelector("span")?.textContent ?? "";
    if (!field || !tick.checked || !words) return;
    tick.checked = false;
    if (!field.value.includes(words)) field.value = field.value.trim() ? `${field.value.trimEnd()}\n${words}` : words;
    tick.closest("label").hidden = true;
    const details = field.closest("details");
    if (details) details.open = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
