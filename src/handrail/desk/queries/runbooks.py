"""The company's runbooks: which there are, which versions, and how many handoffs follow each."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from handrail.desk import models
from handrail.desk.runbooks import runbook_of
from handrail.runbook.kinds import Kind

_RUNNING = Q(status=models.Handoff.Status.RUNNING)


@dataclass(frozen=True, kw_only=True)
class RunbookChoice:
    name: str
    title: str
    version: str


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A version of a runbook; `running` handoffs follow it now, and `over` are those that did, to their end or not."""

    id: int
    name: str
    title: str
    version: str
    is_current: bool
    published_at: datetime
    published_by: str
    running: int
    over: int


def current_runbooks() -> tuple[RunbookChoice, ...]:
    rows = models.RunbookVersion.objects.filter(is_current=True).order_by("title", "name")
    return tuple(RunbookChoice(name=n, title=t, version=v) for n, t, v in rows.values_list("name", "title", "version"))


def stages() -> tuple[str, ...]:
    """The stages of the current runbooks, each once, in their order."""
    rows = models.RunbookVersion.objects.filter(is_current=True).select_related("calendar").defer("source")
    return tuple(dict.fromkeys(stage for row in rows.order_by("title") for stage in runbook_of(row).stages))


def known_facts() -> dict[str, tuple[tuple[str, Kind], ...]]:
    """Under each fact's name, the title and kind that each current runbook which has it gives it."""
    rows = models.RunbookVersion.objects.filter(is_current=True).select_related("calendar").defer("source")
    found: dict[str, list[tuple[str, Kind]]] = {}
    for row in rows.order_by("title"):
        for fact in runbook_of(row).facts.values():
            found.setdefault(fact.name, []).append((fact.title, fact.kind))
    return {name: tuple(declared) for name, declared in found.items()}


def versions(name: str = "") -> tuple[VersionLine, ...]:
    """Every version of the runbook, the latest first; without a name the current version of each."""
    rows = models.RunbookVersion.objects.select_related("published_by").defer("source").order_by("-published_at", "-id")
    rows = rows.filter(name=name) if name else rows.filter(is_current=True).order_by("title", "name")
    taken = list(rows)
    counted = (
        models.Handoff.objects.filter(runbook_version__in=[row.pk for row in taken])
        .values("runbook_version")
        .annotate(running=Count("pk", filter=_RUNNING), over=Count("pk", filter=~_RUNNING))
        .values_list("runbook_version", "running", "over")
    )
    followed = {version: (running, over) for version, running, over in counted}
    return tuple(
        VersionLine(
            id=row.pk,
            name=row.name,
            title=row.title,
            version=row.version,
            is_current=row.is_current,
            published_at=row.published_at,
            published_by=row.published_by.name if row.published_by else "",
            running=running,
            over=over,
        )
        for row in taken
        for running, over in [followed.get(row.pk, (0, 0))]
    )
