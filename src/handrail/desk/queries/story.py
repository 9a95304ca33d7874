"""The history of a handoff as a readable story: who did what, when, and what followed by itself.

One rule: a story is told of whatever was recorded, also under a version of the runbook that the handoff has left.
"""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk import ledger, models
from handrail.desk.ledger import SEALING
from handrail.desk.queries.opened import Opened
from handrail.desk.queries.telling import told_of
from handrail.handoff import events as e
from handrail.handoff.people import by_words


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`who` is empty where a rule or the time acted, and told with a comma where it was for somebody who was away;
    `details` are further lines, `words` what a person said."""

    number: int
    at: datetime
    who: str
    did: str
    details: tuple[str, ...] = ()
    words: str = ""
    sort: str = ""
    step: str = ""
    document: bool = False


PAGE = 100


def story(opened: Opened, before: int | None = None) -> tuple[tuple[Entry, ...], int | None]:
    """A page of entries, newest first, and the number to go on before, None at the beginning of the history."""
    rows = models.Event.objects.filter(handoff=opened.row.pk)
    if before is not None:
        rows = rows.filter(number__lt=before)
    taken = list(rows.order_by("-number")[: PAGE + 1])
    entries = tuple(_entry(opened, ledger.event_of(row)) for row in taken[:PAGE])
    return entries, taken[PAGE - 1].number if len(taken) > PAGE else None


def _entry(opened: Opened, one: e.Recorded) -> Entry:
    told = told_of(opened, one.event, one.by)
    return Entry(
        number=one.number,
        at=one.at,
        who=f"{by_words(one.by, one.on_behalf_of)}," if one.on_behalf_of else by_words(one.by),
        did=told.did,
        details=told.details,
        words=told.words,
        sort=told.sort,
        step=told.step,
        document=isinstance(one.event, SEALING) and bool(one.event.sha256),
    )
