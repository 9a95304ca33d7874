"""The handoffs that one worker could not wake, and when it tries each of them again.

One rule: it is the memory of one process. Another worker finds out by itself, and so does this one when it starts anew
with the mistake mended.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_TOLD = 100
_LONGEST_WORDS = 200

# Of PostgreSQL: somebody has held a row of the project for longer than `lock_timeout`; and the transaction was ended
# because its process had stood still.
_LOCK_NOT_AVAILABLE = "55P03"
_IDLE_IN_TRANSACTION = "25P03"

What = tuple[str, int]
"""The column that says when it is due, and the handoff."""


@dataclass(frozen=True, kw_only=True)
class _Fault:
    tries: int
    again_at: datetime
    says: str


@dataclass(kw_only=True)
class Failing:
    _faults: dict[What, _Fault] = field(default_factory=dict)

    def put_off(self, what: What, says: str, now: datetime) -> timedelta:
        """Each time for twice as long, an hour at most; for how long."""
        tries = self._faults[what].tries + 1 if what in self._faults else 1
        doublings: int = 2 ** min(tries - 1, 10)
        pause = min(_FIRST_PAUSE * doublings, _LONGEST_PAUSE)
        self._faults[what] = _Fault(tries=tries, again_at=now + pause, says=says[:_LONGEST_WORDS])
        return pause

    def mended(self, what: What) -> None:
        self._faults.pop(what, None)

    def put_off_now(self, column: str, now: datetime) -> list[int]:
        """Those that are not to be tried yet."""
        return [key for (by, key), fault in self._faults.items() if by == column and fault.again_at > now]

    def told(self) -> dict[str, str]:
        """By handoff what went wrong, of a hundred at most."""
        return {str(key): fault.says for (_, key), fault in list(self._faults.items())[:_MOST_TOLD]}


def is_the_databases(fault: Exception) -> bool:
    """Whether the database failed, and not what was being done."""
    state = getattr(fault.__cause__, "sqlstate", None)
    if isinstance(fault, OperationalError | InterfaceError):
        return state != _LOCK_NOT_AVAILABLE
    return state == _IDLE_IN_TRANSACTION
