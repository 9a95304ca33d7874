"""Events and handoffs as JSON: what was written is read as it was."""

import dataclasses
import json
from datetime import UTC, date, datetime
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given

from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.history import (
    Attached,
    FieldAnswer,
    Handoff,
    KnownFact,
    OnHold,
    StepState,
    TakenDecision,
    evolve,
    fold,
)
from handrail.handoff.people import Outsider, Person
from tests.core.random_lives import LIVES, Life, lives

PAULA = Person(7, "Paula Reyes")
ANA = Outsider("Ana", "ana@x.example", "customer")
NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)

# What is stored of each kind of event. These rows are in databases: what is written here must be read for ever.
STORED: list[tuple[e.Event, dict[str, Any]]] = [
    (
        e.Started(runbook="r", version="1.2", digest="d", customer_id=3, customer="Cedar Falls", people={"pm": PAULA}),
        {"runbook": "r", "version": "1.2", "digest": "d", "customer_id": 3, "customer": "Cedar Falls",
         "people": {"pm": [7, "Paula Reyes"]}},
    ),
    (e.FactsGiven(values={"mrr": "5000", "state": None}, source="CRM"),
     {"values": {"mrr": "5000", "state": None}, "source": "CRM"}),
    (e.RoleFilled(role="tsm", person=PAULA), {"role": "tsm", "person": [7, "Paula Reyes"]}),
    (e.RoleFilled(role="tsm", person=None), {"role": "tsm", "person": None}),
    (
        e.Decided(decision="s", rules=(4,), outputs={"days": "90"}),
        {"decision": "s", "rules": [4], "outputs": {"days": "90"}},
    ),
    (
        e.Decided(decision="s", rules=(4,), outputs={}, boundaries=("On the line.",)),
        {"decision": "s", "rules": [4], "outputs": {}, "boundaries": ["On the line."]},
    ),
    (
        e.LeftUndecided(decision="s", says="MRR is missing.", missing=("mrr",)),
        {"decision": "s", "says": "MRR is missing.", "missing": ["mrr"]},
    ),
    (e.Moved(opened=("a",), not_needed=("b", "c")), {"opened": ["a"], "not_needed": ["b", "c"]}),
    (e.Finished(step="a"), {"step": "a"}),
    (e.Finished(step="a", note="Well."), {"step": "a", "note": "Well."}),
    (
        e.FormAnswered(step="f", answers={"x": e.Answer(value="1"), "y": e.Answer(reason="none"), "z": None}),
        {"step": "f", "answers": {
            "x": {"value": "1", "reason": None}, "y": {"value": None, "reason": "none"}, "z": None
        }},
    ),
    (
        e.FormAnswered(step="f", answers={"x": e.Answer(value=[{"name": "Water"}])}),
        {"step": "f", "answers": {"x": {"value": [{"name": "Water"}], "reason": None}}},
    ),
    (e.Signed(step="f", sha256="ab"), {"step": "f", "sha256": "ab"}),
    (
        e.Shared(step="s", document="d", sha256="ab", roles=("csm",), contacts={"a@b.example": "Ana"}, note="Now."),
        {
            "step": "s",
            "document": "d",
            "sha256": "ab",
            "roles": ["csm"],
            "contacts": {"a@b.example": "Ana"},
            "note": "Now.",
        },
    ),
    (
        e.AddendumAdded(text="They moved.", after="ab", sha256="cd"),
        {"text": "They moved.", "after": "ab", "sha256": "cd"},
    ),
    (
        e.EvidenceAdded(step="a", key="k", item="notes", title="Notes", link="https://example.com"),
        {"step": "a", "key": "k", "item": "notes", "title": "Notes", "link": "https://example.com"},
    ),
    (e.EvidenceAdded(step="a", key="k", title="Notes", upload="u"),
     {"step": "a", "key": "k", "title": "Notes", "upload": "u"}),
    (e.EvidenceRemoved(step="a", key="k"), {"step": "a", "key": "k"}),
    (e.Approved(step="a"), {"step": "a"}),
    (e.Rejected(step="a", reason="No.", reopened=("b",)), {"step": "a", "reason": "No.", "reopened": ["b"]}),
    (e.Accepted(step="a", sha256="ab", note="Thanks."), {"step": "a", "sha256": "ab", "note": "Thanks."}),
    (
        e.AcceptanceRefused(step="a", reason="No.", note="Later.", reopened=("b",)),
        {"step": "a", "reason": "No.", "note": "Later.", "reopened": ["b"]},
    ),
    (
        e.Rejected(step="a", reason="No.", reopened=("b",), fresh=True),
        {"step": "a", "reason": "No.", "reopened": ["b"], "fresh": True},
    ),
    (e.Reopened(step="a", reason="Again."), {"step": "a", "reason": "Again."}),
    (
        e.RoleFilled(role="tsm", person=PAULA, until=date(2027, 2, 1), why="On leave."),
        {"role": "tsm", "person": [7, "Paula Reyes"], "until": "2027-02-01", "why": "On leave."},
    ),
    (
        e.RoleFilled(role="tsm", person=PAULA, reason="Ivan left."),
        {"role": "tsm", "person": [7, "Paula Reyes"], "reason": "Ivan left."},
    ),
    (
        e.RoleSucceeded(role="tsm", person=PAULA, reason="Ivan left."),
        {"role": "tsm", "person": [7, "Paula Reyes"], "reason": "Ivan left."},
    ),
    (e.RoleSucceeded(role="tsm", person=None), {"role": "tsm", "person": None}),
    (e.RoleReturned(role="tsm", person=PAULA), {"role": "tsm", "person": [7, "Paula Reyes"]}),
    (
        e.VersionChanged(
            version="2", digest="d", names={"steps": {"a": "b"}}, dropped={"facts": ("f",)}, says=("New.",), reason="R."
        ),
        {"version": "2", "digest": "d", "names": {"steps": {"a": "b"}}, "dropped": {"facts": ["f"]}, "says": ["New."],
         "reason": "R."},
    ),
    (e.Counted(values={"earlier": "2", "first": None}), {"values": {"earlier": "2", "first": None}}),
    (e.Occurred(happening="refreshed", begins=("a",)), {"happening": "refreshed", "begins": ["a"]}),
    (e.Reached(milestones=("live",)), {"milestones": ["live"]}),
    (e.Begun(step="a", note="Needed."), {"step": "a", "note": "Needed."}),
    (e.Finished(step="a", wrote={"Stage": "Live"}), {"step": "a", "wrote": {"Stage": "Live"}}),
    (e.EvidenceWaived(step="a", item="plan", reason="None."), {"step": "a", "item": "plan", "reason": "None."}),
    (
        e.Sent(step="a", to=("csm",), subject="Hello", body="You."),
        {"step": "a", "to": ["csm"], "subject": "Hello", "body": "You."},
    ),
    (
        e.Sent(
            step="a",
            to=(),
            letters=(e.Letter(name="Ana", email="ana@cedar.example", group="main", subject="Hi", body="You."),),
            once="hello",
            sender=PAULA,
            left_out={"Bo": "has had this already."},
            is_complete=False,
        ),
        {
            "step": "a",
            "to": [],
            "letters": [
                {"name": "Ana", "email": "ana@cedar.example", "group": "main", "person": None, "language": "",
                 "subject": "Hi", "body": "You."}
            ],
            "once": "hello",
            "sender": [7, "Paula Reyes"],
            "left_out": {"Bo": "has had this already."},
            "is_complete": False,
        },
    ),
    (e.NotSent(step="a", left_out={"Ana": "has answered."}), {"step": "a", "left_out": {"Ana": "has answered."}}),
    (e.Paused(step="a", reason="Wait."), {"step": "a", "reason": "Wait."}),
    (e.WentOn(step="a"), {"step": "a"}),
    (e.Skipped(step="a", reason="No."), {"step": "a", "reason": "No."}),
    (e.Edited(step="a", wordings={"de": ("A", "B")}), {"step": "a", "wordings": {"de": ["A", "B"]}}),
    (
        e.OutOfStep(step="a", field="Stage", wrote="Live", now="Over"),
        {"step": "a", "field": "Stage", "wrote": "Live", "now": "Over"},
    ),
    (
        e.MeetingPlanned(step="a", key="k", meets_at=NOON, attendees=("Ana",)),
        {"step": "a", "key": "k", "meets_at": "2027-01-04T12:00:00Z", "attendees": ["Ana"]},
    ),
    (
        e.AttendeeReplaced(step="a", key="k", was="Ana", becomes="Bo", reason="Ana left."),
        {"step": "a", "key": "k", "was": "Ana", "becomes": "Bo", "reason": "Ana left."},
    ),
    (
        e.MeetingPlanned(
            step="a", key="k", meets_at=NOON, ends_at=NOON, where="Room 4", agenda="All.",
            invited=(e.Invitee(name="Ana", email="ana@x.example"), e.Invitee(name="Bo", person=7)),
        ),
        {"step": "a", "key": "k", "meets_at": "2027-01-04T12:00:00Z", "ends_at": "2027-01-04T12:00:00Z",
         "where": "Room 4", "agenda": "All.",
         "invited": [{"name": "Ana", "person": None, "email": "ana@x.example"},
                     {"name": "Bo", "person": 7, "email": ""}]},
    ),
    (
        e.InvitationAnswered(
            step="a", key="k", who=e.Invitee(name="Bo", person=7), says="tentative", sequence=2, stamped_at=NOON
        ),
        {"step": "a", "key": "k", "who": {"name": "Bo", "person": 7, "email": ""}, "says": "tentative",
         "sequence": 2, "stamped_at": "2027-01-04T12:00:00Z"},
    ),
    (
        e.StrangerAnswered(step="a", key="k", email="eve@x.example", name="Eve", says="accepted"),
        {"step": "a", "key": "k", "email": "eve@x.example", "name": "Eve", "says": "accepted"},
    ),
    (
        e.GuestAdmitted(step="a", key="k", who=e.Invitee(name="Eve", email="eve@x.example")),
        {"step": "a", "key": "k", "who": {"name": "Eve", "person": None, "email": "eve@x.example"}},
    ),
    (
        e.GuestLeftOut(step="a", key="k", email="eve@x.example", reason="No."),
        {"step": "a", "key": "k", "email": "eve@x.example", "reason": "No."},
    ),
    (e.MeetingCalledOff(step="a", key="k", reason="Ill."), {"step": "a", "key": "k", "reason": "Ill."}),
    (
        e.MeetingHeld(step="a", key="k", met_at=NOON, note="Well.", is_complete=False),
        {"step": "a", "key": "k", "met_at": "2027-01-04T12:00:00Z", "note": "Well.", "is_complete": False},
    ),
    (e.Warned(steps={"a": date(2027, 1, 8)}), {"steps": {"a": "2027-01-08"}}),
    (
        e.Escalated(step="a", level=1, to="lead", day=date(2027, 1, 8)),
        {"step": "a", "level": 1, "to": "lead", "day": "2027-01-08"},
    ),
    (
        e.Escalated(step="a", level=2, turned_to=(e.TurnedTo(person=PAULA, why="manager of Bo"),), day=NOON.date()),
        {"step": "a", "level": 2, "turned_to": [{"person": [7, "Paula Reyes"], "why": "manager of Bo"}],
         "day": "2027-01-04"},
    ),
    (e.Reminded(steps={"a": 3}), {"steps": {"a": 3}}),
    (
        e.Reminded(steps={"a": 1}, since={"a": date(2027, 1, 8)}),
        {"steps": {"a": 1}, "since": {"a": "2027-01-08"}},
    ),
    (e.Advised(step="a", roles=("im",), says="Wait."), {"step": "a", "roles": ["im"], "says": "Wait."}),
    (e.Approved(step="a", unheard={"im": PAULA}), {"step": "a", "unheard": {"im": [7, "Paula Reyes"]}}),
    (e.SilenceTaken(step="a", answer="approves"), {"step": "a", "answer": "approves"}),
    (e.Disagreed(step="a", reason="No.", to="lead"), {"step": "a", "reason": "No.", "to": "lead"}),
    (e.Climbed(step="a", to="lead"), {"step": "a", "to": "lead"}),
    (e.RefusalUpheld(step="a", note="So."), {"step": "a", "note": "So."}),
    (
        e.RefusalOverruled(step="a", sha256="ab", restored=("b",), note="So."),
        {"step": "a", "sha256": "ab", "restored": ["b"], "note": "So."},
    ),
    (
        e.OverrideAsked(decision="s", outputs={"days": "30"}, reason="Bad."),
        {"decision": "s", "outputs": {"days": "30"}, "reason": "Bad."},
    ),
    (e.OverrideApproved(decision="s"), {"decision": "s"}),
    (e.OverrideRejected(decision="s", reason="No."), {"decision": "s", "reason": "No."}),
    (
        e.Replied(contact="ana@cedar.example", name="Ana", step="a", subject="Re: Hi", says="Yes.", mail="m1"),
        {"contact": "ana@cedar.example", "name": "Ana", "step": "a", "subject": "Re: Hi", "says": "Yes.", "mail": "m1"},
    ),
    (
        e.Replied(contact="x@c.example", name="X", subject="", says="", mail="m", instead_of="a@c.example"),
        {"contact": "x@c.example", "name": "X", "subject": "", "says": "", "mail": "m", "instead_of": "a@c.example"},
    ),
    (
        e.Replied(contact="a@c.example", name="A", subject="Away", says="", mail="m", automatic=True),
        {"contact": "a@c.example", "name": "A", "subject": "Away", "says": "", "mail": "m", "automatic": True},
    ),
    (
        e.Bounced(contact="a@c.example", name="A", step="a", says="5.1.1 No such user", mail="m", for_good=True),
        {"contact": "a@c.example", "name": "A", "step": "a", "says": "5.1.1 No such user", "mail": "m",
         "for_good": True},
    ),
    (
        e.Unsubscribed(contact="a@c.example", name="A", step="a"),
        {"contact": "a@c.example", "name": "A", "step": "a"},
    ),
    (
        e.Resubscribed(contact="a@c.example", name="A", reason="They asked."),
        {"contact": "a@c.example", "name": "A", "reason": "They asked."},
    ),
    (e.FellDue(steps={"a": date(2027, 1, 8)}), {"steps": {"a": "2027-01-08"}}),
    (e.Ended(end="over"), {"end": "over"}),
    (e.Held(reason="They merge."), {"reason": "They merge."}),
    (e.Resumed(note="Merged."), {"note": "Merged."}),
    (e.Cancelled(reason="They left."), {"reason": "They left."}),
    (
        e.LinksSent(letters=(e.LinkLetter(ANA, "Your page", "It is {link}."),)),
        {"letters": [[["Ana", "ana@x.example", "customer"], "Your page", "It is {link}."]]},
    ),
    (e.HandedIn(step="a", source=ANA.words), {"step": "a", "source": "Ana (ana@x.example), of the customer"}),
    (e.AskedAgain(step="a", reason="Who?"), {"step": "a", "reason": "Who?"}),
    (e.AttachmentShared(step="a", key="k"), {"step": "a", "key": "k"}),
    (e.AttachmentBroke(step="a", key="k", says="404"), {"step": "a", "key": "k", "says": "404"}),
    (e.AttachmentMended(step="a", key="k"), {"step": "a", "key": "k"}),
    (e.EvidenceRemoved(step="a", key="k", source="Ana"), {"step": "a", "key": "k", "source": "Ana"}),
]  # fmt: skip


