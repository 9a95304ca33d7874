"""Living a story: each of its moments, and where what happened is not what the story says.

One rule: what a story expects is the whole of what happens, in its order.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import yaml

from handrail.handoff.commands import ChangeVersion, Command
from handrail.handoff.events import EvidenceAdded, Recorded
from handrail.handoff.history import Handoff, evolve, fold
from handrail.handoff.life import Outcome, acts_for, decide, recorded
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.versions import change_version
from handrail.runbook.loading import load
from tests.spec.asking import Cast, cast_of, command_of
from tests.spec.calendars import on_calendars
from tests.spec.chapter import CaseMistake, Moment, Said, Story
from tests.spec.office import OFFICE
from tests.spec.telling import Words, standing_words, told, told_refusal

BEFORE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Lived:
    """How far a story has come: the plan, the clock, every event, and the handoff that they leave."""

    plan: Plan
    now: datetime = BEFORE
    history: tuple[Recorded, ...] = ()
    handoff: Handoff


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A moment at which something else happened than the story says."""

    moment: Moment
    expected: Said
    got: Said

    def __str__(self) -> str:
        lines = difflib.ndiff(_lines(self.expected), _lines(self.got))
        shown = "\n".join(line for line in lines if not line.startswith("?"))
        what = f"{self.moment.who}: {self.moment.what}" if self.moment.who else "stands"
        return f"{self.moment.file}:{self.moment.line}: {what}\n  (- as the story says, + as it is)\n{shown}"


def _lines(said: Said) -> list[str]:
    text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100_000)
    return [f"    {line}" for line in text.splitlines()]


def differences(story: Story) -> list[Difference]:
    """Everything in the story that is not so. Raises `CaseMistake` where the story cannot be understood."""
    return [difference for _, difference in _lived(story) if difference is not None]


def end_of(story: Story) -> Lived:
    *_, (end, _) = _lived(story)
    return end


def _lived(story: Story) -> Iterator[tuple[Lived, Difference | None]]:
    plan, cast = plan_of(story), cast_of(story)
    _check_seats(story, plan, cast)
    lived = end_of(story.before) if story.before else Lived(plan=plan, handoff=Handoff())
    yield lived, None
    for moment in story.moments:
        lived, difference = _live(story, cast, lived, moment)
        yield lived, difference


def _check_seats(story: Story, plan: Plan, cast: Cast) -> None:
    strange = cast.seats.keys() - plan.runbook.roles.keys()
    if strange:
        raise CaseMistake(story.file, story.line, f"The runbook has no role “{min(strange)}”.")


def plan_of(story: Story) -> Plan:
    problems, plan = _planned(story.runbook)
    if plan is None or problems != story.problems:
        told_now = "\n".join(problems) or "none"
        raise CaseMistake(story.file, story.line, f"the check of the runbook does not tell what is listed:\n{told_now}")
    return plan


@cache
def _planned(text: str) -> tuple[tuple[str, ...], Plan | None]:
    reading = load(text, "runbook.yaml")
    problems = tuple(str(problem) for problem in reading.problems)
    return problems, Plan(reading.runbook, OFFICE) if reading.runbook else None


def _live(story: Story, cast: Cast, lived: Lived, moment: Moment) -> tuple[Lived, Difference | None]:
    now = moment.at or lived.now
    if now < lived.now:
        raise moment.mistake("Time does not go back.")
    company = on_calendars(cast.company(now), story.calendars, story.works_on, cast.persons)
    lived = replace(lived, plan=lived.plan.within(company))
    if moment.stands is not None:
        return replace(lived, now=now), _standing(lived.plan, lived, moment, now)
    attached = sum(isinstance(one.event, EvidenceAdded) for one in lived.history)
    command = command_of(moment, cast, now, attached)
    plan = _following(story, moment, lived.plan) if isinstance(command, ChangeVersion) else lived.plan
    outcome = _decided(lived, command, plan, now)
    if isinstance(outcome, Refused):
        return replace(lived, now=now), _compared(moment, told_refusal(outcome))
    away = acts_for(lived.plan, lived.handoff, command)
    added = recorded(outcome, lived.handoff, now, cast.persons.get(moment.who), away)
    told_now: Words = {"then": [dict(told(one)) for one in added] or "nothing"}
    return replace(_after(lived, added, now), plan=plan), _compared(moment, told_now)


def _decided(lived: Lived, command: Command, plan: Plan, now: datetime) -> Outcome:
    if isinstance(command, ChangeVersion):
        return change_version(lived.plan, plan, lived.handoff, command, now)
    return decide(lived.plan, lived.handoff, command, now)


def _following(story: Story, moment: Moment, followed: Plan) -> Plan:
    if not story.following:
        raise moment.mistake("The chapter has no “yaml next version” above this story.")
    _, plan = _planned(story.following)
    if plan is None:
        raise moment.mistake("The next version cannot be read.")
    return plan.within(followed.company)


def _after(lived: Lived, added: tuple[Recorded, ...], now: datetime) -> Lived:
    handoff = lived.handoff
    for one in added:
        handoff = evolve(handoff, one)
    history = (*lived.history, *added)
    assert handoff == fold(history), "folding the history is not what evolving came to"
    return Lived(plan=lived.plan, now=now, history=history, handoff=handoff)


def _compared(moment: Moment, got: Words) -> Difference | None:
    expected: Words = dict(moment.refused or {"then": moment.then or ""})
    return None if expected == got else Difference(moment=moment, expected=expected, got=got)


def _standing(plan: Plan, lived: Lived, moment: Moment, now: datetime) -> Difference | None:
    assert moment.stands is not None
    try:
        got = standing_words(plan, lived.handoff, now, moment.stands)
    except KeyError as name:
        raise moment.mistake(f"Stories do not tell {name}.") from None
    return None if got == moment.stands else Difference(moment=moment, expected=dict(moment.stands), got=got)
