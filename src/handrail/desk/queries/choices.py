"""Who can be chosen for a role, and what can be chosen from elsewhere on a form."""

from dataclasses import dataclass

from handrail.desk import models
from handrail.runbook.model import Role, Runbook


@dataclass(frozen=True, kw_only=True)
class Candidate:
    id: int
    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Colleague:
    email: str
    name: str


MOST = 500


def colleagues() -> tuple[Colleague, ...]:
    """The first of those who work here and use Handrail, for naming one of them: anybody else is typed. One query."""
    rows = models.Person.objects.filter(is_active=True).order_by("name").values_list("email", "name")
    return tuple(Colleague(email=email, name=name) for email, name in rows[:MOST])


def candidates_for(role: Role) -> tuple[Candidate, ...]:
    """The active people of the role's team, everybody where it names no team; one more than `MOST` where there are
    more. One query."""
    rows = models.Person.objects.filter(is_active=True)
    rows = rows.filter(team__key=role.team) if role.team else rows
    taken = rows.order_by("name").values_list("pk", "name", "title")[: MOST + 1]
    return tuple(Candidate(id=pk, name=name, title=title) for pk, name, title in taken)


def people_for(runbook: Runbook) -> dict[str, tuple[Candidate, ...]]:
    """The active people of each role's team, by role; everybody where the role names no team. One query."""
    rows = list(
        models.Person.objects.filter(is_active=True)
        .select_related("team")
        .order_by("name")
        .only("name", "title", "team__key")
    )
    return {
        role.name: tuple(
            Candidate(id=row.pk, name=row.name, title=row.title)
            for row in rows
            if not role.team or (row.team is not None and row.team.key == role.team)
        )
        for role in runbook.roles.values()
    }
