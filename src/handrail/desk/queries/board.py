"""The handoffs of one runbook as a board: a column for each stage, what is most pressing on top.

One rule: a column shows its first few and says how many more there are; nothing counts without an end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from handrail.desk import models
from handrail.desk.queries.handoffs import COLUMNS, HandoffRow, handoff_rows, order_of
from handrail.desk.queries.pages import MOST_COUNTED
from handrail.desk.queries.runbooks import current_runbooks
from handrail.desk.queries.strands import counts_of, first_ids
from handrail.desk.queries.wanted import RUNNING, LookedUp, Wanted, look_up, strands_of
from handrail.desk.runbooks import runbook_of

CARDS = 10


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A runbook of which there are handoffs like those that are wanted."""

    name: str
    title: str
    count: str
    is_shown: bool


@dataclass(frozen=True, kw_only=True)
class StageColumn:
    """`count` is how many there are in all, `more` how many of them have no card here; empty where all have one."""

    stage: str
    cards: tuple[HandoffRow, ...]
    count: str
    more: str


@dataclass(frozen=True, kw_only=True)
class Board:
    runbook: str
    title: str
    tabs: tuple[Tab, ...]
    columns: tuple[StageColumn, ...]

    @property
    def is_empty(self) -> bool:
        return not any(column.cards for column in self.columns)


def board(wanted: Wanted, now: datetime) -> Board:
    """Of the runbook that is wanted; where none is, of the one of which there are most."""
    runbooks = current_runbooks()
    known = look_up(wanted)
    counted = counts_of([strands_of(replace(wanted, runbook=one.name), now, known) for one in runbooks])
    counts = dict(zip(runbooks, counted, strict=True))
    most = max(counts, key=lambda one: counts[one], default=None)
    shown = next((one for one in counts if one.name == wanted.runbook), None if wanted.runbook else most)
    if shown is None:
        return Board(runbook="", title="", tabs=(), columns=())
    return Board(
        runbook=shown.name,
        title=shown.title,
        tabs=tuple(
            Tab(name=one.name, title=one.title, count=_text(count), is_shown=one == shown)
            for one, count in counts.items()
            if count or one == shown
        ),
        columns=tuple(
            _columns(
                [replace(wanted, runbook=shown.name, stage=one) for one in _stages(shown.name)], wanted, known, now
            )
        ),
    )


def _columns(several: Sequence[Wanted], wanted: Wanted, known: LookedUp, now: datetime) -> Iterator[StageColumn]:
    """Only the ids are looked for stage by stage; the cards of all are read at once."""
    shown = [one for one in several if wanted.stage in {"", one.stage}]
    strands = {one.stage: strands_of(one, now, known) for one in shown}
    ids = {
        one.stage: first_ids(strands_of(one, now, known, in_order=True), order_of("due"), CARDS + 1) for one in shown
    }
    taken = models.Handoff.objects.filter(pk__in=[pk for found in ids.values() for pk in found[:CARDS]])
    cards = {row.id: row for row in handoff_rows(list(taken.values(*COLUMNS)), now)}
    for (one, found), count in zip(ids.items(), counts_of(list(strands.values())), strict=True):
        more = max(0, min(count, MOST_COUNTED) - CARDS)
        yield StageColumn(
            stage=one,
            cards=tuple(cards[pk] for pk in found[:CARDS] if pk in cards),
            count=_text(count),
            more="" if not more else f"{more:,}{'+' if count > MOST_COUNTED else ''}",
        )


def _text(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def _stages(name: str) -> tuple[str, ...]:
    """Those of the current version, then those that only an older one has, where a handoff still follows it."""
    followed = Exists(models.Handoff.objects.filter(runbook_version=OuterRef("pk"), status=RUNNING))
    rows = models.RunbookVersion.objects.filter(Q(is_current=True) | followed, name=name)
    versions = rows.select_related("calendar").defer("source").order_by("-is_current", "-published_at", "-id")
    return tuple(dict.fromkeys(stage for row in versions for stage in runbook_of(row).stages))
