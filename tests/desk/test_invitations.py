"""Invitations as iTIP over mail: what calendars are told, exactly once, and what they answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from icalendar import Calendar

from handrail.desk import calendar_answers, itip, ledger, models
from handrail.desk.invitations import NOT_TO_BE_HANDED_ON, invite_due
from handrail.desk.queries.opened import open_handoff
from handrail.desk.rebuild import rebuild
from handrail.handoff import commands as c
from handrail.handoff.events import Invitee
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW, Company, done, refused
from tests.desk.gatherings import ANA, AT, CALL, begin, colleague, plan, publish_gatherings
from tests.desk.postman import Postman, receiving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def postman() -> Iterator[Postman]:
    with receiving() as postman:
        yield postman


@pytest.fixture
def company() -> Company:
    company = Company()
    publish_gatherings()
    return company


def parts(mail: Message) -> dict[str, Message]:
    return {part.get_content_type(): part for part in mail.walk()}


def text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def calendar_of(mail: Message) -> Calendar:
    payload = parts(mail)["text/calendar"].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return Calendar.from_ical(payload)


def event_of(mail: Message) -> Any:
    return next(one for one in calendar_of(mail).subcomponents if one.name == "VEVENT")


def taken(postman: Postman) -> list[tuple[str, str, int]]:
    """Of each mail: who got it, the method and the sequence."""
    found = [(to, str(calendar_of(mail)["method"]), int(event_of(mail)["sequence"])) for to, mail in postman.taken]
    postman.taken.clear()
    return sorted(found)


def reply(
    mail: Message, email: str, partstat: str, *, method: str = "REPLY", more: str = "", at: str = "20261202T090000Z"
) -> bytes:
    """As a calendar program answers."""
    event = event_of(mail)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", f"METHOD:{method}", "BEGIN:VEVENT",
        f"UID:{event['uid']}", f"SEQUENCE:{event['sequence']}", f"DTSTAMP:{at}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{email}", *filter(None, [more]), "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def test_invitation_is_a_request_that_calendars_act_on(company: Company, postman: Postman) -> None:
    handoff_id = begin(company)
    done(plan(company, handoff_id, ANA, colleague(company, "paula"), colleague(company, "ivan")))
    assert invite_due(NOW) == 3
    assert invite_due(NOW) == 0
    _, mail = next(one for one in postman.taken if one[0] == "ana@cedar.example")
    assert mail["Subject"] == "Invitation: Introduce the customer: Cedar Falls Water"
    calendar, event = parts(mail)["text/calendar"], event_of(mail)
    assert calendar.get_param("method") == "REQUEST"
    assert parts(mail)["application/ics"].get_filename() == "invite.ics"
    assert "Tuesday 9 March 2027, 10:00–10:15 EST (America/New_York)" in text_of(parts(mail)["text/plain"])
    assert str(event["organizer"]).lower() == f"mailto:{company.people['paula'].email}"
    assert event["organizer"].params["SENT-BY"] == "mailto:handrail@example.net"
    guests = {str(one): (one.params["PARTSTAT"], one.params["RSVP"]) for one in event["attendee"]}
    assert guests == {
        f"mailto:{email}": ("NEEDS-ACTION", "TRUE")
        for email in ("ana@cedar.example", company.people["paula"].email, company.people["ivan"].email)
    }
    assert (event["location"], event["description"], event["status"]) == ("Room 4", "Who is who.", "CONFIRMED")
    assert (event["dtstart"].dt, event["dtend"].dt) == (AT, AT + timedelta(minutes=15))
    assert event["dtstart"].params["TZID"] == "America/New_York"
    assert "x-microsoft-donotforwardmeeting" not in event
    zone = calendar_of(mail).timezones[0].to_tz()
    for day in (9, 16):  # winter time, and summer time from 14 March on
        there, here = (datetime(2027, 3, day, 12, tzinfo=one) for one in (zone, ZoneInfo("America/New_York")))
        assert there.utcoffset() == here.utcoffset()
    assert rebuild().mended == []


def test_each_change_is_told_to_whom_it_is_about(company: Company, postman: Postman) -> None:
    handoff_id, paula, ivan = begin(company), colleague(company, "paula"), colleague(company, "ivan")
    emails = {name: company.people[name].email for name in ("paula", "ivan")}
    plan(company, handoff_id, ANA, paula, ivan)
    invite_due(NOW)
    first = {str(event_of(mail)["uid"]) for _, mail in postman.taken}
    assert taken(postman) == sorted((one, "REQUEST", 0) for one in ("ana@cedar.example", *emails.values()))
    plan(company, handoff_id, ANA, paula, at=AT + timedelta(hours=1))
    invite_due(NOW)
    assert {str(event_of(mail)["uid"]) for _, mail in postman.taken} == first
    assert len(first) == 1
    subjects = {to: str(mail["Subject"]) for to, mail in postman.taken}
    assert subjects["ana@cedar.example"].startswith("Changed: ")
    assert subjects[emails["ivan"]].startswith("Called off: ")
    assert taken(postman) == sorted(
        [("ana@cedar.example", "REQUEST", 1), (emails["paula"], "REQUEST", 1), (emails["ivan"], "CANCEL", 1)]
    )
    off = c.CallOffMeeting(by=company.actor("paula"), step="introduce", key="call", reason="Ana is ill.")
    done(ledger.record(handoff_id, off, now=NOW))
    invite_due(NOW)
    assert {str(event_of(mail)["status"]) for _, mail in postman.taken} == {"CANCELLED"}
    assert taken(postman) == sorted([("ana@cedar.example", "CANCEL", 2), (emails["paula"], "CANCEL", 2)])
    plan(company, handoff_id, ANA, key="again")
    done(ledger.record(handoff_id, c.Cancel(by=company.actor("olga"), reason="They left."), now=NOW))
    invite_due(NOW)
    assert taken(postman) == [("ana@cedar.example", "CANCEL", 0), ("ana@cedar.example", "REQUEST", 0)]


def test_answers_are_read_back_and_strangers_are_found(company: Company, postman: Postman) -> None:
    handoff_id = begin(company)
    done(plan(company, handoff_id, ANA, colleague(company, "ivan"), step="join", at=CALL))
    invite_due(NOW)
    mail = postman.taken[0][1]
    assert str(event_of(mail)["x-microsoft-donotforwardmeeting"]) == "TRUE"
    assert NOT_TO_BE_HANDED_ON in str(event_of(mail)["description"])
    later = "DTSTART:20270120T200000Z"
    counter = reply(mail, "ana@cedar.example", "TENTATIVE", method="COUNTER", more=later, at="20261203T090000Z")
    answers = [
        (reply(mail, "ANA@cedar.example", "ACCEPTED"), "ana@cedar.example", True),
        (reply(mail, "ana@cedar.example", "ACCEPTED"), "ana@cedar.example", False),
        (reply(mail, company.people["ivan"].email, "DECLINED"), company.people["ivan"].email, True),
        (reply(mail, "bo@cedar.example", "ACCEPTED"), "bo@cedar.example", True),
        (reply(mail, "ana@cedar.example", "DECLINED"), "mallory@else.example", True),
        (counter, "ana@cedar.example", True),
    ]  # fmt: skip
    for text, sender, is_news in answers:
        outcome = calendar_answers.take_in(text, sender, NOW + timedelta(days=3))
        assert outcome == calendar_answers.TakenIn(handoff_id=handoff_id, step="join", is_news=is_news)
    known = open_handoff(handoff_id).state.meetings["join"][0]
    assert {one.who.name: (one.says, one.proposes) for one in known.answers} == {
        "Ana Lima": ("tentative", CALL + timedelta(hours=2)),
        company.people["ivan"].name: ("declined", None),
    }
    assert {one.email: one.says for one in known.strangers} == {
        "bo@cedar.example": "accepted",
        "mallory@else.example": "declined",
    }
    told = models.Notice.objects.filter(person=company.people["paula"], title__startswith="Not invited")
    assert [one.title for one in told] == ["Not invited: Bring the customer to a group call"] * 2
    postman.taken.clear()
    bo = Invitee(name="Bo Falk", email="bo@cedar.example")
    admit = c.AdmitGuest(by=company.actor("paula"), step="join", key="call", who=bo)
    done(ledger.record(handoff_id, admit, now=NOW))
    invite_due(NOW + timedelta(days=4))
    assert [to for to, _, _ in taken(postman)] == ["bo@cedar.example"]
    assert rebuild().mended == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "It cannot be read: ValueError."),
        (b"\xff\xfe nothing", "It cannot be read: ValueError."),
        (b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", "It is no answer to one invitation."),
        (b"x" * (itip.LARGEST + 1), "It is too large to be an answer."),
        (
            (
                b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:other@x\r\nATTENDEE:mailto:a@b.example\r\n"
                b"END:VEVENT\r\nEND:VCALENDAR\r\n"
            ),
            "It is not about a meeting of ours, or not of one attendee.",
        ),
        (
            (
                b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:handrail.999999.k@x\r\nDTSTAMP:junk\r\n"
                b"SEQUENCE:-5\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            ),
            "It cannot be read: BrokenCalendarProperty.",
        ),
        (
            (
                b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:handrail.999999.k@x\r\nSEQUENCE:-5\r\n"
                b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            ),
            "There is no such meeting.",
        ),
    ],
)
def test_what_is_no_answer_is_left_alone(text: bytes, says: str) -> None:
    assert calendar_answers.take_in(text, "a@b.example", NOW) == itip.NotAnAnswer(says=says)


def test_invitation_whose_fate_nobody_knows_is_not_sent_again(company: Company, postman: Postman) -> None:
    done(plan(company, begin(company), ANA))
    postman.breaks = True
    assert invite_due(NOW) == 1
    postman.breaks = False
    assert invite_due(NOW + timedelta(days=1)) == 0
    row = models.Invitation.objects.get()
    assert (row.state, row.tries, len(postman.taken)) == ("unknown", 1, 1)


def test_session_is_full_once_its_seats_are_taken(company: Company) -> None:
    one, two = begin(company), begin(company, "Oak Hill")
    three = tuple(Invitee(name=f"Guest {number}", email=f"g{number}@oak.example") for number in range(3))
    done(plan(company, one, ANA, colleague(company, "paula"), step="join", at=CALL))
    says = "“Group call” is full then: 2 of its 3 seats are free, and 3 would come."
    assert refused(plan(company, two, *three, step="join", at=CALL)).says == says
    assert not models.Event.objects.filter(handoff=two, kind="MeetingPlanned").exists()
    done(plan(company, two, *three[:2], step="join", at=CALL))
    done(plan(company, one, ANA, step="join", at=CALL))  # the seat that it has
    assert refused(plan(company, one, ANA, three[2], step="join", at=CALL)).says.startswith(
        "“Group call” is full then: 1 of its 3 seats is free"
    )
    assert rebuild().mended == []


def test_two_at_once_do_not_overbook(company: Company) -> None:
    ids = [begin(company, f"Customer {number}") for number in range(6)]
    outcomes: list[ledger.Change | Refused | BaseException] = []
    begun = threading.Barrier(len(ids))

    def take(number: int, handoff_id: int) -> None:
        try:
            begun.wait()
            guest = Invitee(name=f"Guest {number}", email=f"g{number}@oak.example")
            outcomes.append(plan(company, handoff_id, guest, step="join", at=CALL))
        except BaseException as mistake:
            outcomes.append(mistake)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=one) for one in enumerate(ids)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    says = "“Group call” is full then: All 3 seats are taken, and 1 would come."
    assert sorted(one.says if isinstance(one, Refused) else type(one).__name__ for one in outcomes) == sorted(
        ["Change"] * 3 + [says] * 3
    )
    assert models.Meeting.objects.filter(session="group-call", state="planned").count() == 3
