"""The pages of leaving, of absences and of teams: what they show, what they refuse and in which words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import models
from handrail.desk.absences import stood_in_for
from handrail.desk.web.tags import day
from tests.desk.company import NOW, browser_of
from tests.desk.test_leaving import Office, holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office()


def test_leaving_is_looked_at_done_and_taken_back(office: Office) -> None:
    browser, address = browser_of(office, "adam"), reverse("leave", args=[office.paula.pk])
    one, two = (office.start(name, pm="paula", im="ivan") for name in ("One", "Two"))
    models.Customer.objects.filter(name="One").update(owner=office.paula)
    office.meet(one, "next", "Paula Reyes", at=max(timezone.now(), NOW) + timedelta(days=3))
    office.greet(one)
    shown = browser.get(address, {"roles": "spread", "show": "accounts"})
    assert [(share.name, share.count) for share in shown.context["previews"][0].shares] == [
        ("Emma Laurent", 1), ("Sara Nilsson", 1)
    ]  # fmt: skip
    assert [(tab.title, tab.count) for tab in shown.context["held"].tabs] == [
        ("Roles", 2), ("Open work", 6), ("Meetings", 1), ("Messages on their way", 1), ("Accounts", 1)
    ]  # fmt: skip
    assert [line.title for line in shown.context["held"].page.rows] == ["One"]
    looked = browser.post(address, {"roles": "spread", "accounts": "empty", "look": "yes"}, follow=True)
    assert [one.chosen for one in looked.context["previews"]] == ["spread", "empty"]
    assert not models.Departure.objects.exists()
    wrong = browser.post(address, {"roles": str(office.paula.pk)})
    assert (wrong.status_code, "somebody who works here, and is not leaving" in wrong.content.decode()) == (422, True)
    done = browser.post(address, {"roles": office.id("emma"), "accounts": "empty"}, follow=True)
    assert "Paula Reyes has left. What they held has gone to others." in done.content.decode()
    assert [(one.count, one.kind, one.shares[0].name) for one in done.context["tallies"]] == [
        (2, "roles", "Emma Laurent"),
        (1, "account", ""),
        (1, "meeting that named them", "Emma Laurent"),
        (1, "message on its way to them", "Emma Laurent"),
    ]
    assert "Paula Reyes" not in {one.name for one in shown.context["people"]}
    gone = models.Departure.objects.get()
    assert "does not work here any more" in browser.get(reverse("person", args=[office.paula.pk])).content.decode()
    assert browser.post(address).status_code == 409
    office.fill(two, "pm", "sara")
    back = browser.post(reverse("departure-undo", args=[gone.pk]))
    assert [(line.title, line.more, line.to) for line in back.context["page"].rows] == [
        ("Two", "Project Manager", "Emma Laurent")
    ]
    assert (holder(one, "pm"), holder(two, "pm")) == ("Paula Reyes", "Sara Nilsson")
    again = browser.post(reverse("departure-undo", args=[gone.pk]), follow=True)
    assert "Paula Reyes is back already." in again.content.decode()


def test_leaving_takes_as_many_queries_for_many_as_for_few(office: Office) -> None:
    browser, address = browser_of(office, "adam"), reverse("leave", args=[office.paula.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert browser.get(address).status_code == 200
        return len(taken)

    office.start("One", pm="paula", im="paula")
    few = queries()
    for number in range(3):
        office.start(f"Customer {number}", pm="paula", im="paula")
    assert queries() == few


def test_absence_is_told_stood_in_for_and_ended(office: Office) -> None:
    today = timezone.now().date()
    office.set("theo", team=office.team)
    models.Absence.objects.create(
        person=office.people["sara"], first_day=today + timedelta(days=3), last_day=today + timedelta(days=4)
    )
    browser, address = browser_of(office, "paula"), reverse("my-absences")

    def told(first: int, last: int, delegate: str = "") -> dict[str, str]:
        named = office.people[delegate].pk if delegate else ""
        days = {"first_day": str(today + timedelta(days=first)), "last_day": str(today + timedelta(days=last))}
        answer = browser.post(address, {**days, "delegate": named, "note": "On holiday"})
        form = answer.context["form"] if answer.status_code == 422 else None
        return {field: " ".join(says) for field, says in form.errors.items()} if form else {}

    assert "has passed" in told(-2, 3)["first_day"]
    assert told(3, 2) == {"last_day": "The last day comes before the first."}
    assert told(3, 3000) == {"last_day": "That is more than three years ahead."}
    assert told(1, 5, "paula")["delegate"].startswith("Select a valid choice.")
    assert told(0, 5, "sara") == {}
    page = browser.get(address).content.decode()
    assert (
        "Sara Nilsson is away on some of these days too: then nobody stands in. "
        "Emma Laurent, Ivan Petrov and Theo Brandt are here on all of them."
    ) in page
    assert "is away from" in told(4, 9)["first_day"]
    assert [one.name for one in stood_in_for(office.people["sara"].pk, timezone.now())] == ["Paula Reyes"]
    absence = models.Absence.objects.get(person=office.paula)
    notice = models.Notice.objects.get(person=office.people["sara"])
    first, last = absence.first_day, absence.last_day
    days = f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
    assert (notice.title, notice.mail, notice.over_at) == (f"You stand in for Paula Reyes from {days}", "queued", None)
    to_work = browser_of(office, "sara").get(reverse("notice", args=[notice.pk]))
    assert (to_work.status_code, to_work.headers["Location"]) == (302, reverse("work"))
    assert browser_of(office, "tom").post(reverse("absence-end", args=[absence.pk])).status_code == 403
    for first_name in ("ivan", "emma", "olga"):
        address_of_hers = reverse("person-absences", args=[office.paula.pk])
        assert browser_of(office, first_name).get(address_of_hers).status_code == 200
    ended = browser_of(office, "ivan").post(reverse("absence-end", args=[absence.pk]), follow=True)
    assert "Paula Reyes is here again." in ended.content.decode()
    assert stood_in_for(office.people["sara"].pk, timezone.now()) == ()
    notice.refresh_from_db()
    assert (notice.mail, notice.over_at is None) == ("dropped", False)
    assert "This absence is over already." in (
        browser.post(reverse("absence-end", args=[absence.pk]), follow=True).content.decode()
    )


def test_teams_show_who_is_in_them_and_what_they_hold(office: Office) -> None:
    today = timezone.now().date()
    browser = browser_of(office, "adam")
    office.set("paula", capacity=2)
    models.Absence.objects.create(
        person=office.paula, first_day=today, last_day=today + timedelta(days=3), delegate=office.people["theo"]
    )

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            assert browser.get(address).status_code == 200
        return len(taken)

    page, all_teams = reverse("team", args=["implementation"]), reverse("teams")
    handoff_id = office.start("One", pm="paula", im="ivan")
    queries(page)  # the company is read once
    few = queries(page), queries(all_teams)
    office.start("Two", pm="paula", im="sara")
    assert (queries(page), queries(all_teams)) == few
    rows = {row.name: row for row in browser.get(page).context["page"].rows}
    assert list(rows) == ["Emma Laurent", "Ivan Petrov", "Paula Reyes", "Sara Nilsson", "Theo Brandt"]
    paula = rows["Paula Reyes"]
    assert (paula.load.seats, paula.limit, paula.manager, paula.load.late) == (2, 2, "Ivan Petrov", 0)
    assert paula.away is not None
    assert paula.away.delegate == "Theo Brandt"
    handoff = browser.get(reverse("handoff", args=[handoff_id])).content.decode()
    assert f"until {day(today + timedelta(days=3))}; Theo Brandt stands in" in handoff
    assert [one.name for one in browser.get(reverse("people")).context["page"].rows if one.is_away] == ["Paula Reyes"]
    row = next(one for one in browser.get(all_teams).context["page"].rows if one.key == "implementation")
    assert (row.lead, row.people, row.away, row.load.work) == ("Emma Laurent", 5, 1, models.Work.objects.count())


def test_team_is_made_and_changed(office: Office) -> None:
    browser, lena = browser_of(office, "adam"), office.people["lena"]
    taken = browser.post(reverse("team-new"), {"name": "New", "key": "new", "lead": "", "calendar": ""})
    assert taken.context["form"].errors == {"key": ["A team cannot have this key: it is the address of this page."]}
    made = browser.post(reverse("team-new"), {"name": " Night  shift ", "key": "night", "lead": lena.pk})
    assert made["Location"] == "/teams/night/"
    team = models.Team.objects.get(key="night")
    assert (team.name, team.lead) == ("Night shift", lena)
    browser.post(reverse("team-edit", args=["night"]), {"name": "Nights", "key": "other", "lead": ""})
    team.refresh_from_db()
    assert (team.name, team.key, team.lead) == ("Nights", "night", None)
