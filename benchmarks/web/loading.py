"""The company that pages are measured with: its people, customers and handoffs, as rows.

    python -m benchmarks.web.loading --handoffs 1000000

One rule: a handoff is a copy of one that the ledger made, with a customer, people and days of its own; only its folded
state still names the people of its model, which no list reads.

So that a person of the small company has as much to do as one of the large, there are always two hundred handoffs and
twenty customers to a person: what grows is the company. Of a customer's ten handoffs two run and one takes an order
through its validation, as far as that has come. Of the others one in ten has its history; the rest have no events,
which would only make the table longer.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

HANDOFFS_A_CUSTOMER = 10
CUSTOMERS_A_PERSON = 20
_RUNNING_A_CUSTOMER = 2
_CHUNK = 20_000
_NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


_FIRST = _words(
    "Amber Birch Cedar Delta Eagle Forest Granite Harbor Indigo Juniper Keystone Laurel Maple North "
    "Orchard Prairie Quarry River Summit Timber Union Valley Willow York Zephyr"
)
_SECOND = _words(
    "Bay Bend Canyon Creek Falls Field Glen Grove Heights Hill Isle Lake Meadow Mesa Park Point Ridge Shore Spring View"
)
_THIRD = _words(
    "Bank Clinics County Electric Energy Foods Freight Gas_&_Light Insurance Logistics Power "
    "Schools Telecom Transit Utilities Water"
)
_GIVEN = _words(
    "Ada Bea Cem Dora Eli Finn Gia Hugo Ines Jan Kira Leo Mara Nils Oona Paul Quin Rosa Sven Tara Udo "
    "Vera Wim Xenia Yara Zoe"
)
_FAMILY = _words(
    "Abel Berg Cole Diaz Egger Frost Gray Holt Ivers Jonas Kern Lund Moss Nash Olsen Pohl Quist Reed "
    "Stone Thorn Ueda Voss Wolf Young Zahn"
)


@dataclass(frozen=True, kw_only=True)
class Models:
    """The ids of the handoffs to copy: by runbook those that run, those that do not, and those that lead an order."""

    running: dict[str, list[int]]
    ended: list[int]
    orders: list[int]
    people: int


def main() -> None:
    parser = argparse.ArgumentParser(description="Load a company to measure pages with.")
    parser.add_argument("--handoffs", type=int, default=10_000)
    load(parser.parse_args().handoffs)


def load(handoffs: int) -> None:
    """About so many handoffs, into the database that the environment names; it must be empty."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.desk.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    chance = random.Random(handoffs)
    customers = max(1, handoffs // HANDOFFS_A_CUSTOMER)
    with _told("models, made by the ledger"):
        models = _make_models()
    squads = max(1, round(customers / CUSTOMERS_A_PERSON / models.people))
    with _told(f"{squads * models.people:,} people"):
        _people(squads, models.people, chance)
    with _told(f"{customers:,} customers"):
        first = _customers(customers, squads, models.people, chance)
    with _told(f"{handoffs:,} handoffs"):
        _map(models, customers, first, squads, chance)
        _copy(models.people)
    with _told("statistics"):
        _analyze()


@contextmanager
def _told(what: str) -> Iterator[None]:
    since = time.monotonic()
    yield
    print(f"  {what}: {time.monotonic() - since:.0f} s", flush=True)


def _make_models() -> Models:
    """Each project of the demo at several turns, and some that came to their end or were called off."""
    from handrail.desk import demo, demo_life, demo_orders
    from handrail.desk.models import Handoff, Order, Person

    demo.make_company()
    people = {row.email.partition("@")[0]: row for row in Person.objects.all()}
    today = _NOW.date()
    for turn in range(4):
        for project in demo_life.PROJECTS:
            key = f"{project.key}-{turn}"
            demo_life.live(replace(project, key=key, steps=project.steps + turn), people, today, _NOW)
        for project in demo_life.PROJECTS[turn::4]:
            began = -150 - 10 * turn
            over = replace(project, key=f"{project.key}-over", began=began, goes_live=began + 40, steps=99, then="")
            demo_life.live(over, people, today, _NOW)
    found: dict[str, list[int]] = {}
    for pk, runbook in Handoff.objects.filter(status="running").order_by("pk").values_list("pk", "runbook"):
        found.setdefault(runbook, []).append(pk)
    ended = list(Handoff.objects.exclude(status="running").order_by("pk").values_list("pk", flat=True))
    demo_orders.begin(_NOW)
    orders = list(Order.objects.filter(handoff__isnull=False).order_by("pk").values_list("handoff", flat=True))
    return Models(running=found, ended=ended, orders=orders, people=len(people))


def _people(squads: int, size: int, chance: random.Random) -> None:
    """Squad after squad like the demo's own; every fourth has teams of its own."""
    from django.db.models import QuerySet

    from handrail.desk import company
    from handrail.desk.models import Person, Team

    models = list(Person.objects.order_by("pk"))
    teams = {row.pk: row for row in Team.objects.all()}
    rows = []
    for squad in range(1, squads):
        if squad % 4 == 1:
            made = {
                pk: Team.objects.create(key=f"{row.key}-{squad}", name=f"{row.name} {squad // 4 + 2}", lead=row.lead)
                for pk, row in teams.items()
            }
        for place, model in enumerate(models):
            row = Person(
                pk=models[0].pk + squad * size + place,
                email=f"{model.email.partition('@')[0]}.{squad}@example.com",
                name=f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}",
                password=model.password,
                title=model.title,
                team=made[model.team_id] if model.team_id else None,
                manager_id=model.manager_id and model.manager_id + squad * size,
                is_operations=model.is_operations,
                skills=model.skills,
                languages=model.languages,
                region=model.region,
                capacity=model.capacity,
            )
            rows.append(row)
    QuerySet(Person).bulk_create(rows, batch_size=1_000)  # nobody listens: the audit is not what is measured
    _go_on_counting("desk_person")
    company.changed()


