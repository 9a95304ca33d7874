/* Prices of an order follow as one types. One rule: it is all there without a script, once the order is saved; and
   what somebody is typing into is never written over. */

const orderForm = document.getElementById("order-form");

let lastAsked = 0;
async function priceAnew() {
  const asked = ++lastAsked;
  const answer = await fetch(orderForm.dataset.prices, { method: "POST", body: new FormData(orderForm) });
  if (!answer.ok || asked !== lastAsked) return;
  const { lines, totals } = await answer.json();
  for (const [number, line] of Object.entries(lines)) {
    const row = orderForm.querySelector(`[data-line="${number}"]`);
    if (row) showLine(row, line);
  }
  for (const [name, words] of Object.entries(totals)) {
    for (const place of orderForm.querySelectorAll(`[data-total="${name}"]`)) place.textContent = words;
  }
}

function showLine(row, line) {
  for (const out of row.querySelectorAll("[data-out]")) out.textContent = line[out.dataset.out] || "–";
  const typing = row.contains(document.activeElement) && document.activeElement.value !== document.activeElement.dataset.asked;
  for (const [name, cell] of Object.entries(line)) {
    const field = document.getElementById(`id_${name}`);
    if (!field || typeof cell === "string") continue;
    if (!typing) field.value = field.dataset.asked = cell.value;
    if (field.type === "hidden") continue;
    field.toggleAttribute("aria-invalid", Boolean(cell.wrong));
    if (cell.wrong) field.setAttribute("aria-invalid", "true");
    const says = document.getElementById(`wrong_${name}`);
    if (says) says.textContent = cell.wrong;
  }
}

if (orderForm) {
  orderForm.addEventListener("change", (event) => {
    if (!event.target.closest("[data-lines]")) return;
    const [kind, number] = event.target.name.split("-");
    const held = document.getElementById(`id_line-${number}`);
    if (kind === "percent" || kind === "amount") held.value = held.value.replace(/^[a-z]*/, kind); // what was typed last leads
    priceAnew();
  });
  orderForm.addEventListener("focusin", (event) => {
    event.target.dataset.asked = event.target.value;
  });
}
