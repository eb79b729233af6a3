// The panel above a page's form in Wagtail: competencies and hours, as the form says them now. Asked of the server at each change.
const form = document.querySelector("form[data-edit-form]");
const shape = /^(.*)\/pages\/(?:(\d+)\/edit|add\/\w+\/(modulepage|lessonpage|practicalpage)\/(\d+))\//;
const spoken = /^(theory_minutes|practical_minutes|culture_minutes|minutes|hours_kind|block|rubric|targets-|competencies-)/;

if (form && shape.test(location.pathname)) {
  const panel = document.createElement("section");
  panel.className = "tr-panel";
  let asked = null, timer;

  // Wagtail saves a new page by itself and changes the address: asked for again each time.
  const address = () => {
    const [, root, page, model, parent] = location.pathname.match(shape);
    return page ? `${root}/couverture/${page}/` : `${root}/couverture/${model}/${parent}/`;
  };

  const typed = () => {
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && spoken.test(name)) said.append(name, value);
    return said;
  };

  async function ask() {
    const to = address(), said = typed(), question = `${to}?${said}`;
    if (question === asked) return;
    asked = question;
    try {
      const answer = await fetch(to, {
        method: "POST", body: said, credentials: "same-origin",
        headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      });
      if (answer.status !== 200 || question !== asked) return;
      panel.innerHTML = await answer.text();
      const details = panel.querySelector("details");
      details.open = sessionStorage.getItem("tremplin:panel") !== "closed";
      details.addEventListener("toggle", () => sessionStorage.setItem("tremplin:panel", details.open ? "open" : "closed"));
      if (!panel.isConnected) form.prepend(panel);
    } catch { asked = null; }
  }

  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 400); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("click", later); // a row taken away, a competency chosen: no event of their own
  new MutationObserver(later).observe(form, { subtree: true, childList: true, attributes: true, attributeFilter: ["value"] });
  document.addEventListener("w-autosave:success", () => { asked = null; later(); }); // a new module has just got its first steps
  ask();
}
