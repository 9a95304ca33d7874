"""The people outside whom a handoff knows, with their links and what is asked of them. One query, however many."""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk import customer_links
from handrail.desk.queries.asked_outside import asked_steps
from handrail.desk.queries.opened import Opened
from handrail.handoff.contacts import every_contact
from handrail.handoff.items import known_step
from handrail.handoff.outside import turn_of


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
    """Of whom a step is asked, and whose turn it is: `theirs`, `ours` since they handed it in, or nobody's."""

    of: str
    contacts: tuple[ContactLine, ...]
    turn: str
    source: str
    words: str
    at: datetime | None


def contact_lines(opened: Opened, now: datetime, *, group: str = "") -> tuple[ContactLine, ...]:
    links = customer_links.open_links(opened.row.pk, now)
    titles = {name: one.title for name, one in opened.plan.runbook.contacts.items()}
    return tuple(
        ContactLine(
            name=one.name,
            address=one.email,
            written=one.written,
            what=titles[one.group],
            side=one.side,
            ends_at=links[one.email].ends_at if one.email in links else None,
            sent_at=opened.state.linked.get(one.email),
            asked=sum(1 for step in asked_steps(opened, one.email) if step.stand in {"open", "asked again"}),
        )
        for one in every_contact(opened.plan, opened.state)
        if group in {"", one.group}
    )


def asked_outside(opened: Opened, name: str, now: datetime) -> AskedOutside | None:
    """None where the step is asked of nobody outside."""
    step = known_step(opened.plan, opened.state, name)
    if step.asked_of is None:
        return None
    turn, is_open = turn_of(opened.state, name), opened.state.state_of(name) == "open"
    return AskedOutside(
        of=opened.plan.runbook.contacts[step.asked_of].title,
        contacts=contact_lines(opened, now, group=step.asked_of),
        turn="" if not is_open else turn.whose if turn else "theirs",
        source=turn.source if turn else "",
        words=turn.reason if turn else "",
        at=turn.at if turn else None,
    )
