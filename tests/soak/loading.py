"""The handoffs of the soak: some begun through the ledger, each with instants of its own, and copies of their rows.

One rule: a copy differs from its model in its ids and its customer only, so it is a handoff as the ledger makes it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model

from handrail.desk import demo, ledger, models
from handrail.desk.people import actor_of, person_of
from handrail.desk.runbooks import plan_of, publish
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.refusal import Refused
from handrail.handoff.timing import due_at, due_date, escalations_at, warn_at
from tests.soak.runbook import HOURS, TEXT

COPIES = 200  # of each model, itself included

Expected = tuple[str, str, str]
"""The kind of the event, the step, and its day or level."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """`expected` has for each model when each wake is due; the copies of model m have the ids m + n × `models`."""

    number: int
    models: int
    expected: dict[int, dict[Expected, datetime]]

    def expected_of(self, handoff_id: int) -> dict[Expected, datetime]:
        return self.expected[(handoff_id - 1) % self.models + 1]


def load(number: int, begins_at: datetime, spread: timedelta, chance: random.Random) -> Loaded:
    """About so many handoffs, in two hundreds, whose instants lie within the spread."""
    demo.make_company()
    version = publish(TEXT, "soak.yaml")
    assert isinstance(version, models.RunbookVersion), version
    count = max(1, number // COPIES)
    expected = {}
    for place in range(1, count + 1):
        due = begins_at + spread * chance.random()
        handoff_id = _begin(version, place, due, spread, chance)
        assert handoff_id == place
        expected[place] = _expected_of(handoff_id)
    copies = max(1, number // count)
    _copy(count, copies)
    return Loaded(number=count * copies, models=count, expected=expected)


def _begin(version: models.RunbookVersion, place: int, due: datetime, spread: timedelta, chance: random.Random) -> int:
    """Begun a day before, so that all its steps are open by now."""
    instants = {
        "remind_at": due - spread * chance.uniform(0, 0.2),
        "outage_at": due,
        "raise_at": due + spread * chance.uniform(0, 0.2),
    }
    people = {row.email.split(".")[0]: row for row in models.Person.objects.all()}
    customer = models.Customer.objects.create(pk=place, key=f"MODEL-{place}", name=f"Model {place}")
    command = c.Start(
        by=actor_of(people["olga"], due),
        customer_id=customer.pk,
        customer=customer.name,
        facts={name: f"{at - timedelta(hours=HOURS[name]):%Y-%m-%dT%H:%M:%SZ}" for name, at in instants.items()},
        people={"pm": person_of(people["paula"]), "lead": person_of(people["lena"])},
    )
    outcome = ledger.start(version, command, now=due - timedelta(days=1))
    assert not isinstance(outcome, Refused), outcome
    return outcome.handoff_id


def _expected_of(handoff_id: int) -> dict[Expected, datetime]:
    """What time alone is to bring to the handoff, and when: by the pure code, from how it stands now."""
    row = models.Handoff.objects.select_related("runbook_version__calendar").get(pk=handoff_id)
    plan, handoff = plan_of(row.runbook_version), wire.decode_handoff(row.state)
    found: dict[Expected, datetime | None] = {}
    for step in plan.runbook.steps.values():
        if handoff.state_of(step.name) != "open":
            continue
        due, warn = due_at(plan, handoff, step), warn_at(plan, handoff, step)
        if due is not None:
            found["FellDue", step.name, str(due_date(plan, handoff, step))] = due
        if warn is not None:
            found["Warned", step.name, str(plan.calendar.day_of(warn))] = warn
        found |= {("Escalated", step.name, str(level)): at for level, at in escalations_at(plan, handoff, step)}
    return {key: at for key, at in found.items() if at is not None}


# --- copies ----------------------------------------------------------------------------------------------------------


def _copy(count: int, copies: int) -> None:
    """Copy n of model m has the id m + n × count, and so has its customer."""
    with connection.cursor() as cursor:
        for model, values in _COPIED:
            cursor.execute(_statement(model, values), [copies - 1, count])
        if connection.vendor == "postgresql":
            for model, _ in _COPIED[:2]:
                table = model._meta.db_table
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            cursor.execute("ANALYZE")


_RENUMBERED = "replace({column}, '\"customer_id\":' || {old} || ',', '\"customer_id\":' || ({old} + n * size) || ',')"

# What of each table is not as in the model; rows with an id of their own get a new one where none is named.
_COPIED: tuple[tuple[type[Model], dict[str, str]], ...] = (
    (models.Customer, {"id": "id + n * size", "key": "key || '-' || n"}),
    (
        models.Handoff,
        {
            "id": "id + n * size",
            "customer_id": "customer_id + n * size",
            "state": _RENUMBERED.format(column="state", old="customer_id"),
        },
    ),
    (
        models.Event,
        {
            "handoff_id": "handoff_id + n * size",
            "data": _RENUMBERED.format(column="data", old="handoff_id"),
        },
    ),
    (models.Seat, {"handoff_id": "handoff_id + n * size"}),
    (models.Work, {"handoff_id": "handoff_id + n * size"}),
)


def _statement(model: type[Model], values: dict[str, str]) -> str:
    names = [str(field.column) for field in model._meta.concrete_fields if field.column != "id" or "id" in values]
    columns = ", ".join(f'"{name}"' for name in names)
    chosen = ", ".join(values.get(name, f'"{name}"') for name in names)
    return f"""
INSERT INTO {model._meta.db_table} ({columns})
WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < %s), model (size) AS (SELECT %s)
SELECT {chosen} FROM {model._meta.db_table}, copy, model"""
