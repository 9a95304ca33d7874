"""Making the projections anew from the events, and saying where they had differed.

One rule: events and signed documents are never touched; a document that its events no longer give is reported.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from handrail.desk import ledger, models, statements
from handrail.desk.projection import Projection, project
from handrail.desk.runbooks import plan_of
from handrail.handoff.document import document, sha256
from handrail.handoff.history import fold
from handrail.handoff.plan import Plan

CHUNK = 100


@dataclass(kw_only=True)
class Report:
    """`mended` are the handoffs whose rows differed; `broken` the sentences about documents that no longer verify."""

    handoffs: int = 0
    events: int = 0
    mended: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def rebuild() -> Report:
    """Chunk by chunk, each in a transaction of its own, so that others can write in between."""
    report = Report()
    last = 0
    while True:
        with transaction.atomic():
            rows = list(
                models.Handoff.objects.filter(pk__gt=last)
                .select_related("runbook_version__calendar")
                .select_for_update(of=("self",))
                .order_by("pk")[:CHUNK]
            )
            for row in rows:
                _rebuild_one(row, report)
        if not rows:
            return report
        last = rows[-1].pk


def _rebuild_one(row: models.Handoff, report: Report) -> None:
    plan = plan_of(row.runbook_version)
    events = ledger.history_of(row.pk)
    handoff = fold(events)
    shown = project(plan, handoff, events[-1].at if events else row.started_at)
    report.handoffs += 1
    report.events += len(events)
    if shown != standing(row, shown.columns):
        report.mended.append(row.pk)
        statements.write(row.pk, shown)
    report.broken.extend(_unverified(row.pk, plan))


def standing(row: models.Handoff, columns: Iterable[str]) -> Projection:
    """The projection as the rows have it."""
    work = models.Work.objects.filter(handoff=row.pk)
    return Projection(
        columns={name: getattr(row, name) for name in columns},
        seats=dict(models.Seat.objects.filter(handoff=row.pk).values_list("role", "person_id")),
        work={
            (one.sort, one.name, one.role): {
                "person_id": one.person_id,
                "title": one.title,
                "why": one.why,
                "due_at": one.due_at,
            }
            for one in work
        },
        like=dict(models.LikeFact.objects.filter(handoff=row.pk).values_list("name", "words")),
    )


def _unverified(handoff_id: int, plan: Plan) -> Iterator[str]:
    events = ledger.history_of(handoff_id)
    for kept in models.SignedDocument.objects.filter(handoff=handoff_id):
        then = fold(events[: kept.number - 1])
        if sha256(document(plan, then)) != kept.sha256:
            yield f"Handoff {handoff_id}: the document {kept.act} at event {kept.number} is not what its events give."
