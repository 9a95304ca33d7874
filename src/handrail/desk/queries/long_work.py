"""Long work as people see it: what there is, how far each has come, and what became of each handoff.

One rule: what a page counts stands in the work's report; rows are read a page at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.desk.queries.health import any_worker_lives, lasting
from handrail.desk.queries.pages import Page, page_of

State = models.LongWork.State

_LOOKS = {
    State.QUEUED: ("waiting", "Waiting to begin"),
    State.RUNNING: ("running", "Under way"),
    State.DONE: ("done", "Done"),
    State.CANCELLED: ("cancelled", "Cancelled"),
    State.FAILED: ("error", "Failed"),
}
_UNITS = {
    "import": "rows",
    "order import": "orders",
    "recheck": "orders",
    "flip": "accounts",
    "take back": "accounts",
    "look": "accounts",
    "clean up": "entitlements",
    "undo a clean-up": "entitlements",
    "earlier sales": "rows",
}
_LEAST_TO_FORESEE = 5.0  # seconds that it must have run before anybody can say how long it will


@dataclass(frozen=True, kw_only=True)
class WorkLine:
    """`look` is a state that a badge can show, `word` what it says."""

    id: int
    sort: str
    title: str
    look: str
    word: str
    done: int
    total: int | None
    unit: str
    says: str
    by: str
    at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    is_trying_again: bool

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None

    @property
    def percent(self) -> int | None:
        """None as long as nobody knows of how many."""
        return min(100, 100 * self.done // self.total) if self.total else None

    @property
    def so_far(self) -> str:
        """`1,240 of 3,000 handoffs`"""
        if self.total is None:
            return f"{self.done:,} {self.unit} so far" if self.done else "Finding out how much there is to do"
        return f"{self.done:,} of {self.total:,} {self.unit}"

    @property
    def roughly(self) -> str:
        """What is said aloud of it: another word only every tenth of the way."""
        if self.percent is None:
            return self.word
        return f"{self.word}, {self.percent // 10 * 10} percent"

    def left(self, now: datetime) -> str:
        """`About 3 minutes left`; empty where nobody can tell."""
        if not self.total or not self.done or self.started_at is None or self.is_ended or self.is_trying_again:
            return ""
        ran = (now - self.started_at).total_seconds()
        if ran < _LEAST_TO_FORESEE:
            return ""
        return f"About {lasting(max(1.0, ran * (self.total - self.done) / self.done))} left"


def line_of(row: models.LongWork) -> WorkLine:
    look, word = _LOOKS[State(row.state)]
    return WorkLine(
        id=row.pk,
        sort=row.sort,
        title=row.title,
        look=look,
        word=word,
        done=row.done,
        total=row.total,
        unit=_UNITS.get(row.sort, "handoffs"),
        says=row.says,
        by=row.by_name,
        at=row.at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        is_trying_again=row.tries > 0 and row.ended_at is None,
    )


def works(person_id: int | None, number: int) -> Page[WorkLine]:
    """Newest first; those of a person, or where there is none, everybody's."""
    rows = models.LongWork.objects.defer("asks", "place", "report").order_by("-at", "-id")
    rows = rows if person_id is None else rows.filter(by=person_id)
    return page_of(rows, number, lambda taken: tuple(line_of(row) for row in taken))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a work has come as its page shows it, again and again."""

    work: WorkLine
    left: str
    no_worker: bool


def progress_of(row: models.LongWork, now: datetime) -> Progress:
    line = line_of(row)
    no_worker = not line.is_ended and not any_worker_lives(now)
    return Progress(work=line, left="" if no_worker else line.left(now), no_worker=no_worker)


# ------------------------------------------------------------------------------------------ what became of each handoff


@dataclass(frozen=True, kw_only=True)
class Tally:
    """`name` is empty where there are no rows to show for it."""

    name: str
    title: str
    count: int


@dataclass(frozen=True, kw_only=True)
class OutcomeLine:
    handoff_id: int
    customer: str
    runbook: str
    word: str
    says: str


_WORDS = {
    "unchanged": "As they were",
    "refused": "Refused",
    "failed": "Failed",
    "mended": "Mended",
    "broken": "Documents that no longer verify",
    "waiting": "Not reached",
}
_ONE = {"unchanged": "As it was", "broken": "A document no longer verifies"}
_WITHOUT_ROWS = "as they were"


def tallies_of(row: models.LongWork) -> tuple[Tally, ...]:
    """By what became of them, those that were changed first; of work that is not about handoffs, none."""
    if row.sort in {"import", "order import", "recheck", "earlier sales"}:
        return ()
    counts: dict[str, int] = row.report.get("counts", {})
    changed = () if row.sort == "rebuild" else (Tally(name="changed", title=_did(row), count=counts.get("changed", 0)),)
    named = tuple(
        Tally(name=name, title=title, count=counts[name]) for name, title in _WORDS.items() if counts.get(name)
    )
    as_were = counts.get(_WITHOUT_ROWS, 0)
    rest = (Tally(name="", title=_WORDS["unchanged"], count=as_were),) if as_were else ()
    not_reached = row.total - row.done if row.ended_at and row.total is not None and row.sort != "rebuild" else 0
    unreached = (Tally(name="waiting", title=_WORDS["waiting"], count=not_reached),) if not_reached > 0 else ()
    return (*changed, *named, *rest, *unreached)


def reasons_of(row: models.LongWork) -> tuple[tuple[str, int], ...]:
    """Why handoffs were refused, the most frequent reason first."""
    reasons: dict[str, int] = row.report.get("reasons", {})
    return tuple(sorted(reasons.items(), key=lambda one: -one[1]))


def _did(row: models.LongWork) -> str:
    return str(row.asks.get("did", "Changed"))


def outcomes(row: models.LongWork, state: str, number: int) -> Page[OutcomeLine]:
    rows = models.WorkedHandoff.objects.filter(work=row, state=state).order_by("handoff")
    shown = rows.select_related("handoff__customer", "handoff__runbook_version").defer(*_UNREAD)
    return page_of(shown, number, lambda taken: tuple(_outcome(one, row) for one in taken))


def all_outcomes(row: models.LongWork) -> Iterator[OutcomeLine]:
    """Of every handoff, read bit by bit."""
    rows = models.WorkedHandoff.objects.filter(work=row).order_by("state", "handoff")
    shown = rows.select_related("handoff__customer", "handoff__runbook_version").defer(*_UNREAD)
    return (_outcome(one, row) for one in shown.iterator(chunk_size=2_000))


_UNREAD = ("handoff__state", "handoff__runbook_version__source")


def _outcome(one: models.WorkedHandoff, row: models.LongWork) -> OutcomeLine:
    word = _did(row) if one.state == "changed" else _ONE.get(one.state) or _WORDS.get(one.state, one.state)
    return OutcomeLine(
        handoff_id=one.handoff_id,
        customer=one.handoff.customer.name,
        runbook=one.handoff.runbook_version.title,
        word=word,
        says=one.says,
    )
