"""What would follow for a handoff, in the words of whoever is about to do it.

One rule: it tells what `handoff.foreseen` worked out, by the titles of the handoff's runbook, and works out nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from handrail.desk.queries.moving import StepsLine
from handrail.desk.queries.opened import Holder, Opened, holder, title_of_step
from handrail.handoff.foreseen import Becomes, DayMove, Foreseen, Redecided
from handrail.handoff.words import rules_words
from handrail.runbook.kinds import Written
from handrail.runbook.words import listed

# How each group of steps is headed, with the state whose colours and icon it has.
_HEADINGS: dict[Becomes, tuple[str, str]] = {
    "again": ("refused", "To be done again"),
    "opened": ("open", "Can be done at once"),
    "needed": ("waiting", "Needed now, and waiting"),
    "closed": ("waiting", "Not open any more"),
    "done": ("done", "Done by itself"),
    "not needed": ("not needed", "Not needed any more"),
    "gone": ("not needed", "Not there any more"),
}


@dataclass(frozen=True, kw_only=True)
class FromTo:
    """`old` and `new` are words; `because` is what makes it so."""

    title: str
    old: str
    new: str
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class ForesightView:
    """`others` are further sentences; `people` those who would have other things to do."""

    facts: tuple[FromTo, ...]
    decisions: tuple[FromTo, ...]
    steps: tuple[StepsLine, ...]
    days: tuple[FromTo, ...]
    others: tuple[str, ...]
    people: tuple[Holder, ...]
    is_quiet: bool


def foresight_view(
    opened: Opened, found: Foreseen, values: Mapping[str, Written | None] | None = None
) -> ForesightView:
    """`values` are the facts that would be given."""
    then = replace(opened, state=found.after)
    return ForesightView(
        facts=tuple(_facts(opened, then, values or {})),
        decisions=tuple(_decision(opened, one) for one in found.decisions),
        steps=tuple(_steps(found)),
        days=tuple(_day(one) for one in found.days),
        others=tuple(_others(opened, found)),
        people=tuple(holder(then, role) for role in found.roles),
        is_quiet=found.is_quiet,
    )


def _facts(opened: Opened, then: Opened, values: Mapping[str, Written | None]) -> Iterator[FromTo]:
    for name in values:
        title = opened.plan.runbook.facts[name].title
        old, new = _fact(opened, name), _fact(then, name)
        if old != new:
            yield FromTo(title=title, old=old, new=new)


def _fact(opened: Opened, name: str) -> str:
    known = opened.state.facts.get(name)
    return opened.plan.spoken(opened.plan.kinds[name], known.value) if known else "not known"


def _decision(opened: Opened, one: Redecided) -> FromTo:
    def words(outputs: Mapping[str, str]) -> str:
        return opened.plan.spoken_outputs(one.decision, dict(outputs)) or "not decided"

    because = f"By {rules_words(one.rules)}." if one.new and one.rules else one.says
    title = opened.plan.runbook.decisions[one.decision].title
    return FromTo(title=title, old=words(one.old), new=words(one.new), because=because)


def _steps(found: Foreseen) -> Iterator[StepsLine]:
    for becomes, (look, word) in _HEADINGS.items():
        titles = tuple(one.step.title for one in found.steps if one.becomes == becomes)
        if titles:
            yield StepsLine(look=look, word=word, titles=titles)


def _day(one: DayMove) -> FromTo:
    return FromTo(title=one.step.title, old=_day_words(one.old), new=_day_words(one.new))


def _day_words(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}" if day else "no date"


def _others(opened: Opened, found: Foreseen) -> Iterator[str]:
    for sent in found.sent:
        to = listed([holder(replace(opened, state=found.after), role).words for role in sent.to])
        yield f"“{title_of_step(opened, sent.step)}” goes out to {to}."
    for name in found.reached:
        yield f"Reached: {opened.plan.runbook.milestones[name].title}."
    if found.end:
        yield f"The handoff ends: {found.end}."
