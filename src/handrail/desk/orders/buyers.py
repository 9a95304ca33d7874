"""Customers as orders are held against them: whether they are new, of which kind, where at home, with a starter pack.

One rule: of however many customers, three queries. What is known of an account counts; else what it has bought.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from handrail.desk import models
from handrail.desk.orders.holding import WRITTEN
from handrail.order.purchase import Buyer

State = models.Order.State
# Orders in these have come to nothing, or to nothing yet.
_UNSOLD = (State.DRAFT, State.RETURNED, State.WITHDRAWN)
_FROM_PACK = '"from_pack":true'  # as the order's JSON has it
_FACTS = ("new_customer", "customer_kind", "country")


@dataclass(frozen=True, kw_only=True)
class Known:
    """By customer: its facts, its sold orders with whether each brought a starter pack, and the orders that it has
    entitlements of, None for those of none here."""

    facts: Mapping[int, Mapping[str, str]]
    sold: Mapping[int, Sequence[tuple[int, bool]]]
    bought: Mapping[int, frozenset[int | None]]


def buyer_of(customer: models.Customer, *, before: models.Order | None) -> Buyer:
    """`before` is the order that is looked at: only what was sold before it counts. Of one that is written still, all
    that was sold is before it."""
    return _buyer(customer.pk, customer.name, before, known_of([customer.pk]))


def buyers_of(rows: Sequence[models.Order]) -> dict[int, Buyer]:
    """By order. `rows` have their customers with them."""
    known = known_of({row.customer_id for row in rows})
    return {row.pk: _buyer(row.customer_id, row.customer.name, row, known) for row in rows}


def known_of(customers: Iterable[int]) -> Known:
    ids = list(customers)
    return Known(facts=_facts(ids), sold=_sold(ids), bought=_bought(ids))


def _buyer(customer: int, name: str, before: models.Order | None, known: Known) -> Buyer:
    facts = known.facts.get(customer, {})
    earlier = [has_pack for pk, has_pack in known.sold.get(customer, ()) if _is_before(pk, before)]
    bought = known.bought.get(customer, frozenset()) - ({before.pk} if before is not None else set())
    country = facts.get("country", "")
    return Buyer(
        name=name,
        is_new=not earlier and not bought and facts.get("new_customer") != "no",
        kind=facts.get("customer_kind", ""),
        countries=frozenset({country.upper()} if len(country) == 2 else ()),
        has_pack=any(earlier),
    )


def _is_before(pk: int, before: models.Order | None) -> bool:
    if before is None:
        return True
    return pk != before.pk if before.state in WRITTEN else pk < before.pk


def _facts(customers: list[int]) -> dict[int, dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    rows = models.CustomerFact.objects.filter(customer__in=customers, name__in=_FACTS)
    for customer, name, value in rows.values_list("customer", "name", "value"):
        if isinstance(value, str):
            found[customer][name] = value
    return found


def _sold(customers: list[int]) -> dict[int, list[tuple[int, bool]]]:
    found: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
    has_pack = ExpressionWrapper(Q(content__contains=_FROM_PACK), output_field=BooleanField())
    rows = models.Order.objects.filter(customer__in=customers).exclude(state__in=_UNSOLD)
    for customer, pk, has in rows.annotate(has_pack=has_pack).values_list("customer", "pk", "has_pack"):
        found[customer].append((pk, has))
    return found


def _bought(customers: list[int]) -> dict[int, frozenset[int | None]]:
    found: defaultdict[int, set[int | None]] = defaultdict(set)
    rows = models.Entitlement.objects.filter(customer__in=customers).values_list("customer", "order").distinct()
    for customer, order in rows:
        found[customer].add(order)
    return {customer: frozenset(orders) for customer, orders in found.items()}
