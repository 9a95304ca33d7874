"""The company's runbooks: which there are, which versions, and how many handoffs follow each.

One rule: nothing counts without an end; what is beyond `MOST_COUNTED` is told as more.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.runbooks import runbook_of
from handrail.runbook.kinds import Kind
from handrail.runbook.model import Runbook

MOST_COUNTED = 2_000

_STATUS = models.Handoff.Status


@dataclass(frozen=True, kw_only=True)
class RunbookChoice:
    name: str
    title: str
    version: str


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A version of a runbook; `running` handoffs follow it now, and `over` are those that did, to their end or not.
    Both are counted to one beyond `MOST_COUNTED`."""

    id: int
    name: str
    title: str
    version: str
    digest: str
    is_current: bool
    published_at: datetime
    published_by: str
    running: int
    over: int

    @property
    def running_text(self) -> str:
        return counted(self.running)

    @property
    def over_text(self) -> str:
        return counted(self.over)


class _Counted(Subquery):
    """How many rows the query has, which is sliced so that it ends."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field: ClassVar = IntegerField()


def counted(number: int) -> str:
    """`1,204`, and `2,000+` beyond what is counted."""
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def in_order(version: int | OuterRef, *, running: bool) -> QuerySet[models.Handoff]:
    """The handoffs of a version that run, or those that do not, in the order of the index of versions and statuses. In
    that order few are found without looking at others; in no order the database may look through all there are."""
    rows = models.Handoff.objects.filter(runbook_version=version).order_by("status")
    if running:
        return rows.filter(status__gte=_STATUS.RUNNING, status__lte=_STATUS.RUNNING)
    return rows.filter(status__lt=_STATUS.RUNNING)  # cancelled and over: both come before it


def _followers(*, running: bool) -> _Counted:
    return _Counted(in_order(OuterRef("pk"), running=running).values("status")[: MOST_COUNTED + 1])


@lru_cache(maxsize=2)
def _current(revision: int) -> tuple[tuple[RunbookChoice, Runbook], ...]:
    """By title; read once for each revision of the company."""
    rows = models.RunbookVersion.objects.filter(is_current=True).select_related("calendar").defer("source")
    return tuple(
        (RunbookChoice(name=row.name, title=row.title, version=row.version), runbook_of(row))
        for row in rows.order_by("title", "name")
    )


def current_runbooks() -> tuple[RunbookChoice, ...]:
    return tuple(choice for choice, _ in _current(company().revision))


def runbooks_in_force() -> tuple[Runbook, ...]:
    """The current runbooks themselves, by title."""
    return tuple(runbook for _, runbook in _current(company().revision))


def stages() -> tuple[str, ...]:
    """The stages of the current runbooks, each once, in their order."""
    return tuple(dict.fromkeys(stage for runbook in runbooks_in_force() for stage in runbook.stages))


def known_facts() -> dict[str, tuple[tuple[str, Kind], ...]]:
    """Under each fact's name, the title and kind that each current runbook which has it gives it."""
    found: dict[str, list[tuple[str, Kind]]] = {}
    for runbook in runbooks_in_force():
        for fact in runbook.facts.values():
            found.setdefault(fact.name, []).append((fact.title, fact.kind))
    return {name: tuple(declared) for name, declared in found.items()}


def versions(name: str = "") -> tuple[VersionLine, ...]:
    """Every version of the runbook, the latest first; without a name the current version of each."""
    rows = models.RunbookVersion.objects.select_related("published_by").defer("source").order_by("-published_at", "-id")
    rows = rows.filter(name=name) if name else rows.filter(is_current=True).order_by("title", "name")
    found = rows.annotate(running=_followers(running=True), over=_followers(running=False))
    return tuple(
        VersionLine(
            id=row.pk,
            name=row.name,
            title=row.title,
            version=row.version,
            digest=row.digest,
            is_current=row.is_current,
            published_at=row.published_at,
            published_by=row.published_by.name if row.published_by else "",
            running=row.running,
            over=row.over,
        )
        for row in found
    )
