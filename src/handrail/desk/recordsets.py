"""Many rows as one value of a statement, so that neither the driver nor the database takes longer to read a statement
than to carry it out.

One rule: the rows are an array of JSON, each an array in the order of the columns, which are named with their types.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection

AT_ONCE = 1_000

Columns = Sequence[tuple[str, str]]
"""Name and type, as PostgreSQL has it; SQLite takes values as JSON has them."""


def source(columns: Columns) -> str:
    """What stands after FROM, with a place for the one value; its alias is `v`."""
    if connection.vendor == "sqlite":
        names = ", ".join(f"value ->> {at} AS {name}" for at, (name, _) in enumerate(columns))
        return f"(SELECT {names} FROM json_each(%s)) AS v"
    names = ", ".join(f"CAST(e.value ->> {at} AS {kind}) AS {name}" for at, (name, kind) in enumerate(columns))
    return f"(SELECT {names} FROM jsonb_array_elements(CAST(%s AS jsonb)) AS e(value)) AS v"


def value(rows: Iterable[Sequence[Any]]) -> str:
    return json.dumps([[_plain(one) for one in row] for row in rows], ensure_ascii=False)


def _plain(one: Any) -> Any:
    return one.isoformat() if isinstance(one, date) else one


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


def same() -> str:
    """Whether two are the same, also where both are empty."""
    return "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
