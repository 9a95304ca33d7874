"""The history of a handoff as a readable story: who did what, when, and what followed by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import ledger, models
from handrail.desk.queries.handoff import Opened
from handrail.handoff import events as e
from handrail.handoff.plan import Plan
from handrail.handoff.words import rules_words
from handrail.runbook.kinds import Kind, Written


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`who` is empty where a rule or the time acted; `details` are further lines, `words` what a person said."""

    number: int
    at: datetime
    who: str
    did: str
    details: tuple[str, ...] = ()
    words: str = ""
    sort: str = ""
    step: str = ""
    document: bool = False


PAGE = 100
MANY = 6


def story(opened: Opened, before: int | None = None) -> tuple[tuple[Entry, ...], int | None]:
    """A page of entries, newest first, and the number to go on before, None at the beginning of the history."""
    rows = models.Event.objects.filter(handoff=opened.row.pk)
    if before is not None:
        rows = rows.filter(number__lt=before)
    taken = list(rows.order_by("-number")[: PAGE + 1])
    entries = tuple(_entry(opened.plan, ledger.event_of(row)) for row in taken[:PAGE])
    return entries, taken[PAGE - 1].number if len(taken) > PAGE else None


def _entry(plan: Plan, one: e.Recorded) -> Entry:
    did, details, words, sort, step = _told(plan, one.event)
    return Entry(
        number=one.number,
        at=one.at,
        who=one.by.name if one.by else "",
        did=did,
        details=details,
        words=words,
        sort=sort,
        step=step,
        document=isinstance(one.event, e.Signed | e.Accepted),
    )


_Told = tuple[str, tuple[str, ...], str, str, str]


def _told(plan: Plan, event: e.Event) -> _Told:
    match event:
        case e.Started(version=version, people=people):
            details = tuple(f"{plan.role_title(role)}: {person.name}" for role, person in people.items())
            return f"started the handoff on {plan.runbook.title} {version}", details, "", "start", ""
        case e.FactsGiven(values=values, source=source):
            return "gave facts", tuple(_facts(plan, values, source)), "", "fact", ""
        case e.RoleFilled(role=role, person=person):
            title = plan.role_title(role)
            return (f"made {person.name} the {title}" if person else f"left the {title} empty"), (), "", "role", ""
        case e.Decided() | e.LeftUndecided() | e.OverrideAsked() | e.OverrideApproved() | e.OverrideRejected():
            return _told_decision(plan, event)
        case e.Moved():
            return "What follows", tuple(_moves(plan, event)), "", "moved", ""
        case e.FellDue(steps=steps):
            details = tuple(f"{_title(plan, name)}: due {day.day} {day:%B %Y}" for name, day in steps.items())
            return "Fell due", details, "", "late", ""
        case e.Ended(end=end):
            return f"The handoff ended: {end}", (), "", "end", ""
        case e.Held(reason=reason):
            return "put the handoff on hold", (), reason, "late", ""
        case e.Resumed(note=note):
            return "resumed the handoff", (), note, "start", ""
        case e.Cancelled(reason=reason):
            return "cancelled the handoff", (), reason, "refused", ""
        case _:
            return _told_step(plan, event)


def _told_decision(
    plan: Plan,
    event: e.Decided | e.LeftUndecided | e.OverrideAsked | e.OverrideApproved | e.OverrideRejected,
) -> _Told:
    title = plan.runbook.decisions[event.decision].title
    match event:
        case e.Decided(rules=rules, outputs=outputs, boundaries=boundaries):
            said = plan.spoken_outputs(event.decision, outputs)
            return f"Decided: {title} ({rules_words(rules)})", (said, *boundaries), "", "decided", ""
        case e.LeftUndecided(says=says):
            return f"Not decided yet: {title}", (says,), "", "undecided", ""
        case e.OverrideAsked(outputs=outputs, reason=reason):
            said = plan.spoken_outputs(event.decision, outputs)
            return f"asked for another answer: {title}", (said,), reason, "override", ""
        case e.OverrideApproved(note=note):
            return f"approved the override: {title}", (), note, "override", ""
        case e.OverrideRejected(reason=reason):
            return f"rejected the override: {title}", (), reason, "refused", ""


