"""What a derived fact says now, from what the handoff knows.

One rule: what is missing stays missing; a derived fact is known only where no missing value could make it another one.
What looks beyond the handoff was counted by the desk and recorded.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.cells import matches
from handrail.runbook.kinds import Kind, Record, Scalar, Value, Written, spoken, write
from handrail.runbook.model import (
    Agreement,
    DaysBetween,
    Derived,
    DifferenceOf,
    Gathering,
    OfCustomers,
    OfFacts,
    OfPhases,
    OfRecords,
    RatioOf,
    Ref,
    Test,
)

_FOUR_DECIMALS = Decimal("0.0001")
_DIGITS = 50  # the largest number by the smallest has fewer


def written(plan: Plan, handoff: Handoff, derived: Derived) -> Written | None:
    """In the one stored form of its kind; None where it is missing."""
    if derived.is_counted:
        return handoff.counted.get(derived.name)
    value = _value(plan, handoff, derived)
    return None if value is None else _kept(plan, derived.kind, value)


def _kept(plan: Plan, kind: Kind, value: Value) -> Written | None:
    """None where it is larger than its kind can say."""
    text = write(kind, value)
    return None if plan.typed(kind, text) is None else text


def _value(plan: Plan, handoff: Handoff, derived: Derived) -> Value | None:
    match derived.how:
        case OfRecords() as how:
            return _of_records(plan, handoff, how)
        case OfFacts() as how:
            return _gathered(how.gathering, [matches(how.cell, _fact(plan, handoff, name)) for name in how.of])
        case DifferenceOf(of=of):
            return _difference(*(_known(plan, handoff, ref) for ref in of))
        case RatioOf(of=of):
            return _ratio(*(_known(plan, handoff, ref) for ref in of))
        case DaysBetween() as how:
            return _days(plan, handoff, how)
        case Agreement(of=of):
            return _agree([_fact(plan, handoff, name) for name in of])
        case OfCustomers() | OfPhases():
            return None  # these are counted


def _known(plan: Plan, handoff: Handoff, ref: Ref) -> Scalar | None:
    if ref.source == "derived":
        derived = plan.runbook.derived[ref.name]
        found = written(plan, handoff, derived)
        value = None if found is None else plan.typed(derived.kind, found)
        return None if isinstance(value, tuple) else value
    return _fact(plan, handoff, ref.name)


def _fact(plan: Plan, handoff: Handoff, name: str) -> Scalar | None:
    known = handoff.facts.get(name)
    value = plan.typed(plan.kinds[name], known.value) if known else None
    return None if isinstance(value, tuple) else value


def records(plan: Plan, handoff: Handoff, fact: str) -> tuple[Record, ...] | None:
    """The records of a list fact; None where the list itself is missing, which an empty one is not."""
    known = handoff.facts.get(fact)
    value = plan.typed(plan.kinds[fact], known.value) if known else None
    if not isinstance(value, tuple):
        return None
    return tuple(row for row in value if not isinstance(row, str | Decimal | date | bool))


def _of_records(plan: Plan, handoff: Handoff, how: OfRecords) -> Value | None:
    rows = records(plan, handoff, how.of)
    if rows is None:
        return None
    fitting = [_fits(row, how.where) for row in rows]
    if how.gathering not in {"sum", "min", "max"}:
        return _gathered(how.gathering, fitting)
    if None in fitting:
        return None  # whether such a record counts is not known
    values = [row.get(how.column) for row, fits in zip(rows, fitting, strict=True) if fits]
    amounts = [one for one in values if isinstance(one, Decimal)]
    if len(amounts) < len(values):
        return None
    if how.gathering == "sum":
        with localcontext(prec=_DIGITS):
            return sum(amounts, Decimal(0))
    choose: Callable[[list[Decimal]], Decimal] = min if how.gathering == "min" else max
    return choose(amounts) if amounts else None


def _fits(row: Record, tests: tuple[Test, ...]) -> bool | None:
    results = [matches(test.cell, row.get(test.ref.part)) for test in tests]
    if False in results:
        return False
    return None if None in results else True


def _gathered(gathering: Gathering, results: list[bool | None]) -> Value | None:
    """How many are so, or whether any, all or none of them are."""
    if gathering == "count":
        return None if None in results else Decimal(sum(1 for one in results if one))
    decisive = gathering != "all"  # one that is so decides `any` and `none`, one that is not decides `all`
    if decisive in results:
        return gathering == "any"
    return None if None in results else gathering != "any"


def _difference(first: Scalar | None, second: Scalar | None) -> Decimal | None:
    if not isinstance(first, Decimal) or not isinstance(second, Decimal):
        return None
    with localcontext(prec=_DIGITS):
        return first - second


def _ratio(first: Scalar | None, second: Scalar | None) -> Decimal | None:
    if not isinstance(first, Decimal) or not isinstance(second, Decimal) or not second:
        return None
    with localcontext(prec=_DIGITS):
        return (first / second).quantize(_FOUR_DECIMALS, ROUND_HALF_UP)


def _days(plan: Plan, handoff: Handoff, how: DaysBetween) -> Decimal | None:
    first, last = (_day(plan, _known(plan, handoff, ref)) for ref in how.of)
    if first is None or last is None:
        return None
    if how.unit == "calendar days":
        return Decimal((last - first).days)
    between = plan.calendar.working_days_between
    return Decimal(between(first, last) - between(last, first))


def _day(plan: Plan, value: Scalar | None) -> date | None:
    if isinstance(value, datetime):
        return plan.calendar.day_of(value)
    return value if isinstance(value, date) else None


def _agree(values: list[Scalar | None]) -> bool | None:
    given = {value for value in values if value is not None}
    if len(given) > 1:
        return False
    return None if None in values else True


def because(plan: Plan, handoff: Handoff, derived: Derived) -> str:
    """What it rests on, in a sentence; empty where there is nothing to tell."""
    match derived.how:
        case OfFacts() as how:
            so = [name for name in how.of if matches(how.cell, _fact(plan, handoff, name)) is True]
            titles = ", ".join(plan.runbook.facts[name].title for name in so)
            return f"{len(so)} of {len(how.of)}{f': {titles}' if titles else ''}."
        case OfRecords() as how:
            return " ".join(_rows_told(plan, handoff, how))
        case DifferenceOf(of=of) | RatioOf(of=of) | DaysBetween(of=of):
            return f"{', '.join(_told(plan, handoff, ref) for ref in of)}."
        case Agreement(of=of):
            return f"{', '.join(_told(plan, handoff, Ref(source='fact', name=name)) for name in of)}."
        case OfCustomers() as how:
            return _customers_told(plan, handoff, derived, how)
        case OfPhases(that_are=that_are):
            counted = "counted by the desk" if derived.name in handoff.counted else "not counted yet"
            return f"Other phases of the project that are {that_are}: {counted}."


def _customers_told(plan: Plan, handoff: Handoff, derived: Derived, how: OfCustomers) -> str:
    titles = [plan.runbook.facts[name].title for name in how.like]
    missing = [title for name, title in zip(how.like, titles, strict=True) if name not in handoff.facts]
    if missing:
        return f"Customers cannot be compared without {' and '.join(missing)}."
    live = f" whose {plan.runbook.facts[how.live].title} has come" if how.live else ""
    counted = "counted by the desk" if derived.name in handoff.counted else "not counted yet"
    return f"Customers alike in {', '.join(titles)}{live}: {counted}."


def _rows_told(plan: Plan, handoff: Handoff, how: OfRecords) -> Iterator[str]:
    rows = records(plan, handoff, how.of)
    title = plan.runbook.facts[how.of].title
    if rows is None:
        yield f"{title} is missing."
    else:
        so = sum(1 for row in rows if _fits(row, how.where) is True)
        yield f"{so} of {len(rows)} in {title}."


def _told(plan: Plan, handoff: Handoff, ref: Ref) -> str:
    owner = plan.runbook.derived[ref.name] if ref.source == "derived" else plan.runbook.facts[ref.name]
    value = _known(plan, handoff, ref)
    said = "missing" if value is None else spoken(owner.kind, value)
    return f"{owner.title}: {said}"
