"""Taking a departure back: the person works here again, and what is still where it was put is theirs again.

One rule: what somebody changed since stays as it is and is told, one by one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from handrail.desk import attendance, company, forwarding, models, ownership, succession
from handrail.desk.absence_notices import tell_another
from handrail.desk.departures import Move
from handrail.desk.people import person_of
from handrail.desk.seating import hold_teams
from handrail.desk.staff import line_up
from handrail.desk.succession import NotMoved, as_operations, hold_handoffs
from handrail.handoff.people import Actor, Person
from handrail.handoff.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class _Returning:
    departure: models.Departure
    person: Person
    actor: Actor
    now: datetime

    @property
    def reason(self) -> str:
        return f"{self.person.name} is back."

    @property
    def occasion(self) -> attendance.Occasion:
        return attendance.Occasion(person=self.person, by=self.actor, reason=self.reason, now=self.now)


def undo(departure_id: int, *, by: models.Person, now: datetime) -> tuple[Move, ...] | Refused:
    """The moves that stay, because something changed since. Raises `models.Departure.DoesNotExist`."""
    try:
        with transaction.atomic():
            company.changed()
            departure = models.Departure.objects.select_related("person").get(pk=departure_id)
            if departure.undone_at is not None or departure.person.is_active:
                return Refused(code="undone", says=f"{departure.person.name} is back already.")
            return _undo(departure, by, now)
    except NotMoved as fault:
        return Refused(code="not-moved", says=str(fault))


def _undo(departure: models.Departure, by: models.Person, now: datetime) -> tuple[Move, ...]:
    at = _Returning(departure=departure, person=person_of(departure.person), actor=as_operations(by), now=now)
    moves: list[Move] = departure.moves
    customers = [move["customer"] for move in moves if move["kind"] == "accounts"]
    list(models.Customer.objects.filter(pk__in=customers).order_by("pk").select_for_update(no_key=True))
    hold_handoffs({move["handoff"] for move in moves if move["kind"] in _IN_HANDOFFS})
    hold_teams()
    _open(departure, by, now)
    back = _back(at, moves, _ROWS)
    company.changed()
    back |= _back(at, moves, _IN_HANDOFFS)
    return tuple(move for move in moves if id(move) not in back)


def _open(departure: models.Departure, by: models.Person, now: datetime) -> None:
    departure.undone_by, departure.undone_at = by, now
    departure.save(update_fields=["undone_by", "undone_at"])
    departure.person.is_active, departure.person.left_at = True, None
    departure.person.save(update_fields=["is_active", "left_at"])


def _back(at: _Returning, moves: list[Move], ways: Mapping[str, Callable[[_Returning, Move], bool]]) -> set[int]:
    """Which of the moves of these kinds were taken back."""
    return {id(move) for move in moves if move["kind"] in ways and ways[move["kind"]](at, move)}


def _account_back(at: _Returning, move: Move) -> bool:
    row = models.Customer.objects.filter(pk=move["customer"], owner=move["to"])
    if not row.update(owner=at.person.id, changed_at=at.now):
        return False
    occasion = ownership.Occasion(source=at.reason, by=at.actor.person.id, now=at.now)
    ownership.keep({move["customer"]: at.person.id}, occasion)
    return True


def _report_back(at: _Returning, move: Move) -> bool:
    """Unless the person has come to be below them."""
    above: dict[int, int | None] = dict(models.Person.objects.values_list("pk", "manager_id"))
    row = models.Person.objects.filter(pk=move["person"], manager=move["to"])
    return not line_up(move["person"], at.person.id, above) and bool(row.update(manager=at.person.id))


def _team_back(at: _Returning, move: Move) -> bool:
    return bool(models.Team.objects.filter(pk=move["team"], lead=move["to"]).update(lead=at.person.id))


def _delegation_back(at: _Returning, move: Move) -> bool:
    row = models.Absence.objects.filter(pk=move["absence"], delegate=move["to"], ended_at=None).first()
    if row is None:
        return False
    row.delegate_id = at.person.id
    row.save(update_fields=["delegate"])
    tell_another(row, now=at.now)
    return True


def _message_back(at: _Returning, move: Move) -> bool:
    return forwarding.take_back(move, at.person.id, at.now)


_ROWS: dict[str, Callable[[_Returning, Move], bool]] = {
    "accounts": _account_back,
    "reports": _report_back,
    "teams": _team_back,
    "delegations": _delegation_back,
    "messages": _message_back,
}


def _role_back(at: _Returning, move: Move) -> bool:
    return succession.take_back(move, at.occasion)


def _meeting_back(at: _Returning, move: Move) -> bool:
    return attendance.take_back(move, at.occasion)


_IN_HANDOFFS: dict[str, Callable[[_Returning, Move], bool]] = {"roles": _role_back, "meetings": _meeting_back}
