"""Whether a team can do what an order sells: the work that its lines make, and the hours that the team has free.

One rule: what is to be done by a day has to fit with everything of the order that is to be done before it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from handrail.order.catalogue import Catalogue
from handrail.order.money import EXACT, NOUGHT, is_countable
from handrail.order.purchase import Line, Order

# What has no day to be used by is done within a year of its start; the number is ours.
USUAL = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Need:
    """`hours` of work for the team (its key), with all that is to be done before, from `since` until `until`."""

    team: str
    since: date
    until: date
    hours: Decimal


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the team has free from `since` until `until`; `why` is how it comes to that, in words with figures."""

    team: str
    name: str
    since: date
    until: date
    hours: Decimal
    why: str = ""


def needs(order: Order, catalogue: Catalogue, on: date) -> tuple[Need, ...]:
    """By team and day, each with what comes before it; from today on, or from when the order starts. What is past
    needs nothing any more."""
    since = max(on, order.starts_on or order.ordered_on)
    each: defaultdict[str, defaultdict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in order.lines:
        team, hours = effort(line, catalogue)
        until = line.consume_by or _after(since)
        if hours > 0 and until >= since:
            each[team][until] = EXACT.add(each[team][until], hours)
    found = []
    for team in sorted(each):
        so_far = NOUGHT
        for until, hours in sorted(each[team].items()):
            so_far = EXACT.add(so_far, hours)
            found.append(Need(team=team, since=since, until=until, hours=so_far))
    return tuple(found)


def effort(line: Line, catalogue: Catalogue) -> tuple[str, Decimal]:
    """The team that has to do the line, and how many hours of work it is; none where the catalogue does not know."""
    product = catalogue.products.get(line.sku)
    hours = product.effort_hours if product is not None else None
    if product is None or hours is None or not is_countable(line.quantity) or not is_countable(hours):
        return "", NOUGHT
    return product.team, EXACT.multiply(hours, line.quantity)


def _after(day: date) -> date:
    return day + min(USUAL, date.max - day)
