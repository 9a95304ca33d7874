"""The page of one customer, two side by side, and the list: whole results, and queries that do not multiply."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import ledger, models
from handrail.desk.folding import sort_words, words_of
from handrail.desk.queries.customer import SHOWN, CustomerView, customer_row, customer_view
from handrail.desk.queries.customer.beside import Beside, beside
from handrail.desk.queries.customers import Wanted, customers
from handrail.desk.queries.people import few_choices
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from tests.desk.company import NOW, Company, browser_of, done

pytestmark = pytest.mark.django_db

_EACH_WAY = ("name", "-name", "changed", "-changed")
HOSTILE = "<script>alert('x')</script>"
RUNBOOK = """\
runbook: passing
title: Passing on
version: "1"
facts:
  mrr: {title: MRR, kind: money, currency: USD, owed_by: pm}
  go_live: {title: Go-live, kind: date, owed_by: pm}
  contact_name: {title: "Main contact: name", kind: text}
  contact_email: {title: "Main contact: e-mail", kind: text}
  contact_verified: {title: The contact is verified, kind: yes/no}
  users:
    title: Portal users
    kind: list
    of: {name: text, email: text}
  pending:
    title: Pending items
    kind: list
    of: {name: text, context: text, until: date}
roles: {pm: {title: Project Manager}, im: {title: Implementation Manager}}
forms:
  sheet:
    sections: [{title: What is open, fields: {open_issues: {title: Open issues and promises}}}]
messages: {hello: {title: Hello, to: [im], subject: Hello, body: We begin.}}
stages: [all]
steps:
  fill: {stage: all, kind: form, form: sheet, raci: {pm: RA}}
  meet: {stage: all, kind: meeting, raci: {pm: RA}, quota: {at_least: 2}}
  greet: {stage: all, kind: message, message: hello, raci: {pm: RA}}
  look: {stage: all, kind: approval, raci: {pm: A, im: R}}
  accept: {stage: all, kind: acceptance, needs: [look, fill], raci: {im: RA}}
