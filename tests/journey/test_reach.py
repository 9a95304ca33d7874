"""Every page by the Tab key alone: it reaches all that can be used, in one direction, and shows where it is.

What can be reached is asked of the page in one go; then the key is pressed for real, as often as there are things.
"""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page

from handrail.desk import models
from handrail.desk.long_work import bulk
from handrail.desk.long_work.acts import Act
from handrail.desk.long_work.working import work_off
from tests.desk.company import RUNBOOK, SUMMARY, Company
from tests.journey.test_keys import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

# What there is to use, in order; and it is noted from here on what has the focus.
LISTEN = """() => {
  const usable = (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length
    && !one.disabled && !one.closest("[inert]") && (one.type !== "radio" || stops(one));
  const stops = (radio) => {
    const group = [...document.getElementsByName(radio.name)].filter((one) => one.form === radio.form);
    return radio === (group.find((one) => one.checked) ?? group[0]);
  };
  const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  window.expected = [...document.querySelectorAll(all)].filter(usable);
  window.reached = [];
  document.addEventListener("focusin", (event) => window.reached.push(event.target));
  // The parts of a day are places of their own.
  const days = expected.filter((one) => ["date", "time", "datetime-local"].includes(one.type)).length;
  return expected.length + 6 * days;
}"""

# What was not reached, or not in order; and of each thing whether it can be seen where it is, with a ring around it.
JUDGE = """() => {
  const called = (one) => one.textContent.trim() || one.name || one.ariaLabel || "";
  const said = (one) => `${one.tagName.toLowerCase()} “${called(one).slice(0, 40)}”`;
  const faults = [];
  const order = [...new Set(reached)].filter((one) => expected.includes(one));
  const missed = expected.filter((one) => !order.includes(one));
  if (missed.length) faults.push(`${missed.length} not reached: ${missed.slice(0, 3).map(said).join(", ")}`);
  else if (order.some((one, at) => one !== expected[at])) faults.push("reached in another order");
  if (!reached[0]?.matches("a.skip[href='#main']")) faults.push("the first is not “Skip to the content”");
  const ringed = (one) => [null, "::after", "::before"].some((part) => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && (!part || style.content !== "none");
  }) || [...one.querySelectorAll("rect, polygon")].some((shape) => getComputedStyle(shape).strokeWidth === "3px");
  const covered = (one) => {
    const box = one.getClientRects()[0];
    if (!box || box.width < 1 || box.height < 1) return true;
    const within = (from, to, size) => (Math.max(from, 0) + Math.min(to, size)) / 2;
    const [x, y] = [within(box.left, box.right, innerWidth), within(box.top, box.bottom, innerHeight)];
    const hit = document.elementFromPoint(x, y);
    const labels = [...(one.labels ?? [])];
    return !hit || !(one.contains(hit) || hit.contains(one) || labels.some((label) => label.contains(hit)));
  };
  for (const one of expected) {
    one.focus();
    if (document.activeElement !== one) faults.push(`${said(one)} does not keep the focus`);
    else if (covered(one)) faults.push(`${said(one)} is not seen`);
    else if (!ringed(one)) faults.push(`${said(one)} has no ring`);
  }
  return faults;
}"""


@pytest.fixture
def paths() -> list[str]:
    company = Company()
    handoff_id = company.start("Cedar Falls Water")
    company.start("Harbor County", {"go_live": "2026-11-02", "mrr": "25000", "vertical": "tax"})
    first, second = models.Customer.objects.order_by("pk").values_list("pk", flat=True)
    handoff, person, calendar = f"/handoffs/{handoff_id}/", company.people["tom"].pk, models.Calendar.objects.first()
    assert calendar is not None
    ended = bulk.begin(
        Act(name="count"),
        bulk.Selection(ids=(handoff_id,)),
        "1 handoff",
        by=company.people["adam"],
        now=timezone.now(),
    )
    work_off(timezone.now)
    return [
        "/",
        *(f"/handoffs/?look={look}&status=all" for look in ("table", "board", "timeline")),
        handoff,
        *(f"{handoff}{part}" for part in (f"steps/{SUMMARY}/", "steps/choose-tsm/", "decisions/support/", "history/")),
        *("/customers/", f"/customers/{first}/", f"/customers/{first}/beside/{second}/"),
        *(f"/runbooks/{RUNBOOK}/{tab}" for tab in ("", "flow/", "raci/", "tables/", "versions/", "used/", "problems/")),
        f"/runbooks/{RUNBOOK}/try/",
        *("/teams/", "/teams/client-services/", "/people/", f"/people/{person}/"),
        *("/import/customers/", "/settings/", "/health/", "/long-work/", f"/long-work/{ended.pk}/"),
        *("/notices/", "/me/notices/", "/calendars/", f"/calendars/{calendar.pk}/", "/audit/"),
    ]


def test_tab_reaches_all_that_can_be_used_and_shows_where_it_is(
    browser: Browser, live_server: object, paths: list[str]
) -> None:
    context = browser.new_context(base_url=str(live_server), reduced_motion="reduce")
    page = context.new_page()
    keys = context.new_cdp_session(page)  # the key alone: half as many messages as Playwright sends
    signed_in(page, live_server, "adam.ford")
    assert [f"{path}: {fault}" for path in paths for fault in _faults(page, keys, path)] == []
    _skips_to_the_content(page)
    context.close()


def _faults(page: Page, keys: CDPSession, path: str) -> list[str]:
    page.goto(path, wait_until="domcontentloaded")
    for _ in range(page.evaluate(LISTEN)):
        keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Tab", "windowsVirtualKeyCode": 9})
    found: list[str] = page.evaluate(JUDGE)
    return found


def _skips_to_the_content(page: Page) -> None:
    page.goto("/handoffs/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main') && document.activeElement.id !== 'main'")
