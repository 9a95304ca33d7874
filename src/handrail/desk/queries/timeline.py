"""The handoffs over weeks: a bar for each from its start to its last due day, with what is marked in between.

One rule: places are parts of the window in per cent; what is drawn is also said in words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.queries.due import day_text
from handrail.desk.queries.handoffs import COLUMNS, HandoffRow, handoff_rows
from handrail.desk.queries.pages import Page
from handrail.desk.queries.strands import Order, page_of_strands
from handrail.desk.queries.wanted import RUNNING, Wanted, strands_of
from handrail.desk.runbooks import plan_of

WEEKS = 13
_BACK = 2
_STEP = 8  # weeks that "earlier" and "later" go
_WEEK = timedelta(days=7)
_LATEST = date(2200, 1, 1)
_EARLIEST = date(2000, 1, 3)


@dataclass(frozen=True, kw_only=True)
class Window:
    """Whole weeks from `first`, a Monday."""

    first: date
    today: date

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        return self.begins_at + WEEKS * _WEEK

    @property
    def weeks(self) -> tuple[tuple[date, bool], ...]:
        """Each Monday, and whether it is that of this week."""
        mondays = (self.first + _WEEK * at for at in range(WEEKS))
        return tuple((monday, monday <= self.today < monday + _WEEK) for monday in mondays)

    @property
    def now_x(self) -> str:
        """Where this week begins, in per cent; empty where it is not among them."""
        return next((f"{100 * at / WEEKS:.2f}%" for at, (_, is_now) in enumerate(self.weeks) if is_now), "")

    @property
    def week_width(self) -> str:
        return f"{100 / WEEKS:.2f}%"

    @property
    def last(self) -> date:
        return self.first + WEEKS * _WEEK - timedelta(days=1)

    @property
    def earlier(self) -> date:
        return max(self.first - _STEP * _WEEK, _EARLIEST)

    @property
    def later(self) -> date:
        return min(self.first + _STEP * _WEEK, _LATEST)

    @property
    def is_usual(self) -> bool:
        return self.first == _monday(self.today) - _BACK * _WEEK

    def place(self, at: datetime) -> float:
        """In per cent of the window; below 0 and above 100 outside of it."""
        return 100 * ((at - self.begins_at) / (self.ends_at - self.begins_at))


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From `x`, so wide, in per cent; `sort` is what it means: running, late, held, over, cancelled."""

    sort: str
    x: str
    width: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """`sort`: due, late, anchor, ended."""

    sort: str
    x: str
    says: str


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    handoff: HandoffRow
    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]
    says: str


def window_of(first: date | None, now: datetime) -> Window:
    """The week of `first` and those after it; as a rule from two weeks back."""
    today = now.astimezone(UTC).date()
    begins = _monday(today) - _BACK * _WEEK if first is None else _monday(min(max(first, _EARLIEST), _LATEST))
    return Window(first=begins, today=today)


def timeline(wanted: Wanted, window: Window, number: int, now: datetime) -> Page[TimelineRow]:
    strands = [
        _in_window(rows, is_running, window, now)
        for rows, is_running in zip(strands_of(wanted, now), _running(wanted), strict=False)
    ]
    return page_of_strands(strands, _order(window, now), number, COLUMNS, lambda taken: _rows(taken, window, now))


def _running(wanted: Wanted) -> list[bool]:
    """Whether each of the strands is of what runs."""
    statuses = [wanted.status] if wanted.status else list(models.Handoff.Status.values)
    return [status == RUNNING for status in statuses]


def _in_window(
    rows: QuerySet[models.Handoff], is_running: bool, window: Window, now: datetime
) -> QuerySet[models.Handoff]:
    """What runs reaches to this day at least, and what is over until it ended."""
    if window.begins_at > now or not is_running:
        rows = rows.filter(last_due_at__gte=window.begins_at)
    return rows.filter(started_at__lt=window.ends_at) if window.ends_at <= now else rows


def _order(window: Window, now: datetime) -> Order:
    """What ends first on top; of weeks gone by, what started last: so that either follows from where the weeks are."""
    if window.ends_at <= now:
        return Order(column="started_at", down=True)
    return Order(column="last_due_at", may_be_empty=window.begins_at <= now)


def _rows(taken: list[dict[str, Any]], window: Window, now: datetime) -> tuple[TimelineRow, ...]:
    rows = handoff_rows(taken, now)
    titles = _anchor_titles({row.version_id for row in rows if row.anchor})
    return tuple(_row(row, titles, window, now) for row in rows)


def _row(row: HandoffRow, titles: Mapping[int, str], window: Window, now: datetime) -> TimelineRow:
    marks = tuple(_marks(row, titles, now))
    return TimelineRow(
        handoff=row,
        stretches=tuple(_drawn(_stretches(row, now), window)),
        marks=tuple(
            Mark(sort=sort, x=f"{place:.2f}%", says=says)
            for sort, at, says in marks
            for place in [window.place(at)]
            if 0 <= place <= 100
        ),
        says=". ".join((_span(row, now), *(says for _, _, says in marks))) + ".",
    )


def _stretches(row: HandoffRow, now: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    if row.status != RUNNING:
        yield row.status, row.started_at, row.ended_at or row.changed_at
        return
    end = row.last_due_at or now
    yield "held" if row.held_since else "running", row.started_at, end
    if end < now:
        yield "held" if row.held_since else "late", max(end, row.started_at), now


def _drawn(stretches: Iterable[tuple[str, datetime, datetime]], window: Window) -> Iterator[Stretch]:
    for sort, begins, ends in stretches:
        left, right = max(window.place(begins), 0.0), min(window.place(ends), 100.0)
        if right >= 0 and left <= 100:
            yield Stretch(sort=sort, x=f"{left:.2f}%", width=f"{max(right - left, 0.4):.2f}%")


def _marks(row: HandoffRow, titles: Mapping[int, str], now: datetime) -> Iterator[tuple[str, datetime, str]]:
    """What is marked, when, and in words."""
    if row.anchor:
        at = datetime.combine(row.anchor, time(12), UTC)
        yield "anchor", at, f"{titles.get(row.version_id, 'Its day')} {_day(row.anchor, now)}"
    if row.ended_at:
        yield (
            "ended",
            row.ended_at,
            f"{'Cancelled' if row.status == 'cancelled' else 'Ended'} {_on(row.ended_at, row, now)}",
        )
    elif row.due:
        sort = "late" if row.due.state == "late" else "due"
        yield sort, row.due.at, f"Next due {row.due.text}, {row.due.words}"


def _span(row: HandoffRow, now: datetime) -> str:
    begins = f"Started {_on(row.started_at, row, now)}"
    if row.status != RUNNING:
        return begins
    held = f", on hold since {_on(row.held_since, row, now)}" if row.held_since else ""
    ends = f"last due {_on(row.last_due_at, row, now)}" if row.last_due_at else "no last due day yet"
    return f"{begins}, {ends}{held}"


def _on(at: datetime, row: HandoffRow, now: datetime) -> str:
    return _day(at.astimezone(ZoneInfo(row.zone)).date(), now)


def _day(day: date, now: datetime) -> str:
    return day_text(day, now.date())


def _anchor_titles(versions: set[int]) -> dict[int, str]:
    """The title of the fact that the days of each version count from."""
    if not versions:
        return {}
    rows = models.RunbookVersion.objects.filter(pk__in=versions).select_related("calendar").defer("source")
    revision = company().revision
    plans = {row.pk: plan_of(row, revision) for row in rows}
    return {pk: plan.runbook.facts[plan.anchor].title for pk, plan in plans.items() if plan.anchor}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
