"""What people are told because of what they owe: that it became theirs, is soon late, is late, or went to them.

One rule: who is told follows from who owes it now, and so never from a role that has passed on.
"""

from collections.abc import Iterable, Iterator, Set

from handrail.handoff import events as e
from handrail.handoff.notices.reason import Change, Duty, Reason, Sort, duty_of, ended
from handrail.handoff.notices.teams import to_be_named, whose_work
from handrail.handoff.owed import Owed

# Whoever only answers for a step is told when it is late, and not when it opens for somebody else.
_NOT_TOLD = frozenset({"answers for", "vacancy", "hold"})
_OF_OTHERS = frozenset({"escalation", "consult", "dispute", "override", "vacancy", "hold"})
_SORTS: dict[str, Sort] = {"override": "approval", "dispute": "approval", "escalation": "breach"}


_LATE: frozenset[type] = frozenset((e.FellDue, e.Warned, e.Reminded, e.Escalated, e.Climbed))


def of_the_work(change: Change) -> Iterator[Reason]:
    if change.kinds & _LATE:
        yield from _late(change)
    yield from _new(change)


def _new(change: Change) -> Iterator[Reason]:
    """What became somebody's to do. What they owed already under another of their roles is nothing new to them, nor to
    a team what it could do already."""
    if change.after.hold is not None and change.before.hold is None:
        return
    owed = {
        (duty.name, duty.person or duty.team)
        for duty in change.stood
        if duty.sort not in _NOT_TOLD and duty.name and (duty.person or duty.team)
    }
    back = None
    for one in change.owing:
        if (one.person is None and not one.team) or duty_of(one) in change.stood or (one.name, one.team) in owed:
            continue
        if one.sort == "vacancy":
            yield from to_be_named(change, one)
        elif one.sort not in _NOT_TOLD:
            back = dict(_sent_back(change)) if back is None else back
            told = _told(change, one, _sort(change, one), "", back.get(one.name, ""))
            yield from (reason for reason in told if not _had(change, one, reason.person.id, owed))


def _had(change: Change, one: Owed, person: int, owed: Set[tuple[str, int | str]]) -> bool:
    """Whether they owed it already, in their own name or under another of their roles."""
    return (one.name, person) in owed or Duty(one.sort, one.name, one.role, person) in change.stood


def _sort(change: Change, one: Owed) -> Sort:
    if one.sort == "step":
        step = change.step(one.name)
        return "approval" if step is not None and step.kind in {"approval", "acceptance"} else "work"
    return _SORTS.get(one.sort, "work")


def _late(change: Change) -> Iterator[Reason]:
    for recorded in change.added:
        match recorded.event:
            case e.FellDue(steps=steps):
                yield from _of_steps(change, steps, "breach", "Late: ")
            case e.Warned(steps=steps):
                yield from _of_steps(change, steps, "warning", "Soon late: ")
            case e.Reminded(steps=steps):
                yield from _of_steps(change, steps, "reminder", "Still waiting: ")
            case e.Escalated(step=step):
                yield from _of_sort(change, step, "escalation", "")
                yield from _of_a_team(change, step)
            case e.Climbed(step=step):
                yield from _of_sort(change, step, "dispute", "Nobody decided in time. ")


def _of_steps(change: Change, steps: Iterable[str], sort: Sort, told: str) -> Iterator[Reason]:
    named = set(steps)
    for one in change.owing:
        if one.name in named and one.sort not in _OF_OTHERS:
            yield from _told(change, one, sort, told, is_late=True)


def _of_sort(change: Change, step: str, owed: str, said: str) -> Iterator[Reason]:
    for one in change.owing:
        if (one.sort, one.name) == (owed, step):
            yield from _told(change, one, "breach", "", said, is_late=True)


def _of_a_team(change: Change, step: str) -> Iterator[Reason]:
    """What is nobody's own is everybody's to see to, also once others were turned to."""
    for one in change.owing:
        if one.name == step and one.person is None and one.sort not in _OF_OTHERS:
            yield from _told(change, one, "breach", "Escalated: ", is_late=True)


def _told(
    change: Change, one: Owed, sort: Sort, told: str, said: str = "", *, is_late: bool = False
) -> Iterator[Reason]:
    """`told` stands before the title, `said` before why it is theirs; where it is late, the lead of a team whose it is
    hears of it too."""
    for reason in whose_work(change, one, is_late=is_late):
        yield reason._replace(sort=sort, title=f"{told}{reason.title}", why=f"{said}{reason.why}")


def _sent_back(change: Change) -> Iterator[tuple[str, str]]:
    """The steps that are to be done again, with who said so and why."""
    who = change.by
    for recorded in change.added:
        match recorded.event:
            case e.Rejected(step=step, reason=reason, reopened=reopened):
                said = f"{who} rejected “{change.title(step)}”: {ended(reason)} "
                yield from ((one, said) for one in reopened)
            case e.AcceptanceRefused(step=step, reason=reason, note=note, reopened=reopened):
                words = f"{ended(reason)} {ended(note)}" if note else ended(reason)
                yield from ((one, f"{who} refused “{change.title(step)}”: {words} ") for one in reopened)
            case e.SilenceTaken(step=step, reopened=reopened):
                yield from ((one, f"Nobody answered “{change.title(step)}” in time. ") for one in reopened)
            case e.Reopened(step=step, reason=reason):
                yield step, f"{who} reopened it: {ended(reason)} "
            case e.Finished(reopened=reopened):
                yield from ((one, f"{who} found that it is to be done again. ") for one in reopened)
            case e.OutOfStep(step=step, field=field, wrote=wrote, now=now):
                yield step, f"{field} was written as {wrote}; it is {now} now. "
