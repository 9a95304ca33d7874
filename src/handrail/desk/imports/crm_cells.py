"""What a row of a CRM export says, cell by cell: days, amounts, yes and no, and whether a stage is an end.

One rule: a cell that cannot be read is left out of what is reckoned with, told, and kept as it is written.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from handrail.desk.imports.mapping import folded
from handrail.desk.imports.problem import quoted
from handrail.runbook.kinds import Date, Number, Unfit, YesNo, read_scalar

_LARGEST = Decimal(10) ** 14
_DAY_AND_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_CURRENCY = re.compile(r"^(?:[$€£]|[A-Z]{3}\s)\s*|\s*(?:[$€£]|\s[A-Z]{3})$")

_ENDS = frozenset(
    folded(one)
    for one in (
        "won", "lost", "closed", "closed won", "closed lost", "done", "complete", "completed", "finished", "resolved",
        "solved", "cancelled", "canceled", "declined", "rejected", "abandoned", "expired", "duplicate", "merged",
        "held", "took place", "stopped", "replied", "ended", "over",
    )
)  # fmt: skip


def is_end(stage: str, chosen: Mapping[str, str]) -> bool:
    """`chosen` says of stages whether they are `open` or `closed`; of others their words do."""
    said = chosen.get(stage)
    return folded(stage) in _ENDS or folded(stage).startswith("closed") if said is None else said == "closed"


@lru_cache(maxsize=4_096)
def day_of(text: str) -> date | Unfit:
    timed = _DAY_AND_TIME.fullmatch(text)
    value = read_scalar(Date(), timed[1] if timed else text)
    assert isinstance(value, date | Unfit)
    return value


@lru_cache(maxsize=4_096)
def amount_of(text: str) -> Decimal | Unfit:
    value = read_scalar(Number(), _CURRENCY.sub("", text))
    if isinstance(value, Unfit):
        return Unfit(f"{quoted(text)} is not an amount. Write it like 5000 or 5,000.00.")
    assert isinstance(value, Decimal)
    if abs(value) >= _LARGEST:
        return Unfit(f"{quoted(text)} is larger than an amount can be.")
    if value != value.quantize(Decimal("0.01")):
        return Unfit(f"{quoted(text)} is finer than a cent, and would be changed by keeping it.")
    return value.quantize(Decimal("0.01"))


def yes_or_no(text: str) -> bool | Unfit:
    said = {"true": "yes", "1": "yes", "false": "no", "0": "no", "y": "yes", "n": "no"}.get(text.casefold(), text)
    value = read_scalar(YesNo(), said)
    assert isinstance(value, bool | Unfit)
    return value
