// Looks again at a piece of the page until the server no longer asks to wait.
export function start(place) {
  const later = () => setTimeout(look, Number(place.dataset.wait) * 1000);
  async function look() {
    if (document.hidden) return later();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(place.id);
      if (!fresh) return location.reload(); // signed out, or gone: the page itself says it
      if (fresh.innerHTML !== place.innerHTML) place.replaceChildren(...fresh.childNodes);
      if (fresh.dataset.wait) later();
    } catch {
      later();
    }
    return undefined;
  }
  later();
}
