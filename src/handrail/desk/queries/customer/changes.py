"""What changed about a customer lately: from what its page has read anyway, no query of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from operator import itemgetter

from handrail.desk import models
from handrail.desk.queries.customer.handoffs import HandoffLine, Handoffs
from handrail.desk.queries.customer.rows import DocumentLine, OwnerLine
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.handoff.people import by_words

MOST = 30
_ACTS = {"signed": "signed", "accepted": "accepted", "attached": "attached"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """`says` is a whole sentence; `handoff_id` is empty where it is about the customer itself."""

    at: datetime
    says: str
    icon: str
    handoff_id: int | None = None
    runbook: str = ""


def changes_of(
    record: Iterable[models.CustomerFact],
    owners: Iterable[OwnerLine],
    handoffs: Handoffs,
    documents: Iterable[DocumentLine],
) -> tuple[Change, ...]:
    """The latest first."""
    found = [
        *_of_record(record),
        *(change for one in owners for change in _of_owner(one)),
        *(change for one in handoffs.lines for change in _of_handoff(one)),
        *(change for one in handoffs.opened for change in _of_state(one)),
        *_done(handoffs.opened),
        *(_of_document(one) for one in documents),
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:MOST])


def _of_record(record: Iterable[models.CustomerFact]) -> Iterator[Change]:
    counted: dict[tuple[datetime, str], int] = {}
    for row in record:
        counted[(row.at, row.source)] = counted.get((row.at, row.source), 0) + 1
    for (at, source), count in counted.items():
        yield Change(at=at, says=f"{_facts(count)} came from {source or 'somewhere'}.", icon="database")


def _facts(count: int) -> str:
    return "A fact" if count == 1 else f"{count} facts"


def _of_owner(owner: OwnerLine) -> Iterator[Change]:
    yield Change(at=owner.since, says=f"{owner.name} became the account owner.", icon="user-round-check")


def _of_handoff(line: HandoffLine) -> Iterator[Change]:
    yield Change(at=line.started_at, says="The handoff started.", icon="play", handoff_id=line.id, runbook=line.title)
    if line.ended_at is not None:
        says = f"The handoff ended: {line.end}." if line.end else f"The handoff is {line.status}."
        yield Change(at=line.ended_at, says=says, icon="flag", handoff_id=line.id, runbook=line.title)


def _of_state(opened: Opened) -> Iterator[Change]:
    yield from _facts_told(opened)
    for step, meetings in opened.state.meetings.items():
        for one in meetings:
            if one.state == "held":
                yield _in(opened, one.meets_at, f"A meeting of “{title_of_step(opened, step)}” was held.", "users")


def _done(handoffs: Iterable[Opened]) -> Iterator[Change]:
    """The latest steps: of hundreds only so many are told."""
    steps = (
        (known.since, opened, name, known)
        for opened in handoffs
        for name, known in opened.state.steps.items()
        if known.state == "done" and known.by is not None
    )
    for at, opened, name, known in nlargest(MOST, steps, key=itemgetter(0)):
        says = f"{by_words(known.by, known.on_behalf_of)} did “{title_of_step(opened, name)}”."
        yield _in(opened, at, says, "circle-check")


def _facts_told(opened: Opened) -> Iterator[Change]:
    """Those that one person told at one time, together; what the handoff started with is told by its start."""
    titles: dict[tuple[datetime, str], list[str]] = {}
    for name, known in opened.state.facts.items():
        fact = opened.plan.runbook.facts.get(name)
        if fact is not None and known.at != opened.state.started_at:
            who = known.by.name if known.by else known.source
            titles.setdefault((known.at, who), []).append(fact.title)
    for (at, who), told in titles.items():
        rest = f" and {len(told) - 2} more" if len(told) > 2 else ""
        yield _in(opened, at, f"{who or 'Somebody'} told: {', '.join(told[:2])}{rest}.", "pencil")


def _of_document(line: DocumentLine) -> Change:
    says = f"{line.by or 'Somebody'} {_ACTS.get(line.act, line.act)} “{line.title}”."
    return Change(at=line.at, says=says, icon="file-check", handoff_id=line.handoff_id, runbook=line.runbook)


def _in(opened: Opened, at: datetime, says: str, icon: str) -> Change:
    title = opened.row.runbook_version.title
    return Change(at=at, says=says, icon=icon, handoff_id=opened.row.pk, runbook=title)
