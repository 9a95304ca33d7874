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

// A list gets rows as they are needed and loses those that are removed. Without a script it has empty rows to spare.
document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove-row]");
  const add = event.target.closest("[data-add-row]");
  if (remove) removeRow(remove.closest("tr"));
  if (add) addRow(document.getElementById(add.dataset.addRow).tBodies[0]);
});
function addRow(rows) {
  const row = rows.rows[rows.rows.length - 1].cloneNode(true);
  for (const field of row.querySelectorAll("input, select")) field.value = "";
  rows.append(row);
  numberRows(rows);
  row.querySelector("input, select").focus();
}
function removeRow(row) {
  const rows = row.parentElement;
  if (rows.rows.length === 1) addRow(rows);
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  numberRows(rows);
  next.querySelector("input, select").focus();
}
function numberRows(rows) {
  for (const [at, row] of [...rows.rows].entries()) {
    for (const one of row.querySelectorAll("[aria-label]")) {
      one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/(new )?row \d+$/, `row ${at + 1}`));
    }
  }
}

localise(document);
document.addEventListener("htmx:afterSettle", () => localise(document));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// Folded parts open where an address points at them, all at once by a button, and for printing.
function openWhatIsPointedAt() {
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = place && place.closest("details:not(.menu)");
  if (folded) folded.open = true;
}
addEventListener("hashchange", openWhatIsPointedAt);
openWhatIsPointedAt();
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open-all]");
  if (!button) return;
  const folded = [...document.getElementById(button.dataset.openAll).querySelectorAll("details")];
  const open = folded.some((one) => !one.open);
  for (const one of folded) one.open = open;
  button.textContent = open ? "Close all" : "Open all";
});
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll(".document details:not([open])")) {
    folded.open = true;
    folded.dataset.forPrint = "yes";
  }
});
addEventListener("afterprint", () => {
  for (const folded of document.querySelectorAll(".document details[data-for-print]")) {
    folded.open = false;
    delete folded.dataset.forPrint;
  }
});

// A field for a person whose list is not there yet: whom it suggests is asked for as letters are typed.
let suggesting = 0;
document.addEventListener("input", (event) => {
  const field = event.target;
  const list = field.list;
  if (!list?.dataset.suggests || [...list.options].some((one) => one.value === field.value)) return;
  clearTimeout(suggesting);
  suggesting = setTimeout(async () => {
    const answer = await fetch(`${list.dataset.suggests}?${new URLSearchParams({ q: field.value })}`);
    if (answer.ok) list.innerHTML = await answer.text();
  }, 150);
});
