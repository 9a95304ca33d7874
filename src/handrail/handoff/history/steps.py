"""Folding what happens in steps: what is done in them, and what follows for them by itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.meetings import FOLDS as MEETING_FOLDS
from handrail.handoff.history.meetings import keep_held
from handrail.handoff.history.parts import Addendum, Advice, Attached, FieldAnswer, State, StepState, Waiver
from handrail.handoff.history.whole import Handoff
from handrail.handoff.people import Person


def set_state(
    handoff: Handoff,
    recorded: e.Recorded,
    steps: tuple[str, ...],
    state: State,
    *,
    note: str = "",
    outcome: str = "",
    sha256: str = "",
) -> None:
    if len(steps) > 1 and handoff.steps.keys().isdisjoint(steps):
        # As at the start: all of them come into one and the same state, which is made once.
        set_state(handoff, recorded, steps[:1], state, note=note, outcome=outcome, sha256=sha256)
        handoff.steps.update(dict.fromkeys(steps[1:], handoff.steps[steps[0]]))
        return
    for name in steps:
        before = handoff.steps.get(name)
        # Opening keeps the words of the rejection that sent the step back: whoever does it again must see them.
        kept = before if before is not None and state == "open" else None
        handoff.steps[name] = StepState(
            state=state,
            since=recorded.at,
            by=recorded.by,
            on_behalf_of=recorded.on_behalf_of,
            done_by=() if before is None or (state == "done" and recorded.by) else who_did(before),
            note=note or (kept.note if kept else ""),
            outcome=outcome or (kept.outcome if kept else ""),
            again_on=before.again_on if before is not None else None,
            due_on=before.due_on if before is not None else None,
            evidence_from=before.evidence_from if before is not None else 0,
            asked_from=_asked_from(handoff, name, before, state),
            wrote=before.wrote if before is not None else {},
            sha256=sha256,
            number=recorded.number,
        )


def who_did(known: StepState) -> tuple[Person, ...]:
    """Whoever did the step, the last time that it was done, and on whose behalf."""
    if known.approved_by:
        return tuple(dict.fromkeys((*known.approved_by, *known.approved_for)))
    if known.state != "done" or known.done_by:
        return known.done_by
    return tuple(one for one in (known.by, known.on_behalf_of) if one is not None)


def _asked_from(handoff: Handoff, name: str, before: StepState | None, state: State) -> int:
    """An open step has it in its number; of one that was open it is kept only where there is advice to tell apart."""
    if before is None or state == "open":
        return 0
    return before.number if before.state == "open" and name in handoff.advice else before.asked_from


def send_back(
    handoff: Handoff, recorded: e.Recorded, steps: tuple[str, ...], *, note: str, outcome: str, fresh: bool
) -> None:
    """What is to be done again; with `fresh` evidence, what was attached so far is history. Meetings that were held are
    history either way: the step would else be done as soon as it opens."""
    set_state(handoff, recorded, steps, "waiting", note=note, outcome=outcome)
    for name in steps:
        if fresh or name in handoff.meetings:
            handoff.steps[name] = replace(handoff.steps[name], evidence_from=recorded.number)


def begin_step(handoff: Handoff, recorded: e.Recorded, step: str, note: str = "") -> None:
    """What is begun once more starts afresh."""
    handoff.begun[step] = recorded.number
    known = handoff.steps.get(step)
    if known is not None and known.state == "done":
        handoff.steps[step] = StepState(
            state="waiting",
            since=recorded.at,
            by=recorded.by,
            done_by=who_did(known),
            evidence_from=recorded.number,
            number=recorded.number,
        )
    if note and step in handoff.steps:
        handoff.steps[step] = replace(handoff.steps[step], note=note)


def _begin(handoff: Handoff, recorded: e.Recorded, event: e.Begun) -> None:
    begin_step(handoff, recorded, event.step, event.note)


def _move(handoff: Handoff, recorded: e.Recorded, event: e.Moved) -> None:
    set_state(handoff, recorded, event.opened, "open")
    set_state(handoff, recorded, event.waiting, "waiting")
    set_state(handoff, recorded, event.not_needed, "not needed")
    set_state(handoff, recorded, event.done, "done")


def _finish(handoff: Handoff, recorded: e.Recorded, event: e.Finished) -> None:
    outcome = event.outcome or "finished"
    again = event.again_on is not None
    set_state(handoff, recorded, (event.step,), "waiting" if again else "done", note=event.note, outcome=outcome)
    if again or event.wrote:
        known = handoff.steps[event.step]
        handoff.steps[event.step] = replace(
            known,
            again_on=event.again_on if again else known.again_on,
            evidence_from=recorded.number if again else known.evidence_from,
            wrote=event.wrote,
            done_by=_those_who_act(recorded) if again else (),
        )
    send_back(handoff, recorded, event.reopened, note=event.note, outcome=outcome, fresh=False)
    for step in (event.step, *event.reopened) if again else ():
        handoff.steps[step] = replace(handoff.steps[step], due_on=event.again_on)


def _those_who_act(recorded: e.Recorded) -> tuple[Person, ...]:
    return tuple(one for one in (recorded.by, recorded.on_behalf_of) if one is not None)


def _sign(handoff: Handoff, recorded: e.Recorded, event: e.Signed) -> None:
    set_state(handoff, recorded, (event.step,), "done", outcome="signed", sha256=event.sha256)


def _share(handoff: Handoff, recorded: e.Recorded, event: e.Shared) -> None:
    set_state(handoff, recorded, (event.step,), "done", note=event.note, outcome="shared", sha256=event.sha256)


def _add_addendum(handoff: Handoff, recorded: e.Recorded, event: e.AddendumAdded) -> None:
    added = Addendum(
        text=event.text,
        after=event.after,
        sha256=event.sha256,
        at=recorded.at,
        by=recorded.by,
        on_behalf_of=recorded.on_behalf_of,
        number=recorded.number,
    )
    handoff.addenda = (*handoff.addenda, added)


def _reopen(handoff: Handoff, recorded: e.Recorded, event: e.Reopened) -> None:
    send_back(handoff, recorded, (event.step,), note=event.reason, outcome="reopened", fresh=False)


def _write_again(handoff: Handoff, recorded: e.Recorded, event: e.OutOfStep) -> None:
    note = f"{event.field} was written as {event.wrote}; it is {event.now} now."
    set_state(handoff, recorded, (event.step,), "waiting", note=note, outcome="out of step")


def _answer(handoff: Handoff, recorded: e.Recorded, event: e.FormAnswered) -> None:
    fields = dict(handoff.answers.get(event.step, {}))
    for name, answer in event.answers.items():
        fields[name] = FieldAnswer(
            value=answer.value if answer else None,
            reason=answer.reason if answer else None,
            at=recorded.at,
            by=recorded.by,
            number=recorded.number,
            source=event.source,
        )
    handoff.answers[event.step] = fields


def _advise(handoff: Handoff, recorded: e.Recorded, event: e.Advised) -> None:
    said = Advice(
        roles=event.roles,
        says=event.says,
        at=recorded.at,
        by=recorded.by,
        on_behalf_of=recorded.on_behalf_of,
        number=recorded.number,
    )
    handoff.advice[event.step] = (*handoff.advice.get(event.step, ()), said)


def _attach(handoff: Handoff, recorded: e.Recorded, event: e.EvidenceAdded) -> None:
    added = Attached(
        key=event.key,
        item=event.item,
        title=event.title,
        link=event.link,
        upload=event.upload,
        at=recorded.at,
        by=recorded.by,
        on_behalf_of=recorded.on_behalf_of,
        number=recorded.number,
        source=event.source,
    )
    handoff.evidence[event.step] = (*handoff.evidence.get(event.step, ()), added)


def _detach(handoff: Handoff, recorded: e.Recorded, event: e.EvidenceRemoved) -> None:
    attached = handoff.evidence.get(event.step, ())
    handoff.evidence[event.step] = tuple(one for one in attached if one.key != event.key)


def _waive(handoff: Handoff, recorded: e.Recorded, event: e.EvidenceWaived) -> None:
    waived = dict(handoff.waived.get(event.step, {}))
    if event.reason is None:
        waived.pop(event.item, None)
    else:
        waived[event.item] = Waiver(
            reason=event.reason, at=recorded.at, by=recorded.by, number=recorded.number, source=event.source
        )
    handoff.waived[event.step] = waived


def _hold_meeting(handoff: Handoff, recorded: e.Recorded, event: e.MeetingHeld) -> None:
    keep_held(handoff, recorded, event)
    if event.is_complete:
        set_state(handoff, recorded, (event.step,), "done", note=event.note, outcome="held")
    elif event.step in handoff.steps:
        handoff.steps[event.step] = replace(handoff.steps[event.step], done_by=_those_who_act(recorded))


def _warn(handoff: Handoff, recorded: e.Recorded, event: e.Warned) -> None:
    for name, day in event.steps.items():
        handoff.steps[name] = replace(handoff.steps[name], warned=day)


def _fall_due(handoff: Handoff, recorded: e.Recorded, event: e.FellDue) -> None:
    for name, day in event.steps.items():
        handoff.steps[name] = replace(handoff.steps[name], fell_due=day)


def _remind(handoff: Handoff, recorded: e.Recorded, event: e.Reminded) -> None:
    for name, number in event.steps.items():
        since = event.since.get(name)
        handoff.steps[name] = replace(handoff.steps[name], reminded=number, reminded_since=since)


def _escalate(handoff: Handoff, recorded: e.Recorded, event: e.Escalated) -> None:
    known = handoff.steps[event.step]
    below = known.escalated[: event.level - 1]
    handoff.steps[event.step] = replace(known, escalated=(*below, event.day))


FOLDS: Mapping[type, Callable[[Handoff, e.Recorded, Any], None]] = {
    e.Begun: _begin,
    e.Advised: _advise,
    e.Moved: _move,
    e.Finished: _finish,
    e.Signed: _sign,
    e.Shared: _share,
    e.AddendumAdded: _add_addendum,
    e.Reopened: _reopen,
    e.OutOfStep: _write_again,
    e.FormAnswered: _answer,
    e.EvidenceAdded: _attach,
    e.EvidenceRemoved: _detach,
    e.EvidenceWaived: _waive,
    e.MeetingHeld: _hold_meeting,
    **MEETING_FOLDS,
    e.Warned: _warn,
    e.FellDue: _fall_due,
    e.Reminded: _remind,
    e.Escalated: _escalate,
}
