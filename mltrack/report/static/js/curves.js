// The panel of curves: which metric, over what, how smooth; reading and zooming by mouse and keys.
const panel = byId("chart-panel");
const settings = { metric: "", over: "step", smoothing: 0, log: false };
const GAPS_WIDEN = [0, 2, 2]; // of uPlot: a gap goes on where other curves have points
let chart = null;
let chartIsNear = false;
let chartOver = "";
let chartSize = { width: 0, height: 340 };

function startCurves() {
  if (!panel) return;
  settings.metric = data.metrics[0];
  [...byId("metric").options].forEach((option, at) => (option.value = data.metrics[at]));
  byId("metric").value = settings.metric;
  listen("metric", "change", (field) => (settings.metric = field.value));
  listen("over", "change", (field) => (settings.over = field.value));
  listen("log", "change", (field) => (settings.log = field.checked));
  listen("smoothing", "input", (field) => {
    settings.smoothing = Number(field.value);
    byId("smoothed").value = field.value;
  });
  byId("reset").addEventListener("click", resetZoom);
  byId("zoom-in").addEventListener("click", () => zoom(0.5));
  byId("zoom-out").addEventListener("click", () => zoom(2));
  byId("as-table").addEventListener("click", togglePoints);
  byId("chart").addEventListener("keydown", onKey);
  whenDrawnChanges.push(drawChart);
  whenThemeChanges.push(drawChart);
  whenNear(panel, () => {
    chartIsNear = true;
    new ResizeObserver(fitChart).observe(byId("chart"));
    drawChart();
  });
}

function listen(id, kind, act) {
  const field = byId(id);
  field.addEventListener(kind, () => {
    act(field);
    drawChart();
  });
}

function drawChart() {
  if (!chartIsNear) return;
  const runs = [...drawnRuns].filter((run) => curveOf(settings.metric, run)).sort((a, b) => a - b);
  const colours = chartColours();
  const tables = [], series = [];
  for (const run of runs) {
    const [x, raw] = pointsOf(curveOf(settings.metric, run), settings.over, settings.log);
    if (settings.smoothing) series.push(seriesOf(run, colours, true));
    series.push(seriesOf(run, colours, false));
    tables.push(settings.smoothing ? [x, raw, smoothed(raw, settings.smoothing)] : [x, raw]);
  }
  const zoomed = zoomOf(chart);
  if (chart) chart.destroy();
  chart = null;
  byId("chart").replaceChildren();
  showLegend(runs);
  byId("readout").textContent = "";
  byId("chart-title").textContent = chartTitle();
  if (tables.length) {
    needUPlot();
    chartSize.width = Math.max(280, byId("chart").clientWidth);
    const joined = tables.length > 1 ? uPlot.join(tables, tables.map(() => GAPS_WIDEN)) : tables[0];
    chart = new uPlot(optionsOf(chartSize, series, settings, colours, tellCursor), joined, byId("chart"));
    if (zoomed && chartOver === settings.over) chart.setScale("x", zoomed);
    chartOver = settings.over;
  } else {
    byId("chart").textContent = "No run that is chosen in the table has this metric.";
  }
  if (!byId("points").hidden) showPoints();
}

// Returns what part of its axis a chart shows; null where that is all of it.
function zoomOf(chart) {
  if (!chart) return null;
  const { min, max } = chart.scales.x;
  return min > chart.data[0][0] || max < chart.data[0].at(-1) ? { min, max } : null;
}

// The name of the metric as it is shown: without a character that acts.
const metricTitle = () => byId("metric").selectedOptions[0].textContent;

// What the controls say, for paper, on which they are not.
function chartTitle() {
  const over = byId("over").selectedOptions[0].textContent;
  const smooth = settings.smoothing ? `, smoothed by ${settings.smoothing}` : "";
  return `${metricTitle()} over ${over}${smooth}${settings.log ? ", on a logarithmic axis" : ""}`;
}

