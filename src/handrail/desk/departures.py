"""What somebody holds who is to leave, and who would get it: looked at before it happens.

One rule: nothing is written here, and what is shown is found by the same functions that then move it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Q, QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.loads import loads_of, shared_out
from handrail.desk.people import person_of
from handrail.handoff import wire
from handrail.handoff.history import Handoff, Loan
from handrail.handoff.people import Person
from handrail.handoff.refusal import Mistake, Refused

Kind = Literal["roles", "accounts", "reports", "teams", "delegations"]

# Each kind with what one of it is called, and several.
KINDS: dict[Kind, tuple[str, str]] = {
    "roles": ("role", "roles"),
    "accounts": ("account", "accounts"),
    "reports": ("person they manage", "people they manage"),
    "teams": ("team they lead", "teams they lead"),
    "delegations": ("absence in which they stand in", "absences in which they stand in"),
}
_NOBODY = {
    "roles": "Leave them empty: the team lead or CS Operations names somebody",
    "accounts": "Nobody for now",
    "reports": "Nobody for now: they turn to their team lead",
    "teams": "Nobody for now",
    "delegations": "Nobody: each of them names somebody else",
}
# What goes to whoever gets the role, so that nobody chooses.
WITH_ROLES = {
    "meetings": ("meeting that named them", "meetings that named them"),
    "messages": ("message on its way to them", "messages on their way to them"),
}
Policy = Mapping[Kind, str]
"""For each kind `manager`, `lead`, `spread`, `empty`, or the id of the person who gets all of it."""
Move = dict[str, Any]
"""`kind` and `to` (a person's id, or None), and which thing it is: `handoff` with `role`, `customer`, `person`, `team`,
`absence`, `delivery`, or `handoff` with `step` and `key` of a meeting."""
Taken = Mapping[tuple[int, str], Person | None]
"""Who got a role of theirs, by handoff and role."""

_RUNNING, _OVER = models.Handoff.Status.RUNNING, models.Handoff.Status.OVER
_WITH_LOAN = '"Loan":'  # how a state is written in which somebody stands in


# ------------------------------------------------------------------------------------------------------ what is held


def seats_of(person_id: int) -> QuerySet[models.Seat]:
    """The roles they hold where something can still be done: in what runs, and where work outlived the end."""
    outlived = models.Work.objects.filter(person=person_id, handoff__status=_OVER).values("handoff")
    seats = models.Seat.objects.filter(Q(handoff__status=_RUNNING) | Q(handoff__in=outlived), person=person_id)
    return seats.order_by("handoff_id", "role")


@dataclass(frozen=True, kw_only=True)
class Lent:
    """A role that somebody stands in for, which is theirs again afterwards."""

    handoff_id: int
    role: str
    holder: Person | None
    loan: Loan


def lent_by(person_id: int) -> tuple[Lent, ...]:
    """Reads what runs and has a stand-in: no column says whose a role was."""
    rows = models.Handoff.objects.filter(status=_RUNNING, state__contains=_WITH_LOAN).order_by("pk")
    return tuple(
        Lent(handoff_id=pk, role=role, holder=state.people.get(role), loan=loan)
        for pk, state in _states(rows)
        for role, loan in state.loans.items()
        if loan.back_to is not None and loan.back_to.id == person_id
    )


def borrowed_by(person_id: int) -> dict[tuple[int, str], Loan]:
    """The roles in which they stand in for somebody, by handoff and role."""
    theirs = models.Seat.objects.filter(person=person_id, handoff__status=_RUNNING).values("handoff")
    rows = models.Handoff.objects.filter(pk__in=theirs, state__contains=_WITH_LOAN)
    return {
        (pk, role): loan
        for pk, state in _states(rows)
        for role, loan in state.loans.items()
        if role in state.people and state.people[role].id == person_id
    }


def _states(rows: QuerySet[models.Handoff]) -> Iterator[tuple[int, Handoff]]:
    for pk, text in rows.values_list("pk", "state").iterator(chunk_size=500):
        yield pk, wire.decode_handoff(text)


@dataclass(frozen=True, kw_only=True)
class Invited:
    """A planned meeting that names them as somebody who comes; `roles` are those that they have in its handoff."""

    handoff_id: int
    step: str
    key: str
    meets_at: datetime
    attendees: tuple[str, ...]
    roles: tuple[str, ...]


def meetings_of(person: Person, now: datetime) -> tuple[Invited, ...]:
    """Those to come, of the handoffs in which they have a role, be it lent; attendees are known by name only. Who was
    to come to one that is past but not yet told of stays named: they may have been there."""
    planned = models.Handoff.objects.filter(state__contains='"planned"')
    held = planned.filter(pk__in=seats_of(person.id).order_by().values("handoff"))
    lent = planned.filter(pk__in={one.handoff_id for one in lent_by(person.id)})
    return meetings_in({**dict(_states(held)), **dict(_states(lent))}, person, now)


def meetings_in(handoffs: Mapping[int, Handoff], person: Person, now: datetime) -> tuple[Invited, ...]:
    """Of those handoffs, by the order of their ids."""
    return tuple(
        Invited(
            handoff_id=pk,
            step=step,
            key=meeting.key,
            meets_at=meeting.meets_at,
            attendees=meeting.attendees,
            roles=roles,
        )
        for pk, state in sorted(handoffs.items())
        if (roles := _roles_in(state, person.id))
        for step, meetings in state.meetings.items()
        for meeting in meetings
        if meeting.state == "planned" and meeting.meets_at > now and person.name in meeting.attendees
    )


def _roles_in(state: Handoff, person_id: int) -> tuple[str, ...]:
    """The roles that they hold, and those that come back to them."""
    held = (role for role, holder in state.people.items() if holder.id == person_id)
    lent = (role for role, loan in state.loans.items() if loan.back_to is not None and loan.back_to.id == person_id)
    return tuple(dict.fromkeys((*held, *lent)))


def accounts_of(person_id: int) -> QuerySet[models.Customer]:
    return models.Customer.objects.filter(owner=person_id).order_by("name", "pk")


def reports_of(person_id: int) -> QuerySet[models.Person]:
    return models.Person.objects.filter(manager=person_id, is_active=True).order_by("name", "pk")


def teams_of(person_id: int) -> QuerySet[models.Team]:
    return models.Team.objects.filter(lead=person_id).order_by("name", "pk")


def delegations_of(person_id: int, now: datetime) -> QuerySet[models.Absence]:
    """The absences of others that are not over, in which they stand in."""
    yesterday = now.date() - timedelta(days=1)
    rows = models.Absence.objects.filter(delegate=person_id, ended_at=None, last_day__gte=yesterday)
    return rows.order_by("first_day", "pk")


def work_of(person_id: int) -> QuerySet[models.Work]:
    return models.Work.objects.filter(person=person_id).order_by("due_at", "pk")


def deliveries_to(person_id: int, handoffs: Iterable[int] | None = None) -> QuerySet[models.Delivery]:
    """Wherever they are from, or of those handoffs."""
    queued = models.Delivery.objects.filter(next_at__isnull=False, state=models.Delivery.State.QUEUED)
    rows = queued if handoffs is None else queued.filter(handoff__in=list(handoffs))
    return rows.filter(person=person_id).order_by("pk")


def counts_of(person_id: int, now: datetime) -> dict[Kind, int]:
    """How much they hold of each kind that is moved."""
    return {
        "roles": seats_of(person_id).count() + len(lent_by(person_id)),
        "accounts": accounts_of(person_id).count(),
        "reports": reports_of(person_id).count(),
        "teams": teams_of(person_id).count(),
        "delegations": delegations_of(person_id, now).count(),
    }


# --------------------------------------------------------------------------------------------------- who would get it


@dataclass(frozen=True, kw_only=True)
class Offer:
    value: str
    words: str


def offers(leaver: models.Person, kind: Kind) -> tuple[Offer, ...]:
    """The ways to choose who gets it, beside naming one person; the first is what is taken where nothing is chosen."""
    manager, lead = manager_of(leaver), lead_of(leaver)
    found = []
    if manager is not None:
        found.append(Offer(value="manager", words=f"Their manager, {manager.name}"))
    if lead is not None and lead != manager and kind != "teams":
        found.append(Offer(value="lead", words=f"Their team lead, {lead.name}"))
    if kind == "roles" and leaver.team_id is not None:
        found.append(Offer(value="spread", words="Their team, each who has the least to do"))
    return (*found, Offer(value="empty", words=_NOBODY[kind]))


def manager_of(leaver: models.Person) -> Person | None:
    return next(company().line_of(person_of(leaver)), None)


def lead_of(leaver: models.Person) -> Person | None:
    known = company()
    lead = known.lead_of(known.members[leaver.pk].team)
    return lead if lead is not None and lead.id != leaver.pk else None


def read_policy(leaver: models.Person, asked: Mapping[str, str]) -> Policy | Refused:
    """What was chosen for each kind, or everything that cannot be meant."""
    offered = {kind: offers(leaver, kind) for kind in KINDS}
    chosen = {kind: asked.get(kind, "") or offered[kind][0].value for kind in KINDS}
    named = {value for kind, value in chosen.items() if value not in {one.value for one in offered[kind]}}
    here = {str(pk) for pk in _who_work_here(named, leaver)}
    mistakes = tuple(
        Mistake(field=kind, says=f"Choose who gets the {KINDS[kind][1]}: somebody who works here, and is not leaving.")
        for kind, value in chosen.items()
        if value in named and value not in here
    )
    if mistakes:
        return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=mistakes)
    return chosen


def _who_work_here(ids: set[str], leaver: models.Person) -> Iterator[int]:
    numbers = [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 18]
    rows = models.Person.objects.filter(pk__in=numbers, is_active=True).exclude(pk=leaver.pk)
    yield from rows.values_list("pk", flat=True)


def takers(leaver: models.Person, value: str, count: int, now: datetime) -> Sequence[Person | None]:
    """Who gets each of so many things."""
    match value:
        case "empty":
            return [None] * count
        case "manager":
            return [manager_of(leaver)] * count
        case "lead":
            return [lead_of(leaver)] * count
        case "spread":
            team = leaver.team.key if leaver.team else ""
            found = shared_out(count, loads_of(team, now, besides=leaver.pk))
            return [Person(one.person_id, one.name) if one else None for one in found]
        case _:
            return [person_of(models.Person.objects.get(pk=int(value)))] * count


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many go to somebody; `name` is empty where nobody gets them."""

    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is held of a kind, and who would get how much of it."""

    kind: Kind
    title: str
    count: int
    chosen: str
    offers: tuple[Offer, ...]
    shares: tuple[Share, ...]


def previews(leaver: models.Person, policy: Policy, now: datetime) -> tuple[Preview, ...]:
    """Of each kind of which there is anything."""
    return tuple(
        Preview(
            kind=kind,
            title=KINDS[kind][count != 1],
            count=count,
            chosen=policy[kind],
            offers=offers(leaver, kind),
            shares=shares(one.name if one else "" for one in takers(leaver, policy[kind], count, now)),
        )
        for kind, count in counts_of(leaver.pk, now).items()
        if count
    )


def shares(names: Iterable[str]) -> tuple[Share, ...]:
    """Who gets most first; an empty name is nobody."""
    return tuple(Share(name=name, count=count) for name, count in Counter(names).most_common())
