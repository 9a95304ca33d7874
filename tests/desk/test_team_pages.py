"""Teams and people: what they have on them, who is away, who holds what; in as many queries for many as for few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import ledger, models
from handrail.desk.queries.load import Load, loads_of_people, loads_of_teams
from handrail.desk.queries.people import Wanted, people
from handrail.desk.queries.person import hours_of
from handrail.desk.queries.strip import Away, Bar, strip, weeks
from handrail.desk.queries.team import members, team_view
from handrail.desk.queries.teams import teams
from handrail.handoff import commands as c
from handrail.worktime.calendar import Calendar
from tests.desk.company import CEDAR_FALLS, NOW, Company, browser_of, done

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 30)


@pytest.fixture
def company() -> Company:
    return Company()


def queries_of(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as counted:
        call()
    return len(counted)


def owed_by(person: models.Person) -> tuple[int, int, int]:
    """All, due within a week, and late, counted one by one."""
    due = [row.due_at for row in models.Work.objects.filter(person=person)]
    week = [at for at in due if at is not None and NOW < at <= NOW + timedelta(days=7)]
    return len(due), len(week), len([at for at in due if at is not None and at <= NOW])


# --- load ------------------------------------------------------------------------------------------------------------


def test_load_is_what_somebody_holds_and_owes_and_by_when(company: Company) -> None:
    company.start("Late Waters", {**CEDAR_FALLS, "go_live": "2026-12-02"})
    company.start("Near Waters", {**CEDAR_FALLS, "go_live": "2026-12-11"})
    over = company.start("Over Waters")
    done(ledger.record(over, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    ivan, tom = company.people["ivan"], company.people["tom"]
    work, week, late = owed_by(ivan)
    assert (work > week > 0, late > 0) == (True, True)
    assert loads_of_people([ivan.pk, tom.pk], NOW) == {
        ivan.pk: Load(seats=2, work=work, week=week, late=late),
        tom.pk: Load(),
    }


def test_load_of_a_team_is_that_of_its_people_and_stops_at_a_most(company: Company) -> None:
    company.start("Late Waters", {**CEDAR_FALLS, "go_live": "2026-12-02"})
    team = models.Team.objects.get(key="implementation")
    of_each = loads_of_people([row.pk for row in team.people.all()], NOW).values()
    load = loads_of_teams([team.pk], NOW)[team.pk]
    assert (load.seats, load.work, load.week, load.late) == tuple(
        sum(getattr(one, name) for one in of_each) for name in ("seats", "work", "week", "late")
    )
    assert (load.seats, load.seats_text, load.counts_all) == (2, "2", True)
    some = loads_of_teams([team.pk], NOW, most_seats=1)[team.pk]
    assert (some.seats_text, some.counted_text, some.counts_all) == ("1+", "1+", False)


def test_only_roles_of_people_with_a_limit_stand_against_it(company: Company) -> None:
    company.start()
    models.Person.objects.filter(pk=company.people["paula"].pk).update(capacity=None)
    team = models.Team.objects.get(key="implementation")
    view = team_view(team, NOW)
    assert (view.limit, view.load.counted, view.load.unlimited, view.unlimited) == (30, 1, 1, 4)


def test_who_has_left_counts_for_no_team(company: Company) -> None:
    company.start()
    models.Person.objects.filter(pk=company.people["ivan"].pk).update(is_active=False)
    rows = {row.key: row for row in teams(1, NOW).rows}
    assert (rows["implementation"].people, rows["implementation"].load.seats) == (4, 1)
    assert (rows["sales"].people, rows["sales"].limit, rows["sales"].load.work) == (4, 0, 0)


# --- who is away -----------------------------------------------------------------------------------------------------


def test_strip_shows_absences_within_its_days_and_what_is_not_worked() -> None:
    calendar = Calendar(name="Office", zone="UTC", closed=frozenset({date(2026, 12, 8)}))
    away = (
        Away(first_day=date(2026, 11, 2), last_day=date(2026, 12, 1), has_delegate=True),
        Away(first_day=date(2026, 12, 24), last_day=date(2027, 1, 8), has_delegate=False),
        Away(first_day=date(2027, 1, 1), last_day=date(2027, 1, 8), has_delegate=False),
    )
    bars = strip(away, MONDAY, calendar).bars
    off = [bar.x // 10 for bar in bars if bar.look == "off"]
    assert off == [5, 6, 8, 12, 13, 19, 20, 26, 27]
    assert [bar for bar in bars if bar.look != "off"] == [
        Bar(x=0, width=20, look="away"),
        Bar(x=240, width=40, look="alone"),
    ]


def test_strip_names_today_and_the_mondays_that_there_is_room_for() -> None:
    assert [(one.x, one.day) for one in weeks(date(2026, 11, 29))] == [
        (0, date(2026, 11, 29)),
        (80, date(2026, 12, 7)),
        (150, date(2026, 12, 14)),
        (220, date(2026, 12, 21)),
    ]


def test_hours_of_a_calendar_are_said_together_where_they_are_alike() -> None:
    office = Calendar(name="Office", zone="America/New_York")
    assert hours_of(office) == "Monday to Friday 09:00–17:00, America/New York"


def test_team_shows_who_is_away_in_the_next_four_weeks(company: Company) -> None:
    models.Absence.objects.all().delete()
    ivan, paula, tom = (company.people[name] for name in ("ivan", "paula", "tom"))
    for person, first, last, delegate in (
        (ivan, 0, 2, paula),
        (ivan, 20, 21, None),
        (paula, 40, 44, None),
        (tom, 1, 2, None),
    ):
        models.Absence.objects.create(
            person=person,
            first_day=NOW.date() + timedelta(days=first),
            last_day=NOW.date() + timedelta(days=last),
            delegate=delegate,
        )
    rows = team_view(models.Team.objects.get(key="implementation"), NOW).absences.rows
    assert [(row.name, [(one.delegate, one.is_now) for one in row.days]) for row in rows] == [
        ("Ivan Petrov", [("Paula Reyes", True), ("", False)])
    ]


# --- the pages -------------------------------------------------------------------------------------------------------


def test_member_has_what_they_hold_by_role(company: Company) -> None:
    company.start("One")
    company.start("Two")
    page = members(models.Team.objects.get(key="implementation"), 1, NOW)
    held = {row.name: [(one.title, one.count) for one in row.roles] for row in page.rows}
    assert held == {
        "Emma Laurent": [],
        "Ivan Petrov": [("Implementation Manager", 2)],
        "Paula Reyes": [("Project Manager", 2)],
        "Sara Nilsson": [],
        "Theo Brandt": [],
    }


def test_vacancies_of_a_team_are_told_where_they_are(company: Company) -> None:
    handoff_id = company.start()
    done(ledger.record(handoff_id, c.FillRole(by=company.actor("olga"), role="im", person=None), now=NOW))
    view = team_view(models.Team.objects.get(key="implementation"), NOW)
    assert [(one.handoff_id, one.role, one.customer) for one in view.vacancies] == [
        (handoff_id, "Implementation Manager", "Cedar Falls Water")
    ]
    assert view.vacancies_text == "1"


@pytest.mark.parametrize("path", ["/teams/", "/teams/implementation/", "/people/"])
def test_pages_take_as_many_queries_for_many_as_for_few(company: Company, path: str) -> None:
    browser = browser_of(company, "paula")
    company.start("One")
    browser.get(path)
    first = queries_of(lambda: browser.get(path))
    team = models.Team.objects.get(key="implementation")
    for number in range(3):
        made = models.Person.objects.create(email=f"new{number}@example.com", name=f"New {number}", team=team)
        models.Absence.objects.create(person=made, first_day=NOW.date(), last_day=NOW.date())
        company.start(f"More {number}")
    browser.get(path)
    assert queries_of(lambda: browser.get(path)) == first


def test_people_are_filtered_by_team_and_by_what_they_may(company: Company) -> None:
    def names(**asked: str) -> list[str]:
        return [row.name for row in people(Wanted(**asked), 1, NOW).rows]  # type: ignore[arg-type]

    assert names(team="support") == ["Rita Moreau", "Sven Aalto"]
    assert names(may="operations") == ["Adam Ford", "Olga Lind"]
    assert names(may="administrators") == ["Adam Ford"]
    assert names(may="leads", team="support") == ["Sven Aalto"]
    assert names(team="nowhere") == []


@pytest.mark.parametrize("query", ["page=abc", "page=200", "team=%00&may=evil", "q=%00", "page=-1"])
@pytest.mark.parametrize("path", ["/teams/", "/teams/support/", "/people/"])
def test_pages_take_any_address(company: Company, path: str, query: str) -> None:
    assert browser_of(company, "paula").get(f"{path}?{query}").status_code == 200


def test_person_has_their_load_and_leads_to_their_accounts(company: Company) -> None:
    company.start()
    carla = company.people["carla"]
    page = browser_of(company, "paula").get(reverse("person", args=[carla.pk])).content.decode()
    assert f'href="{reverse("customers")}?owner={carla.pk}">1</a>' in page
