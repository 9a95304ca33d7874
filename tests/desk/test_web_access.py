"""Who may open which address: every name of the urls stands in the table, or the test fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from handrail.desk import models
from handrail.desk.long_work import rebuilding
from tests.desk.books import transfer_of
from tests.desk.company import NOW, SUMMARY, Company

pytestmark = pytest.mark.django_db

VISITORS = ("nobody", "paula", "olga", "adam")  # anonymous, plain person, operations, administrator

Statuses = tuple[int, int, int, int]

PUBLIC: Statuses = (200, 200, 200, 200)
SIGNED_IN: Statuses = (302, 200, 200, 200)
OPERATIONS: Statuses = (302, 403, 200, 200)
OPERATIONS_BUT_MISSING: Statuses = (302, 403, 404, 404)
ADMINISTRATORS: Statuses = (302, 403, 403, 200)
ONLY_POSTED: Statuses = (302, 405, 405, 405)
MISSING: Statuses = (302, 404, 404, 404)
NOT_THERE: Statuses = (404, 404, 404, 404)
ELSEWHERE: Statuses = (302, 302, 302, 302)
NOT_SIGNED_IN: Statuses = (200, 302, 302, 302)

# Every name, with the arguments of its address and what each visitor is answered.
ROUTES: dict[str, tuple[tuple[object, ...], Statuses]] = {
    "work": ((), SIGNED_IN),
    "work-answers": ((), SIGNED_IN),
    "work-nobodys": ((), OPERATIONS),
    "work-away": ((), SIGNED_IN),
    "work-team": ((), SIGNED_IN),
    "work-to-fill": ((), SIGNED_IN),
    "work-waiting": ((), SIGNED_IN),
    "work-watching": ((), SIGNED_IN),
    "find": ((), SIGNED_IN),
    "suggest": ((), SIGNED_IN),
    "watch": (("handoff",), ONLY_POSTED),
    "handoffs": ((), SIGNED_IN),
    "handoffs-csv": ((), SIGNED_IN),
    "view-new": ((), SIGNED_IN),
    "view": ((1_000_000,), MISSING),  # nobody's: what others keep for themselves does not exist either
    "view-filters": ((1_000_000,), ONLY_POSTED),
    "view-delete": ((1_000_000,), ONLY_POSTED),
    "bulk": ((), ONLY_POSTED),
    "start": ((), ELSEWHERE),  # nobody is ticked: to the customers
    "handoff": (("handoff",), SIGNED_IN),
    "give-facts": (("handoff",), ONLY_POSTED),
    "count-anew": (("handoff",), ONLY_POSTED),
    "fill-role": (("handoff", "pm"), ONLY_POSTED),
    "report": (("handoff", "anything"), ONLY_POSTED),
    "move": (("handoff",), OPERATIONS),
    "cancel": (("handoff",), ONLY_POSTED),
    "hold": (("handoff",), ONLY_POSTED),
    "resume": (("handoff",), ONLY_POSTED),
    "customer-links": (("handoff",), SIGNED_IN),  # Paula holds a role in it
    "customer-link-revoke": (("handoff", 1), ONLY_POSTED),
    "customer-part": (("nonsense",), NOT_THERE),
    "customer-asked": (("nonsense", "access"), NOT_THERE),
    "customer-file": (("nonsense", "none"), NOT_THERE),
    "customer-document": (("nonsense", 1), NOT_THERE),
    "customer-order": (("nonsense", 1), NOT_THERE),
    "customer-order-file": (("nonsense", 1, "pdf"), NOT_THERE),
    "customer-meeting": (("nonsense", "none"), NOT_THERE),
    "history": (("handoff",), SIGNED_IN),
    "step": (("handoff", SUMMARY), SIGNED_IN),
    "decision": (("handoff", "support"), SIGNED_IN),
    "document": (("handoff",), SIGNED_IN),
    "signed": (("handoff", 1), MISSING),
    "document-changes": (("handoff",), SIGNED_IN),
    "document-file": (("handoff", "json"), SIGNED_IN),
    "verify": ((), SIGNED_IN),
    "brand": ((), ADMINISTRATORS),
    "brand-logo": ((), MISSING),
    "download": (("handoff", "none"), MISSING),
    "transfer-proposal": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "transfer-scenarios": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "customers": ((), SIGNED_IN),
    "customers-csv": ((), SIGNED_IN),
    "customer": (("customer",), SIGNED_IN),
    "customer-records": (("customer",), SIGNED_IN),
    "customer-beside-choose": (("customer",), SIGNED_IN),
    "customer-beside": (("customer", 1_000_000), MISSING),
    "orders": ((), OPERATIONS),
    "order-documents": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order-file": ((1_000_000, "pdf"), OPERATIONS_BUT_MISSING),
    "orders-csv": ((), OPERATIONS),
    "order-new": ((), OPERATIONS),
    "order-territories": ((), OPERATIONS),
    "order-imports": ((), OPERATIONS),
    "order-import-template": (("csv",), OPERATIONS),
    "order-import": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order-import-apply": ((1_000_000,), ONLY_POSTED),
    "order-import-problems": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order-priced": ((1_000_000,), ONLY_POSTED),
    "order-invoice-verified": ((1_000_000,), ONLY_POSTED),
    "order-territory": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "orders-recheck": ((), OPERATIONS),
    "order-findings": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order-check": ((1_000_000,), ONLY_POSTED),
    "catalogue": ((), PUBLIC),
    "catalogue-product": (("WS-SEO",), PUBLIC),
    "catalogue-manage": ((), OPERATIONS),
    "catalogue-product-new": ((), OPERATIONS),
    "catalogue-manage-product": (("WS-SEO",), OPERATIONS),
    "catalogue-product-remove": (("WS-SEO",), ONLY_POSTED),
    "catalogue-tables": ((), OPERATIONS),
    "catalogue-settings": ((), OPERATIONS),
    "catalogue-import": ((), OPERATIONS),
    "catalogue-template": (("csv",), OPERATIONS),
    "catalogue-export": (("csv",), OPERATIONS),
    "catalogue-publish": ((), OPERATIONS),
    "catalogue-discard": ((), ONLY_POSTED),
    "catalogue-versions": ((), OPERATIONS),
    "catalogue-version": ((1,), OPERATIONS),
    "catalogue-version-product": ((1, "WS-SEO"), OPERATIONS),
    "order-entitlements": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "entitlements": ((), SIGNED_IN),
    "entitlements-csv": ((), SIGNED_IN),
    "entitlements-clean": ((), ONLY_POSTED),
    "entitlements-cleaned": ((1_000_000,), MISSING),
    "entitlements-import": ((), OPERATIONS),
    "entitlements-imported": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "entitlements-template-csv": ((), OPERATIONS),
    "entitlements-template-xlsx": ((), OPERATIONS),
    "entitlement": ((1_000_000,), MISSING),
    "customer-entitlements": (("customer",), SIGNED_IN),
    "order-validation": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order-comments": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order-versions": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "order-version": ((1_000_000, 1), OPERATIONS_BUT_MISSING),
    "order-state": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "transfers": ((), SIGNED_IN),  # those in which they give or get something
    "transfers-csv": ((), SIGNED_IN),
    "transfer-new": ((), OPERATIONS),
    "transfer-template": ((), OPERATIONS),
    "transfer": (("transfer",), OPERATIONS),  # Paula takes no part in it
    "transfer-edit": (("transfer",), OPERATIONS),
    "transfer-cancel": (("transfer",), OPERATIONS),
    "transfer-accounts": (("transfer",), OPERATIONS),
    "transfer-export": (("transfer", "csv"), OPERATIONS),
    "transfer-lines": (("transfer",), ONLY_POSTED),
    "transfer-sheet": (("transfer", 1_000_000), OPERATIONS_BUT_MISSING),
    "transfer-sheet-original": (("transfer", 1_000_000), OPERATIONS_BUT_MISSING),
    "runbooks": ((), SIGNED_IN),
    "runbook": (("transition-to-client-services",), SIGNED_IN),
    "runbook-version": (("transition-to-client-services", "version"), SIGNED_IN),
    **{
        f"runbook{version}-{tab}": (("transition-to-client-services", *named), SIGNED_IN)
        for version, named in (("", ()), ("-version", ("version",)))
        for tab in ("flow", "raci", "tables", "versions", "used", "problems", "try")
    },
    "compare": (("transition-to-client-services",), SIGNED_IN),
    "move-several": (("transition-to-client-services",), ONLY_POSTED),
    "comment-new": ((), ONLY_POSTED),
    "comment": ((1_000_000,), MISSING),
    "comment-change": ((1_000_000,), ONLY_POSTED),
    "people-named": ((), SIGNED_IN),
    "people": ((), SIGNED_IN),
    "person-new": ((), ADMINISTRATORS),
    "person": (("person",), SIGNED_IN),
    "person-edit": (("person",), ADMINISTRATORS),
    "person-absences": (("person",), OPERATIONS),
    "person-book": (("person",), OPERATIONS),
    "credit": ((), SIGNED_IN),
    "credit-csv": ((), SIGNED_IN),
    "leave": (("person",), ADMINISTRATORS),
    "my-absences": ((), SIGNED_IN),
    "absence-end": ((1,), ONLY_POSTED),
    "departure": ((1,), (302, 403, 403, 404)),
    "departure-undo": ((1,), ONLY_POSTED),
    "teams": ((), SIGNED_IN),
    "team-new": ((), ADMINISTRATORS),
    "team": (("support",), SIGNED_IN),
    "team-edit": (("support",), ADMINISTRATORS),
    "transfer-move": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "transfer-undo": ((1_000_000,), OPERATIONS_BUT_MISSING),
    "share": ((1, 1), ONLY_POSTED),
    "audit": ((), OPERATIONS),
    "audit-csv": ((), OPERATIONS),
    "notices": ((), SIGNED_IN),
    "notice": ((1_000_000,), MISSING),  # nobody's: those of others do not exist either
    "notice-seen": ((1_000_000,), ONLY_POSTED),
    "notices-seen": ((), ONLY_POSTED),
    "notice-settings": ((), SIGNED_IN),
    "calendars": ((), SIGNED_IN),
    "calendar-new": ((), ADMINISTRATORS),
    "calendar": (("calendar",), SIGNED_IN),
    "calendar-delete": (("calendar",), ONLY_POSTED),
    "mail-inbox": ((), OPERATIONS),
    "mail": (("none",), OPERATIONS_BUT_MISSING),
    "mail-file": (("none", 1), OPERATIONS_BUT_MISSING),
    "mail-hook": (("none",), (405, 405, 405, 405)),
    "unsubscribed": ((), OPERATIONS),
    "unsubscribe": (("nonsense",), NOT_THERE),
    "sessions": ((), SIGNED_IN),
    "session": (("transition-to-client-services", "triage-calls"), SIGNED_IN),
    "my-calendar": ((), SIGNED_IN),
    "calendar-feed": (("nonsense",), NOT_THERE),
    "settings": ((), OPERATIONS),
    "imports": ((), OPERATIONS),
    "import-template-csv": ((), OPERATIONS),
    "import-template-xlsx": ((), OPERATIONS),
    "import": ((1,), OPERATIONS_BUT_MISSING),
    "import-columns": ((1,), ONLY_POSTED),
    "import-settings": ((1,), ONLY_POSTED),
    "import-apply": ((1,), ONLY_POSTED),
    "import-start": ((1,), OPERATIONS_BUT_MISSING),
    "import-problems": ((1,), OPERATIONS_BUT_MISSING),
    "transfer-ask": (("transfer",), ONLY_POSTED),
    "transfer-answer": (("transfer",), OPERATIONS),
    "transfer-line": (("transfer", "line"), OPERATIONS),
    "transfer-analysis": (("transfer", "line"), OPERATIONS),
    "transfer-records": (("transfer", "line"), OPERATIONS),
    "health": ((), OPERATIONS),
    "rebuild": ((), ONLY_POSTED),
    "long-works": ((), SIGNED_IN),
    "long-work": (("work",), OPERATIONS),  # Olga began it
    "long-work-cancel": (("work",), ONLY_POSTED),
    "long-work-again": (("work",), ONLY_POSTED),
    "long-work-undo": (("work",), ONLY_POSTED),
    "long-work-csv": (("work",), OPERATIONS),
    "style": ((), SIGNED_IN),
    "healthz": ((), PUBLIC),
    "readyz": ((), PUBLIC),
    "account_login": ((), NOT_SIGNED_IN),
    "account_logout": ((), SIGNED_IN),
    "account_inactive": ((), PUBLIC),
    "account_signup": ((), NOT_SIGNED_IN),
    "account_reauthenticate": ((), SIGNED_IN),
    "account_email": ((), MISSING),
    "account_email_verification_sent": ((), PUBLIC),
    "account_change_password": ((), SIGNED_IN),
    "account_set_password": ((), ELSEWHERE),  # everybody has one: to changing it
    "account_reset_password": ((), PUBLIC),
    "account_reset_password_done": ((), PUBLIC),
    "account_reset_password_from_key": (("1", "nonsense"), PUBLIC),
    "account_reset_password_from_key_done": ((), PUBLIC),
    "account_confirm_email": (("nonsense",), PUBLIC),
    "account_confirm_login_code": ((), ELSEWHERE),
}


@pytest.fixture
def company() -> Company:
    return Company()


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        else:
            assert one.name, f"{one.pattern} has no name"
            yield one.name


def browser_of(company: Company, visitor: str) -> Client:
    client = Client()
    if visitor != "nobody":
        client.force_login(company.people[visitor])
    return client


def work_of(company: Company) -> models.LongWork:
    """Some that Olga began, and that has not ended."""
    standing = models.LongWork.objects.filter(next_at__isnull=False).first()
    return standing or rebuilding.begin(by=company.people["olga"], now=NOW)


def line_of(company: Company) -> models.TransferLine:
    """Of a transfer that nobody among the visitors takes part in."""
    standing = models.TransferLine.objects.first()
    if standing is not None:
        return standing
    transfer = transfer_of(company, "Aster")
    models.Team.objects.update(lead=None)
    return models.TransferLine.objects.get(transfer=transfer)


def address(company: Company, name: str) -> str:
    known = {
        "customer": lambda: models.Customer.objects.order_by("pk")[0].pk,
        "handoff": lambda: models.Handoff.objects.get().pk,
        "person": lambda: company.people["tom"].pk,
        "version": lambda: company.version.pk,
        "calendar": lambda: company.version.calendar_id,
        "work": lambda: work_of(company).pk,
        "transfer": lambda: line_of(company).transfer_id,
        "line": lambda: line_of(company).pk,
    }
    given = [known[one]() if isinstance(one, str) and one in known else one for one in ROUTES[name][0]]
    return reverse(name, args=given)


def test_every_address_is_in_the_table() -> None:
    assert set(names(get_resolver().url_patterns)) == set(ROUTES)


# What comes of each address that takes something: an event of a handoff, an entry of the audit, or neither, and why.
TOLD = {
    "view-new": "audit",
    "view": "audit",
    "view-filters": "audit",
    "view-delete": "audit",
    "start": "event",
    "customer-entitlements": "audit",
    "entitlement": "audit",
    "entitlements-clean": "audit",
    "entitlements-cleaned": "audit",
    "entitlements-import": "neither: the file is kept, and nothing comes in before somebody says so",
    "entitlements-imported": "audit",
    "give-facts": "event",
    "count-anew": "event",
    "fill-role": "event",
    "report": "event",
    "move": "event",
    "cancel": "event",
    "hold": "event",
    "resume": "event",
    "order-validation": "event",
    "customer-links": "audit",
    "customer-asked": "event",
    "customer-link-revoke": "audit",
    "step": "event",
    "document": "event",
    "verify": "neither: the file is not kept, and nothing changes",
    "brand": "audit",
    "decision": "event",
    "move-several": "event",
    "bulk": "audit",
    "transfer-new": "audit",
    "transfer-edit": "audit",
    "transfer-cancel": "audit",
    "transfer-accounts": "audit",
    "transfer-lines": "audit",
    "transfer-sheet": "audit",
    "transfer-proposal": "audit",
    "transfer-scenarios": "audit",
    "rebuild": "audit",
    "transfer-ask": "audit",
    "transfer-answer": "audit",
    "transfer-analysis": "event",
    "long-work-cancel": "audit",
    "long-work-again": "audit",
    "long-work-undo": "audit",
    "comment-new": "neither: it is kept with who said it and when",
    "comment-change": "neither: it says that it was changed or taken back, and nobody changes what another said",
    "catalogue-product-new": "audit",
    "catalogue-manage-product": "audit",
    "catalogue-product-remove": "audit",
    "catalogue-tables": "audit",
    "catalogue-settings": "audit",
    "catalogue-import": "audit",
    "catalogue-publish": "audit",
    "catalogue-discard": "audit",
    "person-new": "audit",
    "person-edit": "audit",
    "person-absences": "audit",
    "my-absences": "audit",
    "absence-end": "audit",
    "leave": "audit",
    "departure-undo": "audit",
    "transfer-move": "audit",
    "transfer-undo": "audit",
    "share": "audit",
    "team-new": "audit",
    "team-edit": "audit",
    "calendar-new": "audit",
    "calendar": "audit",
    "calendar-delete": "audit",
    "session": "event",
    "my-calendar": "audit",
    "notice-settings": "audit",
    "watch": "neither: what somebody keeps an eye on is theirs",
    "notice-seen": "neither: what somebody has seen is theirs",
    "notices-seen": "neither: what somebody has seen is theirs",
    "mail": "audit",
    "mail-hook": "neither: a mail that is kept tells how it came",
    "unsubscribe": "audit",
    "unsubscribed": "audit",
    "order-new": "audit",
    "order": "audit",
    "order-priced": "neither: it says what follows from what is typed, and nothing is kept",
    "order-invoice-verified": "audit",
    "order-territory": "audit",
    "order-imports": "neither: the file is kept with who handed it in, and changes nothing before it is applied",
    "order-import-apply": "audit",
    "orders-recheck": "audit",
    "order-check": "neither: the order says what it did; what was found is kept with the catalogue and when",
    "imports": "neither: the file is kept with who handed it in, and changes nothing before it is applied",
    "import-columns": "audit",
    "import-settings": "neither: it says how a file is taken, and changes nothing before that is applied",
    "import-apply": "audit",
    "account_login": "audit",
    "account_logout": "neither: it ends what signing in told of",
    "account_signup": "neither: it is closed",
    "account_reauthenticate": "neither: they are signed in; a try that fails is told like one of signing in",
    "account_change_password": "audit",
    "account_set_password": "audit",
    "account_reset_password": "neither: it sends a letter, and what comes of that is told",
    "account_reset_password_from_key": "audit",
    "account_confirm_email": "neither: nobody adds an address by themselves",
    "account_confirm_login_code": "neither: nobody signs in by a code",
}


def test_whatever_takes_something_is_told_or_says_why_not(company: Company) -> None:
    """Each address is tried by whoever may do most, with nothing sent: 405 is the answer of those that only show."""
    company.start()
    takes = set()
    for name in ROUTES:
        answers = {
            browser_of(company, who).post(address(company, name)).status_code for who in ("nobody", "olga", "adam")
        }
        if answers - {302, 405} or 405 not in answers:
            takes.add(name)
    assert takes - NEVER_THERE == set(TOLD)


# Addresses that answer with something else than a page whatever is asked of them.
NEVER_THERE = {"account_email"}


def status_of(company: Company, name: str, visitor: str) -> int:
    cache.clear()  # nobody is turned away for having looked at so many pages
    return browser_of(company, visitor).get(address(company, name)).status_code


def test_each_visitor_is_let_in_or_turned_away(company: Company) -> None:
    company.start()
    answered = {name: tuple(status_of(company, name, visitor) for visitor in VISITORS) for name in ROUTES}
    assert answered == {name: expected for name, (_, expected) in ROUTES.items()}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("work-nobodys", "Only CS Operations fills empty roles."),
        ("imports", "Only CS Operations imports customers."),
        ("audit", "Only CS Operations and administrators read the audit. Ask one of them; People shows who they are."),
        ("calendar-new", "Only an administrator adds calendars and changes them."),
        ("settings", "Only administrators and CS Operations see the settings."),
        ("health", "Only administrators and CS Operations see how the desk itself does."),
        ("person-new", "Only an administrator adds people and changes what they may do."),
    ],
)
def test_who_is_turned_away_is_told_why(company: Company, name: str, says: str) -> None:
    answer = browser_of(company, "paula").get(reverse(name))
    assert (answer.status_code, says in answer.content.decode()) == (403, True)


@pytest.mark.parametrize("visitor", ["paula", "olga"])
def test_people_are_not_changed_by_who_may_not(company: Company, visitor: str) -> None:
    tom = company.people["tom"]
    browser = browser_of(company, visitor)
    sent = {"name": "Somebody else", "email": "x@example.com", "is_administrator": "on"}
    assert browser.post(reverse("person-edit", args=[tom.pk]), sent).status_code == 403
    assert browser.post(reverse("leave", args=[tom.pk]), sent).status_code == 403
    assert browser.post(reverse("person-new"), sent).status_code == 403
    tom.refresh_from_db()
    assert (tom.name, models.Person.objects.filter(email="x@example.com").exists()) == ("Tom Okafor", False)


def test_the_sections_are_those_that_the_person_may_open(company: Company) -> None:
    def sections(visitor: str) -> list[str]:
        page = browser_of(company, visitor).get("/")
        return [section.title for section in page.context["sections"]]

    everybodys, leads = ["My work", "Handoffs", "Customers"], ["Orders", "Transfers", "Runbooks", "People"]
    assert {who: sections(who) for who in ("paula", "lena", "olga", "adam")} == {
        "paula": [*everybodys, "Runbooks", "People"],
        "lena": [*everybodys, *leads],
        "olga": [*everybodys, *leads, "Import", "Settings"],
        "adam": [*everybodys, *leads, "Import", "Settings"],
    }
