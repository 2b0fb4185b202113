// One chart of uPlot: what is drawn, in which colours, and what a moving cursor tells.
const COLOURS = 8;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

// uPlot waits as text until something is to be drawn; the policy allows that text, whoever runs it.
function needUPlot() {
  if (!window.uPlot) document.head.append(element("script", { textContent: byId("uplot").textContent }));
}

// Exponential moving average with the bias of its beginning taken out; a gap stays one.
function smoothed(values, weight) {
  let sum = 0, share = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    share = weight * share + (1 - weight);
    return sum / share;
  });
}

// Returns the x and y of a curve, sorted by x.
function pointsOf(curve, over, log) {
  const x = curve[over];
  const y = log ? curve.value.map((v) => (v > 0 ? v : null)) : curve.value;
  if (x.every((value, at) => !at || x[at - 1] < value)) return [x, y];
  const sorted = x.map((_, at) => at).sort((a, b) => x[a] - x[b] || a - b);
  return [sorted.map((at) => x[at]), sorted.map((at) => y[at])];
}

function chartColours() {
  return {
    lines: Array.from({ length: COLOURS }, (_, at) => colourOf(`ink c${at}`)),
    text: colourOf("quiet"),
    grid: colourOf("gridline"),
  };
}

function seriesOf(run, colours, isGhost) {
  return {
    label: labelOf(run),
    run,
    isGhost,
    stroke: colours.lines[run % COLOURS],
    alpha: isGhost ? 0.28 : 1,
    width: isGhost ? 1 : 1.75,
    dash: DASHES[Math.floor(run / COLOURS) % DASHES.length],
    points: { show: false },
  };
}

// The nearest place at which a curve was logged: here only another one may have been. A gap is null.
function nearestIndex(chart, number, at) {
  const values = chart.data[number];
  if (at === null || !values || values[at] !== undefined) return at;
  let left = at, right = at;
  while (left >= 0 || right < values.length) {
    if (--left >= 0 && values[left] !== undefined) return left;
    if (++right < values.length && values[right] !== undefined) return right;
  }
  return null;
}

function axisOf(colours, more) {
  return {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1 },
    font: "12px system-ui, sans-serif",
    ...more,
  };
}

function optionsOf(size, series, settings, colours, tell) {
  return {
    ...size,
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, dist: 4 },
      dataIdx: nearestIndex,
      points: { size: 7, show: (chart, at) => (chart.series[at].isGhost ? false : element("div")) },
    },
    scales: { x: { time: settings.over === "wall" }, y: { distr: settings.log ? 3 : 1 } },
    axes: [
      axisOf(colours, settings.over === "time" ? { values: (_, all) => all.map(lasting) } : {}),
      axisOf(colours, { size: 66, values: (_, all) => all.map((v) => (v == null ? "" : shortNumber(v))) }),
    ],
    series: [{}, ...series],
    hooks: { setCursor: [tell] },
  };
}

function lasting(seconds) {
  if (seconds == null) return "";
  if (seconds < 120) return `${shortNumber(seconds)} s`;
  return seconds < 7200 ? `${shortNumber(seconds / 60)} min` : `${shortNumber(seconds / 3600)} h`;
}
