"""Facts of an account, by name and as they were written, read as numbers, days and rows.

One rule: what cannot be read is as good as missing.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from handrail.runbook.kinds import Written

Facts = Mapping[str, Written]


def number_of(facts: Facts, name: str) -> Decimal | None:
    written = facts.get(name)
    if not isinstance(written, str):
        return None
    try:
        return Decimal(written.replace(",", ""))
    except InvalidOperation:
        return None


def day_of(facts: Facts, name: str) -> date | None:
    written = facts.get(name)
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def rows_of(facts: Facts, name: str) -> list[Mapping[str, str]]:
    written = facts.get(name)
    return list(written) if isinstance(written, list) else []


def folded(written: Written) -> str:
    return " ".join(written.split()).casefold() if isinstance(written, str) else repr(written)
