"""Two versions of a runbook side by side: what changed, and which running handoffs would decide differently.

One rule: the work is bounded. Of the handoffs so many are looked at, a chunk at a time, and the page says how many.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from handrail.desk import models
from handrail.desk.queries.runbooks import VersionLine
from handrail.desk.runbooks import plan_of
from handrail.handoff import wire
from handrail.handoff.plan import Plan
from handrail.handoff.redeciding import Redecided, redecided
from handrail.runbook.difference import HEADINGS, Change, Names, Part, difference, names_between

MOST_LOOKED_AT = 2_000
MOST_LISTED = 100
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class ThingView:
    """What changed about one thing; `link` is its place on the page of the new version, "" where it is not there."""

    title: str
    link: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class PartView:
    part: Part
    title: str
    things: tuple[ThingView, ...]

    @property
    def count(self) -> int:
        return sum(len(thing.changes) for thing in self.things)


@dataclass(frozen=True, kw_only=True)
class HandoffLine:
    """A handoff that would decide differently. `decision` is the name of its page, which is that of its own version."""

    handoff_id: int
    customer: str
    decision: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """`lines` are cut at `MOST_LISTED`; `count` is not."""

    title: str
    count: int
    lines: tuple[HandoffLine, ...]


@dataclass(frozen=True, kw_only=True)
class TouchedView:
    """Of `running` handoffs, `looked_at` were asked; `differing` of them would decide something differently."""

    running: int
    looked_at: int
    differing: int
    decisions: tuple[DecisionLine, ...]

    @property
    def is_capped(self) -> bool:
        return self.looked_at < self.running


@dataclass(frozen=True, kw_only=True)
class ComparisonView:
    title: str
    parts: tuple[PartView, ...]
    touched: TouchedView

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)


def comparison_view(old: VersionLine, new: VersionLine, *, every_version: bool = False) -> ComparisonView:
    """With `every_version` the handoffs of all other versions are asked, else those of the old one."""
    rows = _versions(new.name)
    changes = _difference(rows[old.id], rows[new.id])
    asked = [one for one in rows.values() if one.pk != new.id and (every_version or one.pk == old.id)]
    return ComparisonView(
        title=rows[new.id].title,
        parts=tuple(_parts(changes)),
        touched=_touched(asked, rows[new.id]),
    )


def _versions(name: str) -> dict[int, models.RunbookVersion]:
    rows = models.RunbookVersion.objects.filter(name=name).select_related("calendar").defer("source")
    return {row.pk: row for row in rows}


def _difference(old: models.RunbookVersion, new: models.RunbookVersion) -> tuple[Change, ...]:
    return _difference_known_as((old.pk, old.digest), (new.pk, new.digest), plan_of(old), plan_of(new))


def _parts(changes: tuple[Change, ...]) -> Iterator[PartView]:
    for part, of_part in groupby(changes, key=lambda change: change.part):
        things = groupby(of_part, key=lambda change: (change.title, change.name))
        yield PartView(
            part=part,
            title=HEADINGS[part],
            things=tuple(_thing(part, title, name, tuple(of_thing)) for (title, name), of_thing in things),
        )
