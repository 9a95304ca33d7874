"""Sharing a document once nothing is missing in it, and addenda to what was signed, accepted or shared.

One rule: what is frozen stays frozen. An addendum stands after it, under a digest of its own that rests on the one
before, so that none can be changed, moved or taken out without being noticed.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.consulting import awaited, unheard
from handrail.handoff.contacts import every_contact
from handrail.handoff.document import document, layout_of, missing_lines, sha256
from handrail.handoff.history import Addendum, Handoff
from handrail.handoff.items import known_step
from handrail.handoff.meanwhile import unseen
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import missing_evidence, not_open, too_long

Outcome = tuple[e.Event, ...] | Refused


def share(plan: Plan, handoff: Handoff, command: c.Share) -> Outcome:
    """Also again, after it was done: whoever reads it then has the document as it is now."""
    step = known_step(plan, handoff, command.step)
    again = handoff.state_of(step.name) == "done"
    refused = (None if again else not_open(plan, handoff, step.name, "document")) or too_long(command.note)
    if refused is not None:
        return refused
    if step.shares is None:
        return Refused(code="wrong-kind", says=f"“{step.title}” shares no document: attach its evidence instead.")
    unfit = tuple(_unfit(plan, handoff, command))
    if unfit:
        return Refused(code="unfit", says=" ".join(one.says for one in unfit), mistakes=unfit)
    refused = unseen(plan, handoff, command.seen) or _incomplete(plan, handoff, command)
    refused = refused or (None if again else awaited(plan, handoff, step))
    if refused is not None:
        return refused
    return (
        e.Shared(
            step=step.name,
            document=step.shares,
            sha256=sha256(document(plan, handoff, step.shares)),
            roles=tuple(dict.fromkeys(command.roles)),
            contacts=_names_of(plan, handoff, command.contacts),
            note=command.note.strip(),
            unheard={} if again else unheard(plan, handoff, step),
        ),
    )


def _unfit(plan: Plan, handoff: Handoff, command: c.Share) -> Iterator[Mistake]:
    if not command.roles and not command.contacts:
        yield Mistake(field="roles", says="Say with whom it is shared.")
    for role in command.roles:
        if role not in plan.runbook.roles:
            yield Mistake(field="roles", says=f"This handoff's runbook has no role “{role}”.")
    known = {one.email for one in every_contact(plan, handoff) if one.email}
    for address in command.contacts:
        if address.strip().lower() not in known:
            yield Mistake(field="contacts", says=f"{address} is not the address of a contact of this handoff.")


def _names_of(plan: Plan, handoff: Handoff, addresses: tuple[str, ...]) -> dict[str, str]:
    wanted = {address.strip().lower() for address in addresses}
    return {one.email: one.name for one in every_contact(plan, handoff) if one.email in wanted}


def _incomplete(plan: Plan, handoff: Handoff, command: c.Share) -> Refused | None:
    step = known_step(plan, handoff, command.step)
    missing = missing_lines(document(plan, handoff, step.shares or ""))
    mistakes = (
        *(
            Mistake(
                field=line.about.replace(" ", "."),
                says=f"{line.label} is missing{f': {line.owed_by} owes it' if line.owed_by else ''}.",
            )
            for line in missing
        ),
        *missing_evidence(handoff, step),
    )
    if not mistakes:
        return None
    layout = layout_of(plan, step.shares or "")
    count = "1 thing is" if len(mistakes) == 1 else f"{len(mistakes)} things are"
    says = f"“{layout.title if layout else step.title}” cannot be shared yet: {count} missing."
    return Refused(code="incomplete", says=says, mistakes=mistakes)


# ------------------------------------------------------------------------------------------------------------- addenda


def add_addendum(plan: Plan, handoff: Handoff, command: c.AddAddendum, now: datetime) -> Outcome:
    text = command.text.strip()
    refused = too_long(command.text)
    if refused is None and not text:
        refused = _refused_text("Write the addendum: an empty one adds nothing.")
    after = frozen_digest(plan, handoff)
    if refused is None and not after:
        says = "Nothing was signed, accepted or shared yet: change the document itself."
        refused = Refused(code="nothing-frozen", says=says)
    if refused is not None:
        return refused
    at = max(now, handoff.changed_at or now)
    return (e.AddendumAdded(text=text, after=after, sha256=addendum_digest(after, text, command.by.person, at)),)


def _refused_text(says: str) -> Refused:
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="text", says=says),))


def frozen_digest(plan: Plan, handoff: Handoff) -> str:
    """What the next addendum rests on: the last addendum, or what was frozen of the handover document since; empty
    where nothing was."""
    others = {name for name, step in plan.runbook.steps.items() if step.shares not in {None, *_handover(plan)}}
    frozen = [(one.number, one.sha256) for name, one in handoff.steps.items() if one.sha256 and name not in others]
    frozen += [(one.number, one.sha256) for one in handoff.addenda]
    return max(frozen, default=(0, ""))[1]


def _handover(plan: Plan) -> tuple[str, ...]:
    return tuple(plan.runbook.documents)[:1]


def addendum_digest(after: str, text: str, by: Person | None, at: datetime) -> str:
    """Of the digest before it, its text, its author's name, and its second in UTC, as canonical JSON."""
    second = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    plain = {"after": after, "at": second, "by": by.name if by else "", "text": text}
    written = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def is_unbroken(addendum: Addendum) -> bool:
    """Whether the addendum still is what its digest was made of."""
    return addendum.sha256 == addendum_digest(addendum.after, addendum.text, addendum.by, addendum.at)
