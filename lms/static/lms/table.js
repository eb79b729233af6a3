// j and k go from row to row, Enter opens the row's link (it has the focus).
export function start(table) {
  const links = () => [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.querySelector("a")).filter(Boolean);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const all = links();
    const row = document.activeElement.closest?.("tr");
    const here = all.findIndex((link) => link.closest("tr") === row);
    const next = all[here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + step))];
    if (!next) return;
    table.querySelectorAll(".is-picked").forEach((old) => old.classList.remove("is-picked"));
    next.closest("tr").classList.add("is-picked");
    next.focus();
    event.preventDefault();
  });
}
