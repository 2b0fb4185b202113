// Axes of numbers, even or logarithmic, and of words: the same rules as where the page was made.
const MOST_WORDS = 12;

function scaleOf(values, padded = false) {
  const found = values.filter((value) => value !== null);
  const isNumeric = found.every((value) => typeof value === "number");
  if (!found.length) return null;
  if (!isNumeric) return wordScale([...new Set(found.map(String))].sort());
  let low = Math.min(...found), high = Math.max(...found);
  if (low > 0 && high / low >= 100) return numberScale(Math.log10(low), Math.log10(high), true);
  const room = low === high ? Math.abs(low) * 0.1 || 1 : padded ? (high - low) * 0.04 : 0;
  return numberScale(low - room, high + room, false);
}

function wordScale(words) {
  if (words.length > MOST_WORDS) return null;
  const at = (value) => (words.includes(String(value)) ? (words.indexOf(String(value)) + 0.5) / words.length : null);
  return { at, ticks: words.map((word) => ({ at: at(word), label: word })) };
}

function numberScale(low, high, log) {
  const at = (value) => {
    if (typeof value !== "number" || (log && value <= 0)) return null;
    return high === low ? 0.5 : ((log ? Math.log10(value) : value) - low) / (high - low);
  };
  const marks = log ? decades(low, high) : roundNumbers(low, high);
  return { at, ticks: marks.map((mark) => ({ at: at(mark), label: shortNumber(mark) })) };
}

function decades(low, high) {
  const found = [];
  for (let n = Math.ceil(low - 1e-9); n <= Math.floor(high + 1e-9); n++) found.push(10 ** n);
  return found;
}

function roundNumbers(low, high) {
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

function titled(shape, words) {
  shape.append(svg("title", {}, words));
  return shape;
}
