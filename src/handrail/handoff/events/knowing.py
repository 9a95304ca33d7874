"""What is known and what is decided from it."""

from dataclasses import dataclass

from handrail.runbook.kinds import Written


@dataclass(frozen=True, kw_only=True)
class FactsGiven:
    """A value of None withdraws the fact: it is missing again. `source` is where it comes from, in words."""

    values: dict[str, Written | None]
    source: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the desk counted beyond this handoff, by derived fact; None where it cannot be counted yet."""

    values: dict[str, Written | None]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """`rules` are those that gave the answer, none where the table's `otherwise` did; `outputs` as written by their
    kinds; `boundaries` are the sentences about lines that the case lies on."""

    decision: str
    rules: tuple[int, ...] = ()
    outputs: dict[str, str]
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeftUndecided:
    decision: str
    says: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OverrideAsked:
    """Somebody asked for another answer than the table’s."""

    decision: str
    outputs: dict[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class OverrideApproved:
    """The other answer is taken."""

    decision: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OverrideRejected:
    """The table’s answer stays."""

    decision: str
    reason: str
