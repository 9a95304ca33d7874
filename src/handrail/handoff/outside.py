"""What people outside may do through their own pages, and how colleagues take it.

One rule: a contact gives only what the runbook asks of such contacts, and whether it is enough a colleague says, by
doing the step or by asking again. What was handed in rests until then.
"""

from collections.abc import Iterator

from handrail.handoff import commands_outside as o
from handrail.handoff import events as e
from handrail.handoff.attachments import add_evidence, remove_evidence, waive_evidence
from handrail.handoff.contacts import Contact, contacts_in
from handrail.handoff.forms import answer_form
from handrail.handoff.gaps import missing_fields, missing_items
from handrail.handoff.history import Handoff, Turn
from handrail.handoff.items import in_order, known_step
from handrail.handoff.people import Outsider
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import not_open, too_long, without_reason
from handrail.runbook.model import Evidence, Field, Step
from handrail.runbook.outside import asked_evidence, asked_fields

Outcome = tuple[e.Event, ...] | Refused


def outsider(contact: Contact) -> Outsider:
    return Outsider(name=contact.name, address=contact.email, side=contact.side)


def groups_of(plan: Plan, handoff: Handoff, address: str) -> frozenset[str]:
    """The contacts of the runbook that somebody with that address is among, as the facts stand."""
    return frozenset(
        group
        for group in plan.runbook.contacts
        if any(one.email == address for one in contacts_in(plan, handoff, group))
    )


def asked_of(plan: Plan, handoff: Handoff, address: str) -> Iterator[Step]:
    """The steps that are asked of them, as far as they are needed."""
    groups = groups_of(plan, handoff, address)
    for step in in_order(plan, handoff):
        if step.asked_of in groups and handoff.state_of(step.name) != "not needed":
            yield step


def turn_of(handoff: Handoff, step: str) -> Turn | None:
    """Whose turn it is with the step as it is open now; None before anything was handed in."""
    turn, known = handoff.turns.get(step), handoff.steps.get(step)
    return turn if turn is not None and known is not None and turn.number > known.number else None


def gaps_outside(plan: Plan, handoff: Handoff, step: Step) -> tuple[Field | Evidence, ...]:
    """What those outside still have to give."""
    fields, items = asked_fields(plan.runbook, step), asked_evidence(step)
    return (
        *(one for one in missing_fields(plan, handoff, step.name) if one in fields),
        *(one for one in missing_items(handoff, step) if one in items),
    )


def answer_outside(plan: Plan, handoff: Handoff, command: o.AnswerOutside) -> Outcome:
    refused = _not_theirs(plan, handoff, command)
    if refused is not None:
        return refused
    asked = {one.name for one in asked_fields(plan.runbook, known_step(plan, handoff, command.step))}
    return answer_form(plan, handoff, command) if asked.issuperset(command.answers) else _nothing_of_theirs()


def attach_outside(plan: Plan, handoff: Handoff, command: o.AttachOutside) -> Outcome:
    return (
        _not_theirs(plan, handoff, command) or _no_item(plan, handoff, command) or add_evidence(plan, handoff, command)
    )


def waive_outside(plan: Plan, handoff: Handoff, command: o.WaiveOutside) -> Outcome:
    refused = _not_theirs(plan, handoff, command) or _no_item(plan, handoff, command)
    return refused or waive_evidence(plan, handoff, command)


def detach_outside(plan: Plan, handoff: Handoff, command: o.DetachOutside) -> Outcome:
    refused = _not_theirs(plan, handoff, command)
    if refused is not None:
        return refused
    attached = next((one for one in handoff.evidence.get(command.step, ()) if one.key == command.key), None)
    if attached is not None and not attached.source:
        return _nothing_of_theirs()
    return remove_evidence(plan, handoff, command)


def hand_in(plan: Plan, handoff: Handoff, command: o.HandIn) -> Outcome:
    refused = _not_theirs(plan, handoff, command) or too_long(command.note)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    mistakes = tuple(_mistake(one) for one in gaps_outside(plan, handoff, step))
    if mistakes:
        count = "1 thing is" if len(mistakes) == 1 else f"{len(mistakes)} things are"
        says = f"“{step.title}” cannot be handed in yet: {count} missing."
        return Refused(code="incomplete", says=says, mistakes=mistakes)
    return (e.HandedIn(step=step.name, source=command.contact.words, note=command.note.strip()),)


def _mistake(one: Field | Evidence) -> Mistake:
    field = f"evidence.{one.name}" if isinstance(one, Evidence) else one.name
    return Mistake(field=field, says=f"{one.title} is missing.")


def ask_again(plan: Plan, handoff: Handoff, command: o.AskAgain) -> Outcome:
    refused = not_open(plan, handoff, command.step)
    if refused is not None:
        return refused
    turn = turn_of(handoff, command.step)
    if turn is None or turn.whose != "ours":
        title = known_step(plan, handoff, command.step).title
        return Refused(code="not-handed-in", says=f"Nothing was handed in for “{title}” that could be given back.")
    refused = without_reason(command.reason, "ask again")
    return refused or (e.AskedAgain(step=command.step, reason=command.reason.strip()),)


def send_links(plan: Plan, handoff: Handoff, command: o.SendLinks) -> Outcome:
    return (e.LinksSent(letters=command.letters),) if command.letters else ()


def _not_theirs(plan: Plan, handoff: Handoff, command: o.FromOutside) -> Refused | None:
    """Why nothing can be given from outside: it is not asked of them, not open, or handed in and being looked at."""
    step = known_step(plan, handoff, command.step)
    if step.asked_of not in groups_of(plan, handoff, command.contact.address):
        return _nothing_of_theirs()
    refused = not_open(plan, handoff, step.name)
    if refused is not None:
        # Who did it, and why it waits, is told inside only.
        says = "done already" if refused.code == "done" else "not open"
        return Refused(code=refused.code, says=f"“{step.title}” is {says}: nothing can be given there now.")
    turn = turn_of(handoff, step.name)
    if turn is not None and turn.whose == "ours":
        return Refused(code="handed-in", says=f"“{step.title}” is handed in, and is being looked at.")
    return None


def _no_item(plan: Plan, handoff: Handoff, command: o.AttachOutside | o.WaiveOutside) -> Refused | None:
    asked = {one.name for one in asked_evidence(known_step(plan, handoff, command.step))}
    return None if command.item in asked else _nothing_of_theirs()


def _nothing_of_theirs() -> Refused:
    return Refused(code="not-yours", says="This is not asked of you.")
