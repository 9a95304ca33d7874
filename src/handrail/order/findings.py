"""Everything that is not as it should be with an order, from the order, the catalogue and the customer alone.

One rule: all of it at once, whatever the order holds: nothing here raises for an order that could be read, and nothing
is kept silent. The same order on the same day against the same catalogue has the same findings, in the same order.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from handrail.order.catalogue import Catalogue, Product
from handrail.order.finding import Finding, Severity
from handrail.order.purchase import Buyer, Line, Order
from handrail.order.room import Room
from handrail.order.rules.discounts import NOBODY, Approval, approval
from handrail.order.rules.listed import RULES
from handrail.order.rules.rule import Rule, case_of
from handrail.order.tables import APPROVERS

# How a line stands to the catalogue, in the words of the runbook of validation.
Standing = Literal["in the catalogue", "outside the catalogue", "retired SKU", "edited description", "number not sold"]

_GRAVITY: dict[Severity, int] = {"error": 0, "warning": 1, "notice": 2}
_STANDINGS: tuple[tuple[str, Standing], ...] = (
    ("retired-sku", "retired SKU"),
    ("edited-description", "edited description"),
    ("number-not-sold", "number not sold"),
    ("fraction", "number not sold"),
)


def check(
    order: Order,
    catalogue: Catalogue,
    buyer: Buyer,
    *,
    on: date,
    room: Sequence[Room] | None = None,
    rules: Iterable[Rule] = RULES,
    is_priced: bool = True,
) -> tuple[Finding, ...]:
    """The gravest first, and of these those of the whole order first, then line by line. `on` is today; `room` is what
    the teams have free (see `handrail.order.room.needs`), None where that is not asked. Not `is_priced`, no amount is
    worked out, for rules that need none."""
    rooms = tuple(room) if room is not None else None
    case = case_of(order, catalogue, buyer, on, rooms, is_priced=is_priced)
    found = [finding for rule in rules for finding in rule.findings(case)]
    found.sort(key=_place)
    return tuple(found)


def standing(line: Line, product: Product | None, findings: Iterable[Finding]) -> Standing:
    """How the line stands to the catalogue, by the findings of its order."""
    own = {one.rule: one for one in findings if one.line == line.number}
    for rule, words in _STANDINGS:
        if rule in own:
            return words
    is_outside = product is None or any(one.outside for one in own.values())
    return "outside the catalogue" if is_outside else "in the catalogue"


def approver(order: Order, catalogue: Catalogue) -> Approval:
    """The highest who has to approve a discount, with the line that needs it and the rule that says so."""
    case = case_of(order, catalogue, Buyer(name=order.customer), order.ordered_on)
    found = [approval(looked, catalogue, order.currency) for looked in case.lines]
    nobody = Approval(NOBODY, "No line has a discount that anybody has to approve")
    return max((nobody, *found), key=lambda one: (APPROVERS.index(one.approver), one.percent if one.line else 0))


def is_outside(findings: Iterable[Finding]) -> bool:
    """Whether anything takes the order out of the catalogue (S4.13)."""
    return any(one.outside for one in findings)


def is_clean(findings: Iterable[Finding]) -> bool:
    """Whether Customer Success validates it with one action (S4.19)."""
    return all(one.severity == "notice" for one in findings)


def _place(finding: Finding) -> tuple[int, int]:
    return _GRAVITY[finding.severity], -1 if finding.line is None else finding.line
