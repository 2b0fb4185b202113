// Axes of numbers, even or logarithmic, and of words: the same rules as where the page was made.
const MOST_WORDS = 12;
const LONGEST_WORD = 16;
const LEAST_SPAN = 1e-290; // of a smaller one a tenth may be no number any more

// NaN and the infinities, which are texts here, have no place on an axis of numbers.
function scaleOf(column, padded = false) {
  const found = column.values.filter((value) => (column.numeric ? typeof value === "number" : value !== null));
  if (!found.length) return null;
  if (!column.numeric) return wordScale([...new Set(found.map(String))].sort());
  let low = Math.min(...found), high = Math.max(...found);
  if (low > 0 && high / low >= 100) return numberScale(Math.log10(low), Math.log10(high), true);
  const room = low === high ? Math.abs(low) * 0.1 || 1 : padded ? high * 0.04 - low * 0.04 : 0;
  const most = Number.MAX_VALUE;
  return numberScale(Math.max(low - room, -most), Math.min(high + room, most), false);
}

function wordScale(words) {
  if (words.length > MOST_WORDS) return null;
  const at = (value) => (words.includes(String(value)) ? (words.indexOf(String(value)) + 0.5) / words.length : null);
  return { at, ticks: words.map((word) => ({ at: at(word), label: word })) };
}

function numberScale(low, high, log) {
  const at = (value) => {
    if (typeof value !== "number" || (log && value <= 0)) return null;
    const span = high / 2 - low / 2; // halves, for the whole may be more than a number holds
    return span ? ((log ? Math.log10(value) : value) / 2 - low / 2) / span : 0.5;
  };
  const marks = log ? decades(low, high) : roundNumbers(low, high);
  return { at, ticks: marks.map((mark) => ({ at: at(mark), label: shortNumber(mark) })) };
}

function decades(low, high) {
  const found = [], first = Math.ceil(low - 1e-9), last = Math.floor(high + 1e-9);
  const apart = Math.max(1, Math.floor((last - first) / 5));
  for (let n = first; n <= last; n += apart) found.push(10 ** n);
  return found;
}

function roundNumbers(low, high) {
  if (!(high - low > LEAST_SPAN && Number.isFinite(high - low))) return [low];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((round) => round * power >= rough);
  const found = [];
  for (let n = Math.ceil(low / step); n <= Math.floor(high / step); n++) found.push(n * step);
  return found;
}

function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A word in a drawing; what is longer than its place is cut.
function word(text, attributes, longest = LONGEST_WORD) {
  return svg("text", attributes, text.length > longest ? `${text.slice(0, longest)}\u2026` : text);
}

function titled(shape, words) {
  shape.append(svg("title", {}, words));
  return shape;
}
