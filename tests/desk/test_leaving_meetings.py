"""Somebody leaves: meetings that name them and messages on their way to them go with their roles, and come back."""

from __future__ import annotations

import pytest

from handrail.desk import ledger, models
from handrail.desk.queries import opened, telling
from handrail.desk.queries.leaving import moved_lines
from handrail.desk.rebuild import rebuild
from handrail.desk.returning import undo
from handrail.handoff import commands as c
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW
from tests.desk.test_leaving import Office, attendees, holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office()


def mail(handoff_id: int) -> dict[str, tuple[str, str]]:
    """What becomes of the message of a handoff, by whom it goes to."""
    rows = models.Delivery.objects.filter(handoff=handoff_id)
    return {name: (state, error) for name, state, error in rows.values_list("person__name", "state", "error")}


def test_meetings_and_messages_go_with_the_roles_and_come_back(office: Office) -> None:
    one, two = (office.start(name, pm="paula", im="ivan") for name in ("One", "Two"))
    office.greet(one, two)
    office.meet(one, "past", "Paula Reyes", at=NOW)
    office.meet(one, "next", "Paula Reyes", "A customer")
    office.meet(two, "next", "Paula Reyes", "Emma Laurent")
    office.meet(two, "other", "Paula Reyes")
    office.record(two, c.Hold(by=office.olga, reason="They wait."))
    gone = office.leave(roles=office.id("emma"))
    assert attendees(one) == {"past": ("Paula Reyes",), "next": ("Emma Laurent", "A customer")}
    assert attendees(two) == {"next": ("Emma Laurent",), "other": ("Emma Laurent",)}
    assert mail(one) == mail(two) == {"Emma Laurent": ("queued", ""), "Ivan Petrov": ("queued", "")}
    said = telling.told_of(opened.open_handoff(one), ledger.history_of(one)[-1].event)
    assert (said.did, said.details, said.words) == (
        "changed who comes to a meeting of “Meet”",
        ("Emma Laurent comes instead of Paula Reyes.",),
        "Paula Reyes has left.",
    )
    models.Delivery.objects.filter(handoff=two, person=office.people["emma"]).update(state="sent", next_at=None)
    off = c.CallOffMeeting(by=office.company.actor("emma"), step="meet", key="next", reason="Nobody can.")
    office.record(one, off)
    stays = undo(gone.pk, by=office.adam, now=NOW)
    assert not isinstance(stays, Refused)
    assert [(line.kind, line.title, line.more, line.to) for line in moved_lines(stays, 1).rows] == [
        ("Comes to a meeting", "One", "Meet, 4 December 2026 at 15:00 UTC", "Emma Laurent"),
        ("Gets a message", "Two", "Greet", "Emma Laurent"),
    ]
    assert attendees(one) == {"past": ("Paula Reyes",), "next": ("Emma Laurent", "A customer")}
    assert attendees(two) == {"next": ("Emma Laurent", "Paula Reyes"), "other": ("Paula Reyes",)}
    assert (set(mail(one)), set(mail(two))) == ({"Paula Reyes", "Ivan Petrov"}, {"Emma Laurent", "Ivan Petrov"})
    assert rebuild().mended == []


def test_message_goes_to_nobody_twice_and_notices_are_for_the_leaver_alone(office: Office) -> None:
    one = office.start("One", pm="paula", im="ivan")
    office.greet(one)
    notices = models.Notice.objects.filter(person=office.paula)
    assert notices.filter(mail="queued").exists()
    gone = office.leave(roles=office.id("ivan"))
    assert mail(one) == {
        "Ivan Petrov": ("queued", ""),
        "Paula Reyes": ("failed", "It is addressed to Ivan Petrov already."),
    }
    assert set(notices.values_list("mail", "mail_at")) == {("dropped", None)}
    told = models.Notice.objects.filter(person=office.people["ivan"], handoff=one, mail="queued")
    assert told.filter(title__contains="Meet").exists()  # the meetings were Paula's to hold
    assert undo(gone.pk, by=office.adam, now=NOW) == ()
    assert mail(one) == {"Ivan Petrov": ("queued", ""), "Paula Reyes": ("queued", "")}


def test_meeting_whose_role_is_left_empty_still_names_who_has_left(office: Office) -> None:
    one = office.start("One", pm="paula", im="ivan")
    office.greet(one)
    office.meet(one, "next", "Paula Reyes")
    gone = office.leave(roles="empty")
    assert [(line.kind, line.more, line.to) for line in moved_lines(gone.moves, 1).rows] == [
        ("Role", "Project Manager", ""),
        ("Comes to a meeting", "Meet, 4 December 2026 at 15:00 UTC, still names Paula Reyes", ""),
        ("Gets a message", "Greet", ""),
    ]
    assert (attendees(one), set(mail(one))) == ({"next": ("Paula Reyes",)}, {"Paula Reyes", "Ivan Petrov"})
    assert undo(gone.pk, by=office.adam, now=NOW) == ()


def test_each_goes_with_the_role_that_it_is_about(office: Office) -> None:
    """The project manager holds the meetings; the message went to the implementation manager first."""
    one = office.start("One", im="paula", pm="paula")
    office.record(one, c.Send(by=office.company.actor("paula"), step="greet"))
    office.meet(one, "next", "Paula Reyes")
    office.leave(roles="spread")
    assert holder(one, "pm") != holder(one, "im")
    assert attendees(one) == {"next": (holder(one, "pm"),)}
    assert mail(one) == {holder(one, "im"): ("queued", "")}
