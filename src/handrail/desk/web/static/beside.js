// A step opens beside the plan, where there is room for both. One rule: every address shown is that of a whole page, so
// that it can be opened anew, sent to somebody, and gone back from.

(() => {
  const split = document.getElementById("plan-split");
  const wide = matchMedia("(min-width: 64rem)");
  const path = location.pathname;

  if (!split) {
    // The page of a step by itself; going back from here to a plan that was shown in it loads that plan.
    addEventListener("popstate", () => {
      if (location.pathname !== path) location.reload();
    });
    return;
  }

  const home = split.dataset.home;
  const title = document.title;
  const panel = document.createElement("section");
  panel.id = "beside";
  panel.className = "beside";
  panel.setAttribute("aria-label", "The step");
  let aside = document.getElementById("plan-aside");
  let typed = false;

  const isOpen = () => panel.isConnected;
  const partOf = (text) => new DOMParser().parseFromString(text, "text/html");
  const leave = () => !typed || confirm("What you typed here is not kept. Go on?");

  // --- opening
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-beside], a[data-beside-close]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!wide.matches && !isOpen()) return;
    event.preventDefault();
    if (!leave()) return;
    if (link.matches("[data-beside-close]")) return close();
    open(link.href, true);
  });

  async function open(url, push) {
    panel.setAttribute("aria-busy", "true");
    const answer = await fetch(url, { headers: { "Handrail-Part": "step" }, cache: "no-store" }).catch(() => null);
    panel.removeAttribute("aria-busy");
    const part = answer && partOf(await answer.text()).getElementById("beside-part");
    if (!part) return location.assign(url);
    if (push) history.pushState({ beside: url }, "", url);
    show(part);
    document.getElementById("beside-title").focus({ preventScroll: true });
  }

  function show(part) {
    typed = false;
    panel.replaceChildren(part);
    if (!isOpen()) {
      aside.replaceWith(panel);
      split.classList.add("has-beside");
    }
    panel.scrollTop = 0;
    document.title = part.dataset.title;
    if (typeof localise === "function") localise(panel);
    mark();
  }

  function mark() {
    const open = panel.firstElementChild?.dataset.url;
    for (const link of split.querySelectorAll("#plan-column a[data-beside]")) {
      if (isOpen() && link.getAttribute("href") === open) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  // --- closing
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !isOpen() || document.querySelector("details.menu[open], dialog[open]")) return;
    if (leave()) close();
  });

  function close() {
    history.pushState(null, "", home);
    hide();
  }

  function hide() {
    if (!isOpen()) return;
    const last = panel.firstElementChild.dataset.url;
    panel.replaceWith(aside);
    panel.replaceChildren();
    split.classList.remove("has-beside");
    document.title = title;
    typed = false;
    mark();
    const links = [...split.querySelectorAll("#plan-column a[data-beside]")];
    (links.find((link) => link.getAttribute("href") === last) ?? links[0])?.focus();
  }

  addEventListener("popstate", (event) => {
    if (event.state?.beside) open(event.state.beside, false);
    else if (location.pathname === home) hide();
  });

  // --- acting in it
  panel.addEventListener("input", (event) => {
    typed = typed || !event.target.closest("[data-thread]") || event.target.value !== "";
  });
  document.addEventListener("submit", (event) => {
    if (!panel.contains(event.target) || event.target.closest("[data-thread]") || event.target.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.target.getAttribute("aria-busy") !== "true") act(event.target, event.submitter);
  }, true);

  async function act(form, button) {
    form.setAttribute("aria-busy", "true");
    const url = form.hasAttribute("action") ? form.action : panel.firstElementChild.dataset.url;
    const asked = { method: "POST", body: new FormData(form, button), headers: { "Handrail-Part": "step" } };
    const answer = await fetch(url, asked).catch(() => null);
    const part = answer && partOf(await answer.text()).getElementById("beside-part");
    if (!part) {
      form.removeAttribute("aria-busy");
      if (answer?.redirected) return location.assign(answer.url);
      return fail(form);
    }
    show(part);
    (panel.querySelector(".error-summary") ?? document.getElementById("beside-title")).focus({ preventScroll: true });
    refresh();
  }

  function fail(form) {
    form.querySelector("[data-failed]")?.remove();
    const says = document.createElement("p");
    says.className = "field-error";
    says.dataset.failed = "yes";
    says.setAttribute("role", "alert");
    says.textContent = "This could not be sent, and nothing was kept. What you typed is still here: try again.";
    form.append(says);
  }

  // Said in the panel, and counted in the plan.
  panel.addEventListener("handrail:said", () => {
    typed = false;
    refresh();
  });

  // The plan, its head, and what stands beside it are as they are after what was done.
  async function refresh() {
    const answer = await fetch(home + (split.querySelector(".graph") ? "?plan=graph" : ""), { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const page = partOf(await answer.text());
    const fresh = (id) => document.adoptNode(page.getElementById(id));
    if (!page.getElementById("plan-column")) return;
    document.getElementById("standing").replaceWith(fresh("standing"));
    const [old, column] = [document.getElementById("plan-column"), fresh("plan-column")];
    const talk = old.querySelector("[data-thread]");
    if (talk?.querySelector(".comment-new textarea").value) column.querySelector("[data-thread]")?.replaceWith(talk);
    old.replaceWith(column);
    aside = fresh("plan-aside");
    if (typeof localise === "function") {
      localise(document);
      localise(aside);
    }
    mark();
  }

  // --- what a step waits for, and what waits for it, stand out while it is looked at
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => light(event.target.closest?.("#plan-column [data-step], #plan-column [data-node]")));
  }

  let lit = null;
  function light(row) {
    if (row === lit) return;
    lit = row;
    for (const one of document.querySelectorAll(".is-lit, .is-before, .is-after")) one.classList.remove("is-lit", "is-before", "is-after");
    if (!row) return;
    const name = row.dataset.step ?? row.dataset.node;
    const rows = [...document.querySelectorAll("#plan-column [data-plan] [data-step]")];
    const at = new Map(rows.map((one, number) => [one.dataset.step, number]));
    const needs = (one) => (one?.dataset.needs ?? "").split(" ").filter(Boolean);
    const own = rows[at.get(name)];
    for (const need of needs(own)) between(rows, at, need, name), tell(need, "is-before");
    for (const one of rows) {
      if (needs(one).includes(name)) between(rows, at, name, one.dataset.step), tell(one.dataset.step, "is-after");
    }
  }

  function tell(name, sort) {
    for (const one of document.querySelectorAll(`[data-step="${CSS.escape(name)}"], [data-node="${CSS.escape(name)}"]`)) one.classList.add(sort);
  }

  function between(rows, at, of, to) {
    for (const way of document.querySelectorAll(`.graph-ways [data-of="${CSS.escape(of)}"][data-to="${CSS.escape(to)}"]`)) way.classList.add("is-lit");
    const [first, last] = [at.get(of), at.get(to)].sort((one, other) => one - other);
    if (first === undefined || last === undefined) return;
    const hasOwn = rows[at.get(to)].querySelector(`.rail [data-hub="from:${CSS.escape(of)}"][data-part="in"]`);
    const hub = hasOwn ? `from:${of}` : `to:${to}`;
    for (const line of document.querySelectorAll(`.rail [data-hub="${CSS.escape(hub)}"]`)) {
      const row = line.closest("[data-step]") ?? line.closest(".stage").querySelector("[data-step]");
      if (isBetween(line.dataset.part, row.dataset.step, at.get(row.dataset.step))) line.classList.add("is-lit");
    }

    function isBetween(part, step, number) {
      if (number < first || number > last) return false;
      if (part === "up" || part === "through") return number > first;
      if (part === "down") return number < last;
      return step === (part === "in" ? to : of);
    }
  }
})();
