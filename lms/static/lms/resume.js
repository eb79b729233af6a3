// Sends a large file piece by piece (tus 1.0) and goes on where the network cut it: after a pause, a reload, or the next day at the latest.
const PIECE = 4 * 1024 * 1024;
const VERSION = { "Tus-Resumable": "1.0.0", Accept: "application/json" };

const pause = (wait) => new Promise((resolve) => {
  const go = () => { clearTimeout(timer); window.removeEventListener("online", go); resolve(); };
  const timer = setTimeout(go, wait);
  window.addEventListener("online", go);
});
const encoded = (name) => btoa(String.fromCharCode(...new TextEncoder().encode(name)));

// Gives the id under which the server has the whole file. `told(sent)` hears how far it is, `waits()` that the network is gone.
// Throws an Error whose message is the server's sentence where it refuses the file.
export async function send(file, { url, token, user, told = () => {}, waits = () => {} }) {
  const key = `tremplin:upload:${user}:${file.name}:${file.size}:${file.lastModified}`;
  const headers = { ...VERSION, "X-CSRFToken": token };
  let place = localStorage.getItem(key), offset = null, wait = 1000;

  async function ask(address, options) {
    const answer = await fetch(address, { credentials: "same-origin", redirect: "error", ...options, headers: { ...headers, ...options.headers } });
    if (answer.status >= 500) throw new TypeError("away");
    return answer;
  }
  async function refused(answer) {
    const told_ = await answer.json().catch(() => ({}));
    localStorage.removeItem(key);
    throw new Error(told_.message ?? "Ce fichier ne part pas. Choisis-le à nouveau.");
  }
  async function step() {
    if (!place) {
      const made = await ask(url, { method: "POST", headers: { "Upload-Length": file.size, "Upload-Metadata": `filename ${encoded(file.name)}` } });
      if (made.status !== 201) return refused(made);
      place = made.headers.get("Location");
      localStorage.setItem(key, place);
      offset = 0;
    } else if (offset === null) {
      const found = await ask(place, { method: "HEAD" });
      if (found.ok) offset = Number(found.headers.get("Upload-Offset"));
      else place = null; // forgotten meanwhile: from the start
    } else {
      const body = file.slice(offset, offset + PIECE);
      const answer = await ask(place, { method: "PATCH", body, headers: { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" } });
      if (answer.status === 409) offset = null; // another window sends it too: ask how far it is
      else if (answer.status === 404) place = offset = null;
      else if (!answer.ok) return refused(answer);
      else offset = Number(answer.headers.get("Upload-Offset"));
    }
    wait = 1000;
    return undefined;
  }

  while (offset !== file.size) {
    try {
      await step();
      told(offset ?? 0);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says so when the network is gone
      waits();
      await pause(wait);
      wait = Math.min(2 * wait, 30000);
      offset = null;
    }
  }
  localStorage.removeItem(key);
  return place.split("/").at(-2);
}
