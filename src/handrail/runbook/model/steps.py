"""The work: steps of every kind, with who does them, from when and until when, and how they can turn out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from handrail.runbook.kinds import Choice, Kind, Several
from handrail.runbook.model.conditions import Condition, Ref
from handrail.runbook.model.messages import Going
from handrail.runbook.model.timing import Anchor, Lapse, Timing
from handrail.runbook.problem import Place

StepKind = Literal[
    "task", "form", "document", "approval", "meeting", "message", "update", "check", "wait", "acceptance"
]
Letter = Literal["R", "A", "C", "I"]

# The checkers that a step of kind check can name; what each looks for is the handoff's to say.
CHECKERS = ("document-complete", "roles-filled", "evidence-complete")

# The states of a step, as conditions may name them.
STEP_STATES = Choice(of=("waiting", "open", "done", "not needed"))


def step_states(outcomes: Iterable[str]) -> Several:
    """Of a step that can turn out in several ways: its state, and when it is done its outcome beside it."""
    return Several(of=Choice(of=(*STEP_STATES.of, *outcomes)))


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Something that must be, or may be, attached to a step before it is done. What `may_not_apply` can be marked so,
    with a reason; `owed_by` is the role that provides it, where that is not who does the step."""

    name: str
    title: str
    kind: Literal["link", "upload", "link or upload"]
    required: bool = True
    may_not_apply: bool = False
    owed_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One way in which a task can turn out. With `again_after` the task is to be done once more, so many days later and
    with fresh evidence; `reopens` are steps to be done again with it."""

    name: str
    again_after: int | None = None
    unit: Literal["working days", "calendar days"] = "calendar days"
    reopens: tuple[str, ...] = ()
    asks_reason: bool = False
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A step that is done is to be done again, so much later and with fresh evidence, until the condition holds."""

    after: Lapse
    until: Condition


@dataclass(frozen=True, kw_only=True)
class Quota:
    """So many meetings, counted only when held, and only before the day of `before` begins. With `until` they go on,
    as many as are wanted, and end by themselves once it holds."""

    at_least: int | Ref = 1
    before: Anchor | None = None
    until: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Write:
    """One field of another system, and what is to stand there: what `ref` is, or `text`."""

    field: str
    ref: Ref | None = None
    kind: Kind | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What it means that nobody has answered so long after the step opened."""

    answer: Literal["approves", "rejects", "accepts", "refuses"]
    after: Lapse


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """Whom to turn to when the step is still open then: the holder of the role `to`; where that is None, the manager of
    whoever still owes it, and with each further such rung the one above."""

    to: str | None = None
    at: Timing


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """Whoever owes the step is reminded every so often: first at `first`, and where that is None, so long after it
    opened."""

    first: Timing | None = None
    every: Lapse


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """Who may disagree with a refusal, and who then decides: the first of `ladder`, and where they do not decide in
    time the next one."""

    by: tuple[str, ...]
    ladder: tuple[str, ...]
    climbs_after: Lapse | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One piece of work.

    Whether it is needed: `when` says so; `each` makes one of it for every record of a list fact; a `discretionary` step
    is needed once somebody begins it, one with `on_event` each time the happening is reported, with `after_end` also
    when the handoff is over.

    From when it can be done: `needs` (all of them, or `needs_at_least` so many), `opens_when`, `opens_on`, and only
    within the windows `opens_in` and outside those of `opens_not_in`. A wait is done as soon as it opens, and after the
    happening `until_event`.

    Until when: `due`, `warn` before, `remind` while it is open, `escalations` after. With `awaits_advice` it cannot be
    done before each C has said something.

    Of whom it is asked outside: the people of the contacts `asked_of` do it through their own page, as far as no role
    owes a part of it, and a colleague then finishes it.

    What is done: a `form` is filled, `evidence` attached, the document that it `shares` is shared, the role `fills`
    named; meetings are held until the `quota` is met, in the `session` that recurs, with the `attendees` (roles) and
    the `guests` (groups of contacts), each for so many `minutes`, usually `where`, about the `agenda`; without
    `forwarding` nobody may hand their invitation on; the `message` is sent, by itself where `automatic` or where
    `automatic_when` holds, and then to each when `goes` says; fields of a `system` are given the values of `writes`;
    the checker `check` finds nothing any more.

    How it turns out: `outcomes`; `repeat`; `reopens` are the steps that a rejection (approval) or refusal (acceptance)
    opens again, with `fresh_evidence` where what was attached shall not count again; `reasons` those that a receiver
    may give; `approvals` how many of those who do an approval must give it, one after the other where `in_order`;
    `silence` and `disagreement`. Who did one of the steps `apart_from` may not do it. `meant` is why its letters are
    not as they should be, where that is how the company really works.
    """

    name: str
    title: str
    stage: str
    kind: StepKind
    raci: Mapping[str, frozenset[Letter]]
    when: Condition | None = None
    each: str | None = None
    discretionary: bool = False
    on_event: str | None = None
    after_end: bool = False
    needs: tuple[str, ...] = ()
    needs_at_least: int | None = None
    opens_when: Condition | None = None
    opens_on: Timing | None = None
    opens_in: tuple[str, ...] = ()
    opens_not_in: tuple[str, ...] = ()
    until_event: str | None = None
    due: Timing | None = None
    warn: Timing | None = None
    remind: Reminder | None = None
    escalations: tuple[Escalation, ...] = ()
    awaits_advice: bool = False
    asked_of: str | None = None
    form: str | None = None
    fills: str | None = None
    evidence: tuple[Evidence, ...] = ()
    shares: str | None = None
    quota: Quota | None = None
    session: str | None = None
    attendees: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    minutes: int | None = None
    where: str = ""
    agenda: str = ""
    forwarding: bool = True
    message: str | None = None
    automatic: bool = False
    automatic_when: Condition | None = None
    goes: Going | None = None
    system: str = ""
    writes: tuple[Write, ...] = ()
    check: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    repeat: Repeat | None = None
    reopens: tuple[str, ...] = ()
    fresh_evidence: bool = False
    reasons: tuple[str, ...] = ()
    approvals: Literal["all"] | int = 1
    in_order: bool = False
    apart_from: tuple[str, ...] = ()
    silence: Silence | None = None
    disagreement: Disagreement | None = None
    meant: str = ""
    says: str = ""
    place: Place = field(compare=False)

    @property
    def asked(self) -> tuple[str, ...]:
        """The roles that do the step, or where none does it, that answer for it."""
        return self.roles_with("R") or self.roles_with("A")

    @property
    def states(self) -> Kind:
        """What a condition on the step can ask for: its state, or how it turned out."""
        if not self.outcomes:
            return STEP_STATES
        return step_states(outcome.name for outcome in self.outcomes)

    @property
    def held_until(self) -> Condition | None:
        """What ends its meetings, where they go on until something is so."""
        return self.quota.until if self.quota else None

    @property
    def by_itself(self) -> bool:
        """Whether it is done without anybody doing it."""
        return self.kind in {"wait", "check"} or (self.kind == "message" and self.automatic)

    def roles_with(self, letter: Letter) -> tuple[str, ...]:
        return tuple(role for role, letters in self.raci.items() if letter in letters)
