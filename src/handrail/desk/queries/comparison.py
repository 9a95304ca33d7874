"""Two versions of a runbook side by side: what changed, and which running handoffs would decide differently.

One rule: the work is bounded. Of the handoffs so many are looked at, a chunk at a time, and the page says how many.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Protocol

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.queries.runbook.lines import Sort, place_of
from handrail.desk.queries.runbooks import VersionLine, counted
from handrail.desk.runbooks import plan_of
from handrail.handoff import wire
from handrail.handoff.plan import Plan
from handrail.handoff.redeciding import Redecided, affected, redecided
from handrail.runbook.difference import HEADINGS, Change, Names, Part, difference, names_between

MOST_LOOKED_AT = 2_000
MOST_LISTED = 100
CHUNK = 500


class _Row(Protocol):
    """What is read of a running handoff."""

    pk: int
    customer__name: str
    runbook_version_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class ThingView:
    """What changed about one thing, and the cases that it decides differently for it; `place` is where the page of a
    version has it."""

    title: str
    place: str
    changes: tuple[Change, ...]
    cases: tuple[Change, ...]

    @property
    def is_gone(self) -> bool:
        """Whether only the old version has it."""
        return len(self.changes) == 1 and self.changes[0].sort == "removed"


@dataclass(frozen=True, kw_only=True)
class PartView:
    title: str
    things: tuple[ThingView, ...]

    @property
    def count(self) -> int:
        return sum(len(thing.changes) + len(thing.cases) for thing in self.things)


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

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True, kw_only=True)
class TouchedView:
    """Of `running` handoffs, `decisive` are of a version with a decision that is another one now. `looked_at` of those
    were asked; `differing` would decide something differently."""

    running: int
    decisive: int
    looked_at: int
    differing: int
    decisions: tuple[DecisionLine, ...]

    @property
    def is_capped(self) -> bool:
        return self.looked_at < self.decisive

    @property
    def running_text(self) -> str:
        return counted(self.running)

    @property
    def decisive_text(self) -> str:
        return counted(self.decisive)


@dataclass(frozen=True, kw_only=True)
class ComparisonView:
    title: str
    parts: tuple[PartView, ...]
    touched: TouchedView

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)


def comparison_view(old: VersionLine, new: VersionLine, asked: Sequence[VersionLine]) -> ComparisonView:
    """`asked` are the versions whose running handoffs are asked what they would decide under the new one."""
    plans = _plans([old, new, *asked])
    return ComparisonView(
        title=plans[new.id].runbook.title,
        parts=parts_between(plans[old.id], plans[new.id]),
        touched=_touched(plans, asked, plans[new.id]),
    )


def changes_between(versions: Sequence[VersionLine]) -> tuple[tuple[PartView, ...], ...]:
    """Of each version but the last what changed from the one that follows it here, which is the one before."""
    plans = _plans(versions) if len(versions) > 1 else {}
    return tuple(parts_between(plans[old.id], plans[new.id]) for new, old in pairwise(versions))


def parts_between(old: Plan, new: Plan) -> tuple[PartView, ...]:
    """What changed from one version to the other, by part and thing."""
    return tuple(_parts(_difference(old, new)))


def _plans(versions: Sequence[VersionLine]) -> dict[int, Plan]:
    wanted = {one.id for one in versions}
    rows = models.RunbookVersion.objects.filter(pk__in=wanted).select_related("calendar").defer("source")
    revision = company().revision
    return {row.pk: plan_of(row, revision) for row in rows}


@lru_cache(maxsize=64)
def _difference(old: Plan, new: Plan) -> tuple[Change, ...]:
    return difference(old.runbook, new.runbook)


@lru_cache(maxsize=256)
def _names(old: Plan, new: Plan) -> Names:
    return names_between(old.runbook, new.runbook)


@lru_cache(maxsize=256)
def _affected(old: Plan, new: Plan) -> frozenset[str]:
    return affected(old, new, _names(old, new))


def _parts(changes: tuple[Change, ...]) -> Iterator[PartView]:
    for part, of_part in groupby(changes, key=lambda change: change.part):
        things = groupby(of_part, key=lambda change: (change.title, change.name))
        yield PartView(
            title=HEADINGS[part],
            things=tuple(_thing(part, title, name, tuple(of_thing)) for (title, name), of_thing in things),
        )


# The parts that have another place than their own on the page of a version, and those whose every thing has one.
_PLACES: dict[Part, str] = {"notes": "about", "history": "about", "about": ""}
_THINGS: dict[Part, Sort] = {
    "facts": "fact",
    "derived": "derived",
    "roles": "role",
    "decisions": "decision",
    "sessions": "session",
    "windows": "window",
    "messages": "message",
    "events": "event",
    "steps": "step",
    "forms": "form",
    "milestones": "milestone",
}


def _thing(part: Part, title: str, name: str, changes: tuple[Change, ...]) -> ThingView:
    place = place_of(_THINGS[part], name) if name and part in _THINGS else _PLACES.get(part, part)
    return ThingView(
        title=title,
        place=place,
        changes=tuple(one for one in changes if one.sort != "decides"),
        cases=tuple(one for one in changes if one.sort == "decides"),
    )


def _touched(plans: Mapping[int, Plan], asked: Sequence[VersionLine], new: Plan) -> TouchedView:
    lines: dict[str, list[HandoffLine]] = {}
    looked_at = differing = 0
    decisive = [one for one in asked if _affected(plans[one.id], new)]
    for row in _running([one.id for one in decisive]):
        plan = plans[row.runbook_version_id]
        handoff = wire.decode_handoff(row.state)
        found = tuple(redecided(new, handoff, _names(plan, new), _affected(plan, new)))
        looked_at, differing = looked_at + 1, differing + bool(found)
        for one in found:
            lines.setdefault(one.decision, []).append(_line(row, plan, new, one))
    return TouchedView(
        running=sum(one.running for one in asked),
        decisive=max(looked_at, sum(one.running for one in decisive)),
        looked_at=looked_at,
        differing=differing,
        decisions=tuple(
            DecisionLine(title=decision.title, count=len(lines[name]), lines=tuple(lines[name][:MOST_LISTED]))
            for name, decision in new.runbook.decisions.items()
            if name in lines
        ),
    )


def _running(version_ids: Sequence[int]) -> Iterator[_Row]:
    """The running handoffs of these versions, the oldest first, no more than are looked at; a query for each chunk."""
    rows = (
        models.Handoff.objects.filter(status=models.Handoff.Status.RUNNING, runbook_version__in=version_ids)
        .order_by("pk")
        .values_list("pk", "customer__name", "runbook_version_id", "state", named=True)
    )
    last, left = 0, MOST_LOOKED_AT
    while left > 0:
        chunk = list(rows.filter(pk__gt=last)[: min(CHUNK, left)])
        yield from chunk
        left -= len(chunk)
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].pk


def _line(row: _Row, plan: Plan, new: Plan, one: Redecided) -> HandoffLine:
    names = _names(plan, new)
    own = names.was("decisions", one.decision)
    old = {names.output_was(one.decision, name): value for name, value in one.old.items()}
    return HandoffLine(
        handoff_id=row.pk,
        customer=row.customer__name,
        decision=own,
        old=plan.spoken_outputs(own, old) or "undecided",
        new=new.spoken_outputs(one.decision, one.new) or "undecided",
    )
