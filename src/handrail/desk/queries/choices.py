"""Who can be chosen for a role, and what can be chosen from elsewhere on a form."""

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.folding import words_of
from handrail.desk.queries.finding import people_named
from handrail.runbook.model import Role, Runbook

FEW = 100  # as many as one looks through
MOST_SUGGESTED = 12


@dataclass(frozen=True, kw_only=True)
class Candidate:
    id: int
    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Who can be chosen. Where there are too many to look through none is listed: they `are_many`, and are searched."""

    people: tuple[Candidate, ...] = ()
    are_many: bool = False


@dataclass(frozen=True, kw_only=True)
class Colleague:
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """Whom a field for a person suggests; where there are too many to look through, `are_many`, and what is typed says
    whom."""

    people: tuple[Colleague, ...] = ()
    are_many: bool = False


def colleagues() -> Suggested:
    """Those who work here and use Handrail, for naming one of them: anybody else is typed. One query."""
    rows = models.Person.objects.filter(is_active=True).order_by("name").values_list("email", "name")
    found = tuple(Colleague(email=email, name=name) for email, name in rows[: FEW + 1])
    return Suggested(people=found) if len(found) <= FEW else Suggested(are_many=True)


def colleagues_like(text: str) -> tuple[Colleague, ...]:
    """The first of those whose name has words that begin so; nobody where there is no word. One query."""
    alike = people_named(words_of(text))[:MOST_SUGGESTED]
    emails = dict(models.Person.objects.filter(pk__in=[pk for pk, _ in alike]).values_list("pk", "email"))
    return tuple(Colleague(email=emails[pk], name=name) for pk, name in alike if pk in emails)


def candidates_for(role: Role) -> Candidates:
    """The active people of the role's team, everybody where it names no team. One query."""
    rows = models.Person.objects.filter(is_active=True)
    rows = rows.filter(team__key=role.team) if role.team else rows
    return _few(list(rows.order_by("name").values_list("pk", "name", "title")[: FEW + 1]))


def people_for(runbook: Runbook) -> dict[str, Candidates]:
    """Whom each role can be given to, by the role's name. One query."""
    rows = list(
        models.Person.objects.filter(is_active=True).order_by("name").values_list("pk", "name", "title", "team__key")
    )
    return {
        role.name: _few([row[:3] for row in rows if not role.team or row[3] == role.team])
        for role in runbook.roles.values()
    }


def _few(rows: Sequence[tuple[int, str, str]]) -> Candidates:
    if len(rows) > FEW:
        return Candidates(are_many=True)
    return Candidates(people=tuple(Candidate(id=pk, name=name, title=title) for pk, name, title in rows))
