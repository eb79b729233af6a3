// Remembers which blocks of a lesson were reached, so that the trainee comes back to the same place.
export function start(lesson) {
  const reached = new Set();
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  let sent = 0, timer;

  function send() {
    clearTimeout(timer);
    if (reached.size === sent) return;
    sent = reached.size;
    const data = new FormData();
    for (const block of reached) data.append("block", block);
    fetch(lesson.dataset.placeUrl, { method: "POST", body: data, headers: { "X-CSRFToken": token }, credentials: "same-origin", keepalive: true }).catch(() => { sent = 0; });
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      reached.add(entry.target.dataset.block);
      watcher.unobserve(entry.target);
    }
    clearTimeout(timer);
    timer = setTimeout(send, 2000);
  }, { rootMargin: "0px 0px -30% 0px" });

  lesson.querySelectorAll("[data-block]").forEach((block) => watcher.observe(block));
  window.addEventListener("pagehide", send);
}
