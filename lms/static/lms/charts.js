// Draws the figures made on the server. Plotly comes only on pages that have one.
// Our policy allows no style element: Plotly leaves its own out when it finds this mark, and tremplin.css holds its rules.
// Nor a style attribute: what Plotly writes so (bold words, image rendering) goes through the style object, which is allowed.
const mark = document.createElement("meta");
mark.id = "plotly.js-style-global";
mark.className = "no-inline-styles";
document.head.append(mark);
SVGElement.prototype.setAttribute = function setAttribute(name, value) {
  if (name === "style") this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
};

let library;
function load(url) {
  library ??= new Promise((done, refused) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => done(window.Plotly);
    script.onerror = refused;
    document.head.append(script);
  });
  return library;
}

function template() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  const axis = { automargin: true, gridcolor: token("line"), linecolor: token("edge"), zeroline: false, ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)", fixedrange: true };
  const levels = [0, 1, 2, 3, 4].map((level) => token(`level-${level}`));
  const heat = { colorscale: levels.map((colour, index) => [index / 4, colour]), showscale: false, xgap: 3, ygap: 3 };
  return {
    data: { heatmap: [heat], bar: [{ insidetextfont: { color: token("on-main") } }] },
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      colorway: [token("main"), token("accent"), token("edge"), token("done"), token("level-2")],
      font: { family: token("font"), size: 15, color: token("ink") },
      margin: { t: 8, r: 16, b: 40, l: 8 },
      showlegend: false,
      bargap: 0.35,
      dragmode: false,
      xaxis: axis,
      yaxis: axis,
      hoverlabel: { bgcolor: token("surface"), bordercolor: token("edge"), font: { color: token("ink") } },
    },
  };
}

const locale = {
  moduleType: "locale", name: "fr", dictionary: {},
  format: {
    days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    shortMonths: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    date: "%d/%m/%Y", decimal: ",", thousands: " ",
  },
};

export function start(place) {
  // Inside a closed details nothing is fetched nor drawn: a drawing needs its width, and a phone may not want it.
  const closed = place.closest("details:not([open])");
  if (closed) closed.addEventListener("toggle", () => show(place), { once: true });
  else show(place);
}

async function show(place) {
  const figure = JSON.parse(document.getElementById(place.dataset.plot).textContent);
  const plotly = await load(place.dataset.plotly);
  plotly.register(locale);
  const draw = () => plotly.react(place, figure.data, { ...figure.layout, template: template(), autosize: true, title: undefined },
    { displayModeBar: false, responsive: true, locale: "fr", showTips: false });
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
