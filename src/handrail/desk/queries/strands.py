"""A page of rows that several ordered strands make up, such as the handoffs of each status.

One rule: each strand follows an index of its own from its beginning; only what a page can need is taken and merged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet

from handrail.desk.queries.pages import MOST_COUNTED, MOST_PAGES, SIZE, Page, nulls_last

Row = TypeVar("Row")
Rows = QuerySet[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Order:
    """By a column, and where it is the same by the id, `with_it` or against it: as the index has them. Rows without a
    value in it come last, both ways, where it `may_be_empty`."""

    column: str
    down: bool = False
    with_it: bool = True
    may_be_empty: bool = False

    @property
    def names(self) -> tuple[str, str]:
        sign, tie = "-" if self.down else "", "-" if self.down == self.with_it else ""
        return f"{sign}{self.column}", f"{tie}id"

    def merged(self, taken: Sequence[tuple[Any, int]]) -> list[int]:
        """The ids of (value, id) in the order."""
        against = 1 if self.with_it else -1
        filled = sorted((one for one in taken if one[0] is not None), key=lambda one: (one[0], against * one[1]))
        empty = sorted(pk for value, pk in taken if value is None)
        return [*(pk for _, pk in (reversed(filled) if self.down else filled)), *empty]


def first_of(strands: Sequence[Rows], order: Order, columns: Sequence[str], size: int) -> list[dict[str, Any]]:
    """The first so many rows of the strands, each as its columns."""
    return _taken(strands, order, 0, size, columns)


def first_ids(strands: Sequence[Rows], order: Order, size: int) -> list[int]:
    """The ids of the first so many rows of the strands."""
    return order.merged([pair for one in strands for pair in _keys(one, order, size)])[:size]


def page_of_strands(
    strands: Sequence[Rows],
    order: Order,
    number: int,
    columns: Sequence[str],
    show: Callable[[list[dict[str, Any]]], tuple[Row, ...]],
    *,
    are_sorted: bool = False,
    counted: Sequence[Rows] | None = None,
    total: int | None = None,
) -> Page[Row]:
    """The page of the rows, each as its columns. `are_sorted` where they are found in no order, perhaps a thousand of
    them: then only those of the page are looked up whole. `counted` are the same rows where they are quicker counted in
    another way, `total` how many there are where that is known."""
    start, size = (number - 1) * SIZE, SIZE
    taken = _taken(strands, order, start, size + 1, columns, are_sorted=are_sorted)
    is_all = len(taken) <= size and (start == 0 or bool(taken))  # then nothing needs counting
    if is_all:
        total = start + len(taken)
    elif total is None:
        total = min(sum(count_of(one) for one in counted or strands), MOST_COUNTED + 1)
    return Page(
        rows=show(taken[:size]),
        number=number,
        first=start + 1,
        total=min(total, MOST_COUNTED),
        total_text=f"{MOST_COUNTED:,}+" if total > MOST_COUNTED else f"{total:,}",
        before=number - 1 if number > 1 else None,
        after=number + 1 if len(taken) > size and number < MOST_PAGES else None,
    )


def count_of(rows: Rows) -> int:
    """At most one more than what is counted."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def counts_of(several: Sequence[Sequence[Rows]]) -> list[int]:
    """How many the strands of each are, in one query; each strand at most one more than what is counted."""
    counted = [[rows.order_by().values("pk")[: MOST_COUNTED + 1].query for rows in strands] for strands in several]
    asked = [one.sql_with_params() for strands in counted for one in strands]
    if not asked:
        return [0 for _ in several]
    with connection.cursor() as cursor:
        selected = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS one)" for sql, _ in asked)
        cursor.execute(f"SELECT {selected}", [value for _, values in asked for value in values])
        found = iter(cursor.fetchone())
    return [sum(next(found) for _ in strands) for strands in counted]


def _taken(
    strands: Sequence[Rows], order: Order, start: int, count: int, columns: Sequence[str], *, are_sorted: bool = False
) -> list[Any]:
    if len(strands) == 1 and not are_sorted:
        rows = strands[0].order_by(*order.names).values(*columns)
        return nulls_last(rows, _last(order), start, count) if _last(order) else list(rows[start : start + count])
    ids = first_ids(strands, order, start + count)[start:]
    by_id = {row["id"]: row for row in strands[0].model._default_manager.filter(pk__in=ids).values(*columns)}
    return [by_id[pk] for pk in ids if pk in by_id]


def _keys(rows: Rows, order: Order, count: int) -> list[tuple[Any, int]]:
    keys = rows.order_by(*order.names).values_list(order.column, "id")
    return nulls_last(keys, _last(order), 0, count) if _last(order) else list(keys[:count])


def _last(order: Order) -> str:
    return order.column if order.may_be_empty else ""
