// The table of runs: sort, filter, choose columns, show more, pick curves.
const table = byId("table");
const tableBody = table.tBodies[0];
const rowsInOrder = [...tableBody.rows];
const shownColumns = new Set();
const drawnRuns = new Set();
const whenDrawnChanges = [];
const FIRST_ROWS = 50;
const MOST_DRAWN = 40;
const columnSheet = new CSSStyleSheet();
let order = data.runs.map((_, run) => run);
let sortedBy = null;
let rowLimit = FIRST_ROWS;
let rowTexts = null;

function startTable() {
  for (const run of data.drawable.slice(0, 10)) drawnRuns.add(run);
  all("th", table.tHead).slice(1).forEach(makeSortable);
  data.columns.forEach((column, at) => column.shown && shownColumns.add(at));
  startColumns();
  byId("filter").addEventListener("input", showRows);
  byId("more-rows").addEventListener("click", () => {
    rowLimit = rowLimit === FIRST_ROWS ? Infinity : FIRST_ROWS;
    showRows();
  });
  showRows();
}

function makeSortable(cell, at) {
  const button = element("button", { type: "button", className: "sort" }, ...cell.childNodes);
  button.append(element("span", { className: "arrow", "aria-hidden": "true" }));
  button.addEventListener("click", () => sortBy(at));
  cell.replaceChildren(button);
}

// Rows after the first ones wait as text, for those who read without scripts, until needed.
function fetchLaterRows() {
  const later = byId("later-rows");
  if (!later) return;
  const template = element("template");
  template.innerHTML = later.textContent;
  const rows = all("tbody tr", template.content);
  for (const row of rows) row.classList.add("late");
  rowsInOrder.push(...rows);
  tableBody.append(...rows);
  later.remove();
}

function sortBy(at) {
  fetchLaterRows();
  const column = data.columns[at];
  const again = sortedBy && sortedBy.at === at;
  const up = again ? !sortedBy.up : !column.numeric;
  sortedBy = { at, up };
  const values = column.values;
  const compare = column.numeric
    ? (a, b) => numberOf(values[a]) - numberOf(values[b])
    : (a, b) => String(values[a]).localeCompare(String(values[b]));
  const isMissing = (run) => values[run] === null || values[run] === "NaN";
  order.sort((a, b) => {
    if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b) || a - b;
    return (up ? compare(a, b) : compare(b, a)) || a - b;
  });
  all("th", table.tHead).slice(1).forEach((cell, other) => {
    if (other === at) cell.setAttribute("aria-sort", up ? "ascending" : "descending");
    else cell.removeAttribute("aria-sort");
  });
  showRows();
  tableBody.append(...order.map((run) => rowsInOrder[run]));
}

function startColumns() {
  const boxes = data.columns.map((column, at) => {
    const box = element("input", { type: "checkbox", checked: shownColumns.has(at) });
    box.addEventListener("change", () => {
      if (box.checked) shownColumns.add(at);
      else shownColumns.delete(at);
      showColumns();
    });
    return element("label", { className: "check" }, box, ` ${column.title}`);
  });
  byId("columns").append(...boxes.slice(1));
  shownColumns.add(0);
}

// Until somebody chooses, the style sheet of the page hides what comes after the first columns.
function showColumns() {
  const hidden = data.columns.map((_, at) => at).filter((at) => !shownColumns.has(at));
  const rules = hidden.map((at) => `#table :is(td, th):nth-child(${at + 2}) { display: none; }`);
  columnSheet.replaceSync(rules.join("\n"));
  document.adoptedStyleSheets = [columnSheet];
  table.classList.add("chosen");
}

function showRows() {
  if (byId("filter").value || rowLimit > FIRST_ROWS) fetchLaterRows();
  const matches = matcherOf(byId("filter").value);
  const found = order.filter(matches);
  const shown = new Set(found.slice(0, rowLimit));
  rowsInOrder.forEach((row, run) => {
    row.classList.toggle("late", !shown.has(run));
    if (shown.has(run) && !row.cells[0].firstChild) row.cells[0].append(drawnBox(run));
  });
  const more = byId("more-rows");
  more.hidden = found.length <= FIRST_ROWS;
  more.textContent = rowLimit === FIRST_ROWS ? `Show all ${found.length}` : `Show ${FIRST_ROWS}`;
  byId("count").textContent = `${shown.size} of ${order.length} runs`;
}

function drawnBox(run) {
  const box = element("input", { type: "checkbox", checked: drawnRuns.has(run) });
  box.setAttribute("aria-label", `draw ${labelOf(run)}`);
  box.addEventListener("change", () => {
    if (!box.checked) drawnRuns.delete(run);
    else if (drawnRuns.size < MOST_DRAWN) drawnRuns.add(run);
    else box.checked = false;
    if (!box.checked && drawnRuns.size === MOST_DRAWN) byId("count").textContent = `${MOST_DRAWN} curves at most are drawn`;
    for (const act of whenDrawnChanges) act();
  });
  return box;
}

// Returns a function that tells whether a run's row meets all words and comparisons of a text.
function matcherOf(text) {
  const tests = text.toLowerCase().split(/\s+/).filter(Boolean).map(testOf);
  return (run) => tests.every((test) => test(run));
}

function testOf(word) {
  const parts = /^(.+?)(<=|>=|!=|<|>|=)(.+)$/.exec(word);
  const column = parts && data.columns.find((c) => [c.title, c.key].some((n) => n.toLowerCase() === parts[1]));
  if (!column) {
    rowTexts = rowTexts || rowsInOrder.map((row) => row.textContent.toLowerCase());
    return (run) => rowTexts[run].includes(word);
  }
  const [, , sign, wanted] = parts;
  const compared = {
    "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b,
    ">=": (a, b) => a >= b, "=": (a, b) => a === b, "!=": (a, b) => a !== b,
  }[sign];
  if (column.numeric) return (run) => compared(numberOf(column.values[run]), Number(wanted));
  return (run) => compared(String(column.values[run]).toLowerCase(), wanted);
}
