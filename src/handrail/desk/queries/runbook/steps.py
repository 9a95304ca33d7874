"""The steps of a runbook, with all that each says: who, whether, from when, until when, what, and how it turns out.

One rule: what a step of its kind does by default is nothing to tell, so that what is told stands out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from handrail.desk.queries.runbook.lines import Detail, only_where, place_of, said, the_role, the_step
from handrail.desk.queries.runbook.turns import turn_details
from handrail.runbook.model import Evidence, Letter, Runbook, Step, StepKind
from handrail.runbook.words import (
    checker_words,
    condition_words,
    going_words,
    line_words,
    listed,
    minutes_words,
    quota_words,
    reminder_words,
    timing_words,
    window_words,
    write_words,
)

LETTERS: tuple[Letter, ...] = ("R", "A", "C", "I")

_KINDS: Mapping[StepKind, str] = {
    "task": "Task",
    "form": "Form",
    "document": "Document",
    "approval": "Approval",
    "meeting": "Meeting",
    "message": "Message",
    "update": "Update",
    "check": "Check",
    "wait": "Wait",
    "acceptance": "Acceptance",
}
_PARTS: Mapping[Letter, str] = {"R": "Done by", "A": "Answered for by", "C": "Asked before", "I": "Told"}


@dataclass(frozen=True, kw_only=True)
class StepView:
    """`groups` are the details that belong together; `letters` stand in the order of the runbook's roles, empty where a
    role has no part. `who` and `due` are what a reader looks for first, `marks` what is unusual about it."""

    name: str
    place: str
    title: str
    kind: str
    says: str
    who: str
    due: str
    marks: tuple[str, ...]
    groups: tuple[tuple[Detail, ...], ...]
    letters: tuple[str, ...]

    @property
    def details(self) -> tuple[Detail, ...]:
        return tuple(detail for group in self.groups for detail in group)


@dataclass(frozen=True, kw_only=True)
class StageView:
    place: str
    title: str
    steps: tuple[StepView, ...]


def stage_views(runbook: Runbook) -> Iterator[StageView]:
    for number, stage in enumerate(runbook.stages, start=1):
        steps = tuple(step_view(runbook, step) for step in runbook.steps.values() if step.stage == stage)
        yield StageView(place=f"stage-{number}", title=stage, steps=steps)


# What is told of a step, each a group of its own.
_Telling = Callable[[Runbook, Step], Iterator[Detail]]


def step_view(runbook: Runbook, step: Step) -> StepView:
    tellings: tuple[_Telling, ...] = (_who, _whether, _opening, _until_when, _work, turn_details)
    groups = (tuple(telling(runbook, step)) for telling in tellings)
    return StepView(
        name=step.name,
        place=place_of("step", step.name),
        title=step.title,
        kind=_KINDS[step.kind],
        says=step.says,
        who="by itself" if step.by_itself else listed([runbook.roles[name].title for name in step.asked]),
        due=timing_words(runbook, step.due) if step.due else "",
        marks=tuple(_marks(step)),
        groups=tuple(group for group in groups if group),
        letters=tuple("/".join(one for one in LETTERS if one in step.raci.get(role, ())) for role in runbook.roles),
    )


def _marks(step: Step) -> Iterator[str]:
    if step.when is not None:
        yield "sometimes"
    if step.each is not None:
        yield "for each record"
    if step.discretionary:
        yield "if begun"
    if step.on_event is not None:
        yield "on report"
    if step.after_end:
        yield "also after the end"


def _who(runbook: Runbook, step: Step) -> Iterator[Detail]:
    parts = {label: step.roles_with(letter) for letter, label in _PARTS.items()}
    if parts[_PARTS["R"]] == parts[_PARTS["A"]]:
        parts = {"Done, answered for by": parts.pop(_PARTS["R"]), **parts}
        del parts[_PARTS["A"]]
    for label, roles in parts.items():
        if roles:
            yield said(label, listed([the_role(runbook, role) for role in roles]))
    if step.awaits_advice:
        yield said("Waits for advice", "cannot be done before everybody who is asked has answered")
    if step.asked_of:
        yield said("Asked outside", f"of “{runbook.contacts[step.asked_of].title}”, through their own page")
    if step.meant:
        yield said("Why so", step.meant)


def _whether(runbook: Runbook, step: Step) -> Iterator[Detail]:
    yield from only_where(runbook, step.when)
    if step.each is not None:
        yield said("For each", f"record of “{runbook.facts[step.each].title}”", place=place_of("fact", step.each))
    if step.discretionary:
        yield said("Needed", "once somebody begins it")
    if step.on_event is not None:
        words = f"“{runbook.events[step.on_event].title}” is reported"
        yield said("Each time", words, place=place_of("event", step.on_event))
    if step.after_end:
        yield said("After the end", "can still be done when the handoff is over")


# ---------------------------------------------------------------------------------------------- from when, until when


def _opening(runbook: Runbook, step: Step) -> Iterator[Detail]:
    if step.needs:
        yield said("After", _needs(runbook, step))
    if step.kind == "wait":
        yield said("Waits until", *_awaited(runbook, step))
    else:
        if step.opens_when is not None:
            yield said("Opens when", condition_words(runbook, step.opens_when))
        if step.opens_on is not None:
            yield said("Opens", timing_words(runbook, step.opens_on))
    if step.opens_in:
        yield said("Opens only within", *_windows(runbook, step.opens_in), place=place_of("window", step.opens_in[0]))
    if step.opens_not_in:
        yield said(
            "Opens not within", *_windows(runbook, step.opens_not_in), place=place_of("window", step.opens_not_in[0])
        )


def _needs(runbook: Runbook, step: Step) -> str:
    steps = [the_step(runbook, name) for name in step.needs]
    least = step.needs_at_least
    if least is None or least >= len(steps):
        return listed(steps)
    return f"any of {listed(steps, 'or')}" if least == 1 else f"at least {least} of {listed(steps)}"


def _awaited(runbook: Runbook, step: Step) -> Iterator[str]:
    """All of them must have come."""
    if step.opens_when is not None:
        yield condition_words(runbook, step.opens_when)
    if step.opens_on is not None:
        yield timing_words(runbook, step.opens_on)
    if step.until_event is not None:
        yield f"“{runbook.events[step.until_event].title}” is reported"


def _windows(runbook: Runbook, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        window = runbook.windows[name]
        yield f"“{window.title}”: {window_words(window)}"


def _until_when(runbook: Runbook, step: Step) -> Iterator[Detail]:
    if step.due is not None:
        yield said("Due", timing_words(runbook, step.due))
    if step.warn is not None:
        yield said("Warns", timing_words(runbook, step.warn))
    if step.remind is not None:
        yield said("Reminds", reminder_words(runbook, step.remind))
    if step.escalations:
        yield said("Still open, goes up", *_escalations(runbook, step))


def _escalations(runbook: Runbook, step: Step) -> Iterator[str]:
    """Each rung to a manager is one further up the line."""
    managers = 0
    for one in step.escalations:
        managers += one.to is None
        to = the_role(runbook, one.to) if one.to is not None else line_words(managers)
        yield f"{timing_words(runbook, one.at)}, to {to}"


# --------------------------------------------------------------------------------------------------------------- what


def _work(runbook: Runbook, step: Step) -> Iterator[Detail]:
    if step.form:
        yield said("Fills in", f"“{runbook.forms[step.form].title}”", place=place_of("form", step.form))
    if step.shares:
        title = runbook.documents[step.shares].title
        yield said("Shares", f"“{title}”, once nothing is missing in it", place=place_of("document", step.shares))
    if step.fills:
        yield said("Names", the_role(runbook, step.fills), place=place_of("role", step.fills))
    if step.kind == "meeting":
        yield from _meeting(runbook, step)
    if step.message:
        words = f"“{runbook.messages[step.message].title}”, {_by_whom(runbook, step)}"
        yield said("Sends", words, place=place_of("message", step.message))
    if step.goes is not None:
        yield said("Goes", f"{going_words(step.goes)}, by the calendar and clock of who gets it")
    if step.system:
        yield said("Updates", step.system)
    if step.writes:
        yield said("Writes", *(f"{one.field}: {write_words(runbook, one)}" for one in step.writes))
    if step.check:
        yield said("Checks", checker_words(step.check))
    if step.evidence:
        yield said("Evidence", *(_evidence(runbook, item) for item in step.evidence))


def _by_whom(runbook: Runbook, step: Step) -> str:
    if step.automatic_when is not None:
        return f"by itself where {condition_words(runbook, step.automatic_when)}, else by hand"
    return "by itself" if step.automatic else "by hand"


def _meeting(runbook: Runbook, step: Step) -> Iterator[Detail]:
    yield said("Holds", quota_words(runbook, step.quota))
    if step.session:
        yield said(
            "In the session", f"“{runbook.sessions[step.session].title}”", place=place_of("session", step.session)
        )
    attendees = step.attendees or tuple(role for role, letters in step.raci.items() if letters - {"I"})
    guests = [f"“{runbook.contacts[group].title}”" for group in step.guests]
    yield said("Attended by", listed([*(the_role(runbook, role) for role in attendees), *guests]))
    if step.minutes:
        yield said("Lasts", minutes_words(step.minutes))
    if step.where:
        yield said("Held at", step.where)
    if step.agenda:
        yield said("Agenda", step.agenda)
    if not step.forwarding:
        yield said("Invitations", "are not handed on")


def _evidence(runbook: Runbook, item: Evidence) -> str:
    """`Sheet: link or upload, optional, or not applicable with a reason, from the Success Manager`."""
    asks: list[str] = [item.kind]
    if not item.required:
        asks.append("optional")
    if item.may_not_apply:
        asks.append("or not applicable with a reason")
    if item.owed_by:
        asks.append(f"from {the_role(runbook, item.owed_by)}")
    return f"{item.title}: {', '.join(asks)}"