ends: {over: {when: {accept: done}}}
"""
KNOWN = {
    "mrr": "5000",
    "contact_name": "Maria Lind",
    "contact_email": "maria@example.org",
    "contact_verified": "yes",
    "nickname": "CF",
}
USERS = [{"name": "Owen Reed", "email": "owen@example.org"}, {"name": "Ida Berg"}]
PENDING = [{"name": "Single sign-on", "context": "Asked for twice", "until": "2027-01-31"}, {"name": "Course import"}]


class Office:
    def __init__(self) -> None:
        self.company = Company()
        version = publish(RUNBOOK, "passing.yaml")
        assert isinstance(version, models.RunbookVersion), version
        self.version, self.people = version, self.company.people

    def customer(self, name: str = "Cedar Falls", **more: object) -> models.Customer:
        made = models.Customer.objects.create(key=name.upper(), name=name, owner=self.people["carla"], created_at=NOW)
        for fact, value in {**KNOWN, **more}.items():
            models.CustomerFact.objects.create(customer=made, name=fact, value=value, source="a test", at=NOW)
        words = [models.CustomerWord(customer=made, word=word) for word in words_of(name)]
        models.CustomerWord.objects.bulk_create(words)
        return made

    def start(self, customer: models.Customer, **people: str) -> int:
        seats = people or {"pm": "paula", "im": "ivan"}
        command = c.Start(
            by=self.company.actor("olga"),
            customer_id=customer.pk,
            customer=customer.name,
            facts={"mrr": "5000"},
            people={role: self.company.actor(who).person for role, who in seats.items()},
        )
        return done(ledger.start(self.version, command, now=NOW)).handoff_id

    def record(self, handoff_id: int, command: c.Command) -> None:
        done(ledger.record(handoff_id, command, now=NOW + timedelta(hours=1)))

    def live(self, handoff_id: int) -> None:
        """Tell, promise, meet, write and sign."""
        paula = self.company.actor("paula")
        self.record(handoff_id, c.GiveFacts(by=paula, values={"mrr": "6000", "users": USERS, "pending": PENDING}))
        promised = {"open_issues": Answer(value="A second environment by January.")}
        self.record(handoff_id, c.AnswerForm(by=paula, step="fill", answers=promised))
        self.record(handoff_id, c.Sign(by=paula, step="fill"))
        later = NOW + timedelta(days=3)
        self.record(handoff_id, c.PlanMeeting(by=paula, step="meet", key="m2", meets_at=later, attendees=("Ivan",)))
        self.record(handoff_id, c.HoldMeeting(by=paula, step="meet", key="m1", met_at=NOW))
        self.record(handoff_id, c.Send(by=paula, step="greet"))

    def view(self, customer: models.Customer, reader: str = "paula", whole: str = "") -> CustomerView:
        row = customer_row(customer.pk)
        assert row is not None
        return customer_view(row, self.company.actor(reader), NOW + timedelta(days=1), whole)


@pytest.fixture
def office() -> Office:
    return Office()


def queries_of(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as counted:
        call()
    return len(counted)


# --- one customer ----------------------------------------------------------------------------------------------------


def test_page_of_a_customer_has_all_that_is_known_of_it(office: Office) -> None:
    customer = office.customer()
    handoff_id = office.start(customer)
    office.live(handoff_id)
    view = office.view(customer)
    facts = {group.title: [(line.title, line.told.words) for line in group.lines] for group in view.facts}
    assert facts == {
        "Passing on": [
            ("MRR", "5,000 USD"),
            ("Main contact: name", "Maria Lind"),
            ("Main contact: e-mail", "maria@example.org"),
            ("The contact is verified", "yes"),
        ],
        "Asked for by no runbook": [("Nickname", "CF")],
    }
    (mrr, *_) = view.facts[0].lines
    assert [(one.handoff_id, one.words) for one in mrr.elsewhere] == [(handoff_id, "6,000 USD")]
    assert [(one.title, one.owed_by) for one in view.missing.rows] == [("Go-live", "Project Manager (Paula Reyes)")]
    assert [(one.name, one.lines) for one in view.contacts.rows] == [
        ("Main contact", (("Name", "Maria Lind"), ("E-mail", "maria@example.org"))),
        ("Owen Reed", (("Email", "owen@example.org"),)),
        ("Ida Berg", ()),
    ]
    assert [(one.text, one.details, one.called) for one in view.promises.rows] == [
        ("Single sign-on", "Context: Asked for twice, Until: 31 January 2027", "Pending items"),
        ("Course import", "", "Pending items"),
        ("A second environment by January.", "", "Open issues and promises"),
    ]
    assert [(one.title, one.state, one.attendees) for one in view.meetings.rows] == [
        ("Meet", "planned", ("Ivan",)),
        ("Meet", "held", ()),
    ]
    assert [(one.title, one.to, one.look) for one in view.messages.rows] == [("Greet", "Ivan Petrov", "waiting")]
    assert [(one.title, one.act, one.by) for one in view.documents.rows] == [("Fill", "signed", "Paula Reyes")]
    ready = {one.runbook: (one.known, one.asked, one.missing) for one in view.readiness}
    assert ready["Passing on"] == (1, 2, ("Go-live",))


def test_first_questions_are_answered_for_whoever_reads(office: Office) -> None:
    customer = office.customer()
    handoff_id = office.start(customer, pm="paula")
    answers = office.view(customer, "paula").answers
    assert {one.title for one in answers.mine} == {"Fill", "Meet", "Greet", "Find out: Go-live"}
    assert [(one.sort, one.title) for one in answers.blocks] == [("vacancy", "Nobody is Implementation Manager")]
    assert [(one.title, one.who, one.is_now) for one in answers.deciders] == [
        ("Look", "", True),
        ("Accept", "nobody yet", False),
    ]
    assert [(one.says, one.handoff_id) for one in answers.changes] == [
        ("5 facts came from a test.", None),
        ("The handoff started.", handoff_id),
    ]
    assert office.view(customer, "tom").answers.mine == ()
    assert [one.title for one in office.view(customer, "olga").answers.mine] == [
        "Look",
        "Nobody is Implementation Manager",
    ]
    office.record(handoff_id, c.Hold(by=office.company.actor("olga"), reason="They moved"))
    held = office.view(customer)
    assert [one.title for one in held.answers.blocks] == ["Resume the handoff, or cancel it"]
    assert held.handoffs.rows[0].held == "They moved"


def test_running_handoffs_come_before_those_that_are_over(office: Office) -> None:
    customer = office.customer()
    first = office.start(customer)
    office.record(first, c.Cancel(by=office.company.actor("olga"), reason="Mistaken"))
    second = office.start(customer)
    office.record(second, c.Cancel(by=office.company.actor("olga"), reason="Mistaken again"))
    running = office.start(customer)
    assert [row.id for row in office.view(customer).handoffs.rows] == [running, second, first]


def test_page_takes_as_many_queries_for_three_handoffs_as_for_one(office: Office) -> None:
    customer, browser = office.customer(), browser_of(office.company, "paula")
    office.live(office.start(customer))
    page = reverse("customer", args=[customer.pk])
    browser.get(page)  # plans are read once
    first = queries_of(lambda: browser.get(page))
    for handoff in models.Handoff.objects.all():
        office.record(handoff.pk, c.Cancel(by=office.company.actor("olga"), reason="Again"))
    for _ in range(2):
        for handoff in models.Handoff.objects.filter(status="running"):
            office.record(handoff.pk, c.Cancel(by=office.company.actor("olga"), reason="Again"))
        office.live(office.start(customer))
    assert queries_of(lambda: browser.get(page)) == first


def test_section_shows_its_first_rows_and_on_demand_all(office: Office) -> None:
    items = [{"name": f"Item {number}"} for number in range(SHOWN + 2)]
    customer = office.customer(pending=items)
    short, whole = office.view(customer).promises, office.view(customer, whole="promises").promises
    assert (len(short.rows), short.total_text, short.is_cut) == (SHOWN, f"{SHOWN + 2}", True)
    assert ([one.text for one in whole.rows], whole.is_cut) == ([item["name"] for item in items], False)
    browser = browser_of(office.company, "paula")
    assert f"All {SHOWN + 2} promises" in browser.get(reverse("customer", args=[customer.pk])).content.decode()


def test_what_older_handoffs_know_is_shown_on_demand(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = office.customer()
    old = office.start(customer)
    office.live(old)
    office.record(old, c.Cancel(by=office.company.actor("olga"), reason="Again"))
    office.start(customer)
    whole = office.view(customer)
    monkeypatch.setattr("handrail.desk.queries.customer.FIRST_READ", 1)
    short = office.view(customer)
    assert (len(whole.meetings.rows), whole.meetings.is_cut) == (2, False)
    assert (short.meetings.rows, short.meetings.total_text, short.meetings.is_cut) == ((), "0+", True)
    assert office.view(customer, whole="meetings").meetings.rows == whole.meetings.rows
    page = browser_of(office.company, "paula").get(reverse("customer", args=[customer.pk])).content.decode()
    assert "All meetings, also of older handoffs" in page


def test_customer_of_whom_nothing_is_known_says_what_comes_where(office: Office) -> None:
    bare = models.Customer.objects.create(key="BARE", name=HOSTILE)
    page = browser_of(office.company, "paula").get(reverse("customer", args=[bare.pk])).content.decode()
    for says in ("Nothing is owed now", "No handoff yet", "No promise is known", "Nothing is known yet", "No contact"):
        assert says in page
    assert (HOSTILE in page, "nobody owns the account" in page) == (False, True)


@pytest.mark.parametrize("query", ["all=", "all=nonsense", "all=open", "all=%00"])
def test_customer_page_takes_any_address(office: Office, query: str) -> None:
    customer = office.customer()
    page = reverse("customer", args=[customer.pk])
    assert browser_of(office.company, "paula").get(f"{page}?{query}").status_code == 200


# --- two side by side ------------------------------------------------------------------------------------------------


def side_by_side(office: Office, left: models.Customer, right: models.Customer, *, only: bool = False) -> Beside:
    return beside(left, right, NOW, differences_only=only)


def test_two_customers_have_the_same_facts_in_the_same_rows(office: Office) -> None:
    left = office.customer("Cedar", go_live="2027-02-01", users=USERS)
    right = office.customer("Elm", mrr="5000.00", nickname="E", contact_verified="no", pending=PENDING)
    handoff_id = office.start(left)
    view = side_by_side(office, left, right)
    shown = [
        (row.title, row.left.told and row.left.told.words, row.right.told and row.right.told.words, row.state)
        for group in view.groups
        for row in group.rows
    ]
    assert shown == [
        ("Account owner", "Carla Santos", "Carla Santos", "same"),
        ("MRR", "5,000 USD", "5,000 USD", "same"),
        ("Go-live", "1 February 2027", None, "only left"),
        ("Main contact: name", "Maria Lind", "Maria Lind", "same"),
        ("Main contact: e-mail", "maria@example.org", "maria@example.org", "same"),
        ("The contact is verified", "yes", "no", "different"),
        ("Portal users", "Owen Reed, owen@example.org; Ida Berg", None, "only left"),
        ("Pending items", None, "Single sign-on, Asked for twice, 31 January 2027; Course import", "only right"),
        ("Nickname", "CF", "E", "different"),
    ]
    assert (view.differences, view.compared) == (5, 9)
    assert [(pair.runbook, [one.id for one in pair.left], pair.right) for pair in view.handoffs] == [
        ("Passing on", [handoff_id], ())
    ]
    assert (len(view.open[0]) > 0, view.open[1]) == (True, ())
    only = side_by_side(office, left, right, only=True)
    assert [(group.title, [row.title for row in group.rows], group.same) for group in only.groups] == [
        ("The account", [], 1),
        ("Passing on", ["Go-live", "The contact is verified", "Portal users", "Pending items"], 3),
        ("Asked for by no runbook", ["Nickname"], 0),
    ]


def test_difference_is_told_by_a_word_and_the_filter_leaves_out_the_rest(office: Office) -> None:
    left, right = office.customer("Cedar"), office.customer("Elm", nickname=HOSTILE)
    browser = browser_of(office.company, "paula")
    address = reverse("customer-beside", args=[left.pk, right.pk])
    whole, only = (browser.get(f"{address}{query}").content.decode() for query in ("", "?only=differences"))
    assert ("Different</span>" in whole, "Same</span>" in whole, HOSTILE in whole) == (True, True, False)
    assert ("Different</span>" in only, "Same</span>" in only) == (True, False)
    assert browser.get(reverse("customer-beside", args=[left.pk, left.pk])).status_code == 404


def test_other_customer_is_found_by_the_beginning_of_a_word(office: Office) -> None:
    cedar, elm = office.customer("Cedar Water"), office.customer("Elm Water")
    browser = browser_of(office.company, "paula")
    address = reverse("customer-beside-choose", args=[cedar.pk])
    found = browser.get(f"{address}?q=wat").context["found"]
    assert [one.pk for one in found] == [elm.pk]
    assert "No other customer is called that" in browser.get(f"{address}?q=zzz").content.decode()
    assert browser.get(f"{address}?q=%00").status_code == 200


# --- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sorts_as"),
    [
        ("Électricité de Lyon-Sud", "electricite de lyon sud"),
        ("“Straße” & Söhne", "strasse sohne"),
        ("New New York", "new new york"),
        ("!?", "!?"),
        ("x" * 400, "x" * 80),
    ],
)
def test_name_is_sorted_without_case_accents_and_signs(name: str, sorts_as: str) -> None:
    assert sort_words(name) == sorts_as


def test_customers_are_filtered_and_sorted_by_folded_name(office: Office) -> None:
    for name in ("zebra", "Émile", "“Delta”", "apple"):
        office.customer(name)
    models.Customer.objects.filter(name="apple").update(owner=None, changed_at=NOW)
    models.Customer.objects.filter(name="zebra").update(owner=office.people["vera"])
    office.start(models.Customer.objects.get(name="Émile"))

    def names(query: str) -> list[str]:
        page = browser_of(office.company, "paula").get(f"{reverse('customers')}?{query}").context["page"]
        return [row.name for row in page.rows]

    assert names("") == ["apple", "“Delta”", "Émile", "zebra"]
    assert names("sort=-name") == ["zebra", "Émile", "“Delta”", "apple"]
    assert names("sort=-changed")[0] == "apple"
    assert names("owner=nobody") == ["apple"]
    assert names(f"owner={office.people['carla'].pk}") == ["“Delta”", "Émile"]
    assert names("team=customer-value") == ["zebra"]
    assert names("idle=yes") == ["apple", "“Delta”", "zebra"]
    assert names("q=em") == ["Émile"]
    assert names("owner=evil&team=%00&idle=maybe&sort=odd") == ["apple", "“Delta”", "Émile", "zebra"]
    assert names(f"owner={office.people['carla'].pk}&q=zeb") == []


def test_search_finds_the_same_whether_many_or_few_are_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Water North", "Water East", "Elm"):
        office.customer(name)
    few = [row.name for row in customers(Wanted(text="wat"), 1).rows]
    monkeypatch.setattr("handrail.desk.queries.customers.MOST_SORTED", 1)
    assert few == [row.name for row in customers(Wanted(text="wat"), 1).rows] == ["Water East", "Water North"]


def test_search_finds_the_same_wherever_in_the_order_the_many_stand(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among the first of all, together further on, or here and there; whichever way the list is sorted."""
    for name in ("Ash Mill", "Elm Mill", "Water North", "Water East", "Water Mill", "Yew Water"):
        office.customer(name)

    def shown() -> list[list[str]]:
        asked = [Wanted(text=text, sort=sort) for text in ("mill", "wat", "water mill", "yew") for sort in _EACH_WAY]
        pages = [customers(one, number) for one in asked for number in (1, 2)]
        return [[row.name for row in page.rows] for page in pages]

    monkeypatch.setattr("handrail.desk.queries.customers.SIZE", 1)
    few = shown()
    assert few[:4] == [["Ash Mill"], ["Elm Mill"], ["Water Mill"], ["Elm Mill"]]
    monkeypatch.setattr("handrail.desk.queries.customers.MOST_COUNTED", 0)
    for looked_at in (1, 3, 100):
        monkeypatch.setattr("handrail.desk.queries.customers.LOOKED_AT", looked_at)
        assert shown() == few


