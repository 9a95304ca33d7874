"""Somebody leaves: their account is closed, and everything they hold goes to others, in one transaction.

One rule: the company is held first, so that nobody is given work meanwhile; then accounts, then handoffs, each in the
order of their ids, then teams. What was moved is kept with who got it, so that it can be undone; what goes with a role
follows it at the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from handrail.desk import attendance, company, forwarding, ledger, models, ownership, succession
from handrail.desk import departures as d
from handrail.desk.absence_notices import tell_another
from handrail.desk.absences import is_away_within
from handrail.desk.departures import Move
from handrail.desk.people import person_of
from handrail.desk.permissions import leaves
from handrail.desk.seating import hold_teams
from handrail.desk.staff import line_up
from handrail.desk.succession import NotMoved, Role, as_operations, hold_handoffs, moved
from handrail.handoff import commands as c
from handrail.handoff.people import Person
from handrail.handoff.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class _Leaving:
    """Who leaves, who lets them, and when."""

    person: models.Person
    by: models.Person
    policy: d.Policy
    now: datetime

    @property
    def occasion(self) -> attendance.Occasion:
        by = as_operations(self.by)
        return attendance.Occasion(person=person_of(self.person), by=by, reason=self.reason, now=self.now)

    @property
    def reason(self) -> str:
        return f"{self.person.name} has left."

    def takers(self, kind: d.Kind, count: int) -> Iterator[Person | None]:
        return iter(d.takers(self.person, self.policy[kind], count, self.now))


def leave(person_id: int, policy: d.Policy, *, by: models.Person, now: datetime) -> models.Departure | Refused:
    """Raises `models.Person.DoesNotExist`."""
    try:
        with transaction.atomic():
            company.changed()
            person = models.Person.objects.select_related("team").get(pk=person_id)
            refused = leaves(by, person)
            return refused or _leave(_Leaving(person=person, by=by, policy=policy, now=now))
    except NotMoved as fault:
        return Refused(code="not-moved", says=str(fault))


def _leave(at: _Leaving) -> models.Departure:
    accounts = list(d.accounts_of(at.person.pk).order_by("pk").select_for_update(no_key=True))
    hold_handoffs(_handoffs_of(at.person.pk))
    hold_teams()
    roles = _roles(at)  # whom they go to is found as the company was before
    invited = d.meetings_of(person_of(at.person), at.now)
    moves = [*_move_accounts(at, accounts), *_move_people(at), *_move_teams(at), *_move_delegations(at)]
    _close(at)
    moved_roles = list(succession.pass_on(roles, at.occasion))
    moves += [*moved_roles, *_follow_roles(at, invited, moved_roles)]
    _bring_up_to_date(at)
    return models.Departure.objects.create(person=at.person, policy=dict(at.policy), moves=moves, by=at.by, at=at.now)


def _handoffs_of(person_id: int) -> set[int]:
    """Wherever they hold a role, had one lent, or owe something in their own name."""
    seats = d.seats_of(person_id).values_list("handoff", flat=True)
    return {
        *seats,
        *d.work_of(person_id).values_list("handoff", flat=True),
        *(o.handoff_id for o in d.lent_by(person_id)),
    }


# -------------------------------------------------------------------------------------------------------- ordinary rows


def _move_accounts(at: _Leaving, accounts: list[models.Customer]) -> Iterator[Move]:
    for row, to in zip(accounts, at.takers("accounts", len(accounts)), strict=True):
        row.owner_id, row.changed_at = to.id if to else None, at.now
        yield {"kind": "accounts", "customer": row.pk, "to": row.owner_id}
    models.Customer.objects.bulk_update(accounts, ["owner", "changed_at"], batch_size=500)
    occasion = ownership.Occasion(source=at.reason, by=at.by.pk, now=at.now)
    ownership.keep({row.pk: row.owner_id for row in accounts}, occasion)


def _move_people(at: _Leaving) -> Iterator[Move]:
    """Who would become their own manager, be it over others, turns to the manager of who leaves."""
    rows = list(d.reports_of(at.person.pk).order_by("pk"))
    above: dict[int, int | None] = dict(models.Person.objects.values_list("pk", "manager_id"))
    for row, to in zip(rows, at.takers("reports", len(rows)), strict=True):
        given = to.id if to else None
        row.manager_id = at.person.manager_id if line_up(row.pk, given, above) else given
        above[row.pk] = row.manager_id
        yield {"kind": "reports", "person": row.pk, "to": row.manager_id}
    models.Person.objects.bulk_update(rows, ["manager"], batch_size=500)


def _move_teams(at: _Leaving) -> Iterator[Move]:
    rows = list(d.teams_of(at.person.pk).order_by("pk"))
    for row, to in zip(rows, at.takers("teams", len(rows)), strict=True):
        row.lead_id = to.id if to else None
        yield {"kind": "teams", "team": row.pk, "to": row.lead_id}
    models.Team.objects.bulk_update(rows, ["lead"])


def _move_delegations(at: _Leaving) -> Iterator[Move]:
    """Nobody stands in for themselves, or while they are away."""
    rows = list(d.delegations_of(at.person.pk, at.now).order_by("pk"))
    for row, to in zip(rows, at.takers("delegations", len(rows)), strict=True):
        can = to is not None and to.id != row.person_id and not is_away_within(to.id, row.first_day, row.last_day)
        row.delegate_id = to.id if to and can else None
        yield {"kind": "delegations", "absence": row.pk, "to": row.delegate_id}
    models.Absence.objects.bulk_update(rows, ["delegate"])
    for row in rows:
        tell_another(row, now=at.now)


def _close(at: _Leaving) -> None:
    at.person.is_active, at.person.left_at = False, at.now
    at.person.save(update_fields=["is_active", "left_at"])
    company.changed()
    end_sessions(at.person.pk, at.now)
    forwarding.drop_notices(at.person.pk)


def end_sessions(person_id: int, now: datetime) -> None:
    """Whoever is signed in as them is not any more."""
    for row in Session.objects.filter(expire_date__gt=now).iterator():
        if row.get_decoded().get(SESSION_KEY) == str(person_id):
            row.delete()


# ---------------------------------------------------------------------------------------------------------------- roles


def _roles(at: _Leaving) -> list[Role]:
    seats = list(d.seats_of(at.person.pk).values_list("handoff_id", "role", "handoff__project"))
    lent, borrowed = d.lent_by(at.person.pk), d.borrowed_by(at.person.pk)
    to = at.takers("roles", len(seats) + len(lent))
    held = [
        Role(handoff_id=pk, role=role, in_project=project is not None, to=next(to), loan=borrowed.get((pk, role)))
        for pk, role, project in seats
    ]
    return held + [
        Role(handoff_id=one.handoff_id, role=one.role, in_project=False, to=next(to), loan=one.loan, lent=True)
        for one in lent
    ]


def _follow_roles(at: _Leaving, invited: Sequence[d.Invited], moves: list[Move]) -> Iterator[Move]:
    """The meetings that name them, and the messages on their way to them."""
    rows = models.Person.objects.in_bulk({move["to"] for move in moves} - {None})
    people = {pk: person_of(row) for pk, row in rows.items()}
    taken = {(move["handoff"], move["role"]): people.get(move["to"]) for move in moves}
    yield from attendance.hand_on(invited, taken, at.occasion)
    yield from forwarding.forward(at.person.pk, taken, at.now)


def _bring_up_to_date(at: _Leaving) -> None:
    """What they owed in their own name, such as looking after a hold, is shown anew: as nobody's."""
    for handoff_id in set(d.work_of(at.person.pk).values_list("handoff", flat=True)):
        moved(ledger.record_within(handoff_id, c.Wake(), now=at.now))
