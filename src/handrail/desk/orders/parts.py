"""What other parts of the order desk do here, by name.

One rule: a part that is not installed is None, and whoever asks says so in words.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

RECHECK = ("checking", "recheck")  # (row, order, *, now) → findings, kept on the row
MADE = ("papers", "made")  # (row, kind, language) → bytes
BEGIN = ("onward", "begin")  # (row, *, now): the handoff to Customer Success
ENTITLE = ("entitling", "entitle")  # (row, *, now): what the customer has of what it bought


@cache
def part(named: tuple[str, str]) -> Callable[..., Any] | None:
    module, name = f"handrail.desk.orders.{named[0]}", named[1]
    return getattr(import_module(module), name, None) if find_spec(module) is not None else None
