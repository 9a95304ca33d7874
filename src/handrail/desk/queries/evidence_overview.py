"""The evidence of a whole handoff at a glance: what was given, what does not apply, what is missing, and from whom.

One rule: it asks the database nothing; what is owed later, by steps that are not open yet, is counted apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.evidence import EvidenceItem, evidence_of
from handrail.desk.queries.opened import Opened
from handrail.handoff.contacts import contacts_in
from handrail.handoff.items import in_order
from handrail.handoff.outside import turn_of
from handrail.runbook.model import Step

_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class MissingPiece:
    """`from_whom` owes it; where it is asked outside, `asked_at` is when they were last sent their link."""

    step: str
    title: str
    of: str
    from_whom: str
    is_outside: bool
    asked_at: datetime | None
    handed_in: bool


@dataclass(frozen=True, kw_only=True)
class BrokenPiece:
    step: str
    title: str
    says: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class EvidenceOverview:
    """`more` are further missing pieces; `later` those of steps that are not open yet."""

    given: int
    not_applicable: int
    missing: tuple[MissingPiece, ...]
    more: int
    later: int
    broken: tuple[BrokenPiece, ...]

    @property
    def is_there(self) -> bool:
        return bool(self.given or self.not_applicable or self.missing or self.later)

    @property
    def count_missing(self) -> int:
        return len(self.missing) + self.more


def evidence_overview(opened: Opened) -> EvidenceOverview:
    steps = [one for one in in_order(opened.plan, opened.state) if opened.state.state_of(one.name) != "not needed"]
    pieces = [(step, item) for step in steps for item in evidence_of(opened, step) if item.name]
    missing = [(step, item) for step, item in pieces if item.state == "missing"]
    now = [_missing(opened, step, item) for step, item in missing if opened.state.state_of(step.name) == "open"]
    return EvidenceOverview(
        given=sum(item.state == "given" for _, item in pieces),
        not_applicable=sum(item.state == "not applicable" for _, item in pieces),
        missing=tuple(now[:_SHOWN]),
        more=max(0, len(now) - _SHOWN),
        later=len(missing) - len(now),
        broken=tuple(_broken(opened, steps))[:_SHOWN],
    )


def _missing(opened: Opened, step: Step, item: EvidenceItem) -> MissingPiece:
    turn = turn_of(opened.state, step.name)
    return MissingPiece(
        step=step.name,
        title=item.title,
        of=step.title,
        from_whom=item.asked_of or item.owed_by,
        is_outside=bool(item.asked_of),
        asked_at=_asked_at(opened, step) if item.asked_of else None,
        handed_in=turn is not None and turn.whose == "ours",
    )


def _asked_at(opened: Opened, step: Step) -> datetime | None:
    people = contacts_in(opened.plan, opened.state, step.asked_of) if step.asked_of else ()
    return max((opened.state.linked[one.email] for one in people if one.email in opened.state.linked), default=None)


def _broken(opened: Opened, steps: list[Step]) -> Iterator[BrokenPiece]:
    for step in steps:
        for one in opened.state.evidence.get(step.name, ()):
            if one.broken:
                yield BrokenPiece(step=step.name, title=one.title, says=one.broken, since=one.broken_at)
