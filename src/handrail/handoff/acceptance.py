"""Acceptance: the receiver accepts the handover knowingly, or refuses it; and disagreement about a refusal.

One rule: a refusal stands until whoever the ladder names has decided otherwise."""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.consulting import awaited, unheard
from handrail.handoff.document import document, sha256
from handrail.handoff.duty import rung
from handrail.handoff.gaps import missing_fields
from handrail.handoff.history import Handoff
from handrail.handoff.items import known_step, steps_in
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import done_among, not_open, not_ready, too_long, without_reason
from handrail.runbook.model import Step

Outcome = tuple[e.Event, ...] | Refused


def accept(plan: Plan, handoff: Handoff, command: c.Accept) -> Outcome:
    refused = (
        not_ready(plan, handoff, command, "acceptance")
        or _lacks_fields(plan, handoff, command)
        or awaited(plan, handoff, known_step(plan, handoff, command.step))
        or too_long(command.note)
    )
    if refused is not None:
        return refused
    digest = sha256(document(plan, handoff))
    left = unheard(plan, handoff, known_step(plan, handoff, command.step))
    return (e.Accepted(step=command.step, sha256=digest, note=command.note.strip(), unheard=left),)


def _lacks_fields(plan: Plan, handoff: Handoff, command: c.Accept) -> Refused | None:
    """A signed form can come to lack a field again: a fact that it shows was withdrawn."""
    mistakes = tuple(
        Mistake(field=field.name, says=f"{field.title} is missing in “{step.title}”.")
        for step in steps_in(plan, handoff)
        if handoff.state_of(step.name) == "done"
        for field in missing_fields(plan, handoff, step.name)
    )
    if not mistakes:
        return None
    says = f"“{known_step(plan, handoff, command.step).title}” waits for what was signed and is missing now."
    return Refused(code="incomplete", says=says, mistakes=mistakes)


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
            step=command.step,
            reason=command.reason.strip(),
            note=command.note.strip(),
            reopened=reopened,
            fresh=known_step(plan, handoff, command.step).fresh_evidence,
        ),
    )


def _not_listed(step: Step, reason: str) -> Refused | None:
    if not step.reasons:
        return without_reason(reason, "refuse")
    if reason.strip() in step.reasons:
        return None
    says = f"Choose one of the reasons: {'; '.join(step.reasons)}."
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="reason", says=says),))


def disagree(plan: Plan, handoff: Handoff, command: c.Disagree) -> Outcome:
    step = known_step(plan, handoff, command.step)
    if step.name not in handoff.refusals or step.disagreement is None:
        return Refused(code="not-refused", says=f"No refusal of “{step.title}” stands, so there is nothing to settle.")
    if step.name in handoff.disputes:
        return Refused(code="asked", says="Somebody has disagreed already; it is not decided yet.")
    refused = without_reason(command.reason, "disagree")
    to = rung(step.disagreement, 0)
    return refused or (e.Disagreed(step=step.name, reason=command.reason.strip(), to=to),)


def settle(plan: Plan, handoff: Handoff, command: c.Settle) -> Outcome:
    step = known_step(plan, handoff, command.step)
    dispute = handoff.disputes.get(step.name)
    if dispute is None:
        return Refused(code="not-asked", says=f"No disagreement about “{step.title}” waits for a decision.")
    note = command.note.strip()
    if command.upholds:
        return too_long(command.note) or (e.RefusalUpheld(step=step.name, note=note),)
    refused = without_reason(command.note, "overrule the receiver")
    if refused is not None:
        return refused
    restored = tuple(name for name in dispute.undone if handoff.state_of(name) != "done")
    digest = sha256(document(plan, handoff))
    return (e.RefusalOverruled(step=step.name, sha256=digest, restored=restored, note=note),)
