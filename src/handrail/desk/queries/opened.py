"""A handoff as a request works with it, read once, and its roles with who holds them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.runbooks import plan_of, version_at
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.holders import holder_of, pool_of
from handrail.handoff.items import step_of
from handrail.handoff.knowledge import holds
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A handoff as a request works with it: its row, its plan and its state, read once."""

    row: models.Handoff
    plan: Plan
    state: Handoff


def open_handoff(handoff_id: int) -> Opened:
    """Raises `models.Handoff.DoesNotExist`."""
    row = next(iter(_row(handoff_id)), None)
    if row is None:
        raise models.Handoff.DoesNotExist(f"There is no handoff {handoff_id}.")
    revision = company().revision
    row.runbook_version = version_at(row.runbook_version_id, revision)
    return Opened(row=row, plan=plan_of(row.runbook_version, revision), state=wire.decode_handoff(row.state))


@prepared
def _row(handoff_id: int) -> QuerySet[models.Handoff]:
    return models.Handoff.objects.select_related("customer", "next_person").filter(pk=handoff_id)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A role with who holds it; `name` is empty where nobody does, and `anybody` is then the team of which anybody may
    act for it, where there is one. `until` is the last day of whoever stands in for
    `stands_in_for`."""

    role: str
    title: str
    name: str
    letters: str = ""
    until: date | None = None
    stands_in_for: str = ""
    anybody: str = ""

    @property
    def is_vacant(self) -> bool:
        return not self.name and not self.anybody

    @property
    def called(self) -> str:
        """`Paula Reyes, Project Manager`"""
        nobody = f"Anybody of {self.anybody}" if self.anybody else "Nobody yet"
        return f"{self.name or nobody}, {self.title}"

    @property
    def words(self) -> str:
        """`Project Manager (Paula Reyes)`"""
        anybody = f"anybody of {self.anybody}" if self.anybody else "nobody yet"
        return f"{self.title} ({self.name or anybody})"


def holder(opened: Opened, role: str, letters: str = "") -> Holder:
    plan, state = opened.plan, opened.state
    person, loan, pool = holder_of(plan, state, role), state.loans.get(role), pool_of(plan, state, role)
    return Holder(
        role=role,
        title=opened.plan.role_title(role),
        name=_named(opened.plan, state.people.get(role) if state.is_over else person),
        letters=letters,
        until=loan.until if loan else None,
        stands_in_for=_named(opened.plan, loan.back_to if loan else None),
        anybody=plan.company.team_name(pool) if pool else "",
    )


def _named(plan: Plan, person: Person | None) -> str:
    """Who has left keeps their name, and is told to have left."""
    if person is None:
        return ""
    return person.name if plan.company.works_here(person) else f"{person.name} (left)"


def seats(opened: Opened) -> Iterator[Holder]:
    for role in opened.plan.runbook.roles.values():
        if role.when is None or holds(opened.plan, opened.state, role.when) is not False:
            yield holder(opened, role.name)


def title_of_step(opened: Opened, name: str) -> str:
    """The title of a step; of one that only an earlier version had, its name as words."""
    step = step_of(opened.plan, opened.state, name)
    return step.title if step else name.partition("@")[0].replace("-", " ").replace("_", " ").capitalize()