def test_large_company_chooses_an_owner_from_few(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    paula, carla = office.people["paula"].pk, office.people["carla"].pk
    assert len(few_choices(paula, None)) == len(office.people)
    monkeypatch.setattr("handrail.desk.queries.people.FEW", 3)
    assert [one.name for one in few_choices(paula, carla)] == ["Carla Santos", "Paula Reyes"]


def test_owner_who_has_left_is_told_to_have_left(office: Office) -> None:
    office.customer("Cedar")
    models.Person.objects.filter(pk=office.people["carla"].pk).update(is_active=False)
    (row,) = customers(Wanted(), 1).rows
    assert row.owner == "Carla Santos (left)"


def test_customers_can_be_taken_away_as_a_file(office: Office) -> None:
    office.customer("=HYPERLINK(A1)")
    office.start(office.customer("Cedar, Falls"))
    answer = browser_of(office.company, "paula").get(f"{reverse('customers-csv')}?q=cedar")
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    (row,) = rows
    assert (row["Customer"], row["Key"], row["Account owner"], row["Owner’s e-mail"], row["Running handoffs"]) == (
        "Cedar, Falls",
        "CEDAR, FALLS",
        "Carla Santos",
        "carla.santos@example.com",
        "1",
    )
    whole = browser_of(office.company, "paula").get(reverse("customers-csv"))
    assert b"'=HYPERLINK" in b"".join(whole.streaming_content)  # type: ignore[attr-defined]
    assert models.AuditEntry.objects.filter(about="export", key="customers.csv").count() == 2
