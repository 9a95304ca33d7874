"""What time alone brings to a handoff, and when it will next bring something.

One rule: whatever `wake_at` names, waking at that instant has something to record, and then names it no more.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from handrail.handoff import events as e
from handrail.handoff.calendars import calendar_of, calendar_of_role
from handrail.handoff.consequences import consequences
from handrail.handoff.counting import lapsed_at
from handrail.handoff.document import document, sha256
from handrail.handoff.duty import rung
from handrail.handoff.escalation import managers, turned_to
from handrail.handoff.history import Dispute, Handoff, Loan, StepState, fold, working_copy
from handrail.handoff.items import known_step, steps_in
from handrail.handoff.messaging import next_sending
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.reminding import reminding
from handrail.handoff.standing import blockers
from handrail.handoff.steps import done_among
from handrail.handoff.timing import (
    due_at,
    due_date,
    escalations_at,
    opens_at,
    silence_at,
    waits_for_a_day,
    warn_at,
)
from handrail.runbook.model import Step


def woken(plan: Plan, handoff: Handoff, now: datetime) -> tuple[e.Event, ...]:
    """Everything that has come due by now and was not recorded yet, with what follows from it, in the order in which it
    came due. What something that came due before would have stopped is not told any more.

    A clock that begins with one of these events (that of a step that opens, or of whoever decides next) begins now:
    nobody is late with what they could not know of.
    """
    told: list[e.Event] = []
    state, at = handoff, handoff.changed_at or now
    while state.hold is None:
        openings = set(_openings(plan, state, at, now))
        following = min((*openings, *_due_instants(plan, state, now)), default=None)
        if following is None or following > now:
            break
        at = max(at, following)
        first = tuple(_come_due(plan, state, at, now))
        found = (*first, *_following(plan, state, first, now, at)) if _leads_on(first) or at in openings else first
        if not found and at not in openings:
            break  # nothing is named that does not come; were it so, it would be named for ever
        told.extend(found)
        state = _after(state, found, now)
    return (*told, *consequences(plan, working_copy(state), now))


def _leads_on(events: tuple[e.Event, ...]) -> bool:
    return any(isinstance(one, e.SilenceTaken | e.RoleReturned) for one in events)


def _following(
    plan: Plan, state: Handoff, first: tuple[e.Event, ...], now: datetime, at: datetime
) -> tuple[e.Event, ...]:
    return tuple(consequences(plan, _after(state, first, now), now, as_of=at))


def _after(state: Handoff, events: tuple[e.Event, ...], now: datetime) -> Handoff:
    numbered = enumerate(events, start=state.number + 1)
    return fold((e.Recorded(number=number, at=now, by=None, event=one) for number, one in numbered), onto=state)


def _come_due(plan: Plan, state: Handoff, at: datetime, now: datetime) -> Iterator[e.Event]:
    """What has come due by `at`, one event for each sort where it is about steps."""
    yield from _returned(plan, state, at)
    yield from _warned(plan, state, at)
    yield from _fell_due(plan, state, at)
    yield from _reminded(plan, state, at, now)
    yield from _escalated(plan, state, at)
    yield from _silences(plan, state, at)
    yield from _climbed(plan, state, at)


def wake_at(plan: Plan, handoff: Handoff, now: datetime) -> datetime | None:
    """The next instant at which time alone matters, None where there is none.

    A due date that has passed unnoticed is given as it is, in the past. An opening day counts only where the step waits
    for nothing else, so that waking always has something to record.
    """
    if handoff.hold is not None:
        return None
    alone = [_opens_by_itself_at(plan, handoff, step, now) for step in _waiting(plan, handoff)]
    alone.append(next_sending(plan, handoff, now))
    return min((*(at for at in alone if at is not None), *_due_instants(plan, handoff, now)), default=None)


def _openings(plan: Plan, handoff: Handoff, since: datetime, now: datetime) -> Iterator[datetime]:
    """When steps opened after `since`, or will, those left out whose window has closed again by now."""
    for step in _waiting(plan, handoff):
        at = opens_at(plan, handoff, step, since) if waits_for_a_day(handoff, step) else None
        if at is None or not since < at <= now:
            continue
        latest = opens_at(plan, handoff, step, now)
        if latest is not None and latest <= now and _waits_only_for_time(plan, handoff, step, since):
            yield at


def _waits_only_for_time(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> bool:
    return all(one.kind == "time" for one in blockers(plan, handoff, step, now))


def _waiting(plan: Plan, handoff: Handoff) -> Iterator[Step]:
    return (step for step, known in _living(plan, handoff) if known.state == "waiting")


def _due_instants(plan: Plan, handoff: Handoff, now: datetime) -> Iterator[datetime]:
    for step, known in _open(plan, handoff):
        yield from _instants_of_open(plan, handoff, step, known, now)
    if not handoff.is_over:
        yield from (_returns_at(plan, loan) for loan in handoff.loans.values())
        yield from (at for _, _, at in _climbs(plan, handoff))


def _living(plan: Plan, handoff: Handoff) -> Iterator[tuple[Step, StepState]]:
    """The steps that are open or waiting; once the handoff is over, only those that outlive it."""
    is_over = handoff.is_over
    for step in steps_in(plan, handoff):
        known = handoff.steps.get(step.name)
        if known is not None and known.state in {"open", "waiting"} and (step.after_end or not is_over):
            yield step, known


def _opens_by_itself_at(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> datetime | None:
    if not waits_for_a_day(handoff, step) or not _waits_only_for_time(plan, handoff, step, now):
        return None
    return opens_at(plan, handoff, step, now)


def _instants_of_open(plan: Plan, handoff: Handoff, step: Step, known: StepState, now: datetime) -> Iterator[datetime]:
    due = due_at(plan, handoff, step)
    if due is not None and known.fell_due != due_date(plan, handoff, step):
        yield due
    calendar = calendar_of(plan, handoff, step)
    warn = warn_at(plan, handoff, step)
    if warn is not None and known.warned != calendar.day_of(warn):
        yield warn
    reminder = reminding(plan, handoff, step, known, now)
    if reminder is not None:
        yield reminder.at
    for level, at in escalations_at(plan, handoff, step):
        if _is_next_rung(known, level, calendar.day_of(at)):
            yield at
            break
    silence = silence_at(plan, handoff, step)
    if silence is not None:
        yield silence


def _is_next_rung(known: StepState, level: int, day: date) -> bool:
    """Whether that level has not been told for its day; where the due day has moved, it is told again."""
    told = known.escalated[level - 1] if level <= len(known.escalated) else None
    return level <= len(known.escalated) + 1 and told != day


def _returned(plan: Plan, handoff: Handoff, by: datetime) -> Iterator[e.Event]:
    if not handoff.is_over:
        for role, loan in handoff.loans.items():
            if _returns_at(plan, loan) <= by:
                yield e.RoleReturned(role=role, person=_back_to(plan, loan))


def _back_to(plan: Plan, loan: Loan) -> Person | None:
    """Whose the role is again; nobody's, where they have left meanwhile."""
    return loan.back_to if loan.back_to is not None and plan.company.works_here(loan.back_to) else None


