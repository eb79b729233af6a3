// « Monter » and « Descendre » beside each line, in place of the numbered lists that say the same.
export function start(list) {
  if (list.closest("fieldset")?.disabled) return;
  const rows = () => [...list.children];
  const placeOf = (row) => { const { value } = row.querySelector("select"); return value === "" ? 999 : Number(value); };
  const wasPlaced = rows().some((row) => placeOf(row) !== 999);
  list.classList.add("is-moved");
  for (const row of rows().sort((one, other) => placeOf(one) - placeOf(other))) list.append(row);

  function number() {
    rows().forEach((row, place) => { row.querySelector("select").value = String(place); });
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function button(row, words, arrow, act) {
    const found = document.createElement("button");
    found.type = "button";
    found.className = "btn";
    found.textContent = arrow;
    found.setAttribute("aria-label", `${words} : ${row.querySelector("label").textContent.trim()}`);
    found.addEventListener("click", () => { act(); number(); found.focus(); });
    return found;
  }
  for (const row of rows()) {
    const moves = document.createElement("span");
    moves.className = "moves";
    moves.append(
      button(row, "Monter", "↑", () => row.previousElementSibling?.before(row)),
      button(row, "Descendre", "↓", () => row.nextElementSibling?.after(row)),
    );
    row.append(moves);
  }
  if (wasPlaced) return;
  // Leaving the order as it is shown is an answer too: it is kept when the form goes.
  list.closest("form")?.addEventListener("submit", () => rows().forEach((row, place) => { row.querySelector("select").value = String(place); }));
}
