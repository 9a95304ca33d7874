"""The notice centre, opening a notice, marking as seen, and how a person wants to be told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.desk import ledger, models
from handrail.handoff import commands as c
from tests.desk.company import Company, browser_of, done
from tests.desk.kinds import begin, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    company = Company()
    version_of()
    return company


def tell(company: Company, first_name: str, count: int = 1, **fields: object) -> list[models.Notice]:
    """Some notices, each of a handoff of its own."""
    made = []
    for number in range(count):
        values = {"sort": "told", "about": "handoff", "title": f"Thing {number}", "why": "Because.", **fields}
        handoff_id = begin(company, f"Customer {models.Customer.objects.count()}", now=timezone.now())
        models.Notice.objects.filter(handoff=handoff_id).delete()
        made.append(
            models.Notice.objects.create(
                person=company.people[first_name],
                key=f"k{models.Notice.objects.count()}",
                handoff_id=handoff_id,
                at=timezone.now(),
                **values,
            )
        )
    return made


def is_seen(row: models.Notice) -> bool:
    return models.Notice.objects.get(pk=row.pk).seen_at is not None


def test_centre_asks_as_many_questions_for_three_as_for_one(company: Company) -> None:
    browser = browser_of(company, "paula")
    browser.get("/")  # what is the company's is read once
    asked = []
    for more in (1, 2):
        tell(company, "paula", more, on_behalf_of=company.people["ivan"])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get("/notices/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_centre_tells_what_is_new_what_is_over_and_for_whom(company: Company) -> None:
    today = timezone.now().date()
    models.Absence.objects.create(
        person=company.people["ivan"],
        first_day=today - timedelta(days=2),
        last_day=today + timedelta(days=200),
        delegate=company.people["paula"],
    )
    tell(company, "paula", title="For another", on_behalf_of=company.people["ivan"])
    tell(company, "paula", title="Late: Get ready", sort="breach")
    tell(company, "paula", title="Not now", sort="work", over_at=timezone.now())
    browser = browser_of(company, "paula")
    page = browser.get("/notices/").content.decode()
    until = today + timedelta(days=200)
    assert f"For Ivan Petrov, who is away until {until:%a} {until.day} {until:%b}" in page
    assert (page.count("bell-count"), page.count(">New<"), page.count("No longer needed")) == (1, 2, 1)
    assert '<span class="bell-count">2<span' in page
    assert page.index("Not now") < page.index("Late: Get ready") < page.index("For another")
    shown = browser.get("/notices/?sort=breach&matters=yes").content.decode()
    assert ("Late: Get ready" in shown, "For another" in shown, "Not now" in shown) == (True, False, False)
    assert "Not now" not in browser.get("/notices/?matters=yes").content.decode()
    assert "Nothing of that sort" in browser.get("/notices/?sort=answer").content.decode()
    assert "You have been told nothing yet" in browser_of(company, "adam").get("/notices/").content.decode()


def test_bell_counts_to_nine(company: Company) -> None:
    [row] = tell(company, "paula")
    rows = [
        models.Notice(person=row.person, key=f"more{number}", sort="told", title="x", why="y", at=row.at)
        for number in range(9)
    ]
    models.Notice.objects.bulk_create(rows)
    assert '<span class="bell-count">9+<span' in browser_of(company, "paula").get("/").content.decode()


def test_opening_a_notice_leads_to_the_very_thing_and_marks_it(company: Company) -> None:
    browser = browser_of(company, "paula")
    places = [
        ("step", "ready", "steps/ready/"),
        ("decision", "support", "decisions/support/"),
        ("facts", "", "?give=1#facts"),
    ]
    for about, name, leads_to in [*places, ("role", "pm", "#people"), ("handoff", "several", "")]:
        [row] = tell(company, "paula", about=about, name=name)
        ahead = browser.get(f"/notices/{row.pk}/", headers={"Sec-Purpose": "prefetch;prerender"})
        assert (ahead.status_code, is_seen(row)) == (302, False)
        browser.head(f"/notices/{row.pk}/")
        assert not is_seen(row)
        answer = browser.get(f"/notices/{row.pk}/")
        assert (answer.headers["Location"], is_seen(row)) == (f"/handoffs/{row.handoff_id}/{leads_to}", True)
        assert browser.get(answer.headers["Location"]).status_code == 200


def test_notices_of_others_do_not_exist(company: Company) -> None:
    [row] = tell(company, "paula")
    browser = browser_of(company, "ivan")
    assert browser.get(f"/notices/{row.pk}/").status_code == 404
    assert browser.post(f"/notices/{row.pk}/seen/").status_code == 404
    browser.post("/notices/seen/")
    assert not is_seen(row)


def test_marking_one_and_all_that_were_shown(company: Company) -> None:
    first, second, later = tell(company, "paula", 3)
    browser = browser_of(company, "paula")
    answer = browser.post(f"/notices/{first.pk}/seen/", {"back": "/notices/?matters=yes#notice-1"})
    assert (answer.headers["Location"], is_seen(first)) == ("/notices/?matters=yes#notice-1", True)
    for elsewhere in ("https://example.com/notices/", "//example.com", "/people/"):
        answer = browser.post(f"/notices/{first.pk}/seen/", {"back": elsewhere})
        assert answer.headers["Location"] == "/notices/"
    browser.post("/notices/seen/", {"newest": str(second.pk)})
    assert [is_seen(row) for row in (first, second, later)] == [True, True, False]
    browser.post("/notices/seen/")
    assert is_seen(later)


def test_settings_keep_what_is_chosen_and_cannot_mute_what_is_late(company: Company) -> None:
    browser = browser_of(company, "paula")
    page = browser.get("/me/notices/").content.decode()
    assert "Always on, and at once" in page
    chosen = {"mail": "daily", "sorts": ["work", "approval", "warning"]}
    assert browser.post("/me/notices/", chosen).status_code == 302
    paula = models.Person.objects.get(pk=company.people["paula"].pk)
    assert (paula.mail, paula.muted) == ("daily", ["reminder", "answer", "mention", "role", "told"])
    wrong = browser.post("/me/notices/", {"mail": "hourly", "sorts": ["breach"]})
    assert (wrong.status_code, "Choose one of the three." in wrong.content.decode()) == (422, True)
    paula.refresh_from_db()
    assert paula.mail == "daily"


def test_settings_tell_when_the_next_digest_comes(company: Company) -> None:
    calendar = models.Calendar.objects.create(
        key="own", name="Own", zone="Europe/Berlin", weekdays=list(range(7)), opens="07:30", closes="16:00"
    )
    person = company.people["paula"]
    person.calendar = calendar
    person.save()
    last = timezone.now().date() + timedelta(days=400)
    models.Absence.objects.create(person=person, first_day=timezone.now().date() - timedelta(days=2), last_day=last)
    back = last + timedelta(days=1)
    page = browser_of(company, "paula").get("/me/notices/").content.decode()
    assert f"would come on {back:%a} {back.day} {back:%b} {back.year}, 07:30." in page


def test_giver_is_told_nothing_and_what_they_did_is_over(company: Company) -> None:
    handoff_id = begin(company, now=timezone.now())
    done(ledger.record(handoff_id, c.Finish(by=company.actor("paula"), step="ready"), now=timezone.now()))
    page = browser_of(company, "carla").get("/notices/").content.decode()
    assert "Take the customer over" in page
    paulas = models.Notice.objects.filter(person=company.people["paula"])
    assert [row.sort for row in paulas.order_by("id")] == ["work"]
