"""The life of a handoff, whatever is asked of it: what always holds, in every life."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.hearing import What
from handrail.handoff.history import Handoff, fold
from handrail.handoff.items import all_in, steps_in
from handrail.handoff.life import CONSEQUENCES, decide, recorded, wake_at
from handrail.handoff.refusal import Refused
from handrail.handoff.reminding import MOST
from handrail.handoff.standing import standing
from tests.core.random_lives import LIVES, Life, Moment, lives


@LIVES
@given(lives())
def test_folding_the_history_is_evolving_event_by_event(life: Life) -> None:
    assert fold(life.history) == life.end
    for moment in life.moments:
        assert fold(moment.added, onto=moment.before) == moment.after
    assert [one.number for one in life.history] == list(range(1, len(life.history) + 1))


@LIVES
@given(lives())
def test_what_was_is_left_as_it_was(life: Life) -> None:
    """Neither deciding nor evolving nor folding touches the handoff that it is given."""
    for moment in life.moments:
        assert moment.before == fold(moment.history)
        shown = wire.encode_handoff(moment.before)
        decide(life.plan, moment.before, moment.command, moment.now)
        fold(moment.added, onto=moment.before)
        assert wire.encode_handoff(moment.before) == shown


def test_nothing_is_recorded_before_what_came_before_it() -> None:
    now = datetime(2027, 1, 4, 14, tzinfo=UTC)
    handoff = Handoff(number=3, changed_at=now)
    for hours, at in ((-1, now), (1, now + timedelta(hours=1))):
        [one] = recorded((e.Resumed(),), handoff, now + timedelta(hours=hours), None)
        assert (one.number, one.at) == (4, at)


@LIVES
@given(lives())
def test_the_same_question_has_the_same_answer(life: Life) -> None:
    for moment in life.moments:
        assert decide(life.plan, moment.before, moment.command, moment.now) == moment.outcome


@LIVES
@given(lives())
def test_refusal_tells_why_in_a_sentence(life: Life) -> None:
    for moment in life.moments:
        if isinstance(moment.outcome, Refused):
            says = [moment.outcome.says, *(one.says for one in moment.outcome.mistakes)]
            assert [text for text in says if not text.strip() or text.strip()[-1] not in ".!?…"] == []
            assert moment.after == moment.before


@LIVES
@given(lives())
def test_steps_stand_as_their_conditions_say(life: Life) -> None:
    for moment in _told(life):
        if not moment.before.is_over:
            wrong = {
                step.name: moment.after.state_of(step.name)
                for step in all_in(life.plan, moment.after)
                if moment.after.state_of(step.name) != standing(life.plan, moment.after, step, moment.now)
            }
            assert wrong == {}, moment.command


@LIVES
@given(lives())
def test_done_step_is_never_lost_by_a_consequence(life: Life) -> None:
    for moment in life.moments:
        sent_back = {name for one in moment.added for name in _sent_back(one.event)}
        alone = {step.name for step in steps_in(life.plan, moment.before)}  # one that stands for others follows them
        done = {name for name, step in moment.before.steps.items() if step.state == "done" and name in alone}
        assert {name for name in done - sent_back if moment.after.state_of(name) != "done"} == set()


def _sent_back(event: e.Event) -> tuple[str, ...]:
    match event:
        case e.Rejected(step=step, reopened=reopened) | e.AcceptanceRefused(step=step, reopened=reopened):
            return (step, *reopened)
        case e.Finished(step=step, again_on=again_on, reopened=reopened):
            return reopened if again_on is None else (step, *reopened)
        case e.SilenceTaken(step=step, reopened=reopened):
            return (step, *reopened)
        case e.Occurred(begins=begins):
            return begins
        case e.Reopened(step=step) | e.Begun(step=step) | e.OutOfStep(step=step):
            return (step,)
        case _:
            return ()


@LIVES
@given(lives())
def test_waking_time_is_ahead_but_for_what_fell_due_unnoticed(life: Life) -> None:
    for moment in _told(life):
        at = wake_at(life.plan, moment.after, moment.now)
        if at is not None and at <= moment.now:
            assert decide(life.plan, moment.after, c.Wake(), moment.now), at


@LIVES
@given(lives())
def test_waking_always_has_something_to_record_and_comes_to_rest(life: Life) -> None:
    handoff, now = life.end, life.last
    reminded = sum(step.remind is not None for step in steps_in(life.plan, handoff))
    for _ in range(3 * len(life.plan.steps) + MOST * reminded):
        at = wake_at(life.plan, handoff, now)
        if at is None:
            return
        now = max(now, at)
        told = decide(life.plan, handoff, c.Wake(), now)
        assert not isinstance(told, Refused)
        assert told, (at, now)
        handoff = fold(recorded(told, handoff, now, None), onto=handoff)
        following = wake_at(life.plan, handoff, now)
        if following is None or following > now:
            assert decide(life.plan, handoff, c.Wake(), now) == ()
    assert wake_at(life.plan, handoff, now) is None


@LIVES
@given(lives())
def test_what_is_over_takes_nothing_but_facts_and_what_outlives_it(life: Life) -> None:
    """What is known may still be learned, and what comes after the end is done; what was cancelled takes nothing but
    what is heard from outside."""
    later = {name for name, step in life.plan.runbook.steps.items() if step.after_end}
    for moment in life.moments:
        if moment.before.is_over:
            taken = [one.event for one in moment.added if not isinstance(one.event, What)]
            assert {name for event in taken for name in _steps_of(event)} <= later
            assert not (moment.before.cancelled and taken)
    ends = [one.event for one in life.history if isinstance(one.event, e.Ended | e.Cancelled)]
    assert len(ends) <= 1


def _steps_of(event: e.Event) -> set[str]:
    """The steps that an event speaks of; what speaks of the handoff as a whole would be another's than the end's."""
    match event:
        case e.FactsGiven() | e.Counted() | e.AddendumAdded() | e.RoleFilled() | e.LinksSent():
            return set()
        case e.Occurred(begins=begins):
            return set(begins)
        case e.Moved(opened=opened, waiting=waiting, not_needed=not_needed, done=done):
            return {*opened, *waiting, *not_needed, *done}
        case e.Warned(steps=steps) | e.FellDue(steps=steps):
            return set(steps)
        case _:
            return {str(getattr(event, "step", type(event).__name__))}


@LIVES
@given(lives())
def test_consequences_are_nobodys_doing(life: Life) -> None:
    """Each event carries who said it; what follows by itself carries nobody."""
    for moment in life.moments:
        by = c.giver(moment.command)
        for at, one in enumerate(moment.added):
            follows = isinstance(one.event, CONSEQUENCES) or (isinstance(one.event, e.Sent) and at > 0)
            assert one.by == (None if follows else by)


@LIVES
@given(lives())
def test_nobody_decides_on_their_own_request(life: Life) -> None:
    asked_by = {}
    for one in life.history:
        match one.event:
            case e.OverrideAsked(decision=name):
                asked_by[name] = one.by
            case e.OverrideApproved(decision=name) | e.OverrideRejected(decision=name):
                assert one.by is not None
                assert one.by != asked_by[name]


def _told(life: Life) -> list[Moment]:
    """The moments after which a command was not refused."""
    return [moment for moment in life.moments if not isinstance(moment.outcome, Refused)]


@LIVES
@given(lives())
def test_late_worker_records_what_one_in_time_does_until_a_clock_begins(life: Life) -> None:
    """The same events in the same order, whenever they are recorded. Where one of them begins a clock (a step opens or
    closes, a role goes back, another decides), that clock begins when it is recorded, and what follows may differ."""
    if life.end.started_at is None:
        return
    in_time, deadline = _in_time(life)
    late = decide(life.plan, life.end, c.Wake(), deadline)
    assert not isinstance(late, Refused)
    assert _until_a_clock_begins(late) == _until_a_clock_begins(in_time)
    told = [name for event in late if isinstance(event, e.Reminded) for name in event.steps]
    assert len(told) == len(set(told)) or _begin_a_clock(late)


def _in_time(life: Life) -> tuple[list[e.Event], datetime]:
    """Waking at each instant in turn, and when the last of them was."""
    handoff, now = life.end, life.last
    found: list[e.Event] = []
    for _ in range(12):
        at = wake_at(life.plan, handoff, now)
        if at is None:
            break
        now = max(now, at)
        told = decide(life.plan, handoff, c.Wake(), now)
        assert not isinstance(told, Refused)
        found.extend(told)
        handoff = fold(recorded(told, handoff, now, None), onto=handoff)
    return found, now


def _until_a_clock_begins(events: Iterable[e.Event]) -> list[tuple[str, object]]:
    """One step after the other; reminders are left out, of which a late worker records only the last."""
    found: list[tuple[str, object]] = []
    for event in events:
        if not isinstance(event, e.Reminded):
            found.extend(_singly(event))
        if _begin_a_clock([event]):
            break
    return found


def _singly(event: e.Event) -> list[tuple[str, object]]:
    match event:
        case e.Warned(steps=steps) | e.FellDue(steps=steps):
            return [(wire.kind_of(event), one) for one in steps.items()]
        case _:
            return [(wire.kind_of(event), event)]


def _begin_a_clock(events: Iterable[e.Event]) -> bool:
    return any(isinstance(one, e.Moved | e.SilenceTaken | e.RoleReturned | e.Climbed | e.Sent) for one in events)
