/* Doing something within a list. One rule: what opens beneath a row is a region of the page where it is done, with the
   forms of that page; whatever they are answered is what that page would have said. */

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do-here]");
  if (button) toggle(button);
});

function toggle(button) {
  const row = button.closest("tr");
  const open = row.nextElementSibling?.classList.contains("here-row");
  if (open) return close(button, row);
  for (const other of document.querySelectorAll(".here-row")) close(other.previousElementSibling.querySelector("[data-do-here]"), other.previousElementSibling);
  const here = document.createElement("tr");
  here.className = "here-row";
  const cell = here.insertCell();
  cell.colSpan = row.cells.length;
  const place = document.createElement("div");
  place.className = "here stack";
  place.tabIndex = -1;
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", row.querySelector(".title-link").textContent);
  place.textContent = "One moment …";
  cell.append(place);
  row.after(here);
  row.classList.add("is-opened");
  button.setAttribute("aria-expanded", "true");
  load(place, button);
}

function close(button, row) {
  row.nextElementSibling.remove();
  row.classList.remove("is-opened");
  button.setAttribute("aria-expanded", "false");
}

async function load(place, button) {
  await show(place, button, await fetch(button.dataset.doHere.split("#")[0], { credentials: "same-origin" }));
  place.focus({ preventScroll: true });
  const row = place.closest("tr").previousElementSibling;
  row.scrollIntoView({ block: place.offsetHeight > innerHeight / 2 ? "start" : "nearest" });
}

// The region of the page that was answered, and what the page says at its top.
async function show(place, button, response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const region = page.querySelector(button.dataset.region);
  const says = page.querySelectorAll("main > .messages, main > .callout.is-refused, main .error-summary");
  if (!region) {
    location.assign(button.dataset.doHere);
    return null;
  }
  place.replaceChildren(...says, region);
  region.removeAttribute("id");
  for (const thread of region.querySelectorAll("[data-thread]")) thread.remove(); // talk is read on the page itself
  const forms = [...region.querySelectorAll("form[method=post]")];
  if (!forms.some((one) => !one.closest("details"))) for (const one of forms) one.closest("details").open = true;
  for (const form of forms) form.dataset.here = new URL(form.getAttribute("action") || response.url, location.href).href;
  htmx.process(place);
  localise(place);
  return region;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-here]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const place = form.closest(".here");
  const row = place.closest("tr").previousElementSibling;
  const button = row.querySelector("[data-do-here]");
  place.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.dataset.here, { method: "POST", body: new FormData(form, event.submitter), credentials: "same-origin" });
    const region = await show(place, button, response);
    if (region && response.ok && region.dataset.state !== "open") finished(row, button, place);
    else if (region) (place.querySelector("[role=alert], .callout, [aria-invalid=true]") ?? place).scrollIntoView({ block: "nearest" });
  } catch {
    const says = document.createElement("p");
    says.className = "field-error";
    says.setAttribute("role", "alert");
    says.textContent = "The desk could not be reached. What you typed is still here: try again.";
    form.append(says);
  } finally {
    place.removeAttribute("aria-busy");
    sendable(form);
  }
});

// The row stays where it is, done, with what was said of it; the focus goes on to the next.
function finished(row, button, place) {
  const said = place.querySelector(".messages")?.textContent.replace(/\s+/g, " ").trim() || "Done.";
  close(button, row);
  row.classList.add("is-finished");
  const told = document.createElement("span");
  told.className = "badge is-done";
  told.setAttribute("role", "status");
  told.textContent = said.split(". ")[0].replace(/\.$/, "");
  button.replaceWith(told);
  const rows = rowsOf();
  (rows[rows.indexOf(row) + 1] ?? row).querySelector(LINK)?.focus();
}
