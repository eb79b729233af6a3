// Measures of one page, run inside it. Each answers a list of sentences: empty where the promise is kept.
window.measures = (() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false, contentVisibilityAuto: true })
    && element.getClientRects().length > 0 && !element.closest(".sr, [aria-hidden='true']");
  const name = (element) => `<${element.tagName.toLowerCase()} class="${element.className?.baseVal ?? element.className}"> ${(element.innerText || element.name || element.alt || "").trim().slice(0, 40)}`;
  const words = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());

  // A checkbox is as big as the label around it; what hides behind a label is not touched itself.
  const box = (element) => {
    const own = element.getBoundingClientRect();
    if (!element.matches("input")) return own;
    const label = element.closest("label") ?? (element.id && document.querySelector(`label[for="${CSS.escape(element.id)}"]`));
    if (!label || !element.matches("[type=checkbox], [type=radio], [type=file]")) return own;
    const said = label.getBoundingClientRect();
    return element.matches("[type=file]") && own.height > said.height ? own : said; // a file's field is touched itself where it shows
  };
  // WCAG 2.5.8 leaves out a link inside a sentence.
  const inSentence = (element) => element.matches("a") && getComputedStyle(element).display === "inline"
    && [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 2);

  return {
    async axe(isTrainee) {
      const answer = await window.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        rules: isTrainee ? { "color-contrast-enhanced": { enabled: true } } : {},
        resultTypes: ["violations"], elementRef: false,
      });
      return answer.violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.target} ${node.any[0]?.message ?? one.help}`));
    },
    smallTargets(least) {
      const found = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]");
      return [...found].filter((element) => shown(element) && !element.matches(".skip") && !inSentence(element)).flatMap((element) => {
        const { width, height } = box(element);
        return width + .5 < least || height + .5 < least ? [`${Math.round(width)}×${Math.round(height)} ${name(element)}`] : [];
      });
    },
    wideThings() {
      const page = document.documentElement, room = page.clientWidth;
      if (page.scrollWidth <= room && document.body.scrollWidth <= room) return [];
      const guilty = [...document.querySelectorAll("main *, .top *, .nav *")].filter((element) => shown(element)
        && element.getBoundingClientRect().right > room + 1 && !element.closest(".table-wrap, .sr"));
      return [`page is ${page.scrollWidth} wide: ${guilty.slice(0, 3).map(name).join(" | ")}`];
    },
    smallOrSlantedText() {
      return [...document.querySelectorAll("main *")].filter((element) => shown(element) && words(element) && !element.closest("svg, .js-plotly-plot")).flatMap((element) => {
        const style = getComputedStyle(element), wrong = [];
        if (parseFloat(style.fontSize) < 18) wrong.push(style.fontSize);
        if (style.fontStyle !== "normal") wrong.push(style.fontStyle);
        if (style.textTransform === "uppercase") wrong.push("capitals");
        if (style.textAlign === "justify") wrong.push("justified");
        return wrong.map((what) => `${what} ${name(element)}`);
      });
    },
    redThings() {
      const isRed = (colour) => {
        const [red, green, blue, alpha] = (colour.match(/[\d.]+/g) ?? []).map(Number);
        return alpha !== 0 && red > 120 && red > 2 * green && red > 2 * blue;
      };
      return [...document.querySelectorAll("body *")].filter(shown).flatMap((element) => {
        const style = getComputedStyle(element);
        return [style.color, style.backgroundColor, style.borderLeftColor].some(isRed) ? [`red ${name(element)}`] : [];
      });
    },
    // Each plot has its sentence, its table and drawn marks.
    barePlots() {
      return [...document.querySelectorAll(".plot")].flatMap((plot) => {
        const lacks = [];
        if (!plot.querySelector(":is(h2, h3) + p")?.innerText.trim()) lacks.push("a sentence");
        if (!plot.querySelector("details table tbody tr")) lacks.push("a table");
        if (!plot.querySelector(".plot-draw svg")) lacks.push("a drawing");
        return lacks.map((what) => `no ${what} in ${name(plot)}`);
      });
    },
  };
})();
