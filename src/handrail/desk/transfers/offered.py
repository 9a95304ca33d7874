"""What a transfer offers to somebody: each account that they would get, with what it weighs and what
hangs on it, and how many of them wait for which answer.

One rule: what is shown is one page of lines, read with a constant number of queries.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from handrail.book.analysis import Discrepancy, discrepancies
from handrail.desk import models
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.transfers.answering import lines_of
from handrail.desk.transfers.known import facts_of_lines
from handrail.desk.transfers.manifests import Counts, counts_of
from handrail.runbook.kinds import Written

SIZE = 50
LineState = models.TransferLine.State

# What is shown, with the states that it takes in.
SHOWS: Mapping[str, tuple[str, tuple[LineState, ...]]] = {
    "asked": ("To answer", (LineState.ASKED,)),
    "accepted": ("Accepted", (LineState.ACCEPTED,)),
    "refused": ("Refused", (LineState.REFUSED,)),
    "moved": ("Moved", (LineState.MOVED, LineState.RETURNED, LineState.UNDONE)),
    "all": ("All", ()),
}
# How each state of a line looks: the state of the design whose colours it has, and its word.
LOOKS: Mapping[str, tuple[str, str]] = {
    LineState.PROPOSED: ("waiting", "Not asked yet"),
    LineState.ASKED: ("open", "To answer"),
    LineState.ACCEPTED: ("done", "Accepted"),
    LineState.REFUSED: ("refused", "Refused"),
    LineState.MOVED: ("over", "Moved"),
    LineState.FAILED: ("error", "Could not be moved"),
    LineState.UNDONE: ("cancelled", "Taken back"),
    LineState.RETURNED: ("over", "Returned"),
    LineState.DROPPED: ("not needed", "Left out"),
}


@dataclass(frozen=True, kw_only=True)
class Offered:
    """`answered` says by whom, and on whose behalf where they are not the receiver."""

    id: int
    name: str
    key: str
    receiver: str
    way: str
    rule: str
    why: str
    mrr: str
    effort: int | None
    handoffs: int | None
    hangs: Counts
    discrepancies: tuple[Discrepancy, ...]
    look: str
    word: str
    reason: str
    note: str
    answered: str
    answered_at: datetime | None
    can_be_answered: bool
    has_account: bool


@dataclass(frozen=True, kw_only=True)
class Tab:
    name: str
    title: str
    count: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Somebody who gets accounts, and how many of them still wait for their answer."""

    id: int
    name: str
    lines: int
    waiting: int
    refused: int


def offered(rows: QuerySet[models.TransferLine], show: str, number: int, now: datetime) -> Page[Offered]:
    states = SHOWS[show][1]
    wanted = rows.filter(state__in=states) if states else rows.exclude(state=LineState.DROPPED)
    with_it = wanted.select_related(
        "transfer__runbook_version__calendar", "customer", "giver", "receiver", "pool__lead", "answered_by"
    )
    return page_of(with_it.order_by("id"), number, lambda taken: _rows(taken, now), size=SIZE, counted=wanted)


def tabs(rows: QuerySet[models.TransferLine], show: str) -> tuple[Tab, ...]:
    counts = dict(rows.order_by().values_list("state").annotate(lines=Count("pk")))
    counts.pop(LineState.DROPPED, None)
    found = []
    for name, (title, states) in SHOWS.items():
        count = sum(counts.get(one, 0) for one in states) if states else sum(counts.values())
        if count or name in {"asked", show}:
            found.append(Tab(name=name, title=title, count=count, is_current=name == show))
    return tuple(found)


def receivers_of(transfer_id: int) -> tuple[Receiver, ...]:
    """Those with something to answer first."""
    rows = models.TransferLine.objects.filter(transfer=transfer_id).exclude(state=LineState.DROPPED)
    counted = (
        rows.order_by()
        .values("receiver", "receiver__name", "pool__lead", "pool__lead__name")
        .annotate(
            lines=Count("pk"),
            waiting=Count("pk", filter=Q(state=LineState.ASKED)),
            refused=Count("pk", filter=Q(state=LineState.REFUSED)),
        )
    )
    found: dict[int, Receiver] = {}
    for one in counted:
        person = one["receiver"] or one["pool__lead"]
        if person is not None:
            before = found.get(person)
            found[person] = Receiver(
                id=person,
                name=one["receiver__name"] or one["pool__lead__name"],
                lines=one["lines"] + (before.lines if before else 0),
                waiting=one["waiting"] + (before.waiting if before else 0),
                refused=one["refused"] + (before.refused if before else 0),
            )
    return tuple(sorted(found.values(), key=lambda one: (not one.waiting, one.name)))


def theirs(transfer_id: int, people: Collection[int]) -> QuerySet[models.TransferLine]:
    return lines_of(transfer_id, people)


def _rows(taken: Sequence[models.TransferLine], now: datetime) -> tuple[Offered, ...]:
    hangs = counts_of(taken, now)
    facts = facts_of_lines(taken)
    return tuple(_row(one, hangs.get(one.pk, Counts()), facts.get(one.customer_id or 0, {}), now) for one in taken)


def _row(line: models.TransferLine, hangs: Counts, facts: Mapping[str, Written], now: datetime) -> Offered:
    look, word = LOOKS[line.state]
    measures = line.measures or {}
    mrr = measures.get("mrr")
    return Offered(
        id=line.pk,
        name=name_of(line),
        key=line.customer.key if line.customer else "",
        receiver=receiver_words(line),
        way=line.way,
        rule=line.rule,
        why=line.why,
        mrr=money_words(int(mrr)) if mrr else "",
        effort=measures.get("effort"),
        handoffs=measures.get("handoffs"),
        hangs=hangs,
        discrepancies=discrepancies(facts, now.date()),
        look=look,
        word=word,
        reason=line.answer,
        note=line.answer_note,
        answered=answered_words(line),
        answered_at=line.answered_at,
        can_be_answered=line.state in {LineState.ASKED, LineState.ACCEPTED, LineState.REFUSED},
        has_account=line.customer_id is not None,
    )


def money_words(cents: int) -> str:
    """`4,200`, or `4,200.50`"""
    return f"{cents // 100:,}" if cents % 100 == 0 else f"{cents / 100:,.2f}"


def name_of(line: models.TransferLine) -> str:
    if line.customer is None:
        return f"On no account, held by {line.giver.name}" if line.giver else "On no account"
    return line.customer.name


def receiver_words(line: models.TransferLine) -> str:
    if line.receiver is not None:
        return line.receiver.name
    return f"{line.pool.name} (pool)" if line.pool is not None else ""


def answered_words(line: models.TransferLine) -> str:
    """`Dev Patel`, or `Theo Lang, on behalf of Dev Patel`"""
    by = line.answered_by
    if by is None:
        return ""
    receiver = line.receiver or (line.pool.lead if line.pool else None)
    return by.name if receiver is None or receiver.pk == by.pk else f"{by.name}, on behalf of {receiver.name}"
