"""What stands in rows about a customer: owners, work that is open, documents, messages; and the meetings of its
handoffs.

One rule: one query for each sort of thing, whatever number of handoffs there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.queries.customer.handoffs import MOST, Handoffs, named
from handrail.desk.queries.due import Due, clock_text, due
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.desk.runbooks import version_at
from handrail.handoff.company import Company
from handrail.handoff.history import Meeting
from handrail.handoff.people import Actor


@dataclass(frozen=True, kw_only=True)
class OwnerLine:
    """`until` is None while they own it."""

    person_id: int
    name: str
    is_active: bool
    since: datetime
    until: datetime | None
    source: str
    by: str


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """`sort` and `name` say what it is about, as in `handoff.owed.Owed`; `who` whose it is, empty where nobody's, and
    `team` then the team of which anybody may do it or whose lead names somebody."""

    sort: str
    name: str
    title: str
    why: str
    who: str
    person_id: int | None
    team: str
    handoff_id: int
    runbook: str
    due: Due | None
    is_decision: bool

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due.state == "late"


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """A document that was signed or accepted, or with a `key` a file that somebody attached."""

    handoff_id: int
    runbook: str
    title: str
    act: str
    by: str
    at: datetime
    number: int = 0
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    handoff_id: int
    step: str
    title: str
    runbook: str
    to: str
    look: str
    word: str
    error: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingLine:
    """`state` as it is shown: planned, held, called off, or passed where nobody told whether it took place."""

    handoff_id: int
    step: str
    title: str
    runbook: str
    state: str
    at: datetime
    text: str
    attendees: tuple[str, ...]


def owners_of(customer_id: int, teams: Company) -> tuple[OwnerLine, ...]:
    """The latest first."""
    members = teams.members
    return tuple(
        OwnerLine(
            person_id=row.person_id,
            name=members[row.person_id].name,
            is_active=members[row.person_id].is_active,
            since=row.since,
            until=row.until,
            source=row.source,
            by=members[row.by_id].name if row.by_id else "",
        )
        for row in _ownerships(customer_id)
    )


@prepared
def _ownerships(customer_id: int) -> QuerySet[models.Ownership, Any]:
    rows = models.Ownership.objects.filter(customer=customer_id).order_by("-since", "-id")
    return rows.values_list("person_id", "since", "until", "source", "by_id", named=True)[: MOST + 1]


_DECIDED = frozenset({"override", "dispute"})
_DECIDING_STEPS = frozenset({"approval", "acceptance"})
_WORK = (
    "sort",
    "name",
    "title",
    "why",
    "due_at",
    "zone",
    "team",
    "handoff_id",
    "person_id",
    "handoff__runbook_version_id",
)


def open_items(customer_id: int, handoffs: Handoffs, now: datetime) -> tuple[OpenItem, ...]:
    """All that is owed now, the most pressing first; who only answers for what another does is left out."""
    deciding = {(one.row.pk, name) for one in handoffs.opened for name in _deciding(one)}
    return tuple(_item(row, deciding, handoffs.teams, now) for row in _work(customer_id))


@prepared
def _work(customer_id: int) -> QuerySet[models.Work, Any]:
    rows = models.Work.objects.filter(handoff__customer=customer_id).exclude(sort="answers for")
    found: QuerySet[models.Work, Any] = rows.order_by(F("due_at").asc(nulls_last=True), "id").values(*_WORK)
    return found[: MOST + 1]


def _deciding(opened: Opened) -> Iterator[str]:
    for name in opened.state.steps:
        step = opened.plan.runbook.steps.get(name.partition("@")[0])
        if step is not None and step.kind in _DECIDING_STEPS:
            yield name


def _item(row: dict[str, object], deciding: set[tuple[int, str]], teams: Company, now: datetime) -> OpenItem:
    version, at = version_at(int(str(row["handoff__runbook_version_id"])), teams.revision), row["due_at"]
    assert at is None or isinstance(at, datetime)
    zone = version.calendar.zone
    handoff_id, sort, name = int(str(row["handoff_id"])), str(row["sort"]), str(row["name"])
    return OpenItem(
        sort=sort,
        name=name,
        title=str(row["title"]),
        why=str(row["why"]),
        who=_who(row, teams),
        person_id=row["person_id"] if isinstance(row["person_id"], int) else None,
        team=str(row["team"]),
        handoff_id=handoff_id,
        runbook=version.title,
        due=due(at, str(row["zone"]) or zone, now, told_in=zone),
        is_decision=sort in _DECIDED or (sort == "step" and (handoff_id, name) in deciding),
    )


def owed_by(reader: Actor, item: OpenItem) -> bool:
    """Their own, that of whom they stand in for, what anybody of their team may do, and what they are to find somebody
    for."""
    if item.person_id is not None:
        return item.person_id in {one.id for one in reader.acts_as}
    if item.sort == "vacancy":
        return reader.operations or item.team in reader.leads
    return item.team == reader.team if item.team else reader.operations


def _who(row: dict[str, object], teams: Company) -> str:
    if isinstance(row["person_id"], int):
        return named(teams, row["person_id"])
    is_pooled = row["team"] and row["sort"] != "vacancy"
    return f"Anybody of {teams.team_name(str(row['team']))}" if is_pooled else ""


def documents_of(customer_id: int, handoffs: Handoffs) -> tuple[DocumentLine, ...]:
    """Those that were signed and the files, the latest first."""
    found = sorted((*_signed(customer_id, handoffs), *_uploads(customer_id, handoffs)), key=lambda one: one.at)
    return tuple(reversed(found))


def _signed(customer_id: int, handoffs: Handoffs) -> Iterator[DocumentLine]:
    for row in _signatures(customer_id):
        yield DocumentLine(
            handoff_id=row.handoff_id,
            runbook=handoffs.runbook_of(row.handoff_id),
            title=handoffs.title_of(row.handoff_id, row.step),
            act=row.act,
            by=row.by_name,
            at=row.at,
            number=row.number,
        )


@prepared
def _signatures(customer_id: int) -> QuerySet[models.SignedDocument, Any]:
    rows = models.SignedDocument.objects.filter(handoff__customer=customer_id).order_by("-at", "-id")
    return rows.values_list("handoff_id", "step", "act", "by_name", "at", "number", named=True)[: MOST + 1]


def _uploads(customer_id: int, handoffs: Handoffs) -> Iterator[DocumentLine]:
    members = handoffs.teams.members
    for row in _files(customer_id):
        yield DocumentLine(
            handoff_id=row.handoff_id,
            runbook=handoffs.runbook_of(row.handoff_id),
            title=row.name,
            act="attached",
            by=members[row.by_id].name if row.by_id else row.source,
            at=row.at,
            key=row.key,
        )


@prepared
def _files(customer_id: int) -> QuerySet[models.Upload, Any]:
    rows = models.Upload.objects.filter(handoff__customer=customer_id, is_loose=False).order_by("-at", "-id")
    return rows.values_list("handoff_id", "name", "by_id", "source", "at", "key", named=True)[: MOST + 1]


_LOOKS = {
    models.Delivery.State.QUEUED: "waiting",
    models.Delivery.State.SENDING: "open",
    models.Delivery.State.SENT: "done",
    models.Delivery.State.FAILED: "error",
    models.Delivery.State.UNKNOWN: "warning",
}


_SENT = ("handoff_id", "step", "person_id", "name", "state", "error", "changed_at")


def messages_of(customer_id: int, handoffs: Handoffs) -> tuple[MessageLine, ...]:
    """The latest first."""
    members = handoffs.teams.members
    return tuple(
        MessageLine(
            handoff_id=row.handoff_id,
            step=row.step,
            title=handoffs.title_of(row.handoff_id, row.step),
            runbook=handoffs.runbook_of(row.handoff_id),
            to=members[row.person_id].name if row.person_id else row.name,
            look=_LOOKS[models.Delivery.State(row.state)],
            word=models.Delivery.State(row.state).label,
            error=row.error,
            at=row.changed_at,
        )
        for row in _deliveries(customer_id)
    )


@prepared
def _deliveries(customer_id: int) -> QuerySet[models.Delivery, Any]:
    rows = models.Delivery.objects.filter(handoff__customer=customer_id).order_by("-changed_at", "-id")
    return rows.values_list(*_SENT, named=True)[: MOST + 1]


def meetings_of(handoffs: Handoffs, now: datetime) -> tuple[MeetingLine, ...]:
    """Those to come, the nearest first; then the others, the latest first."""
    found = [
        _meeting(one, step, meeting, now)
        for one in handoffs.opened
        for step, meetings in one.state.meetings.items()
        for meeting in meetings
    ]
    to_come = sorted((one for one in found if one.state == "planned"), key=lambda one: one.at)
    return (*to_come, *sorted((one for one in found if one.state != "planned"), key=lambda one: one.at, reverse=True))


def _meeting(opened: Opened, step: str, meeting: Meeting, now: datetime) -> MeetingLine:
    is_past = meeting.state == "planned" and (meeting.meets_at <= now or opened.state.is_over)
    return MeetingLine(
        handoff_id=opened.row.pk,
        step=step,
        title=title_of_step(opened, step),
        runbook=opened.row.runbook_version.title,
        state="passed" if is_past else meeting.state,
        at=meeting.meets_at,
        text=clock_text(meeting.meets_at, opened.plan.calendar.zone, now),
        attendees=meeting.attendees,
    )
