"""The handoffs sorted by their own columns, on a board by stage, and over weeks: every question by an index."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import ledger, models, recounting
from handrail.desk.folding import sort_words, words_of
from handrail.desk.imports.applying import apply
from handrail.desk.long_work.acts import WORDS
from handrail.desk.people import person_of
from handrail.desk.queries.board import CARDS, board
from handrail.desk.queries.handoffs import SORTS, all_handoffs, first_ids, handoffs, order_of
from handrail.desk.queries.strands import Order, first_of
from handrail.desk.queries.timeline import TimelineRow, Window, timeline, window_of
from handrail.desk.queries.wanted import SPANS, Wanted, bounds_of, strands_of, wanted_rows
from handrail.desk.rebuild import rebuild
from handrail.handoff import commands as c
from tests.desk.company import CEDAR_FALLS, NOW, RUNBOOK, Company, browser_of, done
from tests.desk.test_imports import keep

# 90 days after the go-live of the first of February, at the end of that day's work.
LAST_DUE = datetime(2027, 5, 2, 21, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def queries_of(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as counted:
        call()
    return len(counted)


def choose_tsm(company: Company, handoff_id: int) -> None:
    tom = person_of(company.people["tom"])
    done(ledger.record(handoff_id, c.Finish(by=company.actor("lena"), step="choose-tsm", person=tom), now=NOW))


def row_of(handoff_id: int) -> models.Handoff:
    return models.Handoff.objects.get(pk=handoff_id)


# --- what lists are sorted by ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sorted_by"),
    [
        ("Électricité de Lyon-Sud", "electricite de lyon sud"),
        ("The the THE", "the the the"),
        ("  !? ", "!?"),
        ("x" * 90, "x" * 80),
    ],
)
def test_names_are_sorted_folded(name: str, sorted_by: str) -> None:
    assert sort_words(name) == sorted_by


def test_columns_follow_the_handoff_from_its_start_to_its_end(company: Company) -> None:
    handoff_id = company.start("Zürich Gas")
    row = row_of(handoff_id)
    assert (row.customer_sort, row.progress, row.anchor_date) == ("zurich gas", 0, date(2027, 2, 1))
    assert (row.held_since, row.last_due_at) == (None, LAST_DUE)
    moved = c.GiveFacts(by=company.actor("paula"), values={"go_live": "2027-03-01"}, source="a call")
    done(ledger.record(handoff_id, moved, now=NOW))
    later = row_of(handoff_id)
    assert (later.anchor_date, later.last_due_at) == (date(2027, 3, 1), LAST_DUE + timedelta(days=28))
    done(ledger.record(handoff_id, c.Hold(by=company.actor("olga"), reason="They wait"), now=NOW))
    assert row_of(handoff_id).held_since == NOW
    done(ledger.record(handoff_id, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    ended = row_of(handoff_id)
    assert (ended.held_since, ended.last_due_at, ended.ended_at) == (None, NOW, NOW)
    assert rebuild().mended == []


def test_progress_are_the_thousandths_that_are_done(company: Company) -> None:
    handoff_id = company.start()
    choose_tsm(company, handoff_id)
    row = row_of(handoff_id)
    assert (row.steps_done, row.progress) == (1, 1000 // row.steps_needed)


def test_handoffs_are_sorted_by_the_name_that_an_import_gives(company: Company) -> None:
    handoff_id, other = company.start("Alpha"), company.start("Beta")
    apply(keep(b"Account ID,Account name\nALPHA,\xc3\x96sterreich Gas\n").pk, now=NOW)
    assert (row_of(handoff_id).customer_sort, row_of(other).customer_sort) == ("osterreich gas", "beta")


def test_migration_fills_the_columns_of_what_was_there(company: Company) -> None:
    running, over = company.start("Éclair"), company.start("Over")
    choose_tsm(company, running)
    done(ledger.record(over, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    filled = ("customer_sort", "progress", "last_due_at", "anchor_date")
    before = list(models.Handoff.objects.order_by("pk").values_list(*filled))
    models.Handoff.objects.update(customer_sort="", progress=0, last_due_at=None, anchor_date=None)
    import_module("handrail.desk.migrations.0015_lists").fill(apps, None)
    assert list(models.Recount.objects.values_list("version", flat=True)) == [company.version.pk]
    recount = models.Recount.objects.get()
    for handoff_id in recounting.following(recount, 10):
        ledger.recount(handoff_id, now=NOW)
    models.Handoff.objects.filter(pk=over).update(anchor_date=before[1][3])  # of what is over, a rebuild works it out
    assert list(models.Handoff.objects.order_by("pk").values_list(*filled)) == before


# --- every sort by an index ------------------------------------------------------------------------------------------

INDEX = {
    "due": "handoff_by_due",
    "customer": "handoff_by_customer",
    "changed": "handoff_by_change",
    "progress": "handoff_by_progress",
}


def plan_of_rows(rows: object) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Which are quickest while the table has no rows; a sort that no index spares is done all the same.
            for quickest in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
                cursor.execute(f"SET LOCAL enable_{quickest} = off")
    return str(rows.explain())  # type: ignore[attr-defined]


def by_index(plan: str, index: str) -> tuple[bool, bool]:
    """Whether the index answers, and whether something is sorted all the same."""
    return index in plan, "Sort" in plan or "TEMP B-TREE" in plan


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("sort", SORTS)
def test_each_sort_follows_its_index_both_ways(sort: str, sign: str) -> None:
    (rows,) = strands_of(Wanted(), NOW)
    order = order_of(f"{sign}{sort}")
    filled = rows.filter(due_at__isnull=False) if order.may_be_empty else rows
    plan = plan_of_rows(filled.order_by(*order.names)[:51])
    assert by_index(plan, INDEX[sort]) == (True, False), plan


def of_many_runbooks(company: Company) -> None:
    """So many running handoffs that a database which keeps count of its rows can tell the better index."""
    customers = models.Customer.objects.bulk_create(
        models.Customer(key=f"many-{number}", name=f"Many {number}") for number in range(600)
    )
    models.Handoff.objects.bulk_create(
        models.Handoff(
            customer=customer,
            runbook_version=company.version,
            runbook=RUNBOOK if number % 10 == 0 else f"another-{number % 10}",
            stage=("decide", "prepare", "hand over")[number % 3],
            due_at=NOW + timedelta(hours=number),
            last_due_at=NOW + timedelta(days=number),
            started_at=NOW - timedelta(days=number),
            changed_at=NOW,
        )
        for number, customer in enumerate(customers)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE desk_handoff")


def test_a_column_of_the_board_and_the_weeks_follow_an_index(company: Company) -> None:
    of_many_runbooks(company)
    (column,) = strands_of(Wanted(runbook=RUNBOOK, stage="decide"), NOW)
    plan = plan_of_rows(column.filter(due_at__isnull=False).order_by(*order_of("due").names)[:21])
    assert by_index(plan, "handoff_by_runbook") == (True, False), plan
    (rows,) = strands_of(Wanted(), NOW)
    later = rows.filter(last_due_at__gte=NOW + timedelta(days=90)).order_by("last_due_at", "id")[:51]
    assert by_index(plan_of_rows(later), "handoff_by_last_due") == (True, False)
    gone_by = rows.filter(started_at__lt=NOW - timedelta(days=90)).order_by("-started_at", "-id")[:51]
    assert by_index(plan_of_rows(gone_by), "handoff_by_start") == (True, False)


def test_strands_make_up_the_order_that_one_query_would_give(company: Company) -> None:
    started = [company.start(name) for name in ("Cedar", "Cédar", "Ash", "Elm")]
    for handoff_id in started[::2]:
        done(ledger.record(handoff_id, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    strands = strands_of(Wanted(status=""), NOW)
    orders = [order_of(f"{sign}{sort}") for sign in ("", "-") for sort in ("customer", "changed", "progress")]
    assert len(strands) == 3
    for order in (*orders, Order(column="started_at", down=True)):
        expected = list(models.Handoff.objects.order_by(*order.names).values_list("pk", flat=True))
        assert [row["id"] for row in first_of(strands, order, ("id",), 10)] == expected, order
    assert [row["id"] for row in first_of(strands, order_of("-due"), ("id",), 10)] == [
        *models.Handoff.objects.filter(due_at__isnull=False).order_by("-due_at", "-id").values_list("pk", flat=True),
        *models.Handoff.objects.filter(due_at__isnull=True).order_by("pk").values_list("pk", flat=True),
    ]


def test_pages_of_all_handoffs_follow_each_other(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail.desk.queries.strands.SIZE", 2)
    for name in ("Ash", "Birch", "Cedar"):
        company.start(name)
    done(ledger.record(company.start("Box"), c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    every = Wanted(status="", sort="customer")
    pages = [handoffs(every, number, NOW) for number in (1, 2, 3)]
    assert [[row.customer for row in page.rows] for page in pages] == [["Ash", "Birch"], ["Box", "Cedar"], []]
    assert [(page.says, page.before, page.after) for page in pages] == [
        ("1–2 of 4", None, 2),
        ("3–4 of 4", 1, None),
        ("Nothing on this page", 2, None),
    ]
    assert {row.customer for row in all_handoffs(every, NOW)} == {"Ash", "Birch", "Box", "Cedar"}
    names = dict(models.Handoff.objects.values_list("pk", "customer__name"))
    assert [names[pk] for pk in first_ids(every, NOW, 3)] == ["Ash", "Birch", "Box"]
    assert [wanted_rows(wanted, NOW).count() for wanted in (every, Wanted(), Wanted(status="over", late=True))] == [
        4,
        3,
        0,
    ]


# --- filters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("team=OF_CARLA", ["Near", "Far"]),
        ("team=nobodys", []),
        ("person=me", ["Near", "Far"]),
        ("person=me&turn=yes", []),
        ("span=odd", ["Near", "Far"]),
        ("span=due-next", ["Near"]),
    ],
)
def test_handoffs_are_narrowed(company: Company, query: str, expected: list[str]) -> None:
    now = timezone.now()
    near, far = company.start("Near"), company.start("Far")
    monday = now - timedelta(days=now.weekday())
    models.Handoff.objects.filter(pk=near).update(due_at=monday + timedelta(days=9))
    models.Handoff.objects.filter(pk=far).update(due_at=monday + timedelta(days=99))
    team = company.people["carla"].team
    address = f"{reverse('handoffs')}?{query.replace('OF_CARLA', team.key if team else '')}"
    assert [row.customer for row in browser_of(company, "paula").get(address).context["page"].rows] == expected


def test_spans_are_whole_weeks_and_days_from_today() -> None:
    def days(span: str) -> tuple[str, str]:
        first, last = bounds_of(span, NOW)
        return f"{first:%a %d %b}", f"{last:%a %d %b}"

    assert {span: days(span) for span in SPANS} == {
        "due-week": ("Mon 30 Nov", "Mon 07 Dec"),
        "due-next": ("Mon 07 Dec", "Mon 14 Dec"),
        "ends-week": ("Mon 30 Nov", "Mon 07 Dec"),
        "ends-month": ("Tue 01 Dec", "Fri 01 Jan"),
        "started-week": ("Mon 30 Nov", "Mon 07 Dec"),
    }


# --- the board -------------------------------------------------------------------------------------------------------


def test_board_has_a_column_for_each_stage_and_what_is_most_pressing_on_top(company: Company) -> None:
    company.start("Later", {**CEDAR_FALLS, "go_live": "2027-06-01"})
    company.start("Undated", {})
    company.start("Late", {**CEDAR_FALLS, "go_live": "2020-01-06"})
    found = board(Wanted(), NOW)
    assert (found.runbook, found.title, [(tab.name, tab.count, tab.is_shown) for tab in found.tabs]) == (
        RUNBOOK,
        "Transition to Client Services",
        [(RUNBOOK, "3", True)],
    )
    columns = {column.stage: (column.count, [card.customer for card in column.cards]) for column in found.columns}
    assert columns.pop("decide") == ("3", ["Late", "Later", "Undated"])
    assert {str(one) for one in columns.values()} == {"('0', [])"}
    assert [column.stage for column in board(Wanted(stage="decide"), NOW).columns] == ["decide"]
    assert board(Wanted(runbook="another"), NOW).columns == ()


def test_board_says_how_many_more_there_are(company: Company) -> None:
    handoff_id = company.start()
    row = row_of(handoff_id)
    copies = []
    for number in range(CARDS + 2):
        customer = models.Customer(key=f"C{number}", name=f"Copy {number}")
        customer.save()
        copy = row_of(handoff_id)
        copy.pk, copy.customer = None, customer
        copies.append(copy)
    models.Handoff.objects.bulk_create(copies)
    (column,) = board(Wanted(stage=row.stage), NOW).columns
    assert (len(column.cards), column.count, column.more) == (CARDS, str(CARDS + 3), "3")
    page = browser_of(company, "paula").get(f"{reverse('handoffs')}?look=board").content.decode()
    assert f'href="?runbook={RUNBOOK}&amp;stage={row.stage}">3 more' in page


def test_board_names_what_is_late_and_what_is_held(company: Company) -> None:
    company.start("Late", {**CEDAR_FALLS, "go_live": "2020-01-06"})
    held = company.start("Held")
    done(ledger.record(held, c.Hold(by=company.actor("olga"), reason="They wait"), now=NOW))
    page = browser_of(company, "paula").get(f"{reverse('handoffs')}?look=board").content.decode()
    assert ("On hold</span>" in page, "days late</span>" in page) == (True, True)


# --- the timeline ----------------------------------------------------------------------------------------------------


def weeks(company: Company, first: date | None = None, wanted: Wanted | None = None) -> list[TimelineRow]:
    return list(timeline(wanted or Wanted(), window_of(first, NOW), 1, NOW).rows)


def test_window_is_whole_weeks_from_two_weeks_back(company: Company) -> None:
    window = window_of(None, NOW)
    assert (window.first, window.last, window.earlier, window.later, window.is_usual) == (
        date(2026, 11, 16),
        date(2027, 2, 14),
        date(2026, 9, 21),
        date(2027, 1, 11),
        True,
    )
    assert [monday for monday, is_now in window.weeks if is_now] == [date(2026, 11, 30)]
    assert (window.now_x, window.week_width, f"{window.place(NOW):.2f}") == ("15.38%", "7.69%", "17.17")
    elsewhere = window_of(date(2027, 6, 3), NOW)
    assert (elsewhere.first, elsewhere.now_x, elsewhere.is_usual) == (date(2027, 5, 31), "", False)
    assert window_of(date(9999, 12, 31), NOW) == Window(first=date(2199, 12, 30), today=NOW.date())


def test_timeline_says_in_words_what_it_draws(company: Company) -> None:
    company.start("Cedar")
    (row,) = weeks(company)
    assert [(part.sort, part.x) for part in row.stretches] == [("running", "17.17%")]
    assert [mark.sort for mark in row.marks] == ["anchor", "due"]
    assert row.says == (
        "Started Tue 1 Dec, last due Sun 2 May 2027. Go-live date Mon 1 Feb 2027. Next due Thu 31 Dec, in 30 days."
    )


def test_timeline_shows_what_goes_beyond_its_last_day_what_is_held_and_what_ended(company: Company) -> None:
    late = company.start("Late", {**CEDAR_FALLS, "go_live": "2026-12-14"})
    models.Handoff.objects.filter(pk=late).update(
        started_at=NOW - timedelta(days=20), last_due_at=NOW - timedelta(days=5), due_at=NOW - timedelta(days=9)
    )
    held, ended = company.start("Held"), company.start("Ended")
    done(ledger.record(held, c.Hold(by=company.actor("olga"), reason="They wait"), now=NOW))
    done(ledger.record(ended, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    rows = {row.handoff.customer: row for row in weeks(company, wanted=Wanted(status=""))}
    drawn = {
        name: ([part.sort for part in row.stretches], [mark.sort for mark in row.marks]) for name, row in rows.items()
    }
    assert drawn == {
        "Late": (["running", "late"], ["anchor", "late"]),
        "Held": (["held"], ["anchor"]),
        "Ended": (["cancelled"], ["anchor", "ended"]),
    }
    assert rows["Ended"].says == "Started Tue 1 Dec. Go-live date Mon 1 Feb 2027. Cancelled Tue 1 Dec."
    assert ", on hold since Tue 1 Dec. " in rows["Held"].says


def test_timeline_has_what_goes_on_in_its_weeks(company: Company) -> None:
    company.start("Near", {**CEDAR_FALLS, "go_live": "2026-12-14"})
    company.start("Far", {**CEDAR_FALLS, "go_live": "2027-06-01"})
    company.start("Undated", {})
    done(ledger.record(company.start("Ended"), c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))

    def shown(first: date | None, status: str = "running") -> list[str]:
        return [row.handoff.customer for row in weeks(company, first, Wanted(status=status))]

    assert shown(None) == ["Near", "Far", "Undated"]
    assert shown(None, "") == ["Ended", "Near", "Far", "Undated"]
    assert shown(date(2027, 5, 3)) == ["Far"]
    assert shown(date(2026, 8, 3), "") == []
    models.Handoff.objects.filter(customer__name="Far").update(started_at=NOW - timedelta(days=60))
    models.Handoff.objects.filter(customer__name="Ended").update(started_at=NOW - timedelta(days=50))
    assert shown(date(2026, 8, 3), "") == ["Ended", "Far"]


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", ["table", "board", "timeline"])
def test_each_look_takes_as_many_queries_for_three_as_for_one(company: Company, look: str) -> None:
    browser, address = browser_of(company, "paula"), f"{reverse('handoffs')}?look={look}&status=all"
    company.start("One")
    browser.get(address)  # which reads what is kept in memory from then on
    first = queries_of(lambda: browser.get(address))
    company.start("Two")
    company.start("Three")
    assert queries_of(lambda: browser.get(address)) == first


def test_looks_share_their_filters(company: Company) -> None:
    company.start()
    page = browser_of(company, "paula").get(f"{reverse('handoffs')}?late=yes&page=2&look=timeline").content.decode()
    assert '<a href="?late=yes">' in page
    assert '<a href="?late=yes&amp;look=board">' in page
    assert '<a href="?late=yes&amp;look=timeline" aria-current="true">' in page


def test_what_a_filter_names_and_is_not_there_is_told(company: Company) -> None:
    company.start()
    tom = company.people["tom"]
    models.Person.objects.filter(pk=tom.pk).update(is_active=False)
    address = f"{reverse('handoffs')}?stage=nowhere&runbook=gone&team=nobodys&person="
    gone = browser_of(company, "paula").get(f"{address}{tom.pk}").context["choices"].gone
    assert gone == (
        "No runbook has a stage “nowhere” now.",
        "There is no runbook “gone”.",
        "There is no team “nobodys”.",
        "Tom Okafor has left.",
    )
    assert browser_of(company, "paula").get(f"{address}999").context["choices"].gone[-1] == (
        "The person whom it names is not there."
    )
    assert browser_of(company, "paula").get(f"{reverse('handoffs')}?stage=decide").context["choices"].gone == ()


def test_rows_can_be_ticked_for_what_is_done_with_several(company: Company) -> None:
    handoff_id = company.start()
    page = browser_of(company, "olga").get(f"{reverse('handoffs')}?q=&late=&status=all&page=1").content.decode()
    tick = f'<input type="checkbox" name="handoff" value="{handoff_id}" aria-label="Choose Cedar Falls Water">'
    assert (tick in page, '<input type="hidden" name="query" value="status=all">' in page) == (True, True)
    assert re.findall(r'name="action" value="(\w+)"', page) == list(WORDS)


def test_wanted_is_narrowed_by_whatever_is_asked() -> None:
    wanted = (Wanted(), Wanted(turn=True), Wanted(team="support"), Wanted(span="due-week"), Wanted(status=""))
    assert [one.is_narrowed for one in wanted] == [False, True, True, True, True]


# --- by a name -------------------------------------------------------------------------------------------------------


def test_name_that_many_have_finds_in_every_order_what_one_of_few_finds(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few are looked up, many met on the way; and what is not counted to its end is told to be more."""
    for name in ("Ash Mill", "Elm Mill", "Water North", "Water Mill Pond", "Yew Water"):
        customer = row_of(company.start(name)).customer
        models.CustomerWord.objects.bulk_create(
            models.CustomerWord(customer=customer, word=word) for word in words_of(name, customer.key)
        )

    def shown() -> list[tuple[str, list[str]]]:
        asked = [
            Wanted(text=text, status=status, sort=sign + sort)
            for text in ("mill", "wat", "water mill", "zzz")
            for status in ("running", "")
            for sort in SORTS
            for sign in ("", "-")
        ]
        pages = [handoffs(one, number, NOW) for one in asked for number in (1, 2)]
        return [(page.total_text, [row.customer for row in page.rows]) for page in pages]

    monkeypatch.setattr("handrail.desk.queries.strands.SIZE", 2)
    few = shown()
    assert [(total, len(rows)) for total, rows in few[:2]] == [("3", 2), ("3", 1)]
    monkeypatch.setattr("handrail.desk.queries.wanted._FEW", 0)
    assert shown() == few
    for module in ("handoffs", "strands"):
        monkeypatch.setattr(f"handrail.desk.queries.{module}.MOST_COUNTED", 2)
    assert [(total, len(rows)) for total, rows in shown()[:2]] == [("2+", 2), ("2+", 1)]
    assert [rows for _, rows in shown()] == [rows for _, rows in few]