function fitChart() {
  const width = Math.max(280, byId("chart").clientWidth);
  if (chart && width !== chartSize.width) {
    chartSize.width = width;
    chart.setSize(chartSize);
  }
}

function showLegend(runs) {
  byId("legend").replaceChildren(...runs.map((run) => {
    const swatch = element("i", { className: `swatch ink c${run % COLOURS} d${Math.floor(run / COLOURS) % 4}` });
    const value = element("b", { className: "value" });
    return element("li", {}, swatch, labelOf(run), " ", value);
  }));
}

// Called by uPlot whenever the cursor moves.
function tellCursor(chart) {
  const values = all(".value", byId("legend"));
  const { idxs, left } = chart.cursor;
  let at = 0;
  chart.series.forEach((series, number) => {
    if (!number || series.isGhost) return;
    const index = left < 0 ? null : idxs[number];
    const value = index == null ? null : chart.data[number][index];
    values[at++].textContent = value == null ? "" : shortNumber(value);
  });
  byId("readout").textContent = left < 0 ? "" : placeText(chart.posToVal(left, "x"));
}

function placeText(x) {
  if (settings.over === "step") return `step ${Math.round(x)}`;
  if (settings.over === "time") return `${lasting(x)} after the start`;
  return new Date(x * 1000).toISOString().replace("T", " ").slice(0, 19);
}

function onKey(event) {
  if (!chart) return;
  const act = {
    ArrowLeft: () => moveCursor(-1), ArrowRight: () => moveCursor(1),
    Home: () => moveCursor(-Infinity), End: () => moveCursor(Infinity),
    "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2),
    0: resetZoom, Escape: resetZoom,
  }[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
}

function moveCursor(by) {
  const width = chart.over.clientWidth;
  const now = chart.cursor.left < 0 ? (by > 0 ? 0 : width) : chart.cursor.left;
  const left = Math.min(width, Math.max(0, now + by * width / 50 || 0));
  chart.setCursor({ left, top: chart.over.clientHeight / 2 });
  const told = all("li", byId("legend")).map((item) => item.textContent).join("; ");
  byId("readout").textContent = `${placeText(chart.posToVal(left, "x"))}: ${told}`;
}

function zoom(times) {
  if (!chart) return;
  const { min, max } = chart.scales.x;
  const middle = chart.cursor.left >= 0 ? chart.posToVal(chart.cursor.left, "x") : (min + max) / 2;
  const [first, last] = [chart.data[0][0], chart.data[0].at(-1)];
  chart.setScale("x", {
    min: Math.max(first, middle - (middle - min) * times),
    max: Math.min(last, middle + (max - middle) * times),
  });
}

function resetZoom() {
  if (chart) chart.setScale("x", { min: chart.data[0][0], max: chart.data[0].at(-1) });
}

function togglePoints() {
  const points = byId("points");
  points.hidden = !points.hidden;
  byId("as-table").setAttribute("aria-expanded", String(!points.hidden));
  if (points.hidden) points.replaceChildren();
  else showPoints();
}

function showPoints() {
  const head = element("tr", {}, ...["run", settings.over, metricTitle()].map((t) => element("th", { scope: "col" }, t)));
  const rows = [];
  for (const run of [...drawnRuns].sort((a, b) => a - b)) {
    const curve = curveOf(settings.metric, run);
    if (!curve) continue;
    const [x, y] = pointsOf(curve, settings.over, settings.log);
    x.forEach((place, at) => rows.push(element("tr", {},
      element("th", { scope: "row" }, data.runs[run][0]),
      element("td", { className: "n" }, settings.over === "step" ? String(place) : placeText(place)),
      element("td", { className: "n" }, y[at] === null ? "gap" : shortNumber(y[at])))));
  }
  byId("points").replaceChildren(element("table", { className: "plain" },
    element("thead", {}, head), element("tbody", {}, ...rows)));
}
