"""Doing steps: evidence attached, approvals given or rejected, the handover accepted or refused."""

from datetime import UTC, datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.document import document, sha256
from handrail.handoff.gaps import missing_fields
from handrail.handoff.history import Handoff
from handrail.handoff.items import known_step
from handrail.handoff.meanwhile import unseen
from handrail.handoff.plan import Plan, canonical
from handrail.handoff.refusal import Mistake, Refused
from handrail.runbook.kinds import LONGEST_TEXT, Link, Unfit
from handrail.runbook.model import Evidence, Step, StepKind

Outcome = tuple[e.Event, ...] | Refused

MOST_EVIDENCE = 200


def not_open(plan: Plan, handoff: Handoff, name: str, kind: StepKind | None = None) -> Refused | None:
    """Why nothing can be done on the step now; `kind` is the kind of step that the command is for."""
    step = plan.runbook.steps[name]
    if kind is not None and step.kind != kind:
        article = "an" if step.kind[0] in "aeiou" else "a"
        return Refused(code="wrong-kind", says=f"“{step.title}” is {article} {step.kind}: this is not how it is done.")
    known = handoff.steps.get(name)
    match handoff.state_of(name):
        case "open":
            return None
        case "done":
            who = f"{known.by.name} " if known and known.by else ""
            did = f"{who}{known.outcome or 'finished'} it on {_clock(known.since)}" if known else "it is over"
            return Refused(code="done", says=f"“{step.title}” is done already: {did}.")
        case "not needed":
            return Refused(code="not-needed", says=f"“{step.title}” is not needed for this customer.")
        case _:
            return Refused(code="waiting", says=f"“{step.title}” is not open yet.")


def _clock(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y at %H:%M} UTC"


_A = {"link": "a link", "upload": "a file", "link or upload": "a link or a file"}
_DONE = {"task": "finished", "form": "signed", "approval": "approved", "acceptance": "accepted"}


def missing_evidence(plan: Plan, handoff: Handoff, step: Step) -> tuple[Mistake, ...]:
    known = handoff.steps.get(step.name)
    since = known.evidence_from if known else 0
    attached = {one.item for one in handoff.evidence.get(step.name, ()) if one.number > since}
    return tuple(
        Mistake(field=f"evidence.{item.name}", says=f"{item.title} is missing: attach {_A[item.kind]}.")
        for item in step.evidence
        if item.required and item.name not in attached
    )


def lacks_evidence(plan: Plan, handoff: Handoff, step: Step) -> Refused | None:
    mistakes = missing_evidence(plan, handoff, step)
    if not mistakes:
        return None
    return Refused(
        code="incomplete",
        says=f"“{step.title}” cannot be {_DONE[step.kind]} yet: " + " ".join(one.says for one in mistakes),
        mistakes=mistakes,
    )


def add_evidence(plan: Plan, handoff: Handoff, command: c.AddEvidence) -> Outcome:
    refused = not_open(plan, handoff, command.step) or too_long(command.title)
    if refused is not None:
        return refused
    if len(handoff.evidence.get(command.step, ())) >= MOST_EVIDENCE:
        return Refused(code="too-many", says=f"A step holds at most {MOST_EVIDENCE} pieces of evidence.")
    item = next((one for one in known_step(plan, handoff, command.step).evidence if one.name == command.item), None)
    mistake = _unfit_evidence(command, item)
    if mistake is not None:
        return Refused(code="unfit", says=mistake.says, mistakes=(mistake,))
    link = command.link.strip() if command.link else None
    title = command.title.strip() or (item.title if item else "") or link or "Attachment"
    return (
        e.EvidenceAdded(
            step=command.step, key=command.key, item=command.item, title=title, link=link, upload=command.upload
        ),
    )


def _unfit_evidence(command: c.AddEvidence, item: Evidence | None) -> Mistake | None:
    if command.item and item is None:
        return Mistake(field="item", says=f"This step does not ask for “{command.item}”.")
    if bool(command.link) == bool(command.upload):
        return Mistake(field="link", says="Give a link or a file, one of the two.")
    given = "link" if command.link else "upload"
    if item is not None and given not in item.kind:
        return Mistake(field="link", says=f"{item.title} takes {'a file' if item.kind == 'upload' else 'a link'}.")
    link = canonical(Link(), command.link) if command.link else None
    return Mistake(field="link", says=link.says) if isinstance(link, Unfit) else None


