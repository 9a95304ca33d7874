"""Queries that are put together once: Django takes several times as long to write a small statement as a database to
answer it, and the statement is the same each time but for its values.

One rule: only the words of a statement are kept, never what it found. What is given by its place is a value of the
statement, and must reach it as it is; what is given by its name decides which statement it is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

Given = ParamSpec("Given")
Row = TypeVar("Row")

# What stands for the values while a statement is put together: nobody's ids, words, times and days.
_NUMBER, _WORD, _TIME, _DAY = 2_100_000_000, "stands-for-", datetime(9000, 1, 1, tzinfo=UTC), date(9001, 1, 1)


def prepared(form: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, list[Row]]:
    """The rows of the query that `form` makes: its arguments by place are whole numbers, words, times and days that
    columns are compared with, those by name anything else that it depends on."""

    @wraps(form)
    def rows(*values: Given.args, **choices: Given.kwargs) -> list[Row]:
        if any(isinstance(one, int) and not 0 <= one < _NUMBER for one in values):
            return list(form(*values, **choices))  # which knows what no column can hold
        # A connection is one thread's, so nobody else is filling in values.
        known = vars(connections[DEFAULT_DB_ALIAS]).setdefault("handrail_prepared", {})
        key = (form, *map(type, values), *choices.items())
        if key not in known:
            known[key] = _Statement(form, values, choices)
        found: list[Row] = known[key].rows(values)
        return found

    return rows


class _Statement:
    """The query with its words known, and where in it each value stands."""

    def __init__(
        self, form: Callable[..., QuerySet[Any, Any]], values: tuple[Any, ...], choices: dict[str, Any]
    ) -> None:
        stand_ins = [_stand_in(value, at) for at, value in enumerate(values)]
        self._query = form(*stand_ins, **choices)
        compiler = self._query.query.get_compiler(DEFAULT_DB_ALIAS)
        self._words, self._fixed = compiler.as_sql()
        self._places = tuple(_places(self._fixed, [_written(one) for one in stand_ins]))
        assert {place for _, place, _ in self._places} == set(range(len(values))), f"{form} changes a value."
        self._values: tuple[Any, ...] = ()
        self._read: Any = self._query._iterable_class
        # Django's own reading of rows goes on from here as if it had just written the statement.
        setattr(compiler, "as_sql", self._filled)  # noqa: B010
        setattr(self._query.query, "get_compiler", lambda *_, **__: compiler)  # noqa: B010

    def rows(self, values: tuple[Any, ...]) -> list[Any]:
        self._values = values
        rows: Iterable[Any] = self._read(self._query)
        return list(rows)

    def _filled(self, *_: Any, **__: Any) -> tuple[str, list[Any]]:
        filled = list(self._fixed)
        for at, place, kind in self._places:
            filled[at] = kind(self._values[place])
        return self._words, filled


def _places(fixed: Sequence[Any], written: list[Any]) -> Iterator[tuple[int, int, Callable[[Any], Any]]]:
    """Where the value of each place stands, and how it is written there: a driver tells sizes of numbers apart."""
    for at, one in enumerate(fixed):
        if one in written:
            yield at, written.index(one), type(one) if isinstance(one, int) else _written


def _written(value: Any) -> Any:
    """As the database is given it."""
    match value:
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
    return value


def _stand_in(value: object, at: int) -> object:
    match value:
        case datetime():
            return _TIME.replace(day=1 + at)
        case date():
            return _DAY.replace(day=1 + at)
        case str():
            return f"{_WORD}{at}"
        case int() if not isinstance(value, bool):
            return _NUMBER + at
    raise TypeError(f"{value!r} is no value that a statement can be prepared for.")
