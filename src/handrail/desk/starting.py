"""Starting handoffs of several customers at once, with what their records say and the people chosen for all of them.

One rule: what a record says and the runbook cannot read keeps nobody from starting; it is told, and given later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import ledger, models
from handrail.desk.account_facts import Facts, bought_of
from handrail.desk.people import person_of
from handrail.desk.phases import phases_of
from handrail.desk.runbooks import plan_of
from handrail.handoff import wire
from handrail.handoff.commands import Start
from handrail.handoff.history import Handoff, KnownFact
from handrail.handoff.knowledge import holds
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.projects import taken_over
from handrail.handoff.refusal import Mistake, Refused
from handrail.runbook.kinds import Unfit, Written, read

_LONGEST_SOURCE = 300


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a customer's record says in the runbook's terms; `missing` are the titles of the facts that it says
    nothing of, without those that what it says makes needless."""

    facts: Mapping[str, Written]
    unfit: tuple[Mistake, ...]
    missing: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What became of one customer."""

    customer_id: int
    customer: str
    outcome: ledger.Change | Refused


@dataclass(frozen=True, kw_only=True)
class NewPhase:
    """`takes` are the names of the facts that it takes over from the last phase."""

    project_id: int
    name: str
    takes: frozenset[str]


def current_version(name: str) -> models.RunbookVersion | None:
    return models.RunbookVersion.objects.select_related("calendar").filter(name=name, is_current=True).first()


def begin(
    customers: Iterable[models.Customer],
    version: models.RunbookVersion,
    people_by_role: Mapping[str, Person],
    by: Actor,
    now: datetime,
) -> tuple[Beginning, ...]:
    """Start a handoff for each, in a transaction of its own. A role without a chosen person goes to the customer's
    owner where the runbook fills it so, and else stays empty."""
    plan = plan_of(version)
    rows = list(customers)
    records, bought = _records(rows), bought_of([row.pk for row in rows], plan.runbook, now.date())
    return tuple(
        Beginning(
            customer_id=row.pk,
            customer=row.name,
            outcome=ledger.start(
                version,
                _start(plan, row, records.get(row.pk, ()), people_by_role, by, bought=bought.get(row.pk, {})),
                now=now,
            ),
        )
        for row in rows
    )


def begin_phase(
    customer: models.Customer,
    version: models.RunbookVersion,
    phase: NewPhase,
    people_by_role: Mapping[str, Person],
    by: Actor,
    now: datetime,
) -> ledger.Change | Refused:
    """Start another phase of a project, with those facts of the last one that are taken over."""
    plan, rows = plan_of(version), phases_of(phase.project_id)
    facts = taken_over(plan, wire.decode_handoff(rows[-1].state)) if rows else {}
    command = Start(
        by=by,
        customer_id=customer.pk,
        customer=customer.name,
        facts={name: value for name, value in facts.items() if name in phase.takes},
        people={**_owner_in_roles(plan, customer), **people_by_role},
        source=f"{(rows[-1].phase if rows else '') or 'the first phase'} of this project",
        phase=phase.name,
    )
    return ledger.start(version, command, now=now, project_id=phase.project_id)


def known(plan: Plan, records: Iterable[models.CustomerFact]) -> Known:
    by_name = {one.name: one for one in records}
    facts: dict[str, Written] = {}
    unfit = []
    for fact in plan.runbook.facts.values():
        record = by_name.get(fact.name)
        if record is None:
            continue
        value = read(fact.kind, record.value)
        if isinstance(value, Unfit):
            unfit.append(Mistake(field=fact.name, says=f"{fact.title}: {value.says}"))
        else:
            facts[fact.name] = record.value
    told = {*facts, *(one.field for one in unfit)}
    so_far = Handoff(facts={name: _as_fact(by_name[name]) for name in facts})
    sources = dict.fromkeys(by_name[name].source for name in facts if by_name[name].source)
    return Known(
        facts=facts,
        unfit=tuple(unfit),
        missing=tuple(
            fact.title
            for fact in plan.runbook.facts.values()
            if fact.name not in told and (fact.when is None or holds(plan, so_far, fact.when) is not False)
        ),
        source=", ".join(sources)[:_LONGEST_SOURCE],
    )


def _as_fact(record: models.CustomerFact) -> KnownFact:
    return KnownFact(value=record.value, source=record.source, at=record.at, by=None, number=0)


def _records(customers: Iterable[models.Customer]) -> dict[int, list[models.CustomerFact]]:
    found: dict[int, list[models.CustomerFact]] = {}
    for fact in models.CustomerFact.objects.filter(customer__in=[row.pk for row in customers]):
        found.setdefault(fact.customer_id, []).append(fact)
    return found


def _start(
    plan: Plan,
    customer: models.Customer,
    records: Iterable[models.CustomerFact],
    people_by_role: Mapping[str, Person],
    by: Actor,
    *,
    bought: Facts,
) -> Start:
    """`bought` is what the customer has of what it bought, where the runbook asks for it."""
    says = known(plan, records)
    return Start(
        by=by,
        customer_id=customer.pk,
        customer=customer.name,
        facts={**says.facts, **bought},
        people={**_owner_in_roles(plan, customer), **people_by_role},
        source=says.source,
    )


def _owner_in_roles(plan: Plan, customer: models.Customer) -> dict[str, Person]:
    owner = customer.owner
    if owner is None or not owner.is_active:
        return {}
    return {role.name: person_of(owner) for role in plan.runbook.roles.values() if role.fill == "account owner"}
