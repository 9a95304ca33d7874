/* The palette: finding anything, and doing what the page offers, without leaving the keyboard. One rule: whatever it
   leads to has a link or a button on some page as well. */

const palette = document.getElementById("palette");
const field = document.getElementById("palette-q");
const links = () => [...palette.querySelectorAll(".found li:not([hidden]) > :is(a, button)")];
let asked = null; // what the results that are shown were found for
let opensFirst = false; // enter was pressed before they came

// What opens a dialog, and what closes it; the browser gives the focus back to where it was.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openDialog(document.getElementById(opener.dataset.openDialog));
  }
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close-dialog]"))) dialog.close();
});

function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  dialog.showModal();
  if (dialog !== palette) return;
  field.select();
  listWhatIsHere();
  if (asked === null) htmx.trigger(field, "palette");
}

// The page's own actions and tabs come first.
function listWhatIsHere() {
  const here = document.getElementById("palette-here");
  const list = here.querySelector("ul");
  list.replaceChildren();
  for (const one of document.querySelectorAll("main .page-header .actions :is(a, button), main .tabs a, main [data-palette]")) {
    const title = (one.dataset.palette || one.textContent).replace(/\s+/g, " ").trim();
    if (!title || one.disabled || one.getAttribute("aria-disabled") === "true") continue;
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => {
      palette.close();
      one.focus();
      one.click();
    });
    item.append(button);
    list.append(item);
  }
  narrowWhatIsHere();
}
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (text) => folded(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
function narrowWhatIsHere() {
  const here = document.getElementById("palette-here");
  const wanted = wordsOf(field.value);
  let shown = 0;
  for (const item of here.querySelectorAll("li")) {
    const within = wordsOf(item.textContent);
    item.hidden = !wanted.every((word) => within.some((one) => one.startsWith(word)));
    if (!item.hidden) shown += 1;
  }
  here.hidden = shown === 0;
}

if (palette) {
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
    for (const one of document.querySelectorAll(".find-keys")) one.textContent = "⌘ k";
  }
  field.addEventListener("input", narrowWhatIsHere);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else openDialog(palette);
  });
  palette.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const stops = [field, ...links()];
    const at = stops.indexOf(document.activeElement);
    const next = (Math.max(at, 0) + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length;
    stops[next].focus();
    stops[next].scrollIntoView({ block: "nearest" });
  });
  // A letter typed while a result has the focus goes on with the words.
  palette.addEventListener("keypress", (event) => {
    if (document.activeElement !== field && event.key.length === 1 && event.key !== " ") field.focus();
  });
  palette.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (asked === field.value) links()[0]?.click();
    else opensFirst = true;
  });
  palette.addEventListener("close", () => { opensFirst = false; });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "palette-found") return;
    asked = new URL(event.detail.xhr.responseURL).searchParams.get("q") ?? "";
    if (opensFirst && asked === field.value) {
      opensFirst = false;
      links()[0]?.click();
    }
  });
}
