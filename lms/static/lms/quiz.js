// Keeps each answer as it is given: on the server at once, on this machine while the network is away, sent again in order.
// The server takes the last one; when another device had answered meanwhile it says so, and two long texts are both shown.
const prefix = "tremplin:answer:";

export function start(form) {
  const user = form.dataset.user;
  const mark = form.querySelector("[data-saved-mark]");
  const token = form.elements.csrfmiddlewaretoken;
  const waiting = new Map(); // url -> fields to send, in the order they were given
  let sending = false, wait = 1000, timer, leaving = null;

  const say = (kind, words) => { mark.dataset.kind = kind; mark.textContent = words; };
  const keyOf = (url) => `${prefix}${user}:${url}`;
  const questions = [...form.querySelectorAll("[data-answer]")];
  const byUrl = new Map(questions.map((one) => [one.dataset.answer, one]));

  function fieldsOf(question) {
    const found = [];
    for (const field of question.querySelectorAll("input, select, textarea")) {
      if (!field.name || field.disabled || field.type === "file") continue;
      if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
      found.push([field.name, field.value]);
    }
    return found;
  }

  function remember(question) {
    const url = question.dataset.answer;
    const fields = fieldsOf(question);
    waiting.delete(url); // the last one goes last
    waiting.set(url, fields);
    try { localStorage.setItem(keyOf(url), JSON.stringify(fields)); } catch { /* a full or closed store: the server still has it soon */ }
  }

  async function flush() {
    clearTimeout(timer);
    if (sending) return; // it comes back here when it is done
    if (!waiting.size) return void go();
    sending = true;
    const [url, fields] = waiting.entries().next().value;
    try {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", token.value);
      const rev = byUrl.get(url)?.querySelector("input[name$='.rev']");
      for (const [name, value] of fields) body.append(name, name.endsWith(".rev") && rev ? rev.value : value);
      const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.redirected || answer.status === 403 || answer.status === 401) return signIn();
      if (answer.status === 409) both(url, await answer.json());
      else if (answer.status === 400) say("conflict", (await answer.json()).message ?? "Cette réponse ne peut pas être gardée.");
      else if (!answer.ok) throw new Error(answer.status);
      else told(url, await answer.json());
      if (waiting.get(url) === fields) {
        waiting.delete(url);
        localStorage.removeItem(keyOf(url));
      }
      wait = 1000;
      sending = false;
      flush();
    } catch {
      sending = false;
      say("offline", "Pas de réseau : gardé ici");
      if (leaving) return void go();
      timer = setTimeout(flush, wait);
      wait = Math.min(wait * 2, 8000);
    }
  }

  function told(url, { rev: next, saved_at: at, elsewhere, late }) {
    const rev = byUrl.get(url)?.querySelector("input[name$='.rev']");
    if (rev) rev.value = next;
    if (late) say("conflict", "Le temps est fini. Cette réponse est gardée, elle ne compte pas.");
    else if (elsewhere) say("conflict", `Réponse changée aussi sur un autre appareil. Celle-ci est gardée, ${at.replace(":", " h ")}`);
    else say("kept", `Réponse gardée ${at.replace(":", " h ")}`);
  }

  function signIn() {
    sending = false;
    say("offline", "Reconnecte-toi : tes réponses sont gardées ici. ");
    const link = document.createElement("a");
    link.href = form.dataset.login;
    link.textContent = "Se reconnecter";
    mark.append(link);
  }

  // Two texts of several lines: the other one is shown, the person says which stays.
  function both(url, other) {
    const question = byUrl.get(url);
    const text = question?.querySelector("textarea");
    const rev = question?.querySelector("input[name$='.rev']");
    if (!text || !rev) return;
    question.querySelector("details[data-other]")?.remove();
    const box = document.createElement("details");
    box.className = "drawer";
    box.dataset.other = "";
    box.open = true;
    const title = document.createElement("summary");
    title.textContent = "L’autre texte, écrit ailleurs";
    const body = document.createElement("div");
    body.className = "drawer-body prose";
    for (const line of String(other.text ?? "").split("\n")) {
      const words = document.createElement("p");
      words.textContent = line;
      body.append(words);
    }
    const actions = document.createElement("div");
    actions.className = "actions";
    const choice = (words, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = words;
      button.addEventListener("click", () => { act(); rev.value = other.rev; box.remove(); changed(question, 0); });
      actions.append(button);
    };
    choice("Garder les deux", () => { text.value = `${text.value}\n\n${other.text}`; });
    choice("Garder le mien", () => {});
    body.append(actions);
    box.append(title, body);
    text.after(box);
    say("conflict", "Deux textes : les deux sont gardés");
  }

  function changed(question, delay) {
    remember(question);
    say("waiting", "En attente…");
    clearTimeout(timer);
    timer = setTimeout(flush, delay);
  }

  const questionOf = (event) => event.target.closest("[data-answer]");
  form.addEventListener("input", (event) => {
    const question = questionOf(event);
    if (question && event.target.type !== "file") changed(question, event.target.matches("textarea, input:not([type=radio], [type=checkbox])") ? 800 : 0);
  });

  // What is on its way arrives before the page is left: the page that follows shows it.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || leaving || (!sending && !waiting.size)) return;
    event.preventDefault();
    leaving = event.submitter ?? true;
    flush();
  });
  function go() {
    if (!leaving) return;
    const button = leaving === true ? undefined : leaving;
    form.requestSubmit(button);
    leaving = null;
  }

  // Answers that never left this machine come back to their fields, then go. Those of someone else who sat here are gone.
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix) && !key.startsWith(`${prefix}${user}:`)) localStorage.removeItem(key);
  for (const question of questions) {
    let fields;
    try { fields = JSON.parse(localStorage.getItem(keyOf(question.dataset.answer))); } catch { fields = null; }
    if (!fields) continue;
    const values = new Map();
    for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of question.querySelectorAll("input, select, textarea")) {
      if (field.type === "hidden" || field.type === "file") continue;
      const given = values.get(field.name) ?? [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
      else field.value = given[0] ?? "";
    }
    remember(question);
  }
  // And those of the other questions of this take, given on pages before.
  for (const key of Object.keys(localStorage)) {
    const url = key.startsWith(`${prefix}${user}:`) ? key.slice(`${prefix}${user}:`.length) : "";
    const same = questions[0] ? questions[0].dataset.answer.replace(/\d+\/$/, "") : form.action.replace(/^https?:\/\/[^/]+/, "").replace(/(\d+|envoyer)\/$/, "");
    if (url && !waiting.has(url) && url.startsWith(same)) try { waiting.set(url, JSON.parse(localStorage.getItem(key))); } catch { localStorage.removeItem(key); }
  }
  if (waiting.size) flush();
  window.addEventListener("online", () => { wait = 1000; flush(); });
}