def _names(number: int, chance: random.Random) -> Iterator[str]:
    for _ in range(number):
        yield f"{chance.choice(_FIRST)} {chance.choice(_SECOND)} {chance.choice(_THIRD)} {chance.randrange(1_000)}"


def _customers(number: int, squads: int, size: int, chance: random.Random) -> int:
    """The id of the first of them."""
    from handrail.desk.folding import words_of
    from handrail.desk.models import Customer, CustomerWord, Person

    owners = list(Person.objects.filter(title__contains="Customer").order_by("pk")[:3].values_list("pk", flat=True))
    first = Customer.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    rows, words = [], []
    for place, name in enumerate(_names(number, chance)):
        key = f"0014{place:08d}"
        owner = owners[place % len(owners)] + chance.randrange(squads) * size
        rows.append(Customer(pk=first + place, key=key, name=name, owner_id=owner, created_at=_NOW, changed_at=_NOW))
        words += [CustomerWord(customer_id=first + place, word=word) for word in words_of(name, key)]
        if len(rows) == _CHUNK:
            _write(rows, words)
            rows, words = [], []
    _write(rows, words)
    _go_on_counting("desk_customer")
    return first


def _write(rows: list[Any], words: list[Any]) -> None:
    from handrail.desk.models import Customer, CustomerWord, Ownership

    Customer.objects.bulk_create(rows, batch_size=2_000)
    owned = [
        Ownership(customer_id=row.pk, person_id=row.owner_id, since=_NOW, source="the CRM's export") for row in rows
    ]
    Ownership.objects.bulk_create(owned, batch_size=5_000)
    CustomerWord.objects.bulk_create(words, batch_size=5_000)


# --- which handoff is a copy of which --------------------------------------------------------------------------------


