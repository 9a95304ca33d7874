"""The pages of the calendars and of the settings."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import company, models
from handrail.desk.calendars import calendar_of
from tests.desk.company import Company
from tests.desk.test_recounting import Offices

pytestmark = pytest.mark.django_db

EMPTY = {"days-TOTAL_FORMS": "0", "days-INITIAL_FORMS": "0", "pasted": "", "begins": "", "hours": ""}
BERLIN = {
    **EMPTY,
    "name": "Berlin  office",
    "zone": "Europe/Berlin",
    **{f"day_{weekday}": "9:00-12:30, 13:30-17" for weekday in range(4)},
    "day_4": "9-13",
    "day_5": "",
    "day_6": "closed",
    "country": "DE",
    "region": "BY",
    "pasted": "2027-12-24 Christmas Eve\n\n2027-12-31",
}


@pytest.fixture
def offices() -> Offices:
    return Offices()


def browser(company: Company, who: str = "adam") -> Client:
    client = Client()
    client.force_login(company.people[who])
    return client


def told(client: Client, address: str) -> list[str]:
    return [str(one) for one in client.get(address).context["messages"]]


def test_calendar_is_added_as_it_was_typed(offices: Offices) -> None:
    adam = browser(offices.company)
    answer = adam.post(reverse("calendar-new"), BERLIN)
    row = models.Calendar.objects.get(key="berlin-office")
    assert (answer.status_code, answer["Location"], told(adam, answer["Location"])) == (
        302, reverse("calendar", args=[row.pk]), ["Berlin office was added."],
    )  # fmt: skip
    assert (row.name, row.weekdays, row.country, row.region) == ("Berlin office", [0, 1, 2, 3, 4], "DE", "BY")
    calendar = calendar_of(row)
    assert [calendar.is_worked(date(2027, 12, day)) for day in (23, 24, 27, 31)] == [True, False, True, False]
    page = adam.get(answer["Location"]).content.decode()
    assert "Monday to Thursday 09:00–12:30, 13:30–17:00; Friday 09:00–13:00." in page
    assert "Epiphany" in page


def test_all_mistakes_stand_at_their_fields_and_what_was_typed_is_kept(offices: Offices) -> None:
    wrong = {
        **BERLIN,
        "name": "",
        "zone": "Berlin",
        "day_0": "nine to five",
        "day_1": "13-17, 9-12",
        "region": "TX",
        "pasted": "Christmas 2027-12-24",
        "days-TOTAL_FORMS": "1",
        "days-0-day": "soon",
        "days-0-name": "Move",
    }
    answer = browser(offices.company).post(reverse("calendar-new"), wrong)
    form, days = answer.context["form"], answer.context["days"]
    errors = {name: list(says) for name, says in form.errors.items()}
    assert (answer.status_code, errors, days.errors) == (
        422,
        {
            "name": ["This field is required."],
            "zone": ["There is no time zone “Berlin”; write it like America/New_York."],
            "region": ["Select a valid choice. TX is not one of the available choices."],
            "pasted": ["“Christmas 2027-12-24” does not begin with a day like 2027-12-24."],
            "day_0": ["“nine to five” is not a time from … to …: write it like 09:00–12:30, 13:30–17:00."],
            "day_1": ["On Tuesday each period must begin when the one before it has ended: 13:00–17:00, 09:00–12:00."],
        },
        [{"day": ["Enter a valid date."]}],
    )
    page = answer.content.decode()
    assert all(f'value="{kept}"' in page for kept in ("Berlin", "nine to five", "13-17, 9-12", "soon", "Move"))
    assert not models.Calendar.objects.filter(name="").exists()


def test_a_week_without_hours_is_none(offices: Offices) -> None:
    idle = {**BERLIN, **{f"day_{weekday}": "" for weekday in range(7)}}
    answer = browser(offices.company).post(reverse("calendar-new"), idle)
    assert answer.context["form"].errors == {
        "day_0": ["Say for one day of the week at least from when to when it is worked."]
    }


def test_what_it_means_is_shown_before_it_is_saved(offices: Offices) -> None:
    looked = {**BERLIN, "look": "yes", "begins": "2027-03-26T16:00", "hours": "8"}
    answer = browser(offices.company).post(reverse("calendar-new"), looked)
    page = answer.content.decode()
    assert (answer.status_code, models.Calendar.objects.filter(name="Berlin office").exists()) == (200, False)
    # Good Friday and Easter Monday are holidays, and the clock jumps in between.
    assert (answer.context["tried"], "Not saved yet" in page) == ("Wed 31 Mar 2027, 10:00 CEST", True)
    other = browser(offices.company).post(reverse("calendar-new"), {**looked, "country": "US", "region": ""})
    assert ("CA", "California") in other.context["form"].fields["region"].choices


def test_saving_says_what_it_moves_and_has_it_worked_out(offices: Offices) -> None:
    offices.start()
    adam, address = browser(offices.company), reverse("calendar", args=[offices.berlin.pk])
    page = adam.get(address)
    sent = {**EMPTY, **{field.html_name: field.value() or "" for field in page.context["form"]}}
    assert adam.post(address, {**sent, "name": "Berlin"}).status_code == 302
    assert (told(adam, address), models.Recount.objects.count()) == (["Berlin was changed."], 0)
    adam.post(address, {**sent, "pasted": "2027-01-06 Epiphany"})
    assert told(adam, address) == ["berlin was changed. Due days of 1 running handoff are being worked out anew."]
    assert list(models.Recount.objects.values_list("version", flat=True)) == [offices.version.pk]
    kept = adam.get(address).context["days"].initial
    assert kept == [{"day": date(2027, 1, 6), "name": "Epiphany"}]
    removed = {"days-TOTAL_FORMS": "1", "days-INITIAL_FORMS": "1", "days-0-day": "2027-01-06", "days-0-DELETE": "on"}
    adam.post(address, {**sent, **removed})
    assert not models.ClosingDay.objects.exists()


def test_a_calendar_that_is_used_is_not_deleted(offices: Offices) -> None:
    adam = browser(offices.company)
    carla = offices.company.people["carla"]
    carla.calendar = offices.berlin
    carla.save()
    words = [
        adam.post(reverse("calendar-delete", args=[one.pk])).context["deleting"].says
        for one in (offices.berlin, offices.new_york, offices.night)
    ]
    assert words == [
        f"It cannot be deleted: it is the calendar of the team Finance and {carla.name}.",
        "It cannot be deleted: it is the calendar of the runbook “Two offices”.",
        "It cannot be deleted: it is the calendar of the Desk of “Two offices”.",
    ]
    unused = models.Calendar.objects.create(key="x", name="X", zone="UTC", opens="09:00", closes="17:00")
    assert adam.post(reverse("calendar-delete", args=[unused.pk])).status_code == 302
    assert not models.Calendar.objects.filter(key="x").exists()


def test_everybody_may_look_and_only_administrators_change(offices: Offices) -> None:
    address = reverse("calendar", args=[offices.berlin.pk])
    paula = browser(offices.company, "paula")
    page = paula.get(address).content.decode()
    assert ("<form class=\"form\"" in page, "Only an administrator adds calendars and changes them." in page) == (
        False, True,
    )  # fmt: skip
    sent = [paula.post(one, BERLIN).status_code for one in (address, reverse("calendar-new"))]
    assert [*sent, paula.post(reverse("calendar-delete", args=[offices.berlin.pk])).status_code] == [403, 403, 403]


def test_the_list_tells_each_calendar_with_the_same_queries(offices: Offices) -> None:
    adam = browser(offices.company)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            adam.get(reverse("calendars"))
        return len(captured)

    asked()
    company.changed()  # so that it is read anew each time
    first = asked()
    for number in range(3):
        row = models.Calendar.objects.create(
            key=f"c{number}", name=f"C{number}", zone="UTC", opens="09:00", closes="17:00"
        )
        models.ClosingDay.objects.create(calendar=row, day=date(2027, 1, 6))
    assert asked() == first
    broken = models.Calendar.objects.create(key="broken", name="Broken", zone="Mars", opens="09:00", closes="17:00")
    rows = {row.id: row for row in adam.get(reverse("calendars")).context["rows"]}
    assert (rows[offices.berlin.pk].hours, rows[offices.berlin.pk].used_by.in_words, rows[broken.pk].fault) == (
        "Monday to Friday 09:00–17:00",
        "the team Finance",
        "The calendar “Broken” cannot be read. There is no time zone “Mars”; write it like America/New_York.",
    )
    assert adam.get(reverse("calendar", args=[broken.pk])).status_code == 200


def test_settings_are_linked_for_who_may_see_them(offices: Offices) -> None:
    pages = {who: browser(offices.company, who).get("/").content.decode() for who in ("paula", "olga", "adam")}
    assert {who: 'href="/settings/"' in page for who, page in pages.items()} == {
        "paula": False, "olga": True, "adam": True,
    }  # fmt: skip
    assert 'href="/calendars/"' in browser(offices.company, "olga").get("/settings/").content.decode()
