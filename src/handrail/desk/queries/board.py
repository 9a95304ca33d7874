"""The handoffs of one runbook as a board: a column for each stage, what is most pressing on top.

One rule: a column shows its first few and says how many more there are; nothing counts without an end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.queries.handoffs import COLUMNS, HandoffRow, handoff_rows, order_of
from handrail.desk.queries.pages import MOST_COUNTED
from handrail.desk.queries.runbooks import current_runbooks
from handrail.desk.queries.strands import STANDS_FOR, Alike
from handrail.desk.queries.wanted import RUNNING, LookedUp, Wanted, look_up, strands_of
from handrail.desk.runbooks import runbook_of, version_at

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
    of_any = strands_of(replace(wanted, runbook=STANDS_FOR), now, known)
    counts = dict(zip(runbooks, Alike(of_any, [one.name for one in runbooks]).counts(), strict=True))
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
        columns=tuple(_columns(_stages(shown.name), replace(wanted, runbook=shown.name), known, now)),
    )


def _columns(stages: Iterable[str], wanted: Wanted, known: LookedUp, now: datetime) -> Iterator[StageColumn]:
    """Only the ids are looked for stage by stage; the cards of all are read at once."""
    shown, of_any = [one for one in stages if wanted.stage in {"", one}], replace(wanted, stage=STANDS_FOR)
    counts = Alike(strands_of(of_any, now, known), shown).counts()
    in_order = Alike(strands_of(of_any, now, known, in_order=True), shown)
    ids = dict(zip(shown, in_order.first_ids(order_of("due"), CARDS + 1), strict=True))
    taken = models.Handoff.objects.filter(pk__in=[pk for found in ids.values() for pk in found[:CARDS]])
    cards = {row.id: row for row in handoff_rows(list(taken.values(*COLUMNS)), now)}
    for (one, found), count in zip(ids.items(), counts, strict=True):
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
    revision = company().revision
    runbooks = (runbook_of(version_at(pk, revision)) for pk in _followed(name))
    return tuple(dict.fromkeys(stage for runbook in runbooks for stage in runbook.stages))


@prepared
def _followed(name: str) -> QuerySet[models.RunbookVersion, int]:
    followed = Exists(models.Handoff.objects.filter(runbook_version=OuterRef("pk"), status=RUNNING))
    rows = models.RunbookVersion.objects.filter(Q(is_current=True) | followed, name=name)
    return rows.order_by("-is_current", "-published_at", "-id").values_list("pk", flat=True)
