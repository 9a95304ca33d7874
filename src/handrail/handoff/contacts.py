"""The people outside the company whom a handoff knows: who they are by its facts, as these stand.

One rule: whoever has no address that mail could go to is still told of, with an empty one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.addresses import is_address as is_address
from handrail.runbook.model import Contacts, Ref
from handrail.runbook.model.contacts import Side


@dataclass(frozen=True, kw_only=True)
class Contact:
    """`group` is what the runbook calls such contacts. `email` is in small letters, and empty where what is known is no
    address; `written` is what is known."""

    group: str
    name: str
    email: str
    written: str = ""
    phone: str = ""
    language: str = ""
    zone: str = ""
    side: Side = "customer"
    first_name: str = ""


def contacts_in(plan: Plan, handoff: Handoff, group: str) -> tuple[Contact, ...]:
    """Those of one group, in the order of their records; each address once."""
    found: dict[str, Contact] = {}
    for one in _contacts(plan.runbook.contacts[group], handoff):
        found.setdefault(one.email or f"{one.name} {one.written}", one)
    return tuple(found.values())


def every_contact(plan: Plan, handoff: Handoff) -> tuple[Contact, ...]:
    """Those of all groups; who is in several counts as of the first."""
    found: dict[str, Contact] = {}
    for group in plan.runbook.contacts:
        for one in contacts_in(plan, handoff, group):
            found.setdefault(one.email or f"{one.name} {one.written}", one)
    return tuple(found.values())


def _contacts(group: Contacts, handoff: Handoff) -> Iterator[Contact]:
    if group.of is None:
        yield from _contact(group, {ref.name: _fact(handoff, ref) for ref in group.read})
        return
    known = handoff.facts.get(group.of)
    for record in known.value if known is not None and isinstance(known.value, list) else ():
        yield from _contact(group, {name: value or "" for name, value in record.items()})


def _fact(handoff: Handoff, ref: Ref) -> str:
    known = handoff.facts.get(ref.name)
    return known.value if known is not None and isinstance(known.value, str) else ""


def _contact(group: Contacts, known: dict[str, str]) -> Iterator[Contact]:
    """Nobody, where neither a name nor an address is known."""

    def said(ref: Ref | None) -> str:
        return "" if ref is None else " ".join(known.get(ref.part or ref.name, "").split())

    name = " ".join(filter(None, (said(ref) for ref in group.called)))
    written = said(group.email)
    if name or written:
        yield Contact(
            group=group.name,
            name=name or written,
            email=written.lower() if is_address(written) else "",
            written=written,
            phone=said(group.phone),
            language=said(group.language),
            zone=said(group.zone),
            side=group.side,
            first_name=said(group.called[0]) if len(group.called) > 1 else "",
        )
