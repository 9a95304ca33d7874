"""The pages that are measured, each at many addresses, so that no answer is one that was just given.

One rule: addresses are drawn from the database as it is, by a seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Draw = Callable[["Drawn", random.Random], str]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What addresses are made of: ids and words that there are."""

    handoffs: tuple[int, ...]
    steps: tuple[tuple[int, str], ...]
    customers: tuple[int, ...]
    people: tuple[int, ...]
    teams: tuple[str, ...]
    words: tuple[str, ...]
    stages: tuple[str, ...]
    orders: tuple[int, ...]


TRIVIAL = "A trivial page"

PAGES: dict[str, Draw] = {
    TRIVIAL: lambda drawn, chance: "/me/notices/",
    "My work": lambda drawn, chance: "/",
    "Finding": lambda drawn, chance: f"/find/?q={chance.choice(drawn.words)}",
    "Notices": lambda drawn, chance: "/notices/",
    "Handoffs": lambda drawn, chance: "/handoffs/",
    "Handoffs, all": lambda drawn, chance: "/handoffs/?status=all&sort=-changed",
    "Handoffs, by customer": lambda drawn, chance: "/handoffs/?sort=customer",
    "Handoffs, by progress": lambda drawn, chance: "/handoffs/?sort=-progress",
    "Handoffs, of a stage": lambda drawn, chance: f"/handoffs/?stage={chance.choice(drawn.stages)}",
    "Handoffs, of a person": lambda drawn, chance: f"/handoffs/?person={chance.choice(drawn.people)}",
    "Handoffs, their turn": lambda drawn, chance: f"/handoffs/?person={chance.choice(drawn.people)}&turn=yes",
    "Handoffs, late": lambda drawn, chance: "/handoffs/?late=yes",
    "Handoffs, by a word": lambda drawn, chance: f"/handoffs/?q={chance.choice(drawn.words)}",
    "Handoffs, page 20": lambda drawn, chance: "/handoffs/?page=20",
    "Board": lambda drawn, chance: "/handoffs/?look=board",
    "Timeline": lambda drawn, chance: "/handoffs/?look=timeline",
    "A handoff": lambda drawn, chance: f"/handoffs/{chance.choice(drawn.handoffs)}/",
    "A step": lambda drawn, chance: "/handoffs/{}/steps/{}/".format(*chance.choice(drawn.steps)),
    "A history": lambda drawn, chance: f"/handoffs/{chance.choice(drawn.handoffs)}/history/",
    "A document": lambda drawn, chance: f"/handoffs/{chance.choice(drawn.handoffs)}/document/",
    "Customers": lambda drawn, chance: "/customers/",
    "Customers, by a word": lambda drawn, chance: f"/customers/?q={chance.choice(drawn.words)}",
    "A customer": lambda drawn, chance: f"/customers/{chance.choice(drawn.customers)}/",
    "Two customers": lambda drawn, chance: "/customers/{}/beside/{}/".format(*chance.sample(drawn.customers, 2)),
    "Runbooks": lambda drawn, chance: "/runbooks/",
    "A runbook": lambda drawn, chance: "/runbooks/transition-to-client-services/",
    "People": lambda drawn, chance: "/people/",
    "A person": lambda drawn, chance: f"/people/{chance.choice(drawn.people)}/",
    "Teams": lambda drawn, chance: "/teams/",
    "A team": lambda drawn, chance: f"/teams/{chance.choice(drawn.teams)}/",
    "Orders": lambda drawn, chance: "/orders/",
    "Orders, of a state": lambda drawn, chance: f"/orders/?state={chance.choice(('validation', 'returned', 'signed'))}",
    "Orders, by a word": lambda drawn, chance: f"/orders/?q={chance.choice(drawn.words)}",
    "An order": lambda drawn, chance: f"/orders/{chance.choice(drawn.orders)}/",
    "Findings of an order": lambda drawn, chance: f"/orders/{chance.choice(drawn.orders)}/findings/",
    "Validation of an order": lambda drawn, chance: f"/orders/{chance.choice(drawn.orders)}/validation/",
    "What was bought": lambda drawn, chance: "/entitlements/",
    "The catalogue": lambda drawn, chance: "/catalogue/",
    "Health": lambda drawn, chance: "/health/",
}


def draw(seed: int) -> Drawn:
    """From the database that the environment names; Django is set up."""
    from handrail.desk.models import Customer, CustomerWord, Handoff, Order, Person, Team, Work

    chance = random.Random(seed)
    running = Handoff.objects.filter(status="running")
    named = CustomerWord.objects.filter(customer__in=_sample(Customer.objects.all(), chance)[:60])
    return Drawn(
        handoffs=_sample(running, chance),
        steps=tuple(
            Work.objects.filter(sort="step", handoff__in=_sample(running, chance)[:150])
            .values_list("handoff", "name")
            .order_by("pk")
        ),
        customers=_sample(Customer.objects.all(), chance),
        people=_sample(Person.objects.filter(is_active=True), chance),
        teams=tuple(Team.objects.order_by("pk").values_list("key", flat=True)[:200]),
        words=tuple(named.values_list("word", flat=True)),
        orders=_sample(Order.objects.all(), chance),
        stages=tuple(running.order_by("stage").values_list("stage", flat=True).distinct()),
    )


def _sample(rows, chance: random.Random) -> tuple[int, ...]:  # type: ignore[no-untyped-def]
    """Up to three hundred ids from all over the table, each once, without reading it."""
    first, last = (rows.order_by(order).values_list("pk", flat=True)[0] for order in ("pk", "-pk"))
    found = []
    for _ in range(300):
        at = rows.filter(pk__gte=chance.randint(first, last)).order_by("pk").values_list("pk", flat=True)[:1]
        found += at
    return tuple(dict.fromkeys(found))