def _returns_at(plan: Plan, loan: Loan) -> datetime:
    """The beginning of the day after the last one of a loan."""
    return plan.calendar.opening(loan.until + timedelta(days=1))


def _warned(plan: Plan, handoff: Handoff, by: datetime) -> Iterator[e.Event]:
    """A warning that comes only when the step is late already is none."""
    steps = {}
    for step, known in _open(plan, handoff):
        at, calendar = warn_at(plan, handoff, step), calendar_of(plan, handoff, step)
        if at is not None and at <= by and known.warned != calendar.day_of(at):
            steps[step.name] = calendar.day_of(at)
    if steps:
        yield e.Warned(steps=steps)


def _fell_due(plan: Plan, handoff: Handoff, by: datetime) -> Iterator[e.Event]:
    steps = {}
    for step, known in _open(plan, handoff):
        at, day = due_at(plan, handoff, step), due_date(plan, handoff, step)
        if at is not None and day is not None and at <= by and known.fell_due != day:
            steps[step.name] = day
    if steps:
        yield e.FellDue(steps=steps)


def _open(plan: Plan, handoff: Handoff) -> Iterator[tuple[Step, StepState]]:
    return ((step, known) for step, known in _living(plan, handoff) if known.state == "open")


def _reminded(plan: Plan, handoff: Handoff, by: datetime, now: datetime) -> Iterator[e.Event]:
    steps, since = {}, {}
    for step, known in _open(plan, handoff):
        one = reminding(plan, handoff, step, known, now)
        if one is not None and one.at <= by:
            steps[step.name] = one.number
            if one.since is not None:
                since[step.name] = one.since
    if steps:
        yield e.Reminded(steps=steps, since=since)