def _told_step(plan: Plan, event: e.Event) -> _Told:
    match event:
        case e.Finished(step=step, note=note, outcome=outcome):
            how = f": {outcome}" if outcome else ""
            return f"finished “{_title(plan, step)}”{how}", tuple(_once_more(plan, event)), note, "done", step
        case e.FormAnswered(step=step, answers=answers):
            details = tuple(_answers(plan, step, answers))
            return f"filled in “{_title(plan, step)}”", details, "", "form", step
        case e.Signed(step=step):
            return f"signed “{_title(plan, step)}”", (), "", "signed", step
        case e.EvidenceAdded(step=step, title=title, link=link):
            kind = "a link" if link else "a file"
            return f"attached {kind} to “{_title(plan, step)}”", (title,), "", "evidence", step
        case e.EvidenceRemoved(step=step):
            return f"removed an attachment from “{_title(plan, step)}”", (), "", "evidence", step
        case e.Approved(step=step, note=note, is_complete=is_complete):
            details = () if is_complete else ("Others are still asked.",)
            return f"approved “{_title(plan, step)}”", details, note, "done", step
        case e.Rejected(step=step, reason=reason, reopened=reopened):
            return f"rejected “{_title(plan, step)}”", tuple(_again(plan, reopened)), reason, "refused", step
        case e.Accepted(step=step, note=note):
            return f"accepted: “{_title(plan, step)}”", (), note, "signed", step
        case e.AcceptanceRefused(step=step, reason=reason, note=note, reopened=reopened):
            words = f"{reason}. {note}" if note else reason
            return f"refused: “{_title(plan, step)}”", tuple(_again(plan, reopened)), words, "refused", step
        case e.Reopened(step=step, reason=reason):
            return f"reopened “{_title(plan, step)}”", (), reason, "refused", step
        case _:
            raise AssertionError(f"No story is told of {event!r}")


def _title(plan: Plan, step: str) -> str:
    return plan.runbook.steps[step].title


def _again(plan: Plan, steps: tuple[str, ...]) -> Iterator[str]:
    for step in steps:
        yield f"“{_title(plan, step)}” is to be done again."


def _once_more(plan: Plan, event: e.Finished) -> Iterator[str]:
    if event.again_on is not None:
        yield f"To be done again on {event.again_on.day} {event.again_on:%B %Y}."
    yield from _again(plan, event.reopened)


def _moves(plan: Plan, event: e.Moved) -> Iterator[str]:
    for steps, says in ((event.opened, "Open now"), (event.waiting, "Waiting"), (event.not_needed, "Not needed")):
        if len(steps) > MANY:
            yield f"{says}: {len(steps)} steps"
        elif steps:
            yield f"{says}: {', '.join(_title(plan, step) for step in steps)}"


def _facts(plan: Plan, values: dict[str, Written | None], source: str) -> Iterator[str]:
    for name, value in values.items():
        fact = plan.runbook.facts[name]
        yield f"{fact.title}: {_spoken(plan, fact.kind, value)}"
    if source:
        yield f"From {source}"


def _answers(plan: Plan, step: str, answers: dict[str, e.Answer | None]) -> Iterator[str]:
    fields = {field.name: field for field in plan.fields_of(step)}
    for name, answer in answers.items():
        field = fields[name]
        if answer is not None and answer.reason is not None:
            yield f"{field.title}: not applicable — {answer.reason}"
        else:
            yield f"{field.title}: {_spoken(plan, field.kind, answer.value if answer else None)}"


def _spoken(plan: Plan, kind: Kind, value: Written | None) -> str:
    return "cleared" if value is None else plan.spoken(kind, value)
