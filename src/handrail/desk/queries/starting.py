"""What the page for starting handoffs shows: the roles to fill, and what is known of each customer already."""

from collections.abc import Iterable
from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.queries.choices import Candidates, people_for
from handrail.desk.runbooks import plan_of, runbook_of
from handrail.desk.starting import known
from handrail.runbook.model.people import Fill


@dataclass(frozen=True, kw_only=True)
class RoleChoice:
    """`otherwise` says whose a role without a chosen person is; `fixed` is who holds it whatever is chosen."""

    name: str
    title: str
    says: str
    team: str
    otherwise: str
    candidates: Candidates
    fixed: str = ""


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """A customer who is about to start. `running` is the id of a handoff of the runbook that still runs."""

    id: int
    name: str
    key: str
    owner: str
    known: int
    missing: tuple[str, ...]
    unfit: tuple[str, ...]
    running: int | None


_OTHERWISE: dict[Fill, str] = {
    "account owner": "Each customer’s own account owner",
    "least load": "Whoever of the team has the fewest seats",
    "anybody of the team": "Anybody of the team",
    "from": "Whom the runbook names",
}


def likeliest(customers: Iterable[models.Customer]) -> str:
    """The runbook that most is known for of these customers' records; empty where nothing is known for any."""
    rows = models.CustomerFact.objects.filter(customer__in=[row.pk for row in customers])
    known_of = set(rows.order_by().values_list("name", flat=True).distinct())
    versions = (
        models.RunbookVersion.objects.filter(is_current=True).select_related("calendar").order_by("title", "name")
    )
    found = {row.name: len(known_of & runbook_of(row).facts.keys()) for row in versions}
    best = max(found, key=lambda name: found[name], default="")
    return best if found.get(best) else ""


def roles_to_fill(version: models.RunbookVersion) -> tuple[RoleChoice, ...]:
    runbook = runbook_of(version)
    people = people_for(runbook)
    teams = dict(models.Team.objects.values_list("key", "name"))
    return tuple(
        RoleChoice(
            name=role.name,
            title=role.title,
            says=role.says,
            team=teams.get(role.team, ""),
            otherwise=_OTHERWISE.get(role.fill, "Nobody yet"),
            candidates=people[role.name],
        )
        for role in runbook.roles.values()
    )


def prospects(version: models.RunbookVersion, customers: Iterable[models.Customer]) -> tuple[Prospect, ...]:
    plan, rows = plan_of(version), list(customers)
    ids = [row.pk for row in rows]
    facts: dict[int, list[models.CustomerFact]] = {}
    for fact in models.CustomerFact.objects.filter(customer__in=ids, name__in=list(plan.runbook.facts)):
        facts.setdefault(fact.customer_id, []).append(fact)
    running = dict(
        models.Handoff.objects.filter(
            customer__in=ids, runbook=version.name, status=models.Handoff.Status.RUNNING
        ).values_list("customer_id", "id")
    )
    found = []
    for row in rows:
        says = known(plan, facts.get(row.pk, ()))
        found.append(
            Prospect(
                id=row.pk,
                name=row.name,
                key=row.key,
                owner=row.owner.name if row.owner and row.owner.is_active else "",
                known=len(says.facts),
                missing=says.missing,
                unfit=tuple(one.says for one in says.unfit),
                running=running.get(row.pk),
            )
        )
    return tuple(found)
