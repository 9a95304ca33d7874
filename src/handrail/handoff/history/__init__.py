"""A handoff as its events leave it, and the fold that gets there.

One rule: folding refuses nothing and works nothing out; what an event says is so.
"""

from handrail.handoff.history.folding import apply, evolve, fold
from handrail.handoff.history.parts import (
    Addendum,
    Advice,
    Attached,
    Dispute,
    FieldAnswer,
    Had,
    Happened,
    Heard,
    KnownFact,
    Loan,
    Meeting,
    OnHold,
    OverrideState,
    Pause,
    Response,
    State,
    StepState,
    TakenDecision,
    Turn,
    Waiver,
)
from handrail.handoff.history.whole import Handoff, working_copy

__all__ = [
    "Addendum",
    "Advice",
    "Attached",
    "Dispute",
    "FieldAnswer",
    "Had",
    "Handoff",
    "Happened",
    "Heard",
    "KnownFact",
    "Loan",
    "Meeting",
    "OnHold",
    "OverrideState",
    "Pause",
    "Response",
    "State",
    "StepState",
    "TakenDecision",
    "Turn",
    "Waiver",
    "apply",
    "evolve",
    "fold",
    "working_copy",
]
