"""Evidence: attached to a step, taken away again, or marked as not applicable with a reason.

One rule: the history keeps whatever was attached, also what no longer counts."""

from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.items import known_step
from handrail.handoff.plan import Plan, canonical
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import not_open, too_long, without_reason
from handrail.runbook.kinds import Link, Unfit
from handrail.runbook.model import Evidence

Outcome = tuple[e.Event, ...] | Refused

MOST_EVIDENCE = 200


def source_of(command: c.Command) -> str:
    """Who outside gives the command; empty where a colleague does."""
    return command.contact.words if isinstance(command, o.FromOutside) else ""


def add_evidence(plan: Plan, handoff: Handoff, command: c.AddEvidence | o.AttachOutside) -> Outcome:
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
            step=command.step,
            key=command.key,
            item=command.item,
            title=title,
            link=link,
            upload=command.upload,
            source=source_of(command),
        ),
    )


def _unfit_evidence(command: c.AddEvidence | o.AttachOutside, item: Evidence | None) -> Mistake | None:
    if command.item and item is None:
        return Mistake(field="item", says=f"This step does not ask for “{command.item}”.")
    if bool(command.link) == bool(command.upload):
        return Mistake(field="link", says="Give a link or a file, one of the two.")
    given = "link" if command.link else "upload"
    if item is not None and given not in item.kind:
        return Mistake(field="link", says=f"{item.title} takes {'a file' if item.kind == 'upload' else 'a link'}.")
    link = canonical(Link(), command.link) if command.link else None
    return Mistake(field="link", says=link.says) if isinstance(link, Unfit) else None


def remove_evidence(plan: Plan, handoff: Handoff, command: c.RemoveEvidence | o.DetachOutside) -> Outcome:
    refused = not_open(plan, handoff, command.step)
    if refused is not None:
        return refused
    if command.key not in {one.key for one in handoff.evidence.get(command.step, ())}:
        return Refused(code="unknown", says="This evidence has been removed already.")
    return (e.EvidenceRemoved(step=command.step, key=command.key, source=source_of(command)),)


def waive_evidence(plan: Plan, handoff: Handoff, command: c.WaiveEvidence | o.WaiveOutside) -> Outcome:
    refused = not_open(plan, handoff, command.step)
    if refused is not None:
        return refused
    item = next((one for one in known_step(plan, handoff, command.step).evidence if one.name == command.item), None)
    if item is None:
        return _unfit(Mistake(field="item", says=f"This step does not ask for “{command.item}”."))
    if command.reason is None:
        waived = command.item in handoff.waived.get(command.step, {})
        return (_waived(command, None),) if waived else ()
    if not item.may_not_apply:
        says = f"{item.title} always applies: it cannot be marked as not applicable."
        return _unfit(Mistake(field="item", says=says))
    refused = without_reason(command.reason, "mark this as not applicable")
    return refused or (_waived(command, command.reason.strip()),)


def _waived(command: c.WaiveEvidence | o.WaiveOutside, reason: str | None) -> e.EvidenceWaived:
    return e.EvidenceWaived(step=command.step, item=command.item, reason=reason, source=source_of(command))


def tell_of_attachment(plan: Plan, handoff: Handoff, command: o.TellOfAttachment) -> Outcome:
    """Only what is news: what was taken away meanwhile is nobody's any more."""
    known = next((one for one in handoff.evidence.get(command.step, ()) if one.key == command.key), None)
    if known is None or bool(known.broken) == bool(command.says):
        return ()
    if command.says:
        return (e.AttachmentBroke(step=command.step, key=command.key, says=command.says),)
    return (e.AttachmentMended(step=command.step, key=command.key),)


def share_attachment(plan: Plan, handoff: Handoff, command: o.ShareAttachment) -> Outcome:
    """Also of a step that is done: it shows what is there."""
    attached = {one.key: one for one in handoff.evidence.get(command.step, ())}
    if command.key not in attached:
        return Refused(code="unknown", says="This evidence has been removed already.")
    if attached[command.key].shared == command.shared:
        return ()
    return (e.AttachmentShared(step=command.step, key=command.key, shared=command.shared),)


def _unfit(mistake: Mistake) -> Refused:
    return Refused(code="unfit", says=mistake.says, mistakes=(mistake,))
