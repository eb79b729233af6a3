// Keeps what is being typed: on the server a second after the last key, on this machine when the network is gone.
// The server answers {rev, saved_at}; 409 means another window wrote meanwhile and sends its {text, rev}: both are kept.
const prefix = "tremplin:draft:";

function typed(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

export function start(form) {
  const url = form.dataset.autosave;
  const key = `${prefix}${form.dataset.user}:${url}`;
  const mark = form.querySelector("[data-saved-mark]");
  const rev = form.elements.rev;
  let timer, wait = 1000, busy = false, dirty = false, gone = false, held = null, conflict = null;

  const say = (kind, words) => { if (mark) { mark.dataset.kind = kind; mark.textContent = words; } };
  const store = () => {
    const fields = [...typed(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "rev");
    try { localStorage.setItem(key, JSON.stringify(fields)); return true; } catch { return false; }
  };
  const here = () => { if (store()) say("offline", "Pas de réseau : gardé ici"); };
  const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };

  async function save() {
    if (busy || gone || conflict) return;
    busy = true;
    dirty = false;
    try {
      const answer = await fetch(url, { method: "POST", body: typed(form), headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 409) both(await answer.json());
      else if (answer.redirected || !answer.ok) throw new Error(answer.status);
      else {
        const { rev: next, saved_at: at } = await answer.json();
        if (rev && next !== undefined) rev.value = next;
        localStorage.removeItem(key);
        wait = 1000;
        say("kept", `Brouillon gardé ${at.replace(":", " h ")}`);
      }
      busy = false;
      if (held) return go();
      if (dirty) later(1000);
    } catch {
      busy = false;
      if (held) return go();
      here();
      wait = Math.min(wait * 2, 30000);
      later(wait);
    }
  }

  // Shows the other text beside this one; autosave rests until the person says which is kept: nobody's words are replaced.
  function both(other) {
    conflict = other;
    form.querySelector("[data-other]")?.remove();
    const text = form.elements.text;
    const make = (name, className, words = "") => Object.assign(document.createElement(name), { className, textContent: words });
    const box = make("section", "notice notice-warn");
    const inside = make("div", "stack");
    box.append(inside);
    box.dataset.other = "";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Deux textes : choisis");
    const button = (words, act) => {
      const one = make("button", "btn", words);
      one.type = "button";
      one.addEventListener("click", act);
      return one;
    };
    const done = () => { conflict = null; box.remove(); };
    const card = (title, words, choice) => {
      const one = make("div", "card");
      const body = make("div", "words", words);
      one.append(make("h3", "", title), body, choice);
      return one;
    };
    if (text && form.dataset.merge) {
      const choose = (keep) => async () => {
        const data = typed(form);
        data.set("keep", keep);
        data.set("rev", conflict.rev);
        try {
          const answer = await fetch(form.dataset.merge, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
          if (answer.status === 409) return both(await answer.json());
          if (answer.redirected || !answer.ok) throw new Error(answer.status);
          const kept = await answer.json();
          done();
          text.value = kept.text;
          rev.value = kept.rev;
          dirty = false;
          localStorage.removeItem(key);
          say("kept", `Brouillon gardé ${kept.saved_at.replace(":", " h ")}`);
          text.focus();
        } catch { here(); }
      };
      const mine = card("Ici", text.value, button("Garder le texte d’ici", choose("here")));
      text.addEventListener("input", () => { mine.querySelector(".words").textContent = text.value; });
      const pair = make("div", "versus");
      pair.append(mine, card("Ailleurs", other.text, button("Garder le texte d’ailleurs", choose("elsewhere"))));
      inside.append(make("p", "", "Tu as écrit ici, et aussi ailleurs. Le texte que tu ne gardes pas est mis de côté."), pair,
        button("Garder les deux, l’un après l’autre", choose("both")));
    } else {
      inside.append(card("L’autre texte, écrit ailleurs", other.text, button("Garder ma version", () => {
        if (rev) rev.value = conflict.rev;
        done();
        later(0);
      })));
    }
    (mark ?? form.lastElementChild).after(box);
    store();
    say("conflict", "Deux textes : les deux sont gardés");
  }

  function restore() {
    let fields;
    try { fields = JSON.parse(localStorage.getItem(key)); } catch { fields = null; }
    if (!fields) return;
    for (const [name, value] of fields) {
      const field = form.elements[name];
      if (!field || field.type === "hidden") continue;
      if (field.type === "checkbox") field.checked = true;
      else {
        const there = field.value;
        field.value = value;
        if (field.type === "textarea" && there.trim() && there !== value) both({ text: there, rev: rev?.value });
      }
    }
    if (mark?.dataset.kind !== "conflict") say("offline", "Texte retrouvé sur cette machine");
    later(0);
  }

  form.addEventListener("input", () => {
    dirty = true;
    gone = false;
    if (conflict) return void store();
    say("waiting", "En attente…");
    later(1000);
  });
  // What is being kept at that moment arrives first: otherwise the form would carry a revision already passed.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (busy && !event.defaultPrevented) {
      event.preventDefault();
      held = event.submitter ?? true;
      return;
    }
    gone = true;
    if (!conflict) localStorage.removeItem(key);
  });
  function go() {
    const button = held === true ? undefined : held;
    held = null;
    form.requestSubmit(button);
  }
  window.addEventListener("online", () => { if (localStorage.getItem(key)) later(0); });
  window.addEventListener("pagehide", () => { if (dirty && !gone) store(); });
  restore();
}
