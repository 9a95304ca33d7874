"""What the parts of a runbook speak about: every condition with its owner, and what waits for what.

One rule: facts, decisions and steps share one space of names, so a name alone tells which thing is meant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.runbook.model import All, AnyOf, Condition, Not, Ref, Runbook, Step, Test, Timing
from handrail.runbook.problem import Place


@dataclass(frozen=True, kw_only=True)
class Owned:
    """A condition, and what it belongs to in an author's words."""

    condition: Condition
    owner: str
    place: Place


def conditions(runbook: Runbook) -> Iterator[Owned]:
    for fact in runbook.facts.values():
        yield from _owned(fact.when, f"the fact “{fact.name}”", fact.place)
    for role in runbook.roles.values():
        yield from _owned(role.when, f"the role “{role.name}”", role.place)
    for step in runbook.steps.values():
        yield from _owned(step.when, f"“when” of the step “{step.name}”", step.place)
        yield from _owned(step.opens_when, f"“opens” of the step “{step.name}”", step.place)
    for end in runbook.ends:
        yield from _owned(end.when, f"the end “{end.name}”", end.place)


def _owned(condition: Condition | None, owner: str, place: Place) -> Iterator[Owned]:
    if condition is not None:
        yield Owned(condition=condition, owner=owner, place=place)


def tests_in(condition: Condition | None) -> Iterator[Test]:
    match condition:
        case None:
            return
        case All(tests=tests):
            yield from tests
        case AnyOf(of=of):
            for one in of:
                yield from tests_in(one)
        case Not(of=inner):
            yield from tests_in(inner)


def timings(step: Step) -> Iterator[Timing]:
    yield from (timing for timing in (step.opens_on, step.due) if timing is not None)


def refs(runbook: Runbook) -> Iterator[Ref]:
    """Everything that some part of the runbook reads."""
    for owned in conditions(runbook):
        yield from (test.ref for test in tests_in(owned.condition))
    for decision in runbook.decisions.values():
        yield from (column.ref for column in decision.inputs)
    for step in runbook.steps.values():
        for timing in timings(step):
            yield from _refs_of(timing)


def _refs_of(timing: Timing) -> Iterator[Ref]:
    if isinstance(timing.amount, Ref):
        yield timing.amount
    match timing.anchor.source:
        case "fact":
            yield Ref(source="fact", name=timing.anchor.name)
        case "step":
            yield Ref(source="step", name=timing.anchor.name)
        case "start":
            return


def waits(runbook: Runbook) -> Mapping[str, tuple[str, ...]]:
    """For each fact, decision and step the names of those it cannot do without."""
    found = {name: [test.ref.name for test in tests_in(fact.when)] for name, fact in runbook.facts.items()}
    for name, decision in runbook.decisions.items():
        found[name] = [column.ref.name for column in decision.inputs]
    for name, step in runbook.steps.items():
        found[name] = [*step.needs, *_asked(step)]
    return {name: tuple(dict.fromkeys(names)) for name, names in found.items()}


def _asked(step: Step) -> Iterator[str]:
    for condition in (step.when, step.opens_when):
        yield from (test.ref.name for test in tests_in(condition))
    for timing in timings(step):
        yield from (ref.name for ref in _refs_of(timing))


def all_before(name: str, waiting: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Everything that must come before `name`, near and far."""
    found: set[str] = set()
    ahead = list(waiting.get(name, ()))
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(waiting.get(one, ()))
    return frozenset(found)
