"""One reason to tell somebody something, before it is known what else they are told at the same moment.

One rule: what is told is told in the reader's own terms: what it is, and which of their roles makes it theirs.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple

from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.items import step_of
from handrail.handoff.owed import Owed
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.runbook.model import Step

Sort = Literal["breach", "approval", "work", "reminder", "warning", "answer", "role", "told"]
About = Literal["step", "decision", "facts", "role", "handoff"]

# Of the same thing, and at the same moment, the first of these is told.
SORTS: tuple[Sort, ...] = ("breach", "approval", "work", "reminder", "warning", "answer", "role", "told")
RANKS: dict[Sort, int] = {sort: rank for rank, sort in enumerate(SORTS)}
# What asks something of its reader, and so stops mattering when that is no longer owed.
ACTING: frozenset[Sort] = frozenset({"breach", "approval", "work", "reminder", "warning"})
# The name of what is about several things that are owed: it matters as long as any of them is.
SEVERAL = "several"


class Duty(NamedTuple):
    """What tells two things that are owed apart, and whose they are: a person's, or where that is 0, a team's."""

    sort: str
    name: str
    role: str
    person: int
    team: str = ""


def duty_of(one: Owed) -> Duty:
    return Duty(one.sort, one.name, one.role, one.person.id if one.person else 0, one.team)


class Reason(NamedTuple):
    """`role` is that of the reader, where it is the reason; `whose` says what is, where they hold none because of which
    they are told. `name` is that of the step, decision or role that it is about."""

    person: Person
    sort: Sort
    about: About
    name: str
    title: str
    why: str
    due_at: datetime | None = None
    role: str = ""
    whose: str = ""

    @property
    def thing(self) -> tuple[str, str]:
        return self.about, self.name


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was recorded, between the handoff before and after it; `stood` is what was owed before."""

    plan: Plan
    before: Handoff
    after: Handoff
    added: tuple[e.Recorded, ...]
    owing: tuple[Owed, ...]
    stood: Set[Duty]

    @cached_property
    def kinds(self) -> frozenset[type]:
        """What sorts of events there are among `added`: most changes need not be looked through for most of them."""
        return frozenset(type(one.event) for one in self.added)

    @cached_property
    def by(self) -> str:
        """Who did it, by name; empty where the time or the desk did."""
        return self.added[0].by.name if self.added[0].by else ""

    def step(self, name: str) -> Step | None:
        """None where it only stands for those of the records of a list, or is no more."""
        step = step_of(self.plan, self.after, name)
        return None if step is None or step.each is not None else step

    def title(self, step: str) -> str:
        known = self.step(step)
        return known.title if known else ""

    def you_are(self, role: str) -> str:
        known = self.plan.runbook.roles.get(role)
        return f"You are the {known.title}." if known else ""


_ABOUT: dict[str, About] = {"override": "decision", "facts": "facts", "vacancy": "role", "hold": "handoff"}


def about(one: Owed) -> About:
    return _ABOUT.get(one.sort, "step")


def why_yours(plan: Plan, one: Owed) -> str:
    """`You are the Project Manager, who does this.`"""
    known = plan.runbook.roles.get(one.role)
    if known is None:
        return one.why
    rest = one.why.removeprefix(f"The {known.title} ")
    return f"{one.why} You are the {known.title}." if rest == one.why else f"You are the {known.title}, who {rest}"


def ended(words: str) -> str:
    """As a sentence that another can follow."""
    return words if words.endswith((".", "!", "?")) else f"{words}."
