"""How much of what could be tried without end a run tries: enough for every commit, and more for who asks for more.

Its one rule: whatever is left out at a commit is tried by `make soak-properties` or `make soak-durability`.
"""

from __future__ import annotations

import os

# Kills and everything between them, of tests that kill at random: that many times as often.
ROUNDS = int(os.environ.get("HANDRAIL_TEST_ROUNDS", "1"))
IS_SOAK = ROUNDS > 1
_TIMES = int(os.environ.get("HANDRAIL_TEST_EXAMPLES", "1"))


def examples(number: int) -> int:
    """Of a property: `number` at each commit, that times HANDRAIL_TEST_EXAMPLES for who asks for more."""
    return number * _TIMES


def step(on_sqlite: int, on_postgresql: int) -> int:
    """After every so-manieth statement somebody is killed; after every one where more is asked for."""
    is_sqlite = not os.environ.get("DATABASE_URL")
    return 1 if IS_SOAK else on_sqlite if is_sqlite else on_postgresql


def every(number: int) -> int:
    """Every so-manieth of what is walked through one by one; all where more is asked for."""
    return 1 if _TIMES > 1 else number
