"""Checks for what can never be: conditions that no case fulfils, and rules that no case reaches."""

from collections.abc import Iterator

from handrail.runbook.cells import Cell, matches
from handrail.runbook.kinds import Scalar, name_of
from handrail.runbook.model import (
    MILESTONE_STATES,
    STEP_STATES,
    All,
    AnyOf,
    Condition,
    Decision,
    Input,
    Not,
    Rule,
    Runbook,
    Step,
    Test,
)
from handrail.runbook.problem import Place, Problem
from handrail.runbook.references import Owned, conditions
from handrail.runbook.tables.columns import Column, columns_of


def conditions_that_never_hold(runbook: Runbook) -> Iterator[Problem]:
    for owned, test, why in never_held(runbook):
        who = owned.owner[:1].upper() + owned.owner[1:]
        yield Problem(
            where=owned.place,
            code="never-holds",
            says=f"{who} asks that “{test.ref}” is {test.cell.text}: {why}.",
            mend="Ask for something that can be, or take the condition out.",
        )


def never_held(runbook: Runbook) -> Iterator[tuple[Owned, Test, str]]:
    """The tests that no value fulfils, with whose they are and why."""
    for owned in conditions(runbook):
        for test in _asked(owned.condition):
            why = _why_never(test, runbook)
            if why:
                yield owned, test, why


def _asked(condition: Condition) -> Iterator[Test]:
    """The tests that must hold, at least in one of the alternatives; what is negated need not."""
    match condition:
        case All(tests=tests):
            yield from tests
        case AnyOf(of=of):
            for one in of:
                yield from _asked(one)
        case Not():
            return


def _why_never(test: Test, runbook: Runbook) -> str:
    """Why the test can never hold; empty where it can."""
    match test.ref.source:
        case "step":
            return _why_no_state(test.cell, runbook.steps[test.ref.name])
        case "output":
            return _why_no_output(test, runbook.decisions[test.ref.name])
        case "milestone" if not any(matches(test.cell, state) for state in MILESTONE_STATES.of):
            return "a milestone is always reached or not"
        case _:
            return "" if _some_value(test) else f"no {name_of(test.kind)} that can be given here is"


def _why_no_state(cell: Cell, step: Step) -> str:
    if any(matches(cell, state) for state in _states(step)):
        return ""
    return "a step without a “when” is always needed" if matches(cell, "not needed") else "a step always has a state"


def _states(step: Step) -> Iterator[Scalar | tuple[Scalar, ...]]:
    """Every state that the step can be in, with how it turned out where it is done."""
    for state in STEP_STATES.of:
        if state == "done" and step.outcomes:
            # One that is to be done again never ends with that outcome.
            yield from ((state, one.name) for one in step.outcomes if one.again_after is None)
        elif state != "not needed" or step.when is not None:
            yield (state,) if step.outcomes else state


def _why_no_output(test: Test, decision: Decision) -> str:
    """Another answer may be asked for where there is an override; then any value of the kind can be."""
    if decision.aggregator is not None or matches(test.cell, None):
        return ""  # sums and counts can be anything
    at = [output.name for output in decision.outputs].index(test.ref.part)
    values = [*(rule.outputs[at] for rule in decision.rules), *decision.otherwise[at : at + 1]]
    given = (((value,) if decision.gives_lists else value) for value in values)
    if any(matches(test.cell, value) for value in given) or (decision.gives_lists and matches(test.cell, ())):
        return ""
    return "" if decision.override and _some_value(test) else f"no rule of “{decision.name}” gives that"


def _some_value(test: Test) -> bool:
    """Whether any value of the kind, within its bounds, fulfils the test."""
    nowhere = Place(file="")
    asked = Input(name=str(test.ref), title="", ref=test.ref, kind=test.kind)
    row = Rule(number=1, cells=(test.cell,), outputs=(), place=nowhere)
    table = Decision(name="", title="", inputs=(asked,), outputs=(), rules=(row,), place=nowhere)
    return any(_reaches(column, frozenset(column.possible), test.cell) for column in columns_of(table))


def _reaches(column: Column, possible: frozenset[int], cell: Cell) -> bool:
    return not possible.isdisjoint(column.pieces_of(cell))


def rules_that_never_apply(runbook: Runbook) -> Iterator[Problem]:
    for decision in runbook.decisions.values():
        columns = [(column, frozenset(column.possible)) for column in columns_of(decision)]
        for rule in decision.rules:
            cells = zip(columns, rule.cells, strict=True)
            dead = [column for (column, possible), cell in cells if not _reaches(column, possible, cell)]
            if dead:
                named = dead[0].input
                yield Problem(
                    where=rule.place,
                    code="rule-never-applies",
                    says=f"Rule {rule.number} of “{decision.name}” never applies: no “{named.name}” is so.",
                    mend=f"Check its cell against what “{named.name}” can be: {name_of(named.kind)}.",
                    severity="warning",
                )