def remove_evidence(plan: Plan, handoff: Handoff, command: c.RemoveEvidence) -> Outcome:
    refused = not_open(plan, handoff, command.step)
    if refused is not None:
        return refused
    if command.key not in {one.key for one in handoff.evidence.get(command.step, ())}:
        return Refused(code="unknown", says="This evidence has been removed already.")
    return (e.EvidenceRemoved(step=command.step, key=command.key),)


def accept(plan: Plan, handoff: Handoff, command: c.Accept) -> Outcome:
    refused = (
        not_ready(plan, handoff, command, "acceptance")
        or _lacks_fields(plan, handoff, command)
        or too_long(command.note)
    )
    if refused is not None:
        return refused
    digest = sha256(document(plan, handoff))
    return (e.Accepted(step=command.step, sha256=digest, note=command.note.strip()),)


def _lacks_fields(plan: Plan, handoff: Handoff, command: c.Accept) -> Refused | None:
    """A signed form can come to lack a field again: a fact that it shows was withdrawn."""
    mistakes = tuple(
        Mistake(field=field.name, says=f"{field.title} is missing in “{step.title}”.")
        for step in plan.steps
        if handoff.state_of(step.name) == "done"
        for field in missing_fields(plan, handoff, step.name)
    )
    if not mistakes:
        return None
    says = f"“{known_step(plan, handoff, command.step).title}” waits for what was signed and is missing now."
    return Refused(code="incomplete", says=says, mistakes=mistakes)


def not_ready(plan: Plan, handoff: Handoff, command: c.Approve | c.Accept, kind: StepKind) -> Refused | None:
    step = known_step(plan, handoff, command.step)
    return (
        not_open(plan, handoff, command.step, kind)
        or unseen(plan, handoff, command.seen)
        or lacks_evidence(plan, handoff, step)
    )


def refuse(plan: Plan, handoff: Handoff, command: c.Refuse) -> Outcome:
    refused = (
        not_open(plan, handoff, command.step, "acceptance")
        or _not_listed(known_step(plan, handoff, command.step), command.reason)
        or too_long(command.note)
    )
    if refused is not None:
        return refused
    reopened = done_among(plan, handoff, command.step)
    return (
        e.AcceptanceRefused(
            step=command.step, reason=command.reason.strip(), note=command.note.strip(), reopened=reopened
        ),
    )


def done_among(plan: Plan, handoff: Handoff, step: str) -> tuple[str, ...]:
    """The steps that a rejection opens again; those that were not done have nothing to reopen."""
    return tuple(name for name in plan.runbook.steps[step].reopens if handoff.state_of(name) == "done")


def _not_listed(step: Step, reason: str) -> Refused | None:
    if not step.reasons:
        return without_reason(reason, "refuse")
    if reason.strip() in step.reasons:
        return None
    says = f"Choose one of the reasons: {'; '.join(step.reasons)}."
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="reason", says=says),))


def without_reason(reason: str, doing: str) -> Refused | None:
    if not reason.strip():
        says = f"Say why you {doing}: others act on it."
        return Refused(code="no-reason", says=says, mistakes=(Mistake(field="reason", says=says),))
    return too_long(reason)


def too_long(text: str) -> Refused | None:
    if len(text) <= LONGEST_TEXT:
        return None
    return Refused(code="unfit", says=f"This text has {len(text):,} characters; at most {LONGEST_TEXT:,} are kept.")


def reopen(plan: Plan, handoff: Handoff, command: c.Reopen) -> Outcome:
    if handoff.state_of(command.step) != "done":
        title = known_step(plan, handoff, command.step).title
        return Refused(code="not-done", says=f"“{title}” is not done, so there is nothing to reopen.")
    refused = without_reason(command.reason, "reopen this")
    return refused or (e.Reopened(step=command.step, reason=command.reason.strip()),)


def cancel(plan: Plan, handoff: Handoff, command: c.Cancel) -> Outcome:
    return without_reason(command.reason, "cancel") or (e.Cancelled(reason=command.reason.strip()),)
