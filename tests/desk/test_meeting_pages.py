"""Meetings on pages: who is invited, who answered, sessions for all customers, and calendar feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from handrail.desk import ledger, models
from handrail.desk.queries.opened import open_handoff
from handrail.handoff import commands as c
from handrail.handoff.events import Invitee
from handrail.handoff.history import Meeting
from tests.desk.company import Company, browser_of, done
from tests.desk.gatherings import ANA, begin, colleague, publish_gatherings

pytestmark = pytest.mark.django_db

SESSION = ("gatherings", "group-call")


@pytest.fixture
def company() -> Company:
    company = Company()
    publish_gatherings()
    return company


def far() -> str:
    return (timezone.now() + timedelta(days=300)).date().isoformat()


def step(handoff_id: int, name: str = "introduce") -> str:
    return reverse("step", args=[handoff_id, name])


def meetings(handoff_id: int, name: str = "introduce") -> tuple[Meeting, ...]:
    return open_handoff(handoff_id).state.meetings.get(name, ())


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_people_are_ticked_or_typed_and_the_roster_tells_what_they_answer(company: Company) -> None:
    handoff_id, client = begin(company), browser_of(company, "paula")
    at, paula = step(handoff_id), company.people["paula"]
    view = client.get(at).context["view"].meetings
    assert [(one.value, one.is_ticked) for one in view.plan.guests] == [
        (f"p:{paula.pk}", True),
        (f"p:{company.people['ivan'].pk}", True),
        ("c:ana@cedar.example", True),
    ]
    assert view.plan.lasts == "15"
    assert len(view.free) == 6
    assert view.free[0].text.endswith("in Europe/Lisbon")
    sent = {
        "do": "plan",
        "session": view.free[0].at,
        "lasts": "15",
        "invite": [f"p:{paula.pk}", "c:ana@cedar.example", "c:nobody@offered.example"],
        "attendees": "Bo Falk <bo@cedar.example>\nSomebody by name",
        "agenda": "Who is who.",
    }
    assert client.post(at, sent).status_code == 302
    [meeting] = meetings(handoff_id)
    assert meeting.invited == (
        Invitee(name=paula.name, person=paula.pk), ANA, Invitee(name="Bo Falk", email="bo@cedar.example"),
    )  # fmt: skip
    assert meeting.attendees == ("Somebody by name", paula.name, "Ana Lima", "Bo Falk")
    assert meeting.ends_at == meeting.meets_at + timedelta(minutes=15)
    later = client.get(at).context["view"].meetings
    assert view.free[0].at not in [one.at for one in later.free]  # Paula has that one now
    stranger = c.TakeAnswer(
        step="introduce", key=meeting.key, who=Invitee(name="Eve", email="eve@x.example"), says="accepted",
        stamped_at=timezone.now(),
    )  # fmt: skip
    done(ledger.record(handoff_id, stranger, now=timezone.now()))
    answer = c.TakeAnswer(
        step="introduce", key=meeting.key, who=ANA, says="declined", comment="I am away.", stamped_at=timezone.now()
    )
    done(ledger.record(handoff_id, answer, now=timezone.now()))
    page = page_of(client, at)
    for words in ("eve@x.example was not invited", "Does not come", "“I am away.”", "No answer yet"):
        assert words in page
    about = {"key": meeting.key, "email": "eve@x.example"}
    assert client.post(at, {"do": "leave-out", **about, "reason": ""}).status_code == 422
    assert client.post(at, {"do": "admit", **about, "name": "Eve"}).status_code == 302
    [meeting] = meetings(handoff_id)
    assert (meeting.invited[-1].email, meeting.strangers) == ("eve@x.example", ())
    refused = client.post(at, {**sent, "lasts": "2000"})
    assert refused.status_code == 422
    assert "A meeting lasts from 1 minute to 24 hours." in refused.content.decode()


def test_session_is_offered_before_go_live_and_where_it_has_seats(company: Company) -> None:
    client = browser_of(company, "paula")
    full, today = begin(company, "Full", go_live=far()), timezone.now().date().isoformat()
    late = begin(company, "Late", go_live=today)
    choices = client.get(step(full, "join")).context["view"].meetings.session.choices
    assert [one.why_not for one in choices] == [""] * 8
    assert choices[0].text.endswith("3 of 3 seats free")
    three = "\n".join(f"Guest {number} <g{number}@oak.example>" for number in range(3))
    plan = {"do": "plan", "session": choices[0].at, "attendees": three}
    assert client.post(step(full, "join"), plan).status_code == 302
    other = begin(company, "Other", go_live=far())
    offered = client.get(step(other, "join")).context["view"].meetings.session.choices
    assert [one.why_not for one in offered] == ["Full.", *[""] * 7]
    answer = client.post(step(other, "join"), {**plan, "attendees": "Ana <ana@cedar.example>"})
    assert answer.status_code == 409
    assert "All 3 seats are taken, and 1 would come." in answer.content.decode()
    assert "Ana &lt;ana@cedar.example&gt;" in answer.content.decode()
    assert not any(one.why_not == "" for one in client.get(step(late, "join")).context["view"].meetings.session.choices)
    answer = client.post(step(late, "join"), {**plan, "session": choices[1].at})
    assert "It is over only after" in answer.content.decode()
    give = c.GiveFacts(by=company.actor("paula"), values={"go_live": today})
    done(ledger.record(full, give, now=timezone.now()))
    assert "Move it to an earlier session." in page_of(client, step(full, "join"))


def test_session_is_moved_called_off_and_held_for_all_at_once(company: Company) -> None:
    olga, paula, at = browser_of(company, "olga"), browser_of(company, "paula"), reverse("session", args=SESSION)
    ids = [begin(company, name, go_live=far()) for name in ("Alder", "Birch")]
    page = olga.get(at).context["page"]
    first, past = (datetime.fromisoformat(one.at) for one in (page.ahead[0], page.behind[0]))
    for number, handoff_id in enumerate(ids):
        guest = Invitee(name=f"Guest {number}", email=f"g{number}@x.example")
        for key, when in (("next", first), ("past", past)):
            plan = c.PlanMeeting(by=company.actor("paula"), step="join", key=key, meets_at=when, invited=(guest,))
            now = min(when - timedelta(days=1), timezone.now())
            done(ledger.record(handoff_id, plan, now=now)) if number == 0 or key == "past" else None
    assert [one.customer for one in olga.get(at).context["page"].shown.customers] == ["Alder"]
    assert paula.post(at, {"do": "move", "to": "2090-01-01T10:00"}).status_code == 403
    assert olga.post(at, {"do": "move", "to": "soon"}).status_code == 422
    to = (first + timedelta(days=1)).astimezone(UTC)
    assert olga.post(at, {"do": "move", "to": to.isoformat()}).status_code == 302
    assert {one.key: one.meets_at for one in meetings(ids[0], "join")}["next"] == to
    assert olga.get(at).context["page"].shown.moved_from
    assert olga.post(at, {"do": "call-off", "reason": ""}).status_code == 422
    assert olga.post(at, {"do": "call-off", "reason": "A holiday."}).status_code == 302
    assert {one.key: one.state for one in meetings(ids[0], "join")}["next"] == "called off"
    gone = f"{at}?at={past.isoformat().replace('+', '%2B')}"
    rows = olga.get(gone).context["page"].shown.customers
    there = {f"there-{rows[0].meeting_id}": ["Guest 0"], f"there-{rows[1].meeting_id}": []}
    assert olga.post(gone, {"do": "hold", "note": "All is well.", **there}).status_code == 302
    held = {one.key: (one.state, one.attendees, one.note) for one in meetings(ids[0], "join")}
    assert held["past"] == ("held", ("Guest 0",), "All is well.")
    assert meetings(ids[1], "join")[0].state == "planned"
    assert "Was not there" not in page_of(olga, gone)
    assert olga.get(f"{at}?at=2026-01-01T00:00").status_code == 404


def test_feed_is_private_revocable_and_cached(company: Company) -> None:
    handoff_id, client, now = begin(company), browser_of(company, "paula"), timezone.now()
    soon, mine = now + timedelta(days=2), reverse("my-calendar")
    for key, who in (("one", "paula"), ("two", "ivan")):
        plan = c.PlanMeeting(
            by=company.actor("paula"), step="introduce", key=key, meets_at=soon, where="Room 4",
            invited=(ANA, colleague(company, who)),
        )  # fmt: skip
        done(ledger.record(handoff_id, plan, now=now))
    models.MeetingPerson.objects.filter(person=company.people["paula"], meeting__key="two").delete()
    address = client.post(mine, {"do": "make", "of": "own"}).context["address"]
    assert address not in client.get(mine).content.decode()
    anybody = Client()
    answer = anybody.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(str(one["summary"]), str(one["location"])) for one in events] == [
        ("Introduce the customer: Cedar Falls Water", "Room 4")
    ]
    assert "ana@cedar.example" not in answer.content.decode()
    assert anybody.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    newer = client.post(mine, {"do": "make", "of": "own"}).context["address"]
    assert (anybody.get(address).status_code, anybody.get(newer).status_code) == (404, 200)
    assert client.post(mine, {"do": "revoke", "of": "own"}).status_code == 302
    assert (anybody.get(newer).status_code, anybody.get(newer).content) == (404, b"Not found.")
