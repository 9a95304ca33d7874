"""The page of one customer: what is owed to it and by it, what is known and was promised, and all that it went through.

One rule: as many queries for a customer with many handoffs as for one with a single one. A section shows its first few
rows and says how many there are; the address asks for all of one.

    handoffs   where each stands, and the state of the first few      facts   what is known, and what is missing
    said       contacts and promises                                  rows    owners, open work, documents, messages
    changes    what changed lately                                    beside  two customers, fact by fact
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.queries.customer.changes import Change, changes_of
from handrail.desk.queries.customer.facts import (
    FactGroup,
    Missing,
    Readiness,
    fact_groups,
    missing_in,
    readiness,
    record_of,
)
from handrail.desk.queries.customer.handoffs import FIRST_READ, MOST, MOST_READ, HandoffLine, Handoffs, handoffs_of
from handrail.desk.queries.customer.rows import (
    DocumentLine,
    MeetingLine,
    MessageLine,
    OpenItem,
    OwnerLine,
    documents_of,
    meetings_of,
    messages_of,
    open_items,
    owed_by,
    owners_of,
)
from handrail.desk.queries.customer.said import Contact, Promise, all_said, contacts_of, promises_of
from handrail.desk.queries.opened import Holder, holder
from handrail.desk.queries.post import MailLine, mails_of_customer
from handrail.desk.queries.runbooks import runbooks_in_force
from handrail.handoff.people import Actor

SHOWN = 4
SHOWN_FACTS = 12
FEW = 3

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Section(Generic[Row]):
    """The rows that are shown, and how many there are; `name` is what the address calls it. With `older` there may be
    more in handoffs that were not looked into yet."""

    name: str
    rows: tuple[Row, ...]
    total: int
    older: bool = False

    @property
    def total_text(self) -> str:
        return f"{MOST}+" if self.total > MOST else f"{self.total}{'+' if self.older else ''}"

    @property
    def is_cut(self) -> bool:
        return self.older or len(self.rows) < min(self.total, MOST)


@dataclass(frozen=True, kw_only=True)
class Decider:
    """Who decides about what now, or will accept; `who` is empty where nobody does."""

    title: str
    who: str
    handoff_id: int
    runbook: str
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What is asked first: `mine` is what the reader owes, `blocks` what keeps the customer from going on."""

    mine: tuple[OpenItem, ...]
    blocks: tuple[OpenItem, ...]
    promises: tuple[Promise, ...]
    deciders: tuple[Decider, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class CustomerView:
    row: models.Customer
    answers: Answers
    open: Section[OpenItem]
    handoffs: Section[HandoffLine]
    promises: Section[Promise]
    facts: tuple[FactGroup, ...]
    facts_cut: bool
    known: int
    missing: Section[Missing]
    readiness: tuple[Readiness, ...]
    contacts: Section[Contact]
    owners: Section[OwnerLine]
    documents: Section[DocumentLine]
    meetings: Section[MeetingLine]
    messages: Section[MessageLine]
    mails: Section[MailLine]
    changes: Section[Change]


def customer_row(customer_id: int) -> models.Customer | None:
    return next(iter(_row(customer_id)), None)


@prepared
def _row(customer_id: int) -> QuerySet[models.Customer]:
    return models.Customer.objects.select_related("owner").filter(pk=customer_id)


def customer_view(row: models.Customer, reader: Actor, now: datetime, whole: str = "") -> CustomerView:
    """`whole` is the section of which all rows are wanted."""
    read = MOST_READ if whole else FIRST_READ
    runbooks, record, handoffs = runbooks_in_force(), record_of(row.pk), handoffs_of(row.pk, now, read=read)
    unread = not whole and len(handoffs.lines) > read
    said = all_said(record, runbooks, handoffs)
    owners, work = owners_of(row.pk, handoffs.teams), open_items(row.pk, handoffs, now)
    documents, promises = documents_of(row.pk, handoffs), promises_of(said)
    changes = changes_of(record, owners, handoffs, documents)
    groups = fact_groups(record, runbooks, handoffs)

    def section(name: str, rows: Sequence[Row], *, older: bool = False) -> Section[Row]:
        shown = rows[:MOST] if name == whole else rows[:SHOWN]
        return Section(name=name, rows=tuple(shown), total=len(rows), older=older)

    return CustomerView(
        row=row,
        answers=_answers(reader, work, promises, handoffs, changes),
        open=section("open", work),
        handoffs=section("handoffs", handoffs.lines),
        promises=section("promises", promises, older=unread),
        facts=tuple(_first(groups, len(record) if whole == "facts" else SHOWN_FACTS)),
        facts_cut=whole != "facts" and len(record) > SHOWN_FACTS,
        known=len(record),
        missing=section("missing", tuple(missing_in(handoffs))),
        readiness=readiness(record, runbooks),
        contacts=section("contacts", contacts_of(said), older=unread),
        owners=section("owners", owners),
        documents=section("documents", documents),
        meetings=section("meetings", meetings_of(handoffs, now), older=unread),
        messages=section("messages", messages_of(row.pk, handoffs)),
        mails=section("mails", mails_of_customer(row.pk, MOST + 1)),
        changes=section("changes", changes),
    )


def _first(groups: Sequence[FactGroup], count: int) -> Iterator[FactGroup]:
    """So many facts at most, under as many headings as that takes."""
    for group in groups:
        if count > 0:
            yield FactGroup(title=group.title, lines=group.lines[:count])
        count -= len(group.lines)


def _answers(
    reader: Actor,
    work: Sequence[OpenItem],
    promises: tuple[Promise, ...],
    handoffs: Handoffs,
    changes: tuple[Change, ...],
) -> Answers:
    return Answers(
        mine=tuple(one for one in work if owed_by(reader, one)),
        blocks=tuple(one for one in work if one.is_late or one.sort in {"vacancy", "hold"}),
        promises=promises,
        deciders=_deciders(work, handoffs),
        changes=changes[:FEW],
    )


def _deciders(work: Sequence[OpenItem], handoffs: Handoffs) -> tuple[Decider, ...]:
    """Those who are asked now; then who will accept what runs."""
    asked = [
        Decider(title=one.title, who=one.who, handoff_id=one.handoff_id, runbook=one.runbook, is_now=True)
        for one in work
        if one.is_decision
    ]
    told = {(one.handoff_id, one.title) for one in asked}
    return (*asked, *(one for one in _accepting(handoffs) if (one.handoff_id, one.title) not in told))


def _accepting(handoffs: Handoffs) -> tuple[Decider, ...]:
    return tuple(
        Decider(
            title=step.title,
            who=" and ".join(_name(holder(one, role)) for role in step.asked),
            handoff_id=one.row.pk,
            runbook=one.row.runbook_version.title,
            is_now=False,
        )
        for one in handoffs.running
        for step in one.plan.runbook.steps.values()
        if step.kind == "acceptance" and one.state.state_of(step.name) in {"waiting", "open"}
    )


def _name(one: Holder) -> str:
    return one.name or (f"anybody of {one.anybody}" if one.anybody else "nobody yet")
