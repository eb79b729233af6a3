// Pointing at a picture, by touch, mouse or keys: a place as a form carries it (« point 0.25 0.5 », « rect 0.1 0.2 0.3 0.4 »).
const STEP = 0.02, FAR = 0.1, LEAST = 0.01, DRAG = 8;
const PLACES = ["en haut à gauche", "en haut", "en haut à droite", "à gauche", "au milieu", "à droite", "en bas à gauche", "en bas", "en bas à droite"];
const clamp = (value, most = 1) => Math.min(most, Math.max(0, value));
const round = (value) => Math.round(value * 1e4) / 1e4;
const third = (value) => Math.min(2, Math.floor(value * 3));
export const read = (area) => {
  const [shape, ...shares] = area.split(" ");
  const [x, y, w = 0, h = 0] = shares.map(Number);
  return { shape, x, y, w, h };
};
export const placeOf = ({ x, y, w, h }) => PLACES[3 * third(y + h / 2) + third(x + w / 2)];
const point = ([x, y]) => `point ${round(x)} ${round(y)}`;
// A frame between two corners, never thinner than can be seen, never outside.
const frame = ([x1, y1], [x2, y2]) => {
  const w = Math.max(LEAST, round(Math.abs(x1 - x2))), h = Math.max(LEAST, round(Math.abs(y1 - y2)));
  return `rect ${round(clamp(Math.min(x1, x2), 1 - w))} ${round(clamp(Math.min(y1, y2), 1 - h))} ${w} ${h}`;
};

// Calls `add` with each place chosen, and `show` with what is being aimed at: the frame on its way, the cursor of the keys.
export function aim(board, tools, { add, show }) {
  const image = board.querySelector("img"), said = Object.assign(document.createElement("p"), { className: "sr" });
  const tool = () => tools.find((one) => one.checked)?.value;
  let cursor = [0.5, 0.5], corner = null, from = null, sketch = "", rect = null;
  board.classList.add("is-live");
  Object.assign(board, { tabIndex: 0, role: "application", ariaLabel: "Image à annoter" });
  board.setAttribute("aria-describedby", "aide-remarques");
  said.setAttribute("aria-live", "polite");
  board.after(said);
  const rest = () => { from = corner = null; sketch = ""; show({ sketch, cursor: null }); };
  const done = (area) => { rest(); add(area); };
  const choose = () => { board.classList.toggle("is-frame", tool() === "rect"); rest(); };
  tools.forEach((one) => one.addEventListener("change", choose));
  choose();

  const at = (event) => [clamp((event.clientX - rect.left) / rect.width), clamp((event.clientY - rect.top) / rect.height)];
  const drags = (event) => event.pointerType !== "touch" || tool() === "rect"; // otherwise a finger moves the page
  board.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    rect = image.getBoundingClientRect();
    from = at(event);
    if (drags(event)) board.setPointerCapture(event.pointerId);
  });
  board.addEventListener("pointermove", (event) => {
    if (!from || !drags(event)) return;
    const to = at(event), far = Math.max(Math.abs(to[0] - from[0]) * rect.width, Math.abs(to[1] - from[1]) * rect.height);
    sketch = far > DRAG ? frame(from, to) : "";
    show({ sketch, cursor: null });
  });
  board.addEventListener("pointerup", () => { if (from && sketch) done(sketch); });
  // A point waits for the click: after a tap, the browser gives the focus back to the picture first.
  board.addEventListener("click", () => { if (from) done(point(from)); });
  board.addEventListener("pointercancel", rest);

  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  board.addEventListener("keydown", (event) => {
    const step = moves[event.key], size = event.shiftKey ? FAR : STEP;
    if (!step && !["Enter", " ", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (step) cursor = cursor.map((value, axis) => clamp(value + step[axis] * size));
    else if (event.key === "Escape") corner = null;
    else if (tool() !== "rect") return done(point(cursor));
    else if (corner) return done(frame(corner, cursor));
    else corner = [...cursor];
    said.textContent = `${placeOf(read(point(cursor)))}, ${Math.round(cursor[0] * 100)} et ${Math.round(cursor[1] * 100)} pour cent${corner ? ", coin posé" : ""}`;
    sketch = corner ? frame(corner, cursor) : "";
    show({ sketch, cursor });
  });
  board.addEventListener("focus", () => { if (board.matches(":focus-visible")) show({ sketch: "", cursor }); });
  board.addEventListener("blur", rest);
}
