"""What a bulk action would do, before anybody confirms it.

One rule: each handoff is asked by the rules that will be asked again when it is done; of a long list the first are, and
it is said that they are a sample.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.desk.calendars import UnreadableCalendar
from handrail.desk.company import company
from handrail.desk.long_work.acts import Act, Standing, foreseen
from handrail.desk.long_work.bulk import Selection
from handrail.desk.queries.handoffs import first_ids
from handrail.desk.queries.wanted import wanted_rows
from handrail.desk.runbooks import UnreadableVersion, plan_of
from handrail.handoff import wire
from handrail.handoff.people import Actor
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused

MOST_LOOKED_AT = 200
MOST_COUNTED = 10_000
_UNREADABLE = Refused(code="unreadable", says="Its version of the runbook can no longer be read.")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A handoff that was looked at; None stands for what cannot be read."""

    handoff_id: int
    customer: str
    stage: str
    standing: Standing | None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """`total` handoffs are selected, counted up to ten thousand; `seen` are those that were looked at."""

    seen: tuple[Seen, ...]
    total: int

    @property
    def is_sample(self) -> bool:
        return len(self.seen) < self.total

    @property
    def rest(self) -> str:
        """How many were not looked at."""
        most = f"more than {MOST_COUNTED - len(self.seen):,}"
        return most if self.total > MOST_COUNTED else f"{self.total - len(self.seen):,}"

    @property
    def number(self) -> str:
        """`1 handoff`, `40 handoffs`, `more than 10,000 handoffs`"""
        if self.total > MOST_COUNTED:
            return f"more than {MOST_COUNTED:,} handoffs"
        return "1 handoff" if self.total == 1 else f"{self.total:,} handoffs"

    @property
    def roles(self) -> tuple[tuple[str, str], ...]:
        """The roles that there are in them, each once, with its title."""
        plans = {id(one.standing.plan): one.standing.plan for one in self.seen if one.standing}
        found = {role.name: role.title for plan in plans.values() for role in plan.runbook.roles.values()}
        return tuple(sorted(found.items(), key=lambda one: one[1]))


@dataclass(frozen=True, kw_only=True)
class Group:
    """Handoffs that are refused for one reason."""

    says: str
    seen: tuple[Seen, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    changed: tuple[Seen, ...]
    unchanged: tuple[Seen, ...]
    refused: tuple[Group, ...]

    @property
    def refused_count(self) -> int:
        return sum(len(group.seen) for group in self.refused)


def look(selection: Selection, now: datetime) -> Looked:
    """The same few queries, however many there are."""
    if selection.wanted is None:
        ids, total = list(selection.ids[:MOST_LOOKED_AT]), len(selection.ids)
    else:
        ids = first_ids(selection.wanted, now, MOST_LOOKED_AT)
        few = len(ids) < MOST_LOOKED_AT
        total = len(ids) if few else wanted_rows(selection.wanted, now)[: MOST_COUNTED + 1].count()
    rows = models.Handoff.objects.filter(pk__in=ids).select_related("customer", "runbook_version__calendar")
    found = {row.pk: row for row in rows.defer("runbook_version__source")}
    return Looked(seen=tuple(_seen([found[one] for one in ids if one in found])), total=total)


def _seen(rows: Sequence[models.Handoff]) -> Iterator[Seen]:
    revision = company().revision
    names = {row.runbook for row in rows}
    versions = models.RunbookVersion.objects.filter(name__in=names, is_current=True).select_related("calendar")
    current = {row.name: _plan(row, revision) for row in versions.defer("source")}
    for row in rows:
        plan = _plan(row.runbook_version, revision)
        state = wire.decode_handoff(row.state)
        standing = Standing(plan=plan, state=state, current=current.get(row.runbook)) if plan else None
        yield Seen(handoff_id=row.pk, customer=row.customer.name, stage=row.stage, standing=standing)


def _plan(version: models.RunbookVersion, revision: int) -> Plan | None:
    try:
        return plan_of(version, revision)
    except (UnreadableVersion, UnreadableCalendar):
        return None


def preview(act: Act, looked: Looked, by: Actor, now: datetime) -> Preview:
    changed: list[Seen] = []
    unchanged: list[Seen] = []
    refused: dict[str, list[Seen]] = {}
    for one in looked.seen:
        outcome = foreseen(act, one.standing, by, now) if one.standing else _UNREADABLE
        if isinstance(outcome, Refused):
            refused.setdefault(outcome.says, []).append(one)
        else:
            (changed if outcome else unchanged).append(one)
    groups = (Group(says=says, seen=tuple(seen)) for says, seen in refused.items())
    most_first = sorted(groups, key=lambda group: -len(group.seen))
    return Preview(changed=tuple(changed), unchanged=tuple(unchanged), refused=tuple(most_first))
