"""A handoff as its events leave it."""

from dataclasses import dataclass, field
from datetime import datetime

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
    State,
    StepState,
    TakenDecision,
    Turn,
    Waiver,
)
from handrail.handoff.people import Person
from handrail.runbook.kinds import Written


@dataclass(kw_only=True)
class Handoff:
    """`number` is that of the last event; a handoff is over when it has an `end` or was cancelled.

    Steps go by their names; one that is done for a record of a list by `name@key`, where `items` has the key of each
    record by the text of its first column. `found` has how the desk found the holder of a role, where it did. `begun`
    has for each step that somebody began, or a happening, the event that did. `refusals` are the steps that the last
    refusal of an acceptance opened again, while it stands. `heard` goes by addresses, in small letters.
    `letters` has, by what each of those outside gets once, who has it; `edits` what a message says to this customer
    instead, by step and language.
    refusal of an acceptance opened again, while it stands. `linked` has when somebody outside was last sent the link to
    their own page, by address.
    """

    number: int = 0
    runbook: str = ""
    version: str = ""
    digest: str = ""
    customer_id: int = 0
    customer: str = ""
    phase: str = ""
    started_at: datetime | None = None
    changed_at: datetime | None = None
    people: dict[str, Person] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    facts: dict[str, KnownFact] = field(default_factory=dict)
    withdrawn: dict[str, KnownFact] = field(default_factory=dict)
    decisions: dict[str, TakenDecision] = field(default_factory=dict)
    overrides: dict[str, OverrideState] = field(default_factory=dict)
    steps: dict[str, StepState] = field(default_factory=dict)
    answers: dict[str, dict[str, FieldAnswer]] = field(default_factory=dict)
    advice: dict[str, tuple[Advice, ...]] = field(default_factory=dict)
    evidence: dict[str, tuple[Attached, ...]] = field(default_factory=dict)
    waived: dict[str, dict[str, Waiver]] = field(default_factory=dict)
    meetings: dict[str, tuple[Meeting, ...]] = field(default_factory=dict)
    counted: dict[str, Written] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    happened: dict[str, Happened] = field(default_factory=dict)
    milestones: dict[str, datetime] = field(default_factory=dict)
    refusals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    heard: dict[str, Heard] = field(default_factory=dict)
    letters: dict[str, dict[str, Had]] = field(default_factory=dict)
    paused: dict[str, Pause] = field(default_factory=dict)
    edits: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    addenda: tuple[Addendum, ...] = ()
    holds: tuple[OnHold, ...] = ()
    turns: dict[str, Turn] = field(default_factory=dict)
    linked: dict[str, datetime] = field(default_factory=dict)
    end: str | None = None
    cancelled: str | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def hold(self) -> OnHold | None:
        """The hold that the handoff is on."""
        return self.holds[-1] if self.holds and self.holds[-1].until is None else None

    def state_of(self, step: str) -> State:
        known = self.steps.get(step)
        return known.state if known else "waiting"

    def outputs_of(self, decision: str) -> dict[str, str]:
        """What the decision says now: an approved override before the table's own answer."""
        override = self.overrides.get(decision)
        if override is not None and override.state == "approved":
            return override.outputs
        taken = self.decisions.get(decision)
        return taken.outputs if taken else {}


def working_copy(handoff: Handoff) -> Handoff:
    """A handoff that can be folded on in place; entries of the maps are values, so one level deep is enough."""
    after = Handoff.__new__(Handoff)
    after.__dict__ = {name: value.copy() if type(value) is dict else value for name, value in vars(handoff).items()}
    return after
