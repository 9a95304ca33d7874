"""Every page in both themes, wide and narrow: axe finds nothing serious, and nothing is wider than the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page

from handrail.desk import comments, customer_links, ledger, models, runbooks
from handrail.desk.comments import Subject
from handrail.desk.demo import PASSWORD
from handrail.desk.long_work import bulk
from handrail.desk.long_work.acts import Act
from handrail.desk.long_work.working import work_off
from handrail.desk.orders.checking import recheck
from handrail.desk.transfers import accompanying, asking
from handrail.desk.web import sample_sale
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from handrail.order.wire import encoded
from tests.desk.books import KNOWN, follow, line_of, record, transfer_of
from tests.desk.company import NOW, SUMMARY, Company, done
from tests.desk.kinds import begin, version_of

pytestmark = pytest.mark.django_db(transaction=True)

LONG_NAME = "The Municipal Utility District of Greater Saint-Étienne-sur-Mer and of its Surrounding Townships"
WIDE, NARROW = 1280, 320
ZOOMED = 640  # what a window of 1280 px has to show at 200 %
# What can be otherwise in a narrow window, and in the dark; all else stands in the page as it came.
OF_WIDTH = ("scrollable-region-focusable", "target-size")
CATALOGUE = tuple(f"manage/{page}" for page in ("", "products/WS-SEO/", "settings/", "tables/", "publish/", "import/"))
OF_COLOUR = ("color-contrast", "link-in-text-block")

# Three quarters of the time would go to contrast, of the same few looks again and again. Whatever has text is marked
# where its look was not seen before: how it and all that it stands in are painted. Three of each: one may be covered.
LOOKS = """(seen) => {
  const [known, fresh, looks] = [new Set(seen), new Map(), new Map()];
  const short = (text) => {
    let [a, b] = [1, 2];
    for (let at = 0; at < text.length; at++) {
      a = Math.imul(a ^ text.charCodeAt(at), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(at), 1597334677);
    }
    return (a >>> 0) * 2 ** 20 + (b >>> 12);
  };
  const look = (one) => {
    if (!one) return "";
    if (!looks.has(one)) {
      const style = getComputedStyle(one);
      const paint = [style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.filter];
      const text = [style.textShadow, style.fontSize, style.fontWeight];
      looks.set(one, short([look(one.parentElement), ...paint, ...text].join()));
    }
    return looks.get(one);
  };
  const says = (one) => one.matches("input, select, textarea")
    || [...one.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
  for (const one of document.body.querySelectorAll("*")) {
    const counts = says(one) && one.checkVisibility({visibilityProperty: true}) && !known.has(look(one));
    const before = fresh.get(look(one)) ?? 0;
    one.toggleAttribute("data-look", counts && before < 3);
    if (counts) fresh.set(look(one), before + 1);
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  return [...fresh.keys()];
}"""


@pytest.fixture
def paths() -> list[str]:
    """A company with a handoff that shows every state, and the address of each page."""
    company = Company()
    handoff_id = company.start(LONG_NAME)
    number = _lived(company, handoff_id)
    company.start("Harbor County", {"go_live": "2026-11-02", "mrr": "25000", "vertical": "tax"})
    person, customer = company.people["tom"].pk, company.customer("Idle Waters").pk
    lived = models.Handoff.objects.get(pk=handoff_id).customer_id
    _newer_version()
    handoff = f"/handoffs/{handoff_id}/"
    version_of()
    every_kind = f"/handoffs/{begin(company, LONG_NAME + ' II')}/"
    kinds = ("documents", "crm", "meet", "present", "greet", "alert", "approve", "checked", "cool", "audit")
    transfer = _transfer(company)
    names = (SUMMARY, "choose-tsm", "accept", "evaluate", "meet-before-go-live", "share-go-live-overview")
    steps = [f"{handoff}steps/{name}/" for name in names]
    return [
        "/",
        *_bought(customer),
        "/handoffs/",
        "/handoffs/?q=nobody+of+this+name",
        "/handoffs/?look=board",
        "/handoffs/?look=board&status=all",
        "/handoffs/?look=timeline&status=all",
        "/handoffs/views/new/?late=yes&look=board",
        handoff,
        f"{handoff}?plan=graph&give=1&seat=csm",
        f"{handoff}?on={NOW:%Y-%m-%d}",
        *steps,
        every_kind,
        *(f"{every_kind}steps/{name}/" for name in kinds),
        f"{handoff}version/",
        f"{handoff}decisions/support/",
        f"{handoff}document/",
        f"{handoff}document/{number}/",
        f"{handoff}history/",
        f"{handoff}links/",
        f"/c/{_link(company, handoff_id)}/",
        "/c/nonsense/",
        "/audit/",
        "/customers/",
        f"/customers/{customer}/",
        f"/customers/{lived}/",
        f"/customers/{lived}/beside/",
        f"/customers/{lived}/beside/{customer}/",
        f"/handoffs/start/?customer={customer}",
        f"/handoffs/start/?customer={customer}&runbook=transition-to-client-services",
        *transfer,
        "/import/customers/",
        "/long-work/",
        *(f"/long-work/{number}/" for number in _long_works(company)),
        "/people/",
        "/people/new/",
        f"/people/{person}/",
        f"/people/{person}/leave/",
        "/teams/",
        "/teams/client-services/",
        "/settings/",
        *_orders(customer),
        *(f"/catalogue/{page}" for page in ("", *CATALOGUE)),
        "/mail/",
        "/unsubscribed/",
        "/notices/",
        "/me/notices/",
        "/me/calendar/",
        "/sessions/",
        "/sessions/transition-to-client-services/triage-calls/",
        "/runbooks/",
        "/runbooks/transition-to-client-services/",
        "/runbooks/transition-to-client-services/flow/",
        "/runbooks/transition-to-client-services/raci/?role=pm",
        "/runbooks/transition-to-client-services/tables/",
        f"/runbooks/transition-to-client-services/try/?customer={customer}",
        "/runbooks/transition-to-client-services/compare/",
        "/nowhere/",
        "/health/",
        "/style/",
    ]


def _orders(customer_id: int) -> list[str]:
    """One that is written, with findings of each severity, and all else that there is about orders."""
    order = sample_sale.exceptional_order()
    row = models.Order.objects.create(
        number=order.number, customer_id=customer_id, content=encoded(order), currency="EUR", ordered_on=NOW.date()
    )
    with transaction.atomic():
        recheck(row, order, now=timezone.now())
    comments.say(Subject(order=row.pk), LONG_NAME, by=models.Person.objects.get(name="Adam Ford"), now=NOW)
    tabs = ("", "findings/", "validation/", "versions/", "documents/", "comments/", "entitlements/")
    rest = ("", "new/", "import/", "territories/", "recheck/")
    return [*(f"/orders/{row.pk}/{tab}" for tab in tabs), *(f"/orders/{page}" for page in rest)]


def _transfer(company: Company) -> list[str]:
    """One whose receiver is asked for an account with a long name and much that hangs on it."""
    follow()
    company.customer(f"{LONG_NAME} III", KNOWN)
    transfer = transfer_of(company, f"{LONG_NAME} III")
    line, carla = line_of(transfer, f"{LONG_NAME} III"), company.people["carla"]
    for sort in ("opportunity", "case", "pending"):
        record(f"{LONG_NAME} III", sort, f"{LONG_NAME} {sort}", carla, about="integration", is_escalated=True)
    assert asking.ask(transfer.pk, by=company.people["lena"], now=timezone.now()) is None
    assert accompanying.accompany_due(timezone.now()) == 1
    line.refresh_from_db()
    (item,) = ledger.standing_now(line.handoff_id or 0).items["pending"].values()
    address = f"/transfers/{transfer.pk}/"
    pages = [f"{address}lines/{line.pk}/{page}" for page in ("", "analysis/", "records/")]
    return [f"{address}answer/", *pages, f"/handoffs/{line.handoff_id}/steps/complete-pending-item@{item}/"]


def _long_works(company: Company) -> list[int]:
    """One that is done, one that was refused, and one that waits for a worker."""
    olga, now, ids = company.people["olga"], timezone.now(), (company.start("Mill Creek"),)
    hold = Act(name="hold", reason="A pause")
    works = [bulk.begin(hold, bulk.Selection(ids=ids), "1 handoff", by=olga, now=now).pk for _ in range(2)]
    work_off(timezone.now)
    return [*works, bulk.begin(hold, bulk.Selection(ids=ids), "1 handoff", by=olga, now=now).pk]


def _link(company: Company, handoff_id: int) -> str:
    row = models.Handoff.objects.get(pk=handoff_id)
    token = customer_links.make(row, "Dana Fox", "30", company.people["paula"], now=timezone.now())
    assert isinstance(token, str)
    return token


def _newer_version() -> None:
    (path,) = (one for one in runbooks.shipped() if one.stem == "transition-to-client-services")
    text = path.read_text(encoding="utf-8")
    changes = (('version: "1.2"', 'version: "1.3"'), ("90, 2]", "60, 2]"), ("90, 4]", "60, 4]"), ("biller", "payer"))
    for before, after in changes:
        text = text.replace(before, after)
    assert not isinstance(runbooks.publish(text, path.name), tuple)


def _bought(customer_id: int) -> list[str]:
    given = {"title": LONG_NAME, "kind": "workshop", "quantity": 2, "sold_on": NOW.date()}
    row = models.Entitlement.objects.create(customer_id=customer_id, **given)
    models.Entitlement.objects.create(customer_id=customer_id, consume_by=NOW.date(), **given)
    return ["/entitlements/", f"/entitlements/{row.pk}/", f"/customers/{customer_id}/entitlements/"]


def _lived(company: Company, handoff_id: int) -> int:
    """Sign, reopen and leave the summary half filled; ask for an override. The number of the signed document."""
    company.fill_summary(handoff_id)
    signed = done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    ask = c.AskOverride(
        by=company.actor("paula"),
        decision="support",
        outputs={"type": "Transition Success", "days": "90", "meetings": "4"},
        reason="UAT slipped twice",
    )
    cleared = {"payments": None, "ivr": Answer(reason="No telephone payments")}
    said = Subject(handoff=handoff_id, about=f"step:{SUMMARY}", title=LONG_NAME)
    comments.say(said, f"See https://example.com/{'long' * 30} @Lena Fischer", by=company.people["adam"], now=NOW)
    for command in (
        ask,
        c.Reopen(by=company.actor("ivan"), step=SUMMARY, reason="The scope plan was the wrong one"),
        c.AnswerForm(by=company.actor("ivan"), step=SUMMARY, answers=cleared),
        c.FillRole(by=company.actor("olga"), role="tsm", person=company.actor("adam").person),
    ):
        done(ledger.record(handoff_id, command, now=NOW))
    return signed.events[0].number


@pytest.fixture
def window(browser: Browser, live_server: object) -> Iterator[Page]:
    context = browser.new_context(base_url=str(live_server), color_scheme="light", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_every_page_is_accessible_and_fits(paths: list[str], window: Page) -> None:
    seen: set[int] = set()
    faults = _faults(window, "/account/login/", seen)
    sign_in(window)
    faults += [fault for path in paths for fault in _faults(window, path, seen)]
    assert faults == []


# What moves though nobody touched it, as browsers tell it.
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => window.shifts.push(one.value)))
  .observe({type: "layout-shift", buffered: true});
"""


def test_nothing_moves_while_a_page_comes_on_a_slow_machine(window: Page) -> None:
    company = Company()
    for name in (LONG_NAME, "Harbor County", "Mill Creek"):
        company.start(name)
    window.goto("/account/login/")
    sign_in(window)
    tools = window.context.new_cdp_session(window)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    window.add_init_script(SHIFTS)
    moved: dict[str, list[float]] = {}
    for path in ("/handoffs/", "/handoffs/?look=board", "/handoffs/?look=timeline", "/") * 2:
        window.goto(path, wait_until="networkidle")
        moved[path] = [*moved.get(path, []), *window.evaluate("window.shifts")]
    assert moved == {path: [] for path in moved}


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill("adam.ford@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()


def _faults(page: Page, path: str, seen: set[int]) -> list[str]:
    """Asked for once and looked at in all widths and both themes: nothing but the style sheets knows which it is."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE, "height": 800})
    page.goto(path)
    found = [f"{path}: {fault}" for fault in faults_of(page, seen=seen)]
    page.emulate_media(color_scheme="dark")
    found += [f"{path} in the dark: {fault}" for fault in faults_of(page, OF_COLOUR, seen)]
    page.set_viewport_size({"width": NARROW, "height": 800})
    found += [f"{path} at {NARROW} px: {fault}" for fault in faults_of(page, OF_WIDTH)]
    page.set_viewport_size({"width": ZOOMED, "height": 400})
    return found + [f"{path} at 200 %: {fault}" for fault in too_wide(page)]


def faults_of(page: Page, rules: Sequence[str] = (), seen: set[int] | None = None) -> list[str]:
    """What axe finds serious on the page as it stands, by those rules or by all, and how much of it is wider than the
    window. Of the looks in `seen` the contrast is known; those of the page are added."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    if seen is not None:
        fresh = page.evaluate(LOOKS, list(seen))
        seen |= set(fresh)
        if rules == OF_COLOUR and not fresh:
            return too_wide(page)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    options = {"resultTypes": ["violations"], **only}
    violations = page.evaluate("(options) => axe.run(document, options).then((found) => found.violations)", options)
    found = [
        f"{one['id']} at {one['nodes'][0]['target']}" for one in violations if one["impact"] in {"serious", "critical"}
    ]
    return [*found, *too_wide(page)]


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px wider than the window"] if wide > 0 else []
