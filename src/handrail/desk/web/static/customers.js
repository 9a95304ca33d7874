// The list of customers: what is only there with a script is shown again after the rows were fetched anew.
document.addEventListener("htmx:afterSwap", () => {
  for (const only of document.querySelectorAll("#results [data-with-script]")) only.hidden = false;
});
