// Touching the image chooses the zone touched, in the list under it. The list alone is enough.
export function start(box) {
  const image = box.querySelector("img");
  const inputs = [...box.parentElement.querySelectorAll("input[data-area]")];
  if (!inputs.length || inputs[0].disabled || inputs[0].closest("fieldset[disabled]")) return;
  box.classList.add("is-live");

  const inside = {
    rect: ([left, top, right, bottom], x, y) => x >= left && x <= right && y >= top && y <= bottom,
    circle: ([cx, cy, radius], x, y) => Math.hypot(x - cx, ((y - cy) * image.clientHeight) / image.clientWidth) <= radius,
    poly: (points, x, y) => {
      let found = false;
      for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
        const [x1, y1, x2, y2] = [points[i], points[i + 1], points[j], points[j + 1]];
        if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) found = !found;
      }
      return found;
    },
  };

  image.addEventListener("click", (event) => {
    const frame = image.getBoundingClientRect();
    const x = (event.clientX - frame.left) / frame.width, y = (event.clientY - frame.top) / frame.height;
    const hit = inputs.find((input) => inside[input.dataset.shape]?.(input.dataset.area.split(" ").map(Number), x, y));
    if (!hit) return;
    hit.checked = hit.type === "radio" ? true : !hit.checked;
    hit.dispatchEvent(new Event("input", { bubbles: true }));
    box.querySelectorAll(".pin").forEach((pin) => pin.remove());
    const pin = document.createElement("span");
    pin.className = "pin";
    pin.style.left = `${x * 100}%`;
    pin.style.top = `${((event.clientY - box.getBoundingClientRect().top) / box.clientHeight) * 100}%`;
    if (hit.checked) box.append(pin);
  });
}
