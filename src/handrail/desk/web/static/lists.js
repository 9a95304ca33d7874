// With several at once: what is done with those that are ticked shows once something is, and says how many.
// Without this script it stands at the foot of the table. Looked up anew each time, since lists are swapped.

function sayChosen() {
  const form = document.querySelector("form[data-bulk]");
  if (!form) return;
  const all = form.querySelector("[data-tick-all]");
  const rows = [...form.querySelectorAll(`input[name=${all.dataset.tickAll}]`)];
  const chosen = rows.filter((one) => one.checked).length;
  const every = form.querySelector("input[name=all]");
  all.checked = chosen === rows.length;
  all.indeterminate = chosen > 0 && chosen < rows.length;
  if (every && chosen < rows.length) every.checked = false;
  if (every) every.closest(".check").hidden = chosen < rows.length;
  form.querySelector("[data-bulk-count]").textContent = every && every.checked ? "All that match" : `${chosen} chosen`;
  form.querySelector(".bulk-bar").toggleAttribute("data-chosen", chosen > 0);
}

document.addEventListener("change", (event) => {
  if (event.target.closest("form[data-bulk]")) setTimeout(sayChosen);
});
document.addEventListener("htmx:afterSettle", sayChosen);
addEventListener("pageshow", sayChosen);
sayChosen();
