"""What a command led to, as the ledger recorded it."""

from dataclasses import dataclass
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Change:
    """`events` as recorded (none where nothing changed) and the handoff after them; `project_id` is the first handoff
    of its project, where it has one, and `attend_at` when the desk was to look beyond it next, as the database has it.
    """

    handoff_id: int
    events: tuple[e.Recorded, ...]
    handoff: Handoff
    plan: Plan
    project_id: int | None = None
    attend_at: Any = None
