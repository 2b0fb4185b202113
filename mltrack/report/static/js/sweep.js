// Parallel coordinates and a scatter whose axes somebody chooses.
const SHADES = 5;
const sweepAxes = new Set();

function startSweep() {
  if (!byId("sweep-metric")) return;
  const axes = data.columns.filter((column) => column.axis);
  const params = axes.filter((column) => column.key.startsWith("params."));
  const metrics = axes.filter((column) => column.numeric && !column.key.startsWith("params."));
  fillSelect("sweep-metric", metrics, data.best || metrics[0].key, drawParallel);
  fillSelect("scatter-x", axes, params[0].key, drawScatter);
  fillSelect("scatter-y", axes, byId("sweep-metric").value, drawScatter);
  params.slice(0, 7).forEach((column) => sweepAxes.add(column.key));
  byId("sweep-axes").append(...params.map(axisBox));
  whenNear(byId("parallel"), drawParallel);
  whenNear(byId("scatter"), drawScatter);
}

function fillSelect(id, columns, chosen, act) {
  const field = byId(id);
  field.append(...columns.map((column) => element("option", { value: column.key }, column.title)));
  if (columns.some((column) => column.key === chosen)) field.value = chosen;
  field.addEventListener("change", act);
}

function axisBox(column) {
  const box = element("input", { type: "checkbox", checked: sweepAxes.has(column.key) });
  box.addEventListener("change", () => {
    if (box.checked) sweepAxes.add(column.key);
    else sweepAxes.delete(column.key);
    drawParallel();
  });
  return element("label", { className: "check" }, box, ` ${column.title}`);
}

const columnOf = (key) => data.columns.find((column) => column.key === key);

function shadeOf(scale, value) {
  const at = scale.at(value);
  return at === null ? null : Math.min(SHADES - 1, Math.floor(at * SHADES));
}

function drawParallel() {
  const metric = columnOf(byId("sweep-metric").value);
  const columns = [...data.columns.filter((c) => sweepAxes.has(c.key)), metric];
  const scales = columns.map((column) => scaleOf(column));
  const place = (n) => 60 + (880 * n) / Math.max(1, columns.length - 1);
  const up = (at) => 260 - at * 230;
  const lines = svg("g", { class: "lines" });
  data.runs.forEach((_, run) => {
    const shade = shadeOf(scales.at(-1), metric.values[run]);
    if (shade === null) return;
    const points = columns.map((c, n) => [place(n), scales[n].at(c.values[run])]).filter(([, at]) => at !== null);
    const d = points.map(([x, at], n) => `${n ? "L" : "M"}${x.toFixed(0)} ${up(at).toFixed(1)}`).join("");
    lines.append(titled(svg("path", { d, class: `s${shade}` }), `${labelOf(run)}: ${metric.title} ${metric.values[run]}`));
  });
  const marks = columns.map((column, n) => parallelAxis(column, scales[n], place(n), up));
  const words = `${data.runs.length} runs on ${columns.length} axes, the last is ${metric.title}`;
  byId("parallel").replaceChildren(
    svg("svg", { class: "drawing", viewBox: "0 0 1000 290", role: "img", "aria-label": words }, lines, ...marks));
}

function parallelAxis(column, scale, x, up) {
  const group = svg("g", { class: "axis" }, svg("path", { d: `M${x} 30V260` }));
  group.append(word(column.title, { class: "name", x, y: 18, "text-anchor": "middle" }));
  for (const tick of scale.ticks) group.append(word(tick.label, { x: x + 6, y: up(tick.at) + 4 }));
  return group;
}

function drawScatter() {
  const [across, upwards] = ["scatter-x", "scatter-y"].map((id) => columnOf(byId(id).value));
  const [x, y] = [scaleOf(across, true), scaleOf(upwards, true)];
  const right = (at) => 64 + at * 916, up = (at) => 300 - at * 272;
  const labels = svg("g", { class: "labels" }), grid = svg("g", { class: "grid" }), dots = svg("g", { class: "points" });
  for (const tick of y.ticks) {
    grid.append(svg("path", { d: `M64 ${up(tick.at)}H980` }));
    labels.append(word(tick.label, { x: 56, y: up(tick.at) + 4, "text-anchor": "end" }, 9));
  }
  for (const tick of x.ticks) {
    labels.append(word(tick.label, { x: right(tick.at), y: 318, "text-anchor": "middle" }));
  }
  labels.append(word(across.title, { class: "name", x: 980, y: 336, "text-anchor": "end" }));
  labels.append(word(upwards.title, { class: "name", x: 64, y: 12 }));
  data.runs.forEach((_, run) => {
    const [a, b] = [x.at(across.values[run]), y.at(upwards.values[run])];
    if (a === null || b === null) return;
    const dot = svg("circle", { cx: right(a).toFixed(1), cy: up(b).toFixed(1), r: 4.5, "data-run": run });
    dots.append(titled(dot, `${labelOf(run)}: ${across.title} ${across.values[run]}, ${upwards.title} ${upwards.values[run]}`));
  });
  dots.addEventListener("pointerover", (event) => {
    const words = event.target.querySelector && event.target.querySelector("title");
    if (words) byId("scatter-note").textContent = words.textContent;
  });
  const words = `${upwards.title} against ${across.title}, ${dots.childNodes.length} runs`;
  byId("scatter").replaceChildren(
    svg("svg", { class: "drawing", viewBox: "0 0 1000 344", role: "img", "aria-label": words }, grid, labels, dots));
}
