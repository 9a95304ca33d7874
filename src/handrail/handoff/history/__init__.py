"""A handoff as its events leave it, and the fold that gets there.

One rule: folding refuses nothing and works nothing out; what an event says is so.
"""

from handrail.handoff.history.folding import apply, evolve, fold
from handrail.handoff.history.parts import (
    Advice,
    Attached,
    Dispute,
    FieldAnswer,
    Happened,
    KnownFact,
    Loan,
    Meeting,
    OnHold,
    OverrideState,
    State,
    StepState,
    TakenDecision,
    Turn,
    Waiver,
)
from handrail.handoff.history.whole import Handoff, working_copy

__all__ = [
    "Advice",
    "Attached",
    "Dispute",
    "FieldAnswer",
    "Handoff",
    "Happened",
    "KnownFact",
    "Loan",
    "Meeting",
    "OnHold",
    "OverrideState",
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
