"""A page of rows that several ordered strands make up, such as the handoffs of each status.

One rule: each strand follows an index of its own from its beginning; only what a page can need is taken and merged.
"""

from collections.abc import Callable, Iterator, Sequence
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
    some: Sequence[Rows] = (),
    total: int | None = None,
) -> Page[Row]:
    """The page of the rows, each as its columns. `are_sorted` where they are found in no order, perhaps a thousand of
    them: then only those of the page are looked up whole. `counted` are the same rows where they are quicker counted in
    another way, `some` a part of them that may be beyond counting by itself, `total` how many there are where that is
    known."""
    start, size = (number - 1) * SIZE, SIZE
    taken = _taken(strands, order, start, size + 1, columns, are_sorted=are_sorted)
    is_all = len(taken) <= size and (start == 0 or bool(taken))  # then nothing needs counting
    if is_all:
        total = start + len(taken)
    elif total is None:
        is_beyond = bool(some) and _count(some) > MOST_COUNTED
        total = MOST_COUNTED + 1 if is_beyond else _count(counted or strands)
    return Page(
        rows=show(taken[:size]),
        number=number,
        first=start + 1,
        total=min(total, MOST_COUNTED),
        total_text=f"{MOST_COUNTED:,}+" if total > MOST_COUNTED else f"{total:,}",
        before=number - 1 if number > 1 else None,
        after=number + 1 if len(taken) > size and number < MOST_PAGES else None,
    )


def _count(strands: Sequence[Rows]) -> int:
    return min(sum(count_of(one) for one in strands), MOST_COUNTED + 1)


def count_of(rows: Rows) -> int:
    """At most one more than what is counted."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


STANDS_FOR = "stands for any"


@dataclass(frozen=True)
class Alike:
    """Lists of strands that differ in one value alone, such as the stages of a board: `strands` are put together once,
    with `STANDS_FOR` in its place, and asked for with each of the `values` in one statement."""

    strands: Sequence[Rows]
    values: Sequence[str]

    def counts(self) -> list[int]:
        """How many there are with each value; each strand at most one more than what is counted."""
        asked = self._each([rows.order_by().values("pk")[: MOST_COUNTED + 1] for rows in self.strands])
        counted = [
            (f"SELECT %s AS at, COUNT(*) AS number FROM ({sql}) AS one", (at, *given)) for at, sql, given in asked
        ]
        found = [0] * len(self.values)
        for at, number in _all(counted):
            found[at] += number
        return found

    def first_ids(self, order: Order, size: int) -> list[list[int]]:
        """The ids of the first so many with each value."""
        keys = [rows.order_by(*order.names).values(order.column, "id") for rows in self.strands]
        if _last(order) and connection.vendor != "postgresql":  # as `nulls_last` takes them
            keys = [rows.filter(**{f"{order.column}__isnull": empty}) for rows in keys for empty in (False, True)]
        column = connection.ops.quote_name(order.column)
        asked = self._each([rows[:size] for rows in keys])
        taken = [(f"SELECT %s AS at, {column}, id FROM ({sql}) AS one", (at, *given)) for at, sql, given in asked]
        found: list[list[tuple[Any, int]]] = [[] for _ in self.values]
        for at, value, pk in _all(taken):
            found[at].append((value, pk))
        return [order.merged(one)[:size] for one in found]

    def _each(self, several: Sequence[Rows]) -> Iterator[tuple[int, str, tuple[Any, ...]]]:
        """Each statement with each value in its place, and which value that is."""
        for sql, given in [rows.query.sql_with_params() for rows in several]:
            for at, value in enumerate(self.values):
                yield at, sql, tuple(value if one == STANDS_FOR else one for one in given)


def _all(statements: Sequence[tuple[str, tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The rows of all of them, asked for at once."""
    if not statements:
        return []
    with connection.cursor() as cursor:
        whole = " UNION ALL ".join(sql for sql, _ in statements)
        cursor.execute(whole, [value for _, given in statements for value in given])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _taken(
    strands: Sequence[Rows], order: Order, start: int, count: int, columns: Sequence[str], *, are_sorted: bool = False
) -> list[Any]:
    if len(strands) == 1 and not are_sorted and start == 0:
        return _part(strands[0].order_by(*order.names).values(*columns), order, start, count)
    if len(strands) == 1:  # what is skipped is not read
        ids = _part(strands[0].order_by(*order.names).values_list("pk", flat=True), order, start, count)
    else:
        ids = first_ids(strands, order, start + count)[start:]
    by_id = {row["id"]: row for row in strands[0].model._default_manager.filter(pk__in=ids).values(*columns)}
    return [by_id[pk] for pk in ids if pk in by_id]


def _keys(rows: Rows, order: Order, count: int) -> list[tuple[Any, int]]:
    return _part(rows.order_by(*order.names).values_list(order.column, "id"), order, 0, count)


def _part(ordered: Rows, order: Order, start: int, count: int) -> list[Any]:
    return nulls_last(ordered, _last(order), start, count) if _last(order) else list(ordered[start : start + count])


def _last(order: Order) -> str:
    return order.column if order.may_be_empty else ""
