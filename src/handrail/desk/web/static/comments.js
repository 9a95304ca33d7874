// Comments are sent and shown in place, and names are suggested behind an @. One rule: without it, all of it works too.

(() => {
  // --- sent and shown in place
  document.addEventListener("submit", (event) => {
    const thread = event.target.closest("[data-thread]");
    if (!thread) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.target.getAttribute("aria-busy") !== "true") send(event.target, event.submitter, thread);
  }, true);

  async function send(form, button, thread) {
    form.setAttribute("aria-busy", "true");
    try {
      const body = new FormData(form, button);
      const answer = await fetch(form.action, { method: "POST", body, headers: { "Handrail-Part": "comments" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(thread.id);
      if (!fresh) throw new Error("no thread");
      thread.replaceWith(fresh);
      if (typeof localise === "function") localise(fresh);
      if (answer.ok) fresh.dispatchEvent(new CustomEvent("handrail:said", { bubbles: true }));
      (fresh.querySelector("[autofocus]") ?? fresh.querySelector(".comment-new textarea")).focus();
    } catch {
      form.removeAttribute("aria-busy");
      form.submit(); // the page says what went wrong
    }
  }

  // --- names behind an @: what is chosen is always one of those that are meant by what stands there
  let asked = 0;
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-mentions]")) suggest(event.target);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("[data-mentions]")) setTimeout(() => close(event.target), 150);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-mentions]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return event.target.form.requestSubmit();
    const list = listOf(event.target);
    if (!list) return;
    const chosen = list.querySelector('[aria-selected="true"]');
    if (event.key === "ArrowDown") choose(event.target, chosen.nextElementSibling ?? list.firstElementChild);
    else if (event.key === "ArrowUp") choose(event.target, chosen.previousElementSibling ?? list.lastElementChild);
    else if (event.key === "Enter" || event.key === "Tab") take(event.target, chosen);
    else if (event.key === "Escape") close(event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  function begun(area) {
    const before = area.value.slice(0, area.selectionStart);
    const found = /(?:^|[^\w@])@([^@\n]{1,40})$/.exec(before);
    return found && found[1].split(" ").length < 4 ? found[1] : "";
  }

  async function suggest(area) {
    const text = begun(area);
    if (!text) return close(area);
    narrow(area, text);
    const number = (asked += 1);
    const answer = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(text)}`).catch(() => null);
    const people = answer?.ok ? (await answer.json()).people : [];
    if (number !== asked || document.activeElement !== area) return;
    const chosen = listOf(area)?.querySelector('[aria-selected="true"]').dataset.writes;
    close(area);
    if (people.length) show(area, people, chosen);
  }

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const wordsOf = (text) => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  // Until there is an answer to what is typed now, those suggested before stay who still fit it.
  function narrow(area, text) {
    const list = listOf(area);
    if (!list) return;
    const fits = (name) => wordsOf(text).every((word) => wordsOf(name).some((one) => one.startsWith(word)));
    for (const one of [...list.children]) if (!fits(one.firstElementChild.textContent)) one.remove();
    if (!list.children.length) return close(area);
    if (!list.querySelector('[aria-selected="true"]')) choose(area, list.firstElementChild);
  }

  function show(area, people, chosen) {
    const list = document.createElement("ul");
    list.className = "mention-list";
    list.id = `${area.id}-names`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "People");
    for (const [at, person] of people.entries()) {
      const one = document.createElement("li");
      one.id = `${list.id}-${at}`;
      one.setAttribute("role", "option");
      one.dataset.writes = person.writes;
      const name = document.createElement("span");
      name.textContent = person.name;
      const team = document.createElement("span");
      team.className = "small muted";
      team.textContent = person.writes === person.name ? person.team : person.writes;
      one.append(name, team);
      one.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(area, one);
      });
      list.append(one);
    }
    area.after(list);
    area.setAttribute("aria-controls", list.id);
    choose(area, [...list.children].find((one) => one.dataset.writes === chosen) ?? list.firstElementChild);
  }

  function listOf(area) {
    return area.parentElement.querySelector(".mention-list");
  }

  function choose(area, one) {
    for (const other of listOf(area).children) other.setAttribute("aria-selected", String(other === one));
    area.setAttribute("aria-activedescendant", one.id);
  }

  function take(area, one) {
    const end = area.selectionStart;
    const start = end - begun(area).length;
    area.setRangeText(`${one.dataset.writes} `, start, end, "end");
    close(area);
  }

  function close(area) {
    asked += 1; // what is still to be answered opens it no more
    listOf(area)?.remove();
    area.removeAttribute("aria-activedescendant");
    area.removeAttribute("aria-controls");
  }
})();