def _escalated(plan: Plan, handoff: Handoff, by: datetime) -> Iterator[e.Event]:
    for step, known in _open(plan, handoff):
        told, calendar = known, calendar_of(plan, handoff, step)
        for level, at in escalations_at(plan, handoff, step):
            day = calendar.day_of(at)
            if at > by or not _is_next_rung(told, level, day):
                continue
            told = _with_rung(told, level, day)
            yield _escalation(plan, handoff, step, level, day)


def _escalation(plan: Plan, handoff: Handoff, step: Step, rung: int, day: date) -> e.Escalated:
    to = step.escalations[rung - 1].to
    if to is not None:
        return e.Escalated(step=step.name, level=rung, to=to, day=day)
    found = turned_to(plan, handoff, step, dict(managers(step))[rung])
    people = tuple(e.TurnedTo(person=one.person, why=one.why) for one in found)
    return e.Escalated(step=step.name, level=rung, turned_to=people, day=day)


def _with_rung(known: StepState, level: int, day: date) -> StepState:
    return replace(known, escalated=(*known.escalated[: level - 1], day))


def _silences(plan: Plan, handoff: Handoff, by: datetime) -> Iterator[e.Event]:
    for step, _ in _open(plan, handoff):
        at = silence_at(plan, handoff, step)
        if step.silence is not None and at is not None and at <= by:
            answer = step.silence.answer
            turned_down = answer in {"rejects", "refuses"}
            yield e.SilenceTaken(
                step=step.name,
                answer=answer,
                reopened=done_among(plan, handoff, step.name) if turned_down else (),
                sha256=sha256(document(plan, handoff)) if answer == "accepts" else "",
            )


def _climbed(plan: Plan, handoff: Handoff, by: datetime) -> Iterator[e.Event]:
    for step, to, at in _climbs(plan, handoff):
        if at <= by:
            yield e.Climbed(step=step, to=to)


def _climbs(plan: Plan, handoff: Handoff) -> Iterator[tuple[str, str, datetime]]:
    """The disagreements that go up a rung where nobody decides: about which step, to which role, and when."""
    if handoff.is_over:
        return
    for name, dispute in handoff.disputes.items():
        at = _climbs_at(plan, handoff, name, dispute)
        ladder = known_step(plan, handoff, name).disagreement
        if at is not None and ladder is not None:
            yield name, rung(ladder, dispute.level + 1), at


def _climbs_at(plan: Plan, handoff: Handoff, name: str, dispute: Dispute) -> datetime | None:
    ladder = known_step(plan, handoff, name).disagreement
    if ladder is None or ladder.climbs_after is None or dispute.level + 1 >= len(ladder.ladder):
        return None
    calendar = calendar_of_role(plan, handoff, rung(ladder, dispute.level))
    return lapsed_at(plan, handoff, dispute.since, ladder.climbs_after, calendar)