@pytest.mark.parametrize(("event", "stored"), STORED, ids=lambda one: type(one).__name__)
def test_event_is_stored_in_this_shape_and_read_back(event: e.Event, stored: dict[str, Any]) -> None:
    assert json.loads(wire.encode(event)) == stored
    assert wire.decode(type(event).__name__, json.dumps(stored)) == event


def test_every_kind_of_event_has_its_shape_here() -> None:
    assert {type(event) for event, _ in STORED} == set(get_args(e.Event))


def test_kind_of_an_event_is_its_name() -> None:
    assert wire.kind_of(e.Ended(end="over")) == "Ended"


@LIVES
@given(lives())
def test_events_of_a_life_are_read_as_they_were_written(life: Life) -> None:
    for one in life.history:
        assert wire.decode(wire.kind_of(one.event), wire.encode(one.event)) == one.event


@LIVES
@given(lives())
def test_handoff_of_a_life_is_read_as_it_was_written(life: Life) -> None:
    for moment in life.moments:
        assert wire.decode_handoff(wire.encode_handoff(moment.after)) == moment.after


@LIVES
@given(lives())
def test_handoff_stored_with_the_names_of_all_its_fields_is_still_read(life: Life) -> None:
    for moment in life.moments:
        assert wire.decode_handoff(msgspec.json.encode(moment.after)) == moment.after


