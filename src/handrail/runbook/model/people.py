"""The seats that people fill, and what they can report."""

from dataclasses import dataclass, field
from typing import Literal

from handrail.runbook.model.conditions import Condition, Ref
from handrail.runbook.problem import Place

Fill = Literal["by hand", "account owner", "least load", "anybody of the team", "chosen", "from"]


@dataclass(frozen=True, kw_only=True)
class Role:
    """`team` is the key of the team whose people may fill it; `also` another name for the same seat. `calendar` is the
    one that its steps count on: runbook · team · holder (their own, else their team's) · the key of any other.

    `fill`: by hand · account owner · least load (whoever of the team holds the fewest seats of running handoffs) ·
    anybody of the team (nobody has to hold it: anybody of the team may act for it, until one of them takes it) ·
    chosen (by the holder of `chosen_by`, where nobody is named by the lead of the team) · from (`filled_from`, a fact
    or a decision's output that names a person).
    """

    name: str
    title: str
    team: str = ""
    calendar: str = "runbook"
    also: str = ""
    fill: Fill = "by hand"
    chosen_by: str | None = None
    filled_from: Ref | None = None
    when: Condition | None = None
    says: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that can come to pass outside, again and again, such as “the test instance was refreshed”; the holders
    of `reported_by` may report it, and CS Operations."""

    name: str
    title: str
    reported_by: tuple[str, ...] = ()
    says: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Phases:
    """A project may go through the runbook in phases, each a handoff of its own. The roles of `front` are what the
    customer sees: in every running phase of a project the same person holds them."""

    front: tuple[str, ...] = ()
