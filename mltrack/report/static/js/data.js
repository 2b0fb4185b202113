// What the page holds, read as it is asked for: a page of a thousand runs draws ten of them.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const special = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function numberOf(value) {
  if (typeof value === "number") return value;
  return value in special ? special[value] : NaN;
}

function shortNumber(value) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e5 && size < 1e12) return value.toFixed(0);
  return String(Number(value.toPrecision(5)));
}

function numbers(text, kind) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const read = { 2: "getUint16", 4: "getUint32", 8: "getFloat64", f: "getFloat32" }[kind];
  const width = kind === "f" ? 4 : kind;
  const found = new Array(bytes.length / width);
  for (let i = 0; i < found.length; i++) found[i] = view[read](i * width, true);
  return found;
}

const packedCurves = all("script.curves");
const unpacked = new Map();
const decoded = new Map();

function packedOf(metric, run) {
  const at = data.metrics.indexOf(metric);
  if (!unpacked.has(at)) unpacked.set(at, JSON.parse(packedCurves[at].textContent));
  return unpacked.get(at)[run];
}

// Returns {step, time, wall, value, count}: arrays of equal length, sorted by step.
function curveOf(metric, run) {
  const key = `${run} ${metric}`;
  if (decoded.has(key)) return decoded.get(key);
  const packed = packedOf(metric, run);
  let curve = null;
  if (packed) {
    const time = numbers(packed.t, 2).map((t) => packed.a + t * packed.u);
    curve = {
      step: numbers(packed.s, packed.w).map((s) => packed.o + s),
      time,
      wall: time.map((t) => packed.b + t),
      value: numbers(packed.v, packed.k).map((v) => (Number.isFinite(v) ? v : null)),
      count: packed.n,
    };
  }
  decoded.set(key, curve);
  return curve;
}

const labelOf = (run) => data.runs[run].join(" ");

// Calls `act` once an element comes near what is seen: what nobody looks at costs nothing.
const waiting = new Set();

function whenNear(seen, act) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) once();
  }, { rootMargin: "300px" });
  const once = () => {
    observer.disconnect();
    if (waiting.delete(once)) act();
  };
  waiting.add(once);
  observer.observe(seen);
}
