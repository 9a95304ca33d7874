"""Random small runbooks, and every way that their handoffs can take, lived out by the real life of a handoff.

One rule: a life does all that anybody could do, in every order and with every outcome; nothing is cut short.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from handrail.handoff import commands as c
from handrail.handoff.history import Handoff, evolve
from handrail.handoff.life import decide, recorded
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.checks.tables import decision_tables
from handrail.runbook.model import Runbook
from handrail.runbook.reading import read
from tests.spec.office import OFFICE

PM, LEAD = Person(1, "Ana"), Person(2, "Bo")
NOW = datetime(2027, 1, 4, 14, tzinfo=UTC)

# Of each fact a value of every piece that a cell below can tell from another.
VALUES: Mapping[str, tuple[str, ...]] = {
    "size": ("0", "1", "2", "3"),
    "kind": ("new", "old"),
    "eu": ("yes", "no"),
    "vip": ("yes", "no"),
}
_FACTS = """\
  size: {kind: number, whole: yes, at_least: 0, at_most: 3}
  kind: {kind: choice, of: [new, old]}
  eu: {kind: yes/no}
  vip: {kind: yes/no}
derived:
  signs: {count: [eu, vip], that_are: yes}
  alike: {agree: [eu, vip]}
"""
_CELLS = {
    "size": ['"-"', '"< 1"', '">= 1"', '"[1..2]"', '"> 2"', '"3"'],
    "kind": ['"-"', "new", "old"],
    "eu": ['"-"', "yes", "no"],
    "signs": ['"-"', '"0"', '"> 0"', '"2"'],
    "alike": ['"-"', "yes", "no"],
    "path": ["short", "long", '"not(short)"'],
}


@dataclass(frozen=True)
class Ways:
    text: str
    runbook: Runbook

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis shows a failing one by this."""
        printer.text(self.text)


@st.composite
def runbooks(draw: st.DrawFn, *, choices: bool) -> Ways:
    """With `choices` steps have outcomes, and conditions speak of steps."""
    steps = [f"s{number}" for number in range(draw(st.integers(1, 4)))]
    text = "\n".join(
        [
            'runbook: ways\nversion: "1"\nfacts:',
            _FACTS + "roles: {pm: {}, lead: {}}\ndecisions:\n  path:",
            *_decision(draw),
            "stages: [all]\nsteps:",
            *(line for at, step in enumerate(steps) for line in _step(draw, step, steps[:at], choices)),
            f"milestones:\n  half: {{when: {_end(draw, steps[:1])}}}",
            "ends:",
            *(f"  e{number}: {{when: {_end(draw, steps)}}}" for number in range(draw(st.integers(1, 2)))),
        ]
    )
    reading = read(text + "\n", "ways.yaml")
    assert reading.runbook is not None, f"{text}\n{[str(problem) for problem in reading.problems]}"
    assume(not any(problem.severity == "error" for problem in decision_tables(reading.runbook)))
    return Ways(text, reading.runbook)


def _decision(draw: st.DrawFn) -> Iterator[str]:
    columns = draw(st.permutations(["size", "kind", "eu", "signs"]))[: draw(st.integers(1, 2))]
    yield f"    hit_policy: {draw(st.sampled_from(['first', 'unique']))}"
    yield f"    inputs: [{', '.join(columns)}]"
    yield "    outputs: {path: {kind: choice, of: [short, long, none]}}"
    if draw(st.booleans()):
        yield "    override: {asked_by: [pm], approved_by: lead}"
    yield "    rules:"
    for _ in range(draw(st.integers(1, 3))):
        cells = ", ".join(draw(st.sampled_from(_CELLS[column])) for column in columns)
        yield f"      - {{when: [{cells}], then: [{draw(st.sampled_from(['short', 'long']))}]}}"


def _step(draw: st.DrawFn, name: str, before: list[str], choices: bool) -> Iterator[str]:
    yield f"  {name}:\n    stage: all\n    kind: task\n    raci: {{pm: RA}}"
    needs = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
    if needs:
        least = draw(st.one_of(st.none(), st.integers(1, len(needs))))
        listed = f"[{', '.join(needs)}]"
        yield f"    needs: {listed if least is None else f'{{at least {least} of: {listed}}}'}"
    if draw(st.booleans()):
        yield f"    when: {_condition(draw, _tests(before if choices else []))}"
    if draw(st.booleans()) and draw(st.booleans()):
        half = st.just(("half", "reached"))
        tests = _tests(before if choices else [])
        yield f"    opens: {{when: {_condition(draw, st.one_of(half, tests) if before and choices else tests)}}}"
    if choices and draw(st.booleans()):
        yield "    outcomes: {good: {}, bad: {}}"


