"""How many orders are wholly inside the catalogue, month by month, against the aim of 90 % (S4.13); and how the last
check of all orders against the catalogue went.

One rule: an order counts once it was submitted, on the day that it was ordered, by what was found when it was checked
last. Withdrawn ones do not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from handrail.desk import models
from handrail.order.rules.listed import BY_NAME

AIM = 90
MONTHS = 12
_UNCOUNTED = (models.Order.State.DRAFT, models.Order.State.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Month:
    """`percent` is rounded down, so that nothing reaches the aim that is below it; None without any order."""

    first: date
    orders: int
    inside: int

    @property
    def percent(self) -> int | None:
        return 100 * self.inside // self.orders if self.orders else None

    @property
    def is_below(self) -> bool:
        return self.percent is not None and self.percent < AIM


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A month as it is drawn, in the units of the picture."""

    month: Month
    x: int
    y: int
    width: int
    height: int
    middle: int


@dataclass(frozen=True, kw_only=True)
class Picture:
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    aim_y: int
    bars: tuple[Bar, ...]

    @property
    def plot_width(self) -> int:
        return self.right - self.left

    @property
    def plot_height(self) -> int:
        return self.bottom - self.top

    @property
    def months_y(self) -> int:
        return self.bottom + 16

    @property
    def aim_label_y(self) -> int:
        return self.aim_y + 4


@dataclass(frozen=True, kw_only=True)
class Share:
    """Of the last twelve months, this one last; `whole` is all of them together."""

    months: tuple[Month, ...]
    whole: Month
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    title: str
    what: str
    serves: str
    count: int


def share_until(today: date) -> Share:
    """One query, which an index answers alone."""
    firsts = _firsts(today)
    rows = models.Order.objects.filter(ordered_on__gte=firsts[0], ordered_on__lte=today).exclude(state__in=_UNCOUNTED)
    counted = rows.annotate(month=TruncMonth("ordered_on")).values("month").order_by("month")
    rows_by_month = counted.annotate(orders=Count("pk"), inside=Count("pk", filter=Q(is_outside=False)))
    found = {row["month"]: (row["orders"], row["inside"]) for row in rows_by_month}
    months = tuple(_month(first, *found.get(first, (0, 0))) for first in firsts)
    orders, inside = sum(one.orders for one in months), sum(one.inside for one in months)
    return Share(months=months, whole=Month(first=firsts[0], orders=orders, inside=inside), picture=_drawn(months))


def rules_of(work: models.LongWork | None) -> tuple[RuleCount, ...]:
    """By which rules settled orders would be otherwise now, the most frequent first."""
    counts: dict[str, int] = work.report.get("rules", {}) if work is not None else {}
    found = [
        RuleCount(title=BY_NAME[name].title, what=BY_NAME[name].what, serves=BY_NAME[name].serves, count=count)
        for name, count in counts.items()
        if name in BY_NAME
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.title)))


def _month(first: date, orders: int, inside: int) -> Month:
    return Month(first=first, orders=orders, inside=inside)


def _firsts(today: date) -> list[date]:
    """The first days of the last twelve months, oldest first."""
    months = today.year * 12 + today.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(months - MONTHS + 1, months + 1)]


_LEFT, _TOP, _BOTTOM, _STEP, _BAR = 36, 8, 300, 48, 30


def _drawn(months: Iterable[Month]) -> Picture:
    bars = tuple(_bar(place, month) for place, month in enumerate(months))
    right = _LEFT + _STEP * len(bars)
    return Picture(
        width=right + 8,
        height=_BOTTOM + 24,
        left=_LEFT,
        right=right,
        top=_TOP,
        bottom=_BOTTOM,
        aim_y=_y(AIM),
        bars=bars,
    )


def _bar(place: int, month: Month) -> Bar:
    x = _LEFT + _STEP * place + (_STEP - _BAR) // 2
    y = _y(month.percent or 0)
    return Bar(month=month, x=x, y=y, width=_BAR, height=_BOTTOM - y, middle=x + _BAR // 2)


def _y(percent: int) -> int:
    return _BOTTOM - (_BOTTOM - _TOP) * percent // 100