def test_handoff_of_which_nothing_was_stored_is_a_new_one() -> None:
    assert wire.decode_handoff("{}") == Handoff()


@LIVES
@given(lives())
def test_handoff_is_stored_the_same_however_it_came_about(life: Life) -> None:
    """Storing it after every event, or folding all at once as a rebuild does, which compares the texts."""
    stored = wire.encode_handoff(Handoff())
    for number, one in enumerate(life.history, start=1):
        stored = wire.encode_handoff(evolve(wire.decode_handoff(stored), one))
        assert stored == wire.encode_handoff(fold(life.history[:number]))


AT = datetime(2027, 1, 4, 14, tzinfo=UTC)
LATER = datetime(2027, 1, 5, 9, 30, 0, 250, tzinfo=UTC)
UNDER_WAY = Handoff(
    number=9,
    runbook="r",
    version="1.2",
    digest="d",
    customer_id=3,
    customer="Cedar Falls",
    started_at=AT,
    changed_at=LATER,
    people={"pm": PAULA},
    facts={"mrr": KnownFact(value="5000", source="CRM", at=AT, by=PAULA, number=2)},
    decisions={"support": TakenDecision(rules=(3,), outputs={"days": "30"}, at=AT, number=3)},
    steps={
        "ask": StepState(state="done", since=LATER, by=PAULA, outcome="finished", number=8),
        "tell": StepState(state="waiting", since=AT, due_on=date(2027, 1, 8), number=4),
    },
    answers={"ask": {"x": FieldAnswer(value=[{"name": "Water"}], reason=None, at=AT, by=PAULA, number=5)}},
    evidence={"ask": (Attached(key="k", item="", title="N", link=None, upload="u", at=AT, by=PAULA, number=6),)},
    holds=(OnHold(since=AT, until=LATER, reason="They merge.", by=PAULA),),
)
# How it is stored. Such rows are in databases: what is written here must be read for ever.
SHAPE_2 = {
    "shape": 2,
    "Handoff": {
        "number": 9,
        "runbook": "r",
        "version": "1.2",
        "digest": "d",
        "customer_id": 3,
        "customer": "Cedar Falls",
        "started_at": "2027-01-04T14:00:00Z",
        "changed_at": "2027-01-05T09:30:00.000250Z",
        "people": {"pm": [7, "Paula Reyes"]},
        "facts": {"mrr": 0},
        "decisions": {"support": 0},
        "steps": {"ask": 0, "tell": 1},
        "answers": {"ask": {"x": 0}},
        "evidence": {"ask": [0]},
        "holds": [0],
    },
    "OnHold": [
        1,
        {
            "since": ["2027-01-04T14:00:00Z"],
            "until": ["2027-01-05T09:30:00.000250Z"],
            "reason": ["They merge."],
            "by": [[7, "Paula Reyes"]],
        },
    ],
    "Attached": [
        1,
        {
            "key": ["k"],
            "item": [""],
            "title": ["N"],
            "link": [None],
            "upload": ["u"],
            "at": ["2027-01-04T14:00:00Z"],
            "by": [[7, "Paula Reyes"]],
            "number": [6],
        },
    ],
    "FieldAnswer": [
        1,
        {
            "value": [[{"name": "Water"}]],
            "reason": [None],
            "at": ["2027-01-04T14:00:00Z"],
            "by": [[7, "Paula Reyes"]],
            "number": [5],
        },
    ],
    "StepState": [
        2,
        {
            "state": ["done", "waiting"],
            "since": ["2027-01-05T09:30:00.000250Z", "2027-01-04T14:00:00Z"],
            "by": [[7, "Paula Reyes"], None],
            "outcome": ["finished", ""],
            "due_on": [None, "2027-01-08"],
            "number": [8, 4],
        },
    ],
    "TakenDecision": [
        1,
        {"rules": [[3]], "outputs": [{"days": "30"}], "at": ["2027-01-04T14:00:00Z"], "number": [3]},
    ],
    "KnownFact": [
        1,
        {
            "value": ["5000"],
            "source": ["CRM"],
            "at": ["2027-01-04T14:00:00Z"],
            "by": [[7, "Paula Reyes"]],
            "number": [2],
        },
    ],
}


def test_handoff_is_stored_in_this_shape_and_read_back() -> None:
    assert json.loads(wire.encode_handoff(UNDER_WAY)) == SHAPE_2
    assert wire.decode_handoff(json.dumps(SHAPE_2, separators=(",", ":"))) == UNDER_WAY


@LIVES
@given(lives())
def test_handoff_that_was_stored_goes_on_as_if_it_had_not_been(life: Life) -> None:
    for moment in life.moments:
        stored = wire.decode_handoff(wire.encode_handoff(moment.before))
        assert dataclasses.asdict(stored) == dataclasses.asdict(moment.before)


def test_unknown_row_is_not_read_as_something_else() -> None:
    with pytest.raises(KeyError):
        wire.decode("Imagined", "{}")
    with pytest.raises(msgspec.ValidationError):
        wire.decode("Ended", '{"finish": "over"}')
