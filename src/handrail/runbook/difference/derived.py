"""What changed in the derived facts.

One rule: their kind is that of what the derivation gives, and so it is told there, or of the facts that it looks at.
"""

from collections.abc import Iterable

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, quoted
from handrail.runbook.difference.sameness import derivation_meaning
from handrail.runbook.difference.shared_words import title_of
from handrail.runbook.model import (
    Agreement,
    All,
    DaysBetween,
    Derivation,
    Derived,
    DifferenceOf,
    OfCustomers,
    OfFacts,
    OfPhases,
    OfRecords,
    RatioOf,
    Runbook,
    Test,
)
from handrail.runbook.words import cell_words, condition_words, listed, ref_title


def derived_changes(both: Versions) -> Changes:
    old, new = both.old.derived, both.new.derived
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _derived(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="derived", title=new[name].title, name=name)
            said = derivation_words(both.new, new[name].how)
            yield thing.change("new", f"New: {said}.", new=said)
        else:
            thing = Thing(part="derived", title=old[name].title, name=name)
            yield thing.change("removed", "No longer derived.", old=derivation_words(both.old, old[name].how))


def _derived(both: Versions, old: Derived, new: Derived) -> Changes:
    thing = Thing(part="derived", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("derived", new.name), new.name, told=old.title != new.title)
    if derivation_meaning(old.how) != derivation_meaning(new.how):
        said = derivation_words(both.old, old.how), derivation_words(both.new, new.how)
        yield from thing.turned(*said, "Now {new} (was {old}).")
    yield from thing.reworded("Its explanation", old.says, new.says)


# ---------------------------------------------------------------------------------------------------------- in words


def derivation_words(runbook: Runbook, how: Derivation) -> str:
    """`the number of records of “Cases” where Status is open`, `Contracted less Active`."""
    match how:
        case OfRecords():
            return _of_records(runbook, how)
        case OfFacts():
            return _of_facts(runbook, how)
        case OfCustomers():
            return _of_customers(runbook, how)
        case OfPhases():
            return _of_phases(how)
        case DifferenceOf(of=(first, second)):
            return f"{ref_title(runbook, first)} less {ref_title(runbook, second)}"
        case RatioOf(of=(first, second)):
            return f"{ref_title(runbook, first)} divided by {ref_title(runbook, second)}"
        case DaysBetween(unit=unit, of=(first, second)):
            return f"the {unit} from {ref_title(runbook, first)} to {ref_title(runbook, second)}"
        case Agreement(of=of):
            return f"whether {_facts(runbook, of)} have the same value"


def _facts(runbook: Runbook, names: Iterable[str]) -> str:
    return listed([title_of(runbook, "facts", name) for name in names])


def _tests(runbook: Runbook, tests: tuple[Test, ...]) -> str:
    return condition_words(runbook, All(tests=tests))


def _of_records(runbook: Runbook, how: OfRecords) -> str:
    records = f"of {quoted(title_of(runbook, 'facts', how.of))}"
    column = how.column.replace("_", " ").capitalize()
    tests = _tests(runbook, how.where)
    where = f" where {tests}" if tests else ""
    match how.gathering:
        case "count":
            return f"the number of records {records}{where}"
        case "sum":
            return f"the sum of {column} in the records {records}{where}"
        case "min":
            return f"the least {column} in the records {records}{where}"
        case "max":
            return f"the greatest {column} in the records {records}{where}"
        case "any":
            return f"whether there is a record {records}{where}"
        case "none":
            return f"whether there is no record {records}{where}"
        case "all":
            return f"whether in every record {records} {tests or 'there is anything'}"


def _of_facts(runbook: Runbook, how: OfFacts) -> str:
    known = [runbook.facts[name].kind for name in how.of if name in runbook.facts]
    so = cell_words(how.cell, known[0]) if known else "so"
    facts = _facts(runbook, how.of)
    if how.gathering == "count":
        return f"how many of {facts} are {so}"
    return f"whether {how.gathering} of {facts} {'are' if how.gathering == 'all' else 'is'} {so}"


def _of_customers(runbook: Runbook, how: OfCustomers) -> str:
    same = f" with the same {_facts(runbook, how.like)}" if how.like else ""
    live = f" whose {title_of(runbook, 'facts', how.live)} has come" if how.live else ""
    tests = _tests(runbook, how.where)
    which = f"{same}{' and' if same and live else ''}{live}{f', where {tests}' if tests else ''}"
    match how.gathering:
        case "count":
            return f"the number of other customers{which}"
        case "any":
            return f"whether there is another customer{which}"
        case "none":
            return f"whether there is no other customer{which}"


def _of_phases(how: OfPhases) -> str:
    match how.gathering:
        case "count":
            return f"the number of other phases of the project that are {how.that_are}"
        case "any":
            return f"whether another phase of the project is {how.that_are}"
        case "none":
            return f"whether no other phase of the project is {how.that_are}"
