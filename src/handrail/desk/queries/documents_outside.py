"""The documents that were shared with somebody outside: of each the last version that they were given.

One rule: only what a colleague shared with that very address.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.queries.opened import Opened
from handrail.handoff import events as e
from handrail.handoff import wire


@dataclass(frozen=True, kw_only=True)
class SharedDocument:
    """`number` is that of the version, `on` the day on which it was shared."""

    number: int
    title: str
    on: str


def documents_for(opened: Opened, address: str) -> tuple[SharedDocument, ...]:
    last: dict[str, SharedDocument] = {}
    for number, event, on in _shared(opened):
        if address.lower() in event.contacts:
            title = opened.plan.runbook.documents[event.document].title if event.document else opened.row.customer.name
            last[event.document] = SharedDocument(number=number, title=title, on=on)
    return tuple(last.values())


def _shared(opened: Opened) -> Iterator[tuple[int, e.Shared, str]]:
    if not any(step.shares for step in opened.plan.runbook.steps.values()):
        return
    rows = models.Event.objects.filter(handoff=opened.row.pk, kind=e.Shared.__name__).order_by("number")
    for row in rows:
        event = wire.decode(row.kind, row.data)
        day = opened.plan.calendar.day_of(row.at)
        if isinstance(event, e.Shared) and (not event.document or event.document in opened.plan.runbook.documents):
            yield row.number, event, f"{day.day} {day:%B %Y}"
