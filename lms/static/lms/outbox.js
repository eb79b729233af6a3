// Forms signed where there is no network: kept on this device for the person signed in, sent later by themselves.
// Each has a key of its own, so that the server makes one thing of it however often it arrives. Another person signing in wipes them.
const marker = "tremplin:outbox:";
const database = "tremplin-outbox";

function opened() {
  return new Promise((done, no) => {
    const asked = indexedDB.open(database, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => no(asked.error);
  });
}

async function within(mode, act) {
  const base = await opened();
  try {
    return await new Promise((done, no) => {
      const transaction = base.transaction("forms", mode);
      const asked = act(transaction.objectStore("forms"));
      transaction.oncomplete = () => done(asked?.result);
      transaction.onerror = transaction.onabort = () => no(transaction.error);
    });
  } finally {
    base.close();
  }
}

const all = () => within("readonly", (store) => store.getAll());
export const drop = (key) => within("readwrite", (store) => store.delete(key));

// {key, user, url, label, fields: [[name, value]], made: ms, from: ms before which it is not sent (it can still be called back)}
export async function keep(entry) {
  await within("readwrite", (store) => store.put(entry));
  localStorage.setItem(marker + entry.user, "1");
}

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// {kind: "sent", next} · {kind: "refused", words} · {kind: "away"}: no network, signed out, or the server is in trouble
export async function send(entry) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", token());
  data.append("seconds_ago", Math.max(0, Math.round((Date.now() - entry.made) / 1000)));
  for (const [name, value] of entry.fields) data.append(name, value);
  try {
    const answer = await fetch(entry.url, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.ok && !answer.redirected) return { kind: "sent", next: (await answer.json()).next };
    if (answer.status === 404) return { kind: "refused", words: "Ce stagiaire ou cette grille n’est plus accessible." };
    if ([400, 409, 413].includes(answer.status)) return { kind: "refused", words: (await answer.json().catch(() => ({}))).message ?? "Le serveur ne peut pas la prendre." };
  } catch { /* no network */ }
  return { kind: "away" };
}

export async function start(leave) {
  const user = leave.dataset.user;
  let busy = false;

  async function mine() {
    const kept = await all();
    for (const other of kept.filter((entry) => entry.user !== user)) await drop(other.key);
    const own = kept.filter((entry) => entry.user === user);
    for (const key of Object.keys(localStorage)) if (key.startsWith(marker) && (key !== marker + user || !own.length)) localStorage.removeItem(key);
    return own;
  }

  async function flush() {
    if (busy) return;
    busy = true;
    try {
      for (const entry of await mine()) {
        if (entry.refused || entry.from > Date.now()) continue;
        const answer = await send(entry);
        if (answer.kind === "sent") await drop(entry.key);
        else if (answer.kind === "refused") await keep({ ...entry, refused: answer.words });
        else break;
      }
      show(await mine());
    } finally {
      busy = false;
    }
  }

  function show(entries) {
    document.querySelector("[data-outbox]")?.remove();
    const due = entries.filter((entry) => entry.refused || entry.from <= Date.now());
    if (!due.length) return;
    const box = document.createElement("div");
    box.className = "notice";
    box.dataset.outbox = "";
    box.setAttribute("role", "status");
    const body = document.createElement("div");
    const line = (words) => {
      const text = document.createElement("p");
      text.textContent = words;
      body.append(text);
      return text;
    };
    for (const entry of due.filter((one) => !one.refused)) line(`${entry.label} : gardé sur ce téléphone, envoyé au retour du réseau.`);
    for (const entry of due.filter((one) => one.refused)) {
      line(`${entry.label} : ${entry.refused}`);
      const actions = document.createElement("div");
      actions.className = "actions";
      for (const [words, act] of [["Réessayer", () => keep({ ...entry, refused: "" }).then(flush)], ["Effacer de ce téléphone", () => drop(entry.key).then(flush)]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn";
        button.textContent = words;
        button.addEventListener("click", act);
        actions.append(button);
      }
      body.append(actions);
    }
    box.append(body);
    document.getElementById("main").prepend(box);
  }

  // Leaving wipes this device: what waits is sent first. Pressed again, it leaves all the same.
  leave.addEventListener("submit", (event) => {
    if (leave.dataset.sure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    flush().then(mine).then((left) => {
      leave.dataset.sure = "1";
      if (!left.length) return leave.requestSubmit();
      const words = document.createElement("p");
      words.setAttribute("role", "alert");
      words.textContent = "Une observation attend encore le réseau : quitter l’efface de ce téléphone.";
      leave.after(words);
    });
  }, true);
  window.addEventListener("online", flush);
  setInterval(flush, 30000);
  await flush();
}
