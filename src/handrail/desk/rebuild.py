"""Making the projections anew from the events, and saying where they had differed.

One rule: events and signed documents are never touched; a document that its events no longer give is reported.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from handrail.desk import ledger, meeting_rows, models, order_states, statements
from handrail.desk.projection import Projection, project
from handrail.desk.runbooks import plan_of
from handrail.handoff import events as e
from handrail.handoff.document import document, sha256
from handrail.handoff.history import Handoff, fold

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
                models.Handoff.objects.filter(pk__gt=last).select_for_update(of=("self",)).order_by("pk")[:CHUNK]
            )
            for row in rows:
                _rebuild_one(row, report)
        if not rows:
            return report
        last = rows[-1].pk


def rebuild_one(handoff_id: int) -> Report:
    """Of one handoff alone; an empty report where it is no more."""
    report = Report()
    with transaction.atomic():
        for row in models.Handoff.objects.filter(pk=handoff_id).select_for_update(of=("self",)):
            _rebuild_one(row, report)
    return report


def _rebuild_one(row: models.Handoff, report: Report) -> None:
    events = ledger.history_of(row.pk)
    handoff = fold(events)
    version = _version_followed(handoff)
    plan, mends = plan_of(version), False
    if meeting_rows.differ(row.pk, plan, handoff):
        meeting_rows.write(row.pk, plan, handoff)
        mends = True
    mends |= order_states.follow(row.pk, plan, handoff, events[-1].at)
    shown = project(plan, handoff, events[-1].at)
    report.handoffs += 1
    report.events += len(events)
    if mends or shown != standing(row, shown.columns) or _misplaced(row) or row.runbook_version_id != version.pk:
        report.mended.append(row.pk)
        models.Handoff.objects.filter(pk=row.pk).update(runbook_version=version)
        statements.write(row.pk, shown)
    report.broken.extend(_unverified(row.pk, events))


def _misplaced(row: models.Handoff) -> bool:
    """Whether a seat tells wrongly that the handoff runs, or that it does not."""
    return row.seats.exclude(is_running=row.status == models.Handoff.Status.RUNNING).exists()


def _version_followed(handoff: Handoff) -> models.RunbookVersion:
    """The version that the handoff followed as its events left it: it may have been moved to another one later."""
    return models.RunbookVersion.objects.select_related("calendar").get(digest=handoff.digest)


def standing(row: models.Handoff, columns: Iterable[str]) -> Projection:
    """The projection as the rows have it."""
    work = models.Work.objects.filter(handoff=row.pk)
    return Projection(
        columns={name: getattr(row, name) for name in columns},
        seats=dict(models.Seat.objects.filter(handoff=row.pk).values_list("role", "person_id")),
        work={
            (one.sort, one.name, one.role): {
                "person_id": one.person_id,
                "team": one.team,
                "title": one.title,
                "why": one.why,
                "due_at": one.due_at,
                "zone": one.zone,
            }
            for one in work
        },
        like=dict(models.LikeFact.objects.filter(handoff=row.pk).values_list("name", "words")),
    )


def _unverified(handoff_id: int, events: tuple[e.Recorded, ...]) -> Iterator[str]:
    """Each document is made anew under the version that was followed when it was signed."""
    for kept in models.SignedDocument.objects.filter(handoff=handoff_id):
        then = fold(events[: kept.number - 1])
        if sha256(document(plan_of(_version_followed(then)), then, kept.name)) != kept.sha256:
            yield f"Handoff {handoff_id}: the document {kept.act} at event {kept.number} is not what its events give."
