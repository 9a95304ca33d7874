"""What the parts of a runbook speak about: every condition with its owner, and what waits for what.

One rule: facts, derived facts, decisions, steps and milestones share one space of names, so a name alone tells which
thing is meant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.runbook.cells import Among
from handrail.runbook.model import (
    Agreement,
    All,
    Anchor,
    AnyOf,
    Condition,
    DaysBetween,
    Derivation,
    DifferenceOf,
    Not,
    OfCustomers,
    OfFacts,
    OfPhases,
    OfRecords,
    RatioOf,
    Ref,
    Runbook,
    Step,
    Test,
    Timing,
)
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
    for derived in runbook.derived.values():
        yield from _owned(_where(derived.how), f"the derived fact “{derived.name}”", derived.place)
    for role in runbook.roles.values():
        yield from _owned(role.when, f"the role “{role.name}”", role.place)
    for step in runbook.steps.values():
        yield from _owned(step.when, f"“when” of the step “{step.name}”", step.place)
        yield from _owned(step.opens_when, f"“{_opens(step)}” of the step “{step.name}”", step.place)
        yield from _owned(step.held_until, f"“quota” of the step “{step.name}”", step.place)
        yield from _owned(step.automatic_when, f"“sent” of the step “{step.name}”", step.place)
        if step.repeat is not None:
            yield from _owned(step.repeat.until, f"“repeat” of the step “{step.name}”", step.place)
    for layout in runbook.documents.values():
        for section in layout.sections:
            owner = f"the section “{section.title}” of the document “{layout.name}”"
            yield from _owned(section.when, owner, section.place)
    for milestone in runbook.milestones.values():
        yield from _owned(milestone.when, f"the milestone “{milestone.name}”", milestone.place)
    for end in runbook.ends:
        yield from _owned(end.when, f"the end “{end.name}”", end.place)


def _opens(step: Step) -> str:
    """The key under which an author says when the step opens."""
    return "until" if step.kind == "wait" else "opens"


def _where(how: Derivation) -> Condition | None:
    """What a derived fact asks of the records or customers that it looks at."""
    return All(tests=how.where) if isinstance(how, OfRecords | OfCustomers) and how.where else None


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


def all_done(condition: Condition | None) -> tuple[str, ...]:
    """The steps that must be done before the condition holds."""
    if not isinstance(condition, All):
        return ()
    return tuple(
        test.ref.name
        for test in condition.tests
        if test.ref.source == "step" and test.cell == Among(frozenset({"done"}), False, test.cell.text)
    )


def timings(step: Step) -> Iterator[Timing]:
    yield from (timing for timing in (step.opens_on, step.due, step.warn) if timing is not None)
    if step.remind is not None and step.remind.first is not None:
        yield step.remind.first
    yield from (escalation.at for escalation in step.escalations)


def refs(runbook: Runbook) -> Iterator[Ref]:
    """Everything that some part of the runbook reads."""
    for owned in conditions(runbook):
        yield from (test.ref for test in tests_in(owned.condition))
    for derived in runbook.derived.values():
        yield from refs_of_derivation(derived.how)
    for contacts in runbook.contacts.values():
        yield from contacts.read
        yield from [] if contacts.of is None else [Ref(source="fact", name=contacts.of)]
    for message in runbook.messages.values():
        yield from (one.ref for one in message.variables if one.ref is not None)
    for promises in runbook.promises.values():
        yield from promises.read
    for layout in runbook.documents.values():
        yield from (ref for section in layout.sections for ref in section.facts)
    for role in runbook.roles.values():
        yield from [] if role.filled_from is None else [role.filled_from]
    for decision in runbook.decisions.values():
        yield from (column.ref for column in decision.inputs)
    for step in runbook.steps.values():
        yield from _refs_of_step(step)


def _refs_of_step(step: Step) -> Iterator[Ref]:
    """What it reads beside its conditions."""
    for timing in timings(step):
        yield from _refs_of(timing)
    if step.each is not None:
        yield Ref(source="fact", name=step.each)
    if step.quota is not None:
        yield from [step.quota.at_least] if isinstance(step.quota.at_least, Ref) else []
        yield from _refs_of_anchor(step.quota.before)
    yield from (write.ref for write in step.writes if write.ref is not None)


def _refs_of(timing: Timing) -> Iterator[Ref]:
    if isinstance(timing.amount, Ref):
        yield timing.amount
    yield from _refs_of_anchor(timing.anchor)


def _refs_of_anchor(anchor: Anchor | None) -> Iterator[Ref]:
    match anchor:
        case Anchor(source="fact", name=name):
            yield Ref(source="fact", name=name)
        case Anchor(source="step", name=name):
            yield Ref(source="step", name=name)


def refs_of_derivation(how: Derivation) -> Iterator[Ref]:
    """What a derived fact follows from; of other customers, which facts of this one it goes by."""
    match how:
        case OfRecords(of=name):
            yield Ref(source="fact", name=name)
        case OfFacts(of=names) | Agreement(of=names) | OfCustomers(like=names):
            yield from (Ref(source="fact", name=name) for name in names)
        case DifferenceOf(of=pair) | RatioOf(of=pair) | DaysBetween(of=pair):
            yield from pair
        case OfPhases():
            return


def waits(runbook: Runbook) -> Mapping[str, tuple[str, ...]]:
    """For each fact, derived fact, decision, step and milestone the names of those it cannot do without."""
    found = {name: [test.ref.name for test in tests_in(fact.when)] for name, fact in runbook.facts.items()}
    for name, derived in runbook.derived.items():
        found[name] = [ref.name for ref in refs_of_derivation(derived.how)]
    for name, decision in runbook.decisions.items():
        found[name] = [column.ref.name for column in decision.inputs]
    for name, step in runbook.steps.items():
        found[name] = [*step.needs, *_asked(step)]
    for name, milestone in runbook.milestones.items():
        found[name] = [test.ref.name for test in tests_in(milestone.when)]
    return {name: tuple(dict.fromkeys(names)) for name, names in found.items()}


def _asked(step: Step) -> Iterator[str]:
    repeated_until = step.repeat.until if step.repeat else None
    for condition in (step.when, step.opens_when, step.held_until, repeated_until):
        yield from (test.ref.name for test in tests_in(condition))
    yield from (ref.name for ref in _refs_of_step(step))


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
