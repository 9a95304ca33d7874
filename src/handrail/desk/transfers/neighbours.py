"""What other parts of transfers do once accounts or receivers change, where they are there.

One rule: preparing a transfer works without them, and what is missing is told.
"""

from datetime import datetime
from importlib import import_module
from typing import Any

from handrail.desk import models
from handrail.handoff.refusal import Refused

_NO_PROPOSALS = "Owners cannot be proposed or chosen here yet."


def classify(transfer_id: int, *, now: datetime) -> Refused | None:
    """The way of each account, by the runbook's decision."""
    part = _part("classifying")
    return None if part is None else part.classify(transfer_id, now=now)


def choose(
    transfer_id: int, line_ids: list[int], receiver_id: int | None, *, by: models.Person, now: datetime, adapt: bool
) -> Refused | None:
    """Whom the lines go to, by hand; with `adapt` the rest is proposed anew around it."""
    part = _part("proposing")
    if part is None:
        return Refused(code="missing", says=_NO_PROPOSALS)
    return part.choose(transfer_id, line_ids, receiver_id, by=by, now=now, adapt=adapt)  # type: ignore[no-any-return]


def _part(name: str) -> Any:
    path = f"handrail.desk.transfers.{name}"
    try:
        return import_module(path)
    except ModuleNotFoundError as missing:
        if missing.name != path:
            raise
        return None
