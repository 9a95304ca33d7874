"""What a derived fact follows from, in words."""

from collections.abc import Iterable, Mapping

from handrail.runbook.model import (
    Agreement,
    DaysBetween,
    Derivation,
    DifferenceOf,
    Gathering,
    OfCustomers,
    OfFacts,
    OfPhases,
    OfRecords,
    RatioOf,
    Ref,
    Runbook,
    Test,
)
from handrail.runbook.words.conditions import cell_words, listed, ref_title, test_words

_OF_COLUMN: Mapping[Gathering, str] = {"sum": "the sum of", "min": "the least", "max": "the greatest"}


def derivation_words(runbook: Runbook, how: Derivation) -> str:
    """`the number of Cases where Status is open`, `Contracted less Active`, `whether CRM and Billing agree`."""
    match how:
        case OfRecords():
            return _of_records(runbook, how)
        case OfFacts():
            return _of_facts(runbook, how)
        case OfCustomers():
            return _of_customers(runbook, how)
        case OfPhases(gathering=gathering, that_are=that_are):
            return _of_others(gathering, "phases of the project", f"that are {that_are}")
        case DifferenceOf(of=(first, second)):
            return f"{ref_title(runbook, first)} less {ref_title(runbook, second)}"
        case RatioOf(of=(first, second)):
            return f"{ref_title(runbook, first)} divided by {ref_title(runbook, second)}"
        case DaysBetween(unit=unit, of=(first, second)):
            return f"the {unit} from {ref_title(runbook, first)} to {ref_title(runbook, second)}"
        case Agreement(of=of):
            return f"whether {_titles(runbook, of)} agree"


def _of_records(runbook: Runbook, how: OfRecords) -> str:
    title = runbook.facts[how.of].title
    where = _where(runbook, how.where)
    match how.gathering:
        case "count":
            return f"the number of {title}{where}"
        case "any":
            return f"whether there are any {title}{where}"
        case "none":
            return f"whether there are no {title}{where}"
        case "all":
            return f"whether for all {title} {_all_of(runbook, how.where)}"
        case "sum" | "min" | "max":
            column = ref_title(runbook, Ref(source="item", name=how.of, part=how.column))
            return f"{_OF_COLUMN[how.gathering]} {column} of {title}{where}"


def _of_facts(runbook: Runbook, how: OfFacts) -> str:
    cell = cell_words(how.cell, runbook.facts[how.of[0]].kind)
    if how.gathering == "count":
        return f"how many of {_titles(runbook, how.of)} are {cell}"
    one = "are" if how.gathering == "all" else "is"
    return f"whether {how.gathering} of {_titles(runbook, how.of)} {one} {cell}"


def _of_customers(runbook: Runbook, how: OfCustomers) -> str:
    like = f"with the same {_titles(runbook, how.like)}" if how.like else ""
    live = f"whose {runbook.facts[how.live].title} has come" if how.live else ""
    which = ", ".join(part for part in (like, _where(runbook, how.where).strip(), live) if part)
    return _of_others(how.gathering, "customers", which)


def _of_others(gathering: Gathering, which: str, that: str) -> str:
    first = {"count": "the number of", "any": "whether there are", "none": "whether there are no"}[gathering]
    return f"{first} other {which} {that}".rstrip()


def _where(runbook: Runbook, tests: tuple[Test, ...]) -> str:
    return f" where {_all_of(runbook, tests)}" if tests else ""


def _all_of(runbook: Runbook, tests: tuple[Test, ...]) -> str:
    return " and ".join(test_words(runbook, test) for test in tests)


def _titles(runbook: Runbook, facts: Iterable[str]) -> str:
    return listed([runbook.facts[name].title for name in facts])
