"""Roles that pass from one person to another in handoffs, be they held, lent or stood in for; and the way back.

One rule: only the ledger fills a role. What was done is a `Move` that says whom the role went to, so that it can be
taken back where nobody changed it since.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from handrail.desk import ledger, models
from handrail.desk.attendance import Occasion
from handrail.desk.departures import Move
from handrail.desk.people import person_of
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.history import Handoff, Loan
from handrail.handoff.people import Actor, Person
from handrail.handoff.refusal import Refused


class NotMoved(Exception):
    """Something could not be moved, for the reason in words: then nothing is."""


def moved(outcome: ledger.Change | Refused) -> ledger.Change:
    if isinstance(outcome, Refused):
        raise NotMoved(outcome.says)
    return outcome


def as_operations(by: models.Person) -> Actor:
    """Whoever moves what is held does so as CS Operations would, whether or not they are of it."""
    return Actor(person=person_of(by), operations=True)


def hold_handoffs(ids: Iterable[int]) -> None:
    """With all phases of their projects, in the order in which everybody holds them."""
    wanted = list(ids)
    projects = models.Handoff.objects.filter(pk__in=wanted, project__isnull=False).values("project")
    rows = models.Handoff.objects.filter(Q(pk__in=wanted) | Q(project__in=projects)).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role that somebody holds, be it as a stand-in, or had `lent`; and who gets it."""

    handoff_id: int
    role: str
    in_project: bool
    to: Person | None
    loan: Loan | None = None
    lent: bool = False


def pass_on(roles: Sequence[Role], at: Occasion) -> Iterator[Move]:
    """Those that are held, and then those that are lent."""
    yield from (_move_role(one, at) for one in roles if not one.lent)
    yield from (_move_lent(one, at) for one in roles if one.lent)


def _move_role(one: Role, at: Occasion) -> Move:
    """In a project it may have gone with the same role of another phase."""
    move: Move = {"kind": "roles", "handoff": one.handoff_id, "role": one.role}
    seat = models.Seat.objects.filter(handoff=one.handoff_id, role=one.role)
    if one.in_project and not seat.filter(person=at.person.id).exists():
        return {**move, "to": seat.values_list("person", flat=True).first()}
    change = _filled(one, at)
    holder, loan = change.handoff.people.get(one.role), change.handoff.loans.get(one.role)
    stands_in = {"until": one.loan.until.isoformat()} if one.loan else {}
    return {**move, "to": holder.id if holder else None, "lent": loan is not None, **stands_in}


def _filled(one: Role, at: Occasion) -> ledger.Change:
    """Who stands in is followed by somebody who does so to the same day; where there is nobody, or no such day any
    more, the role is at once whose it is."""
    if one.loan is not None and one.to is not None:
        command = c.FillRole(by=at.by, role=one.role, person=one.to, until=one.loan.until, reason=at.reason)
        outcome = ledger.record_within(one.handoff_id, command, now=at.now)
        if not isinstance(outcome, Refused):
            return outcome
    to = one.loan.back_to if one.loan else one.to
    command = c.FillRole(by=at.by, role=one.role, person=to, reason=at.reason)
    return moved(ledger.record_within(one.handoff_id, command, now=at.now))


def _move_lent(one: Role, at: Occasion) -> Move:
    command = c.Succeed(by=at.by, role=one.role, person=one.to, reason=at.reason)
    change = moved(ledger.record_within(one.handoff_id, command, now=at.now))
    loan = change.handoff.loans[one.role]
    to = loan.back_to.id if loan.back_to else None
    return {"kind": "roles", "handoff": one.handoff_id, "role": one.role, "to": to, "comes_back": True}


# --------------------------------------------------------------------------------------------------------- and back


def take_back(move: Move, at: Occasion) -> bool:
    """Whether it was still with whom it had been given to, in the same way, and is `at.person`'s again. Of a role that
    came back from another phase of the same project nothing is left to do."""
    row = models.Handoff.objects.get(pk=move["handoff"])
    state = wire.decode_handoff(row.state)
    if row.status == models.Handoff.Status.CANCELLED or not stands(state, move):
        return state.people.get(move["role"]) == at.person
    command = _taking_back(move, at)
    if command is None:
        return False
    outcome = ledger.record_within(row.pk, command, now=at.now)
    if isinstance(outcome, Refused) and outcome.code in {"over", "unknown"}:
        return False
    moved(outcome)
    return True


def stands(state: Handoff, move: Move) -> bool:
    """Whether the role is as the move left it."""
    loan, holder = state.loans.get(move["role"]), state.people.get(move["role"])
    if move.get("comes_back"):
        return loan is not None and bool((loan.back_to.id if loan.back_to else None) == move["to"])
    is_lent = bool(move.get("lent"))
    return bool((holder.id if holder else None) == move["to"]) and (loan is not None) == is_lent


def _taking_back(move: Move, at: Occasion) -> c.Command | None:
    """None where they stood in to a day that has passed."""
    if move.get("comes_back"):
        return c.Succeed(by=at.by, role=move["role"], person=at.person, reason=at.reason)
    until = date.fromisoformat(move["until"]) if move.get("until") else None
    if until is not None and until < at.now.date():
        return None
    return c.FillRole(by=at.by, role=move["role"], person=at.person, until=until, reason=at.reason)
