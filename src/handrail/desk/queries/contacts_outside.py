"""The people outside whom a handoff knows, with their links and what is asked of them. One query, however many."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import customer_links
from handrail.desk.queries.opened import Opened
from handrail.handoff.contacts import contacts_in, every_contact
from handrail.handoff.items import in_order, known_step
from handrail.handoff.outside import turn_of

_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class ContactLine:
    """`ends_at` is that of their link, None where they have none; `sent_at` when it was last sent by mail."""

    name: str
    address: str
    written: str
    what: str
    side: str
    ends_at: datetime | None
    sent_at: datetime | None
    asked: int


@dataclass(frozen=True, kw_only=True)
class AskedOutside:
    """Of whom a step is asked, the first of them and how many `more`; and whose turn it is: `theirs`, `ours` since they
    handed it in, or nobody's."""

    of: str
    contacts: tuple[ContactLine, ...]
    more: int
    turn: str
    source: str
    words: str
    at: datetime | None


def contact_lines(opened: Opened, now: datetime, *, group: str = "") -> tuple[ContactLine, ...]:
    """Of all of them, or of one group."""
    plan, state = opened.plan, opened.state
    links = customer_links.open_links(opened.row.pk, now)
    asked, groups = _asked_by_group(opened), _groups_by_address(opened)
    return tuple(
        ContactLine(
            name=one.name,
            address=one.email,
            written=one.written,
            what=plan.runbook.contacts[one.group].title,
            side=one.side,
            ends_at=links[one.email].ends_at if one.email in links else None,
            sent_at=state.linked.get(one.email),
            asked=sum(asked.get(name, 0) for name in groups[one.email]) if one.email else 0,
        )
        for one in (contacts_in(plan, state, group) if group else every_contact(plan, state))
    )


def _asked_by_group(opened: Opened) -> Counter[str]:
    """How many steps each group of contacts is to do something in now."""
    state = opened.state
    open_ones = (step for step in in_order(opened.plan, state) if state.state_of(step.name) == "open" and step.asked_of)
    turns = ((step.asked_of or "", turn_of(state, step.name)) for step in open_ones)
    return Counter(group for group, turn in turns if turn is None or turn.whose == "theirs")


def _groups_by_address(opened: Opened) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for group in opened.plan.runbook.contacts:
        for one in contacts_in(opened.plan, opened.state, group):
            found[one.email].add(group)
    return found


def asked_outside(opened: Opened, name: str, now: datetime) -> AskedOutside | None:
    """None where the step is asked of nobody outside."""
    step = known_step(opened.plan, opened.state, name)
    if step.asked_of is None:
        return None
    contacts = contact_lines(opened, now, group=step.asked_of)
    turn, is_open = turn_of(opened.state, name), opened.state.state_of(name) == "open"
    return AskedOutside(
        of=opened.plan.runbook.contacts[step.asked_of].title,
        contacts=contacts[:_SHOWN],
        more=max(0, len(contacts) - _SHOWN),
        turn="" if not is_open else turn.whose if turn else "theirs",
        source=turn.source if turn else "",
        words=turn.reason if turn else "",
        at=turn.at if turn else None,
    )
