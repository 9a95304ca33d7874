"""One page of a list: where it begins, what comes before and after, how many there are in all.

One rule: nothing counts or skips without an end; a list is searched and filtered, not leafed through.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

SIZE = 40
MOST_COUNTED = 1_000
MOST_PAGES = 200

Row = TypeVar("Row")
AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """`total` stops at `MOST_COUNTED`, and then `total_text` says so; `before` and `after` are page numbers."""

    rows: tuple[Row, ...]
    number: int
    first: int
    total: int
    total_text: str
    before: int | None
    after: int | None

    @property
    def is_beyond_counting(self) -> bool:
        return self.total_text != f"{self.total:,}"

    @property
    def says(self) -> str:
        if not self.rows:
            return "Nothing on this page" if self.total else "None"
        return f"{self.first:,}–{self.first + len(self.rows) - 1:,} of {self.total_text}"


def page_number(text: str) -> int:
    """The page that a query string names; the first where it names none that there could be."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), MOST_PAGES)


def page_of(
    rows: QuerySet[Any, Any],
    number: int,
    show: Callable[[list[Any]], tuple[Row, ...]],
    *,
    size: int = SIZE,
    last: str = "",
    counted: QuerySet[Any, Any] | None = None,
    total: int | None = None,
    taken: list[Any] | None = None,
) -> Page[Row]:
    """The page of ordered `rows`. With `last`, rows without a value in that column come after all others. `counted` are
    the same rows with less about each, where `rows` look up more; `total` is how many there are, or more than are
    counted, where that is known; `taken` are the rows of the page and the one after it, where they are read already."""
    start = (number - 1) * size
    if taken is None:
        taken = nulls_last(rows, last, start, size + 1) if last else list(rows[start : start + size + 1])
    is_all = len(taken) <= size and (start == 0 or bool(taken))  # then nothing needs counting
    if is_all:
        total = start + len(taken)
    elif total is None:
        total = _count(rows if counted is None else counted)
    more = len(taken) > size and number < MOST_PAGES
    return Page(
        rows=show(taken[:size]),
        number=number,
        first=start + 1,
        total=min(total, MOST_COUNTED),
        total_text=f"{MOST_COUNTED:,}+" if total > MOST_COUNTED else f"{total:,}",
        before=number - 1 if number > 1 else None,
        after=number + 1 if more else None,
    )


def read_in_order(rows: QuerySet[AnyModel], ids: Sequence[int]) -> list[AnyModel]:
    """Those of the ids that there are, in their order, where only these are read whole."""
    found = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


def _count(rows: QuerySet[Any, Any]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()


def nulls_last(rows: QuerySet[Any, Any], column: str, start: int, count: int) -> list[Any]:
    """Two queries that each follow an index, where one ordered with its nulls last would sort all rows."""
    if connection.vendor == "postgresql" and rows.query.order_by[:1] == (column,):
        return list(rows[start : start + count])  # its indexes have them last
    filled = rows.filter(**{f"{column}__isnull": False})
    taken = list(filled[start : start + count])
    if len(taken) == count:
        return taken
    # Counted in its order, which follows an index: of a few among many, a database may else look at all.
    skipped = max(0, start - filled[: start + 1].count()) if start and not taken else 0
    empty = rows.filter(**{f"{column}__isnull": True})
    return taken + list(empty[skipped : skipped + count - len(taken)])
