"""The lists: My work, the handoffs, the customers. Whole results, odd addresses, and queries that do not multiply."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.urls import reverse

from handrail.desk import ledger, models
from handrail.desk.folding import words_of
from handrail.desk.queries import customers as customer_queries
from handrail.desk.queries.due import due
from handrail.desk.queries.handoffs import handoffs
from handrail.desk.queries.others import waiting_for_others, watched
from handrail.desk.queries.pages import MOST_PAGES, page_number, page_of
from handrail.desk.queries.search import customers_named
from handrail.desk.queries.wanted import Wanted
from handrail.desk.queries.work import answered_for, by_urgency, nobodys_work, own_work
from handrail.desk.watches import looked
from handrail.handoff import commands as c
from tests.desk.company import CEDAR_FALLS, NOW, SUMMARY, Company, browser_of, done
from tests.desk.counting import queries_of

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert('x')</script> & Söhne"


@pytest.fixture
def company() -> Company:
    return Company()


def with_words(company: Company, name: str) -> models.Customer:
    made = company.customer(name)
    words = [models.CustomerWord(customer=made, word=word) for word in words_of(made.name, made.key)]
    models.CustomerWord.objects.bulk_create(words)
    return made


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (datetime(2026, 12, 1, 14, tzinfo=UTC), ("late", "Tue 1 Dec", "earlier today")),
        (datetime(2026, 12, 1, 22, tzinfo=UTC), ("due-soon", "Tue 1 Dec", "today")),
        (datetime(2026, 11, 30, 22, tzinfo=UTC), ("late", "Mon 30 Nov", "1 day late")),
        (datetime(2026, 12, 2, 22, tzinfo=UTC), ("due-soon", "Wed 2 Dec", "tomorrow")),
        (datetime(2026, 12, 4, 15, 0, 1, tzinfo=UTC), ("open", "Fri 4 Dec", "in 3 days")),
        (datetime(2027, 2, 1, 22, tzinfo=UTC), ("open", "Mon 1 Feb 2027", "in 62 days")),
        # In New York it is still the evening of the 4th.
        (datetime(2026, 12, 5, 2, tzinfo=UTC), ("open", "Fri 4 Dec", "in 3 days")),
    ],
)
def test_due_is_said_in_the_days_of_the_calendar(at: datetime, says: tuple[str, str, str]) -> None:
    found = due(at, "America/New_York", NOW)
    assert found is not None
    assert (found.state, found.text, found.words) == says


def test_due_without_a_date_is_none() -> None:
    assert due(None, "UTC", NOW) is None


# --- My work ---------------------------------------------------------------------------------------------------------


def test_own_work_is_grouped_by_urgency_and_says_why(company: Company) -> None:
    late = company.start("Late Waters", {**CEDAR_FALLS, "go_live": "2026-12-02"})
    week = company.start("Near Waters", {**CEDAR_FALLS, "go_live": "2026-12-11"})
    later = company.start("Far Waters", {**CEDAR_FALLS, "go_live": "2027-06-01"})
    page = own_work(company.people["ivan"].pk, 1, NOW)
    forms = {
        group.title: [(row.handoff_id, row.title, row.why) for row in group.rows if row.sort == "step"]
        for part in by_urgency(page.rows, NOW)
        for group in part.groups
    }
    summary = ("Complete the Integration Summary", "The Implementation Manager fills and signs this.")
    assert (forms["Late"], forms["Due within a week"], forms["Later"]) == (
        [(late, *summary)],
        [(week, *summary)],
        [(later, *summary)],
    )
    assert [part.title for part in by_urgency(page.rows, NOW)] == ["Now", "Next"]


def test_work_that_another_does_stands_apart_and_names_them(company: Company) -> None:
    company.start()
    mine = own_work(company.people["paula"].pk, 1, NOW)
    apart = answered_for(company.people["paula"].pk, 1, NOW)
    assert "answers for" not in {row.sort for row in mine.rows}
    assert [(row.name, row.does) for row in apart.rows if row.name == SUMMARY] == [(SUMMARY, "Ivan Petrov")]


def test_work_of_empty_roles_is_nobodys_until_somebody_is_named(company: Company) -> None:
    handoff_id = company.start()
    assert {row.sort for row in nobodys_work(1, NOW).rows} == set()
    done(ledger.record(handoff_id, c.FillRole(by=company.actor("olga"), role="im", person=None), now=NOW))
    assert ("vacancy", "im") in {(row.sort, row.name) for row in nobodys_work(1, NOW).rows}
    assert "Nobody is Implementation Manager" in browser_of(company, "olga").get("/").content.decode()
    assert "Nobody is Implementation Manager" not in browser_of(company, "paula").get("/").content.decode()


def test_work_opens_the_very_thing(company: Company) -> None:
    handoff_id = company.start(facts={})
    page = browser_of(company, "paula").get("/").content.decode()
    assert f'href="/handoffs/{handoff_id}/?give=1#facts"' in page
    assert f'href="/handoffs/{handoff_id}/steps/{SUMMARY}/"' in page


def test_handoffs_of_others_stand_apart_until_the_reader_owes_something(company: Company) -> None:
    handoff_id = company.start()
    carla, lena = company.people["carla"], company.people["lena"]
    row = waiting_for_others(carla.pk, 1, NOW).rows
    assert [(one.handoff_id, one.customer, one.next_title, one.next_person) for one in row] == []
    models.Work.objects.filter(person=carla).delete()
    row = waiting_for_others(carla.pk, 1, NOW).rows
    assert [(one.handoff_id, one.customer, one.next_title, one.next_person) for one in row] == [
        (handoff_id, "Cedar Falls Water", "Decide who the TSM or TAM is", "Lena Fischer")
    ]
    assert waiting_for_others(lena.pk, 1, NOW).rows == ()


def test_watching_counts_what_happened_since_one_looked(company: Company) -> None:
    handoff_id, tom = company.start(), company.people["tom"]
    browser = browser_of(company, "tom")
    address = reverse("watch", args=[handoff_id])
    assert browser.post(address).headers["Location"] == f"/handoffs/{handoff_id}/"
    assert [one.news for one in watched(tom.pk, 1, NOW).rows] == [0]
    done(ledger.record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": "6000"}), now=NOW))
    news = watched(tom.pk, 1, NOW).rows[0].news
    assert news == models.Handoff.objects.get(pk=handoff_id).number - models.Watch.objects.get().seen > 0
    assert f"{news} new" in browser.get("/").content.decode()
    assert looked(tom.pk, handoff_id, models.Handoff.objects.get(pk=handoff_id).number)
    assert [one.news for one in watched(tom.pk, 1, NOW).rows] == [0]
    browser.post(address, {"do": "stop"})
    assert watched(tom.pk, 1, NOW).rows == ()
    assert not looked(tom.pk, handoff_id, 1)


def test_work_page_takes_as_many_queries_for_three_handoffs_as_for_one(company: Company) -> None:
    browser = browser_of(company, "olga")
    company.start("One")
    first = queries_of(lambda: browser.get("/"))
    company.start("Two")
    company.start("Three")
    assert queries_of(lambda: browser.get("/")) == first


def test_work_page_without_work_says_what_comes_next(company: Company) -> None:
    page = browser_of(company, "tom").get("/").content.decode()
    assert "You owe nothing" in page
    assert "See the handoffs" in page


# --- handoffs --------------------------------------------------------------------------------------------------------


def names(company: Company, query: str = "", first_name: str = "paula") -> list[str]:
    page = browser_of(company, first_name).get(f"{reverse('handoffs')}?{query}").context["page"]
    return [row.customer for row in page.rows]


@pytest.fixture
def three(company: Company) -> dict[str, int]:
    """One that is late, one that has no dates yet, one cancelled."""
    started = {
        "Late": company.start("Late", {**CEDAR_FALLS, "go_live": "2020-01-06"}),
        "Undated": company.start("Undated", {}),
        "Cancelled": company.start("Cancelled"),
    }
    done(ledger.record(started["Cancelled"], c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    return started


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Late", "Undated"]),
        ("sort=-due", ["Late", "Undated"]),
        ("status=all&sort=customer", ["Cancelled", "Late", "Undated"]),
        ("status=all&sort=-customer", ["Undated", "Late", "Cancelled"]),
        ("status=cancelled", ["Cancelled"]),
        ("late=yes", ["Late"]),
        ("stage=decide", ["Late", "Undated"]),
        ("stage=go+live", []),
        ("runbook=transition-to-client-services", ["Late", "Undated"]),
        ("runbook=another", []),
        # What makes no sense is left out.
        ("page=abc&sort=evil&status=odd&person=x&stage=", ["Late", "Undated"]),
        ("page=-3", ["Late", "Undated"]),
        ("page=99999999999999999999", ["Late", "Undated"]),
        ("person=99999999999999999", []),
        ("person=%D9%A3", ["Late", "Undated"]),
        ("q=%00&stage=%00&runbook=%00", ["Late", "Undated"]),
        ("q=!", []),
    ],
)
def test_handoffs_are_filtered_and_sorted(
    company: Company, three: dict[str, int], query: str, expected: list[str]
) -> None:
    assert names(company, query) == expected


def test_handoffs_of_a_person_are_those_with_a_role_of_theirs_or_their_turn(
    company: Company, three: dict[str, int]
) -> None:
    ivan, tom, lena = (company.people[name].pk for name in ("ivan", "tom", "lena"))
    assert names(company, f"person={ivan}") == ["Late", "Undated"]
    assert names(company, f"person={tom}") == []
    assert names(company, f"person={lena}&turn=yes") == ["Late"]


def test_handoffs_without_a_date_come_last_on_every_page(company: Company) -> None:
    for number in range(3):
        company.start(f"Undated {number}", {})
        company.start(f"Dated {number}", {**CEDAR_FALLS, "go_live": f"2027-0{number + 1}-15"})
    rows = models.Handoff.objects.order_by("due_at", "id").values_list("customer__name", flat=True)

    def page(number: int) -> tuple[str, ...]:
        return page_of(rows, number, tuple, size=2, last="due_at").rows

    assert [page(number) for number in (1, 2, 3, 4)] == [
        ("Dated 0", "Dated 1"),
        ("Dated 2", "Undated 0"),
        ("Undated 1", "Undated 2"),
        (),
    ]


def test_handoff_row_has_all_that_the_list_shows(company: Company) -> None:
    handoff_id = company.start()
    (row,) = handoffs(Wanted(), 1, NOW).rows
    shown = (row.id, row.customer, row.runbook, row.version, row.status, row.stage, row.next_title, row.next_person)
    assert shown == (
        handoff_id,
        "Cedar Falls Water",
        "Transition to Client Services",
        "1.2",
        "running",
        "decide",
        "Decide who the TSM or TAM is",
        "Lena Fischer",
    )
    assert (row.done, row.due is not None, row.due and row.due.state) == (0, True, "open")


def test_handoffs_take_as_many_queries_for_three_as_for_one(company: Company) -> None:
    browser = browser_of(company, "paula")
    company.start("One")
    first = queries_of(lambda: browser.get(reverse("handoffs")))
    company.start("Two")
    company.start("Three")
    assert queries_of(lambda: browser.get(reverse("handoffs"))) == first


def test_handoffs_page_says_what_helps_when_it_is_empty(company: Company) -> None:
    assert "No handoff has started yet" in browser_of(company, "paula").get("/handoffs/").content.decode()
    company.start()
    assert "No handoff is like that" in browser_of(company, "paula").get("/handoffs/?q=zzz").content.decode()
    assert "Nothing on this page" in browser_of(company, "paula").get("/handoffs/?page=7").content.decode()


@pytest.mark.parametrize("path", ["/", "/handoffs/", "/customers/"])
def test_hostile_names_are_words_like_any_others(company: Company, path: str) -> None:
    company.start(HOSTILE)
    page = browser_of(company, "ivan").get(path).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; Söhne" in page


# --- the file --------------------------------------------------------------------------------------------------------


def test_export_has_what_the_list_has_and_no_formulas(company: Company) -> None:
    company.start("=HYPERLINK(A1)")
    company.start("Plain, with a comma")
    answer = browser_of(company, "paula").get(f"{reverse('handoffs-csv')}?sort=customer")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["Customer"] for row in rows] == ["'=HYPERLINK(A1)", "Plain, with a comma"]
    assert rows[1] == {
        "Handoff": str(models.Handoff.objects.get(customer__name="Plain, with a comma").pk),
        "Customer": "Plain, with a comma",
        "Runbook": "Transition to Client Services",
        "Version": "1.2",
        "Status": "running",
        "Stage": "decide",
        "Steps done": "0",
        "Steps needed": rows[1]["Steps needed"],
        "Next": "Decide who the TSM or TAM is",
        "Next is with": "Lena Fischer",
        "Due": "2026-12-31",
        "Started": "2026-12-01T15:00:00Z",
        "Changed": "2026-12-01T15:00:00Z",
    }


# --- customers and search --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("Électricité de Lyon-Sud",), ("electricite", "de", "lyon", "sud")),
        (("Straße & Söhne", "ACC-00_12"), ("strasse", "sohne", "acc", "00", "12")),
        (("The the THE",), ("the",)),
        (("水道 局",), ("水道", "局")),
        (("!?",), ()),
        (("x" * 80,), ("x" * 60,)),
    ],
)
def test_words_are_folded(texts: tuple[str, ...], words: tuple[str, ...]) -> None:
    assert words_of(*texts) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("elec", ["Électricité de Lyon-Sud"]),
        ("LYON elect", ["Électricité de Lyon-Sud"]),
        ("ectricite", []),
        ("wat", ["North Water 100%", "North Waterworks"]),
        ("water 100", ["North Water 100%"]),
        ("%", []),
        ("n_rth", []),
        ("!", []),
    ],
)
def test_customers_are_found_by_the_beginnings_of_words(company: Company, text: str, found: list[str]) -> None:
    for name in ("Électricité de Lyon-Sud", "North Water 100%", "North Waterworks"):
        with_words(company, name)
    assert list(customers_named(text).order_by("name").values_list("name", flat=True)) == found


def test_customer_row_names_the_handoffs_that_run(company: Company) -> None:
    handoff_id = company.start("Cedar")
    company.customer("Idle")
    page = customer_queries.customers(customer_queries.Wanted(), 1)
    assert [(row.name, row.owner, [one.handoff_id for one in row.running]) for row in page.rows] == [
        ("Cedar", "Carla Santos", [handoff_id]),
        ("Idle", "Carla Santos", []),
    ]


def test_customers_take_as_many_queries_for_three_as_for_one(company: Company) -> None:
    browser = browser_of(company, "paula")
    company.start("One")
    first = queries_of(lambda: browser.get(reverse("customers")))
    company.start("Two")
    company.start("Three")
    assert queries_of(lambda: browser.get(reverse("customers"))) == first


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 1), ("1", 1), ("7", 7), ("0", 1), ("-1", 1), ("abc", 1), ("٣", 1), ("99999", MOST_PAGES), ("9" * 40, 1)],
)
def test_page_number_is_one_that_there_could_be(text: str, number: int) -> None:
    assert page_number(text) == number


def test_page_says_how_much_there_is_and_where_to_go(company: Company) -> None:
    people = models.Person.objects.order_by("name").values_list("name", flat=True)
    first, last = page_of(people, 1, tuple, size=10), page_of(people, 3, tuple, size=10)
    assert (first.says, first.before, first.after) == ("1–10 of 27", None, 2)
    assert (last.says, last.before, last.after) == ("21–27 of 27", 2, None)


def test_counting_stops_at_a_thousand(company: Company) -> None:
    start = NOW - timedelta(days=1)
    models.Customer.objects.bulk_create(
        models.Customer(key=f"C{number}", name=f"Customer {number}", created_at=start, changed_at=start)
        for number in range(1_050)
    )
    page = customer_queries.customers(customer_queries.Wanted(), 2)
    assert (page.says, page.before, page.after) == ("41–80 of 1,000+", 1, 3)