def _map(models: Models, customers: int, first: int, squads: int, chance: random.Random) -> None:
    """A table that says for each new handoff its id, model, customer, squad, and by how many seconds it lies later."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE copies (id bigint, model bigint, customer bigint, squad int, later int, told boolean)"
        )
        rows = []
        for row in _pairs(models, customers, first, squads, chance):
            rows.append(row)
            if len(rows) == _CHUNK:
                _insert(cursor, rows)
                rows = []
        _insert(cursor, rows)
        cursor.execute("CREATE INDEX copies_by_model ON copies (model)")
        cursor.execute("ANALYZE")


def _pairs(
    models: Models, customers: int, first: int, squads: int, chance: random.Random
) -> Iterator[tuple[int, int, int, int, int, bool]]:
    number = 100_000
    runbooks = sorted(models.running)[:_RUNNING_A_CUSTOMER]
    for place in range(customers):
        for at in range(HANDOFFS_A_CUSTOMER):
            number += 1
            runs = at < len(runbooks)
            orders = at == len(runbooks)
            model = chance.choice(models.running[runbooks[at]] if runs else models.orders if orders else models.ended)
            days = chance.uniform(-12, 25) if runs else chance.uniform(-900, -5)
            told = runs or orders or chance.random() < 0.1
            yield number, model, first + place, chance.randrange(squads), int(days * 86_400), told


def _insert(cursor: Any, rows: list[tuple[int, int, int, int, int, bool]]) -> None:
    for start in range(0, len(rows), 100):
        some = rows[start : start + 100]
        marks = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(some))
        cursor.execute(f"INSERT INTO copies VALUES {marks}", [value for row in some for value in row])


# --- copies ----------------------------------------------------------------------------------------------------------


def _copy(size: int) -> None:
    from django.db import connection

    from handrail.desk import models

    person = "{column} + c.squad * " + str(size)
    of_handoff = {"id": None, "handoff_id": "c.id"}
    told = {"person_id": person, "on_behalf_of_id": person, "key": "t.key || '-' || c.id"}
    copied: tuple[tuple[Any, str, str, dict[str, str | None]], ...] = (
        (models.Handoff, "id", "TRUE", {"id": "c.id", "customer_id": "c.customer", "next_person_id": person}),
        (models.Seat, "handoff_id", "TRUE", {**of_handoff, "person_id": person}),
        (models.Work, "handoff_id", "TRUE", {**of_handoff, "person_id": person}),
        (models.LikeFact, "handoff_id", "TRUE", {**of_handoff, "customer_id": "c.customer"}),
        (models.Event, "handoff_id", "c.told", {**of_handoff, "by_id": person, "on_behalf_of_id": person}),
        (models.Notice, "handoff_id", "c.told", {**of_handoff, **told}),
        (models.SignedDocument, "handoff_id", "c.told", {**of_handoff, "by_id": person}),
        (models.Order, "handoff_id", "TRUE", {**of_handoff, **_OF_ORDER, "writer_id": person}),
    )
    of_order = {"id": None, "order_id": "n.id", "customer_id": "c.customer", "by_id": person}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # copies point where their models do
        for model, column, which, changed in copied:
            cursor.execute(_statement(model, column, which, {**changed, **_of_customers(model)}))
        facts = _statement(models.CustomerFact, "customer_id", "TRUE", {"id": None, "customer_id": "c.customer"})
        cursor.execute(facts.replace("JOIN copies c ON c.model = t.customer_id", _FIRST_OF_CUSTOMER))
        for model in (models.OrderVersion, models.Entitlement):
            changed = {name: value for name, value in of_order.items() if hasattr(model, name)}
            statement = _statement(model, "order_id", "TRUE", changed)
            cursor.execute(statement.replace("JOIN copies c ON c.model = t.order_id", _OF_COPIED_ORDER))
        for model in (*(one for one, *_ in copied), models.OrderVersion, models.Entitlement):
            _go_on_counting(model._meta.db_table)
        cursor.execute("DROP TABLE copies")


# What a customer's record says is what its first handoff began with.
_FIRST_OF_CUSTOMER = (
    f"JOIN desk_handoff h ON h.customer_id = t.customer_id "
    f"JOIN copies c ON c.model = h.id AND c.id % {HANDOFFS_A_CUSTOMER} = 1 "
)


_OF_ORDER = {
    "customer_id": "c.customer",
    "onward_id": "NULL",
    "number": "t.number || '-' || c.id",
    "content": "replace(t.content, t.number, t.number || '-' || c.id)",
}
_OF_COPIED_ORDER = (
    "JOIN desk_order m ON m.id = t.order_id JOIN copies c ON c.model = m.handoff_id "
    "JOIN desk_order n ON n.handoff_id = c.id"
)


def _of_customers(model: Any) -> dict[str, str | None]:
    """Columns that are made from the customer's name, where the model has them."""
    names = {field.attname for field in model._meta.concrete_fields}
    sorts = "(SELECT k.sort_name FROM desk_customer k WHERE k.id = c.customer)"
    return {"customer_sort": sorts} if "customer_sort" in names else {}


def _statement(model: Any, joined: str, which: str, changed: dict[str, str | None]) -> str:
    """Every column as in the model but those that are changed; what is None the database gives; days lie later."""
    from django.db.models import DateTimeField

    fields = [field for field in model._meta.concrete_fields if changed.get(field.attname, "") is not None]
    values = []
    for field in fields:
        column = f't."{field.column}"'
        if field.attname in changed:
            values.append(str(changed[field.attname]).format(column=column))
        elif isinstance(field, DateTimeField):
            values.append(_later(column))
        else:
            values.append(column)
    table, names = model._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} t "
        f"JOIN copies c ON c.model = t.{joined} WHERE {which} ORDER BY c.id"
    )


def _later(column: str) -> str:
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"{column} + c.later * interval '1 second'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, c.later || ' seconds')"


def _go_on_counting(table: str) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) + 1 FROM {table}))")


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


if __name__ == "__main__":
    main()
