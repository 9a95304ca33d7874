/* What a script adds to pages that work without it. One rule: nothing here is needed to do anything. */

// Instants are written in UTC; where there is a script, the reader's own zone is shown, and the name of it on hover.
function localise(root) {
  const write = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  for (const time of root.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.textContent;
    time.textContent = write.format(at);
    time.removeAttribute("data-local");
  }
}

// One tick box that ticks all of its table.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (!all) return;
  for (const one of document.querySelectorAll(`input[type=checkbox][name="${all.dataset.tickAll}"]`)) one.checked = all.checked;
});

// A form is sent once, however often its button is pressed; coming back by the history makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => sendable(form), 10_000);
});
function sendable(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) sendable(form);
});

// Menus close with Escape and by a click elsewhere.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const open = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !open) return;
  closeMenus();
  open.querySelector("summary").focus();
});

for (const only of document.querySelectorAll("[data-with-script]")) only.hidden = false;
localise(document);
document.addEventListener("htmx:afterSwap", (event) => localise(event.target));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
