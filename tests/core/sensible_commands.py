"""Commands that make sense where a handoff stands: what those who may could do next.

One rule: each of them is one that a person, or the desk, would give; whether it is taken is the handoff's to say.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.duty import doers, rung
from handrail.handoff.events import Answer, Invitee
from handrail.handoff.gaps import missing_fields
from handrail.handoff.hearing import What
from handrail.handoff.history import Handoff, Meeting
from handrail.handoff.items import steps_in
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.steps import missing_evidence
from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Records,
    Several,
    Text,
    YesNo,
    write_scalar,
)
from handrail.runbook.model import Decision, Step

PERSONS = tuple(Person(number, name) for number, name in enumerate(["Ana", "Bo", "Cy", "Di", "Ed"], start=1))
OPERATIONS = Actor(person=Person(9, "Olga"), operations=True)


def sensible(plan: Plan, handoff: Handoff, now: datetime) -> Iterator[c.Command]:
    """What those who may could do with each of the open steps, and with each request that waits."""
    for step in steps_in(plan, handoff):
        holders = [handoff.people[role] for role in doers(step) if role in handoff.people]
        if handoff.state_of(step.name) == "open" and holders:
            yield from _doing(plan, handoff, step, Actor(person=holders[0]), now)
        advisers = [handoff.people[role] for role in step.roles_with("C") if role in handoff.people]
        if handoff.state_of(step.name) == "open" and advisers:
            yield c.Advise(by=Actor(person=advisers[-1]), step=step.name, says="Take care.")
        if step.discretionary:
            yield c.Begin(by=OPERATIONS, step=step.name)
        yield from _disputing(handoff, step)
    yield from (c.Report(by=OPERATIONS, happening=name) for name in plan.runbook.events)
    yield from _overriding(plan, handoff)
    yield from _staffing(plan, handoff, now)
    yield from _hearing(handoff)
    counted = [name for name, one in plan.runbook.derived.items() if one.is_counted]
    if counted:
        yield c.Count(values=dict.fromkeys(counted, str(handoff.number % 5)))


def _before_it_is_sent(handoff: Handoff, step: Step, by: Actor) -> Iterator[c.Command]:
    """Each of what can be done with a message, in its turn."""
    words = {"": ("Hello, {customer}", "Dear {recipient.first_name}.")}
    acts: tuple[c.Command, ...] = (
        c.Pause(by=by, step=step.name, reason="Not yet."),
        c.GoOn(by=by, step=step.name),
        c.Edit(by=by, step=step.name, wordings=words),
        c.Skip(by=by, step=step.name, reason="They know."),
    )
    yield acts[handoff.number % len(acts)]


def _hearing(handoff: Handoff) -> Iterator[c.Command]:
    """What comes in from outside, each sort in its turn."""
    address = "ana@cedar.example"
    heard: tuple[What, ...] = (
        e.Replied(subject="Re: Hi", says="Yes.", mail="m1", contact=address, name="Ana"),
        e.Bounced(says="5.1.1 No such user", mail="m2", for_good=True, contact=address, name="Ana"),
        e.Unsubscribed(contact=address, name="Ana"),
        e.Resubscribed(contact=address, name="Ana"),
    )
    yield c.Hear(what=heard[handoff.number % len(heard)])


def _overriding(plan: Plan, handoff: Handoff) -> Iterator[c.Command]:
    for name, override in handoff.overrides.items():
        rules = plan.runbook.decisions[name].override
        ruler = handoff.people.get(rules.approved_by) if rules else None
        if override.state == "asked" and ruler:
            yield c.ApproveOverride(by=Actor(person=ruler), decision=name)
            yield c.RejectOverride(by=Actor(person=ruler), decision=name, reason="No.")
    for decision in plan.decisions:
        yield from _asking(handoff, decision)


def _staffing(plan: Plan, handoff: Handoff, now: datetime) -> Iterator[c.Command]:
    for role in plan.runbook.roles:
        if role not in handoff.people:
            yield c.FillRole(by=OPERATIONS, role=role, person=PERSONS[0])
            yield c.Seat(role=role, person=PERSONS[1], why="They hold the fewest.")
        elif handoff.number % 4 == 0:
            until = now.date() + timedelta(days=3)
            yield c.FillRole(by=OPERATIONS, role=role, person=PERSONS[2], until=until)
        if role in handoff.loans:
            yield c.Succeed(by=OPERATIONS, role=role, person=PERSONS[handoff.number % 2], reason="They leave.")


def _disputing(handoff: Handoff, step: Step) -> Iterator[c.Command]:
    if step.disagreement is None:
        return
    if step.name in handoff.refusals:
        for role in step.disagreement.by:
            if role in handoff.people:
                yield c.Disagree(by=Actor(person=handoff.people[role]), step=step.name, reason="It is all there.")
    dispute = handoff.disputes.get(step.name)
    ruler = handoff.people.get(rung(step.disagreement, dispute.level)) if dispute else None
    if ruler is not None:
        yield c.Settle(by=Actor(person=ruler), step=step.name, upholds=True)
        yield c.Settle(by=Actor(person=ruler), step=step.name, upholds=False, note="It is enough.")


def _asking(handoff: Handoff, decision: Decision) -> Iterator[c.Command]:
    """One who may asks that the answer of another rule be taken."""
    askers = decision.override.asked_by if decision.override else ()
    for role in askers:
        rule = decision.rules[handoff.number % len(decision.rules)]
        outputs = dict(zip([one.name for one in decision.outputs], map(write_scalar, rule.outputs), strict=True))
        if role in handoff.people:
            by = Actor(person=handoff.people[role])
            yield c.AskOverride(by=by, decision=decision.name, outputs=outputs, reason="It goes badly.")


def _doing(plan: Plan, handoff: Handoff, step: Step, by: Actor, now: datetime) -> Iterator[c.Command]:
    for lacks in missing_evidence(handoff, step):
        item = next(one for one in step.evidence if f"evidence.{one.name}" == lacks.field)
        link = None if item.kind == "upload" else "https://example.com/notes"
        key = f"key-{handoff.number}"
        if item.may_not_apply:
            yield c.WaiveEvidence(by=by, step=step.name, item=item.name, reason="There is none.")
        yield c.AddEvidence(by=by, step=step.name, key=key, item=item.name, link=link, upload=None if link else key)
    match step.kind:
        case "document" if step.shares is not None:
            yield c.Share(by=by, step=step.name, roles=step.roles_with("I") or tuple(step.raci)[:1])
            yield c.AddAddendum(by=by, text="They moved.")
        case "task" | "document" | "update":
            outcomes = [outcome.name for outcome in step.outcomes] or [""]
            outcome, person = outcomes[handoff.number % len(outcomes)], PERSONS[3] if step.fills else None
            yield c.Finish(by=by, step=step.name, outcome=outcome, note="So it went.", person=person)
        case "message":
            yield c.Send(by=by, step=step.name)
            yield from _before_it_is_sent(handoff, step, by)
        case "meeting":
            yield from _meeting(handoff, step, by, now)
        case "form":
            answers = {field.name: _some_answer(field.kind) for field in missing_fields(plan, handoff, step.name)}
            yield c.AnswerForm(by=by, step=step.name, answers=answers) if answers else c.Sign(by=by, step=step.name)
        case "approval":
            yield c.Approve(by=by, step=step.name)
            yield c.Reject(by=by, step=step.name, reason="Not yet.")
        case "acceptance":
            yield c.Accept(by=by, step=step.name)
            yield c.Refuse(by=by, step=step.name, reason=step.reasons[0] if step.reasons else "Not yet.")
        case "check" | "wait":
            return


def _meeting(handoff: Handoff, step: Step, by: Actor, now: datetime) -> Iterator[c.Command]:
    key = f"meeting-{handoff.number}"
    yield c.HoldMeeting(by=by, step=step.name, key=key, met_at=now, attendees=("Ana Lima",))
    yield c.PlanMeeting(by=by, step=step.name, key=key, meets_at=now + timedelta(days=1), attendees=("Ana Lima",))
    for meeting in handoff.meetings.get(step.name, ()):
        if meeting.state == "planned":
            was = meeting.attendees[0] if meeting.attendees and handoff.number % 2 else ""
            yield c.ReplaceAttendee(by=OPERATIONS, step=step.name, key=meeting.key, was=was, becomes=f"Bo {key}")
            yield c.CallOffMeeting(by=by, step=step.name, key=meeting.key, reason="Nobody can.")
            yield c.HoldMeeting(by=by, step=step.name, key=meeting.key, met_at=now)
            yield from _guests(step, meeting, by, now)


def _guests(step: Step, meeting: Meeting, by: Actor, now: datetime) -> Iterator[c.Command]:
    ana = Invitee(name="Ana Lima", email="ana@cedar.example")
    eve = Invitee(name="Eve", email="eve@cedar.example")
    later = meeting.meets_at + timedelta(hours=1)
    at: dict[str, Any] = {"step": step.name, "key": meeting.key}
    yield c.PlanMeeting(by=by, **at, meets_at=now + timedelta(days=2), where="Room 4", invited=(ana,))
    yield c.TakeAnswer(**at, who=ana, says="accepted", sequence=meeting.sequence, stamped_at=now, proposes=later)
    yield c.TakeAnswer(**at, who=eve, says="declined", stamped_at=now)
    yield c.AdmitGuest(by=by, **at, who=eve)
    yield c.LeaveOutGuest(by=by, **at, email="eve@cedar.example", reason="A colleague comes.")


def _some_answer(kind: Kind) -> Answer:
    match kind:
        case Choice(of=of):
            return Answer(value=of[0])
        case YesNo():
            return Answer(value="yes")
        case Number() | Money():
            return Answer(value="5000")
        case Date():
            return Answer(value="2027-02-10")
        case Instant():
            return Answer(value="2027-02-10T09:00Z")
        case PersonName():
            return Answer(value="paula@example.com")
        case Link():
            return Answer(value="https://example.com/page")
        case Records(columns=columns):
            return Answer(value=[{name: str(_some_answer(column).value) for name, column in columns.items()}])
        case Text() | Several():
            return Answer(value="Iowa")