def _condition(draw: st.DrawFn, some: st.SearchStrategy[tuple[str, str]]) -> str:
    """Two tests at most, in one of the three forms."""
    tests = draw(st.lists(some, min_size=1, max_size=2, unique_by=lambda test: test[0]))
    said = [f"{name}: {cell}" for name, cell in tests]
    match draw(st.sampled_from(["all", "all", "any", "not"])):
        case "any":
            return f"{{any of: [{', '.join(f'{{{one}}}' for one in said)}]}}"
        case "not":
            return f"{{not: {{{', '.join(said)}}}}}"
        case _:
            return f"{{{', '.join(said)}}}"


def _tests(steps: list[str]) -> st.SearchStrategy[tuple[str, str]]:
    facts = st.sampled_from([(name, cell) for name, cells in _CELLS.items() for cell in cells if cell != '"-"'])
    states = st.sampled_from(["done", '"not needed"', "open", '"not(done)"'])
    return st.one_of(facts, st.tuples(st.sampled_from(steps), states)) if steps else facts


def _end(draw: st.DrawFn, steps: list[str]) -> str:
    done = draw(st.lists(st.sampled_from(steps), min_size=1, max_size=2, unique=True))
    said = [f"{name}: done" for name in done]
    if draw(st.booleans()):
        name, cell = draw(_tests([]))
        said.append(f"{name}: {cell}")
    return f"{{{', '.join(said)}}}"


def customers() -> Iterator[dict[str, str]]:
    for values in product(*VALUES.values()):
        yield dict(zip(VALUES, values, strict=True))


def lived(ways: Ways, facts: Mapping[str, str], *, overrides: bool) -> set[str]:
    """All that comes to be for such a customer in some life: names of steps that are done, and of ends. In a gap, and
    with `overrides` anywhere, those who may ask for another answer do."""
    plan = Plan(ways.runbook, OFFICE)
    begun = c.Start(
        by=Actor(person=PM, operations=True),
        customer_id=1,
        customer="One",
        facts=facts,
        people={"pm": PM, "lead": LEAD},
    )
    found: set[str] = set()
    been: set[object] = set()
    ahead = [_after(plan, Handoff(), begun)]
    while ahead:
        handoff = ahead.pop()
        if _key(handoff) in been:
            continue
        been.add(_key(handoff))
        found |= {name for name, step in handoff.steps.items() if step.state == "done"}
        found |= {handoff.end} if handoff.end else set()
        if not handoff.is_over:
            ahead.extend(_after_all(plan, handoff, commands) for commands in _doing(plan, handoff, overrides))
    return found


def _key(handoff: Handoff) -> object:
    steps = {name: (step.state, step.outcome) for name, step in handoff.steps.items()}
    decided = tuple(sorted(handoff.outputs_of("path").items()))
    return tuple(sorted(steps.items())), decided, tuple(sorted(handoff.milestones)), handoff.end


def _doing(plan: Plan, handoff: Handoff, overrides: bool) -> Iterator[tuple[c.Command, ...]]:
    by = Actor(person=PM)
    for step in plan.steps:
        if handoff.state_of(step.name) == "open":
            for outcome in [one.name for one in step.outcomes] or [""]:
                yield (c.Finish(by=by, step=step.name, outcome=outcome),)
    decision = plan.runbook.decisions["path"]
    open_case = not handoff.outputs_of("path")
    if decision.override and (overrides or open_case) and "path" not in handoff.overrides:
        for value in {"short", "long", "none"} - set(handoff.outputs_of("path").values()):
            asked = c.AskOverride(by=by, decision="path", outputs={"path": value}, reason="It is better so.")
            yield asked, c.ApproveOverride(by=Actor(person=LEAD), decision="path")


def _after_all(plan: Plan, handoff: Handoff, commands: tuple[c.Command, ...]) -> Handoff:
    for command in commands:
        handoff = _after(plan, handoff, command)
    return handoff


def _after(plan: Plan, handoff: Handoff, command: c.Command) -> Handoff:
    outcome = decide(plan, handoff, command, NOW)
    assert not isinstance(outcome, Refused), outcome.says
    for one in recorded(outcome, handoff, NOW, PM):
        handoff = evolve(handoff, one)
    return handoff
