"""What a sort of long work is: its bit, and what came of it in words.

One rule: a bit is short, so that whoever takes turns with it is never late, and writes nothing outside the transaction
that it is done in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handrail.desk import models

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Bit:
    """What stands after a bit: `place` is where to go on, None at the end; `total` is None as long as nobody knows."""

    place: Json | None
    done: int
    total: int | None
    report: Json = field(default_factory=dict)


def _needs_nothing(work: models.LongWork) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Sort:
    """`outcome` says in words what came of the work once it has come to its end. `is_ready` gets something ready a
    little further, outside any transaction, and says whether that is enough for a bit."""

    name: str
    bit: Callable[[models.LongWork, datetime], Bit]
    outcome: Callable[[models.LongWork], str]
    is_ready: Callable[[models.LongWork], bool] = _needs_nothing


class CannotGoOn(Exception):
    """The work cannot be done however often it is tried, for the reason in words: then it has failed at once."""
