/* Keys for lists and for going about. One rule: a single letter is a key only while nothing is typed into, and only in
   a browser where nobody turned that off (WCAG 2.1.4). */

const ROWS = "main :is(tbody tr:has(.title-link), .notice:has(.title-link), .step:has(.step-title a), [data-row])";
const LINK = ".title-link, .step-title a, a[href]";
const OFF = "handrail-keys";
let going = 0; // until when a letter after `g` leads somewhere

const keysAreOn = () => localStorage.getItem(OFF) !== "off";
const seen = (element) => element.getClientRects().length > 0;
const rowsOf = () => [...document.querySelectorAll(ROWS)].filter(seen);

function typedInto(element) {
  return element.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]") !== null;
}

function step(by) {
  const rows = rowsOf();
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  const link = rows[next].querySelector(LINK);
  link.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
}

function inRow(selector) {
  const row = document.activeElement.closest(ROWS);
  return row && row.querySelector(selector);
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  e: () => inRow("[data-do-here]")?.click(),
  x: () => inRow("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("main .filters input[type=search]")?.focus(),
  "?": () => openDialog(document.getElementById("keys")),
  g: () => { going = Date.now() + 1500; },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !keysAreOn()) return;
  if (typedInto(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() < going) {
    going = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      location.assign(place.href);
      return;
    }
  }
  const does = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
  if (!does) return;
  event.preventDefault();
  does();
});

const on = document.getElementById("keys-on");
if (on) {
  on.checked = keysAreOn();
  on.addEventListener("change", () => localStorage.setItem(OFF, on.checked ? "on" : "off"));
}
