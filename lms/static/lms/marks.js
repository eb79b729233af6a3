// Marks on a picture: touching puts a point, dragging a frame; arrows and Enter do both. The list beside is what is sent
// and kept, a second after the last change; the pins follow it. Without this script the list has buttons that do the same.
import { aim, placeOf, read } from "./pointing.js";

const SVG = "http://www.w3.org/2000/svg";
const make = (name, given, words = "") => {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) one.setAttribute(key, value);
  one.textContent = words;
  return one;
};

export function start(form) {
  const board = form.querySelector("[data-board]"), list = form.querySelector("[data-rows-of-marks]");
  const svg = board?.querySelector("svg"), image = board?.querySelector("img");
  const mark = form.querySelector("[data-saved-mark]"), base = form.elements.base;
  const url = form.action, key = `tremplin:draft:${form.dataset.user}:${url}`;
  const rows = () => [...list.children], field = (row, name) => row.querySelector(`[name=${name}]`);
  const say = (kind, words) => { mark.dataset.kind = kind; mark.textContent = words; };
  let shown = { sketch: "", cursor: null }, lit = null; // shown: what is being aimed at

  // --- What is shown
  function draw() {
    if (!svg) return;
    const percent = (value) => `${value * 100}%`;
    const box = (area, name) => make("rect", { class: name, x: percent(area.x), y: percent(area.y), width: percent(area.w), height: percent(area.h) });
    svg.replaceChildren(...rows().map((row, index) => {
      const area = read(field(row, "area").value), pin = make("g", { id: `p-${form.dataset.key}-${index + 1}`, class: row === lit ? "is-on" : "" });
      if (area.shape === "rect") pin.append(box(area, "pin-halo"), box(area, "pin-edge"));
      const middle = { x: percent(area.x), y: percent(area.y) };
      pin.append(make("circle", { cx: middle.x, cy: middle.y, r: 14 }), make("text", { ...middle, dy: ".35em", "text-anchor": "middle" }, index + 1));
      return pin;
    }));
    if (shown.sketch) svg.append(box(read(shown.sketch), "pin-halo"), box(read(shown.sketch), "pin-edge"));
    if (shown.cursor) {
      const cross = make("svg", { x: percent(shown.cursor[0]), y: percent(shown.cursor[1]), class: "aim" });
      for (const name of ["pin-halo", "pin-edge"]) cross.append(make("path", { class: name, d: "M-16 0H-4M4 0H16M0-16V-4M0 4V16" }));
      svg.append(cross);
    }
  }

  function refresh() {
    rows().forEach((row, index) => {
      const number = index + 1;
      row.querySelectorAll("[data-number]").forEach((one) => { one.textContent = number; });
      row.querySelector("[data-place]").textContent = placeOf(read(field(row, "area").value));
      field(row, "text").id = row.querySelector("label").htmlFor = `r-${number}`;
      row.querySelector(".pin-num").href = `#p-${form.dataset.key}-${number}`;
      const up = row.querySelector("[data-up]");
      up.hidden = index === 0;
      up.setAttribute("aria-label", `Monter la remarque ${number}`);
    });
    form.querySelector("[data-none]").hidden = list.children.length > 0;
    draw();
  }

  function light(row) {
    if (lit !== row) { lit = row; draw(); }
  }

  // --- What is kept
  let timer, wait = 1000, busy = null, dirty = false, conflict = false;
  const written = () => rows().map((row) => [field(row, "area").value, field(row, "text").value]);
  const store = () => { try { localStorage.setItem(key, JSON.stringify({ base: base.value, marks: written() })); } catch { /* no room here */ } };
  const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };
  const changed = (delay = 1000) => {
    dirty = true;
    if (conflict) return store();
    say("waiting", "En attente…");
    later(delay);
  };
  const body = () => { const data = new FormData(form); data.delete("tool"); return data; };

  function save() {
    if (!busy && !conflict) busy = send().finally(() => { busy = null; });
    return busy;
  }

  async function send() {
    clearTimeout(timer);
    dirty = false;
    try {
      const answer = await fetch(url, { method: "POST", body: body(), headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.redirected || answer.status >= 500 || answer.status === 403) throw new Error(answer.status);
      const told = await answer.json();
      if (answer.status === 409) return both(told);
      if (!answer.ok) return say("refused", told.message);
      base.value = told.base;
      localStorage.removeItem(key);
      wait = 1000;
      say("kept", `Remarques gardées ${told.saved_at.replace(":", " h ")}`);
      if (dirty) later(1000);
    } catch {
      dirty = true;
      store();
      say("offline", "Pas de réseau : gardé ici");
      later(wait = Math.min(wait * 2, 30000));
    }
  }

  // Another window wrote: nothing is replaced until the person says which list stays.
  function both(other) {
    conflict = true;
    store();
    say("conflict", "Deux listes : les deux sont gardées");
    const box = Object.assign(document.createElement("div"), { className: "notice notice-warn" });
    const inside = Object.assign(document.createElement("div"), { className: "stack" });
    box.setAttribute("role", "alert");
    box.append(inside);
    const words = (text) => Object.assign(document.createElement("p"), { textContent: text, className: "words" });
    const button = (text, act) => {
      const one = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: text });
      one.addEventListener("click", act);
      return one;
    };
    inside.append(words(other.message), words(other.text || "Aucune remarque."), button("Garder la liste d’ici", () => {
      base.value = other.base;
      conflict = false;
      box.remove();
      changed(0);
    }), button("Prendre celle d’ailleurs", () => {
      localStorage.removeItem(key);
      conflict = dirty = false;
      location.reload();
    }));
    mark.after(box);
    box.scrollIntoView({ block: "nearest" });
  }

  function restore() {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { kept = null; }
    if (!kept || JSON.stringify(kept.marks) === JSON.stringify(written())) return localStorage.removeItem(key);
    list.replaceChildren(...kept.marks.map(([area, text]) => row(area, text)));
    base.value = kept.base;
    changed(0);
    say("offline", "Remarques retrouvées sur cette machine");
  }

  // --- What is done
  function row(area, text = "") {
    const one = form.querySelector("[data-row]").content.firstElementChild.cloneNode(true);
    field(one, "area").value = area;
    field(one, "text").value = text;
    return one;
  }

  function add(area) {
    const one = row(area);
    list.append(one);
    shown = { sketch: "", cursor: null };
    lit = one;
    refresh();
    field(one, "text").focus();
    changed();
  }

  function remove(one) {
    const next = one.nextElementSibling, back = document.createElement("button");
    Object.assign(back, { type: "button", className: "btn btn-quiet", textContent: "Remettre la remarque" });
    form.querySelector("[data-undo]")?.remove();
    back.dataset.undo = "";
    back.addEventListener("click", () => {
      list.insertBefore(one, next?.isConnected ? next : null);
      back.remove();
      refresh();
      field(one, "text").focus();
      changed(0);
    });
    one.remove();
    mark.after(back);
    refresh();
    back.focus({ preventScroll: true });
    changed(0);
  }

  list.addEventListener("click", (event) => {
    const one = event.target.closest("[data-mark]"), hit = (name) => event.target.closest(name);
    if (!hit("button, .pin-num")) return;
    event.preventDefault();
    if (hit("[data-remove]")) return remove(one);
    if (hit("[data-up]")) {
      one.previousElementSibling.before(one);
      refresh();
      (one.previousElementSibling ? hit("[data-up]") : field(one, "text")).focus();
      return changed(0);
    }
    light(one);
    board?.querySelector(".is-on circle").scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("focusin", (event) => light(event.target.closest("[data-mark]")));
  list.addEventListener("input", () => changed());
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(0); });
  window.addEventListener("online", () => { if (dirty) later(0); });
  window.addEventListener("pagehide", () => { if (dirty) { store(); if (!conflict) navigator.sendBeacon(url, body()); } });
  // What was just written is kept before another page opens.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("main a[href]:not([href^='#'])");
    if (!link || conflict || !(dirty || busy) || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    Promise.resolve(busy).then(() => dirty && save()).then(() => location.assign(link.href));
  });

  form.querySelectorAll("[data-plain], [data-keep]").forEach((part) => part.remove());
  if (board) {
    form.querySelector("[data-tools]").hidden = false;
    aim(board, [...form.querySelectorAll("[data-tool]")], { add, show: (now) => { shown = now; draw(); } });
  }
  refresh();
  restore();
}
