"""What a giver has in the handoffs of an account, handed over: roles, meetings that name them, messages on their way to
them, and what they keep an eye on.

One rule: it happens as when somebody leaves, by the same modules; here the giver stays, and so may be told further.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.book.manifest import Fate, Hanging
from handrail.desk import attendance, forwarding, models, succession
from handrail.desk import departures as d
from handrail.desk.attendance import Occasion
from handrail.desk.departures import Move, Taken
from handrail.desk.people import person_of
from handrail.desk.succession import Role, as_operations
from handrail.desk.transfers.moving import Doing, Item, fate_in
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.people import Person

_NO_ROLE = ""  # stands for the role of somebody who comes to a meeting without having one
_NOBODY_TAKES = Fate(happens="stays", why="Nobody takes it over, so it still names who gives.")
_AT_HAND = Fate(happens="stays", why="Who gives stays at hand, and is told what happens here.")


@dataclass(frozen=True, kw_only=True)
class _Line:
    line: models.TransferLine
    giver: Person
    receiver: Person | None
    doing: Doing
    occasion: Occasion
    states: Mapping[int, tuple[Handoff, bool]]
    """Each handoff that moves, and whether it is of a project."""


def handed_over(line: models.TransferLine, things: Sequence[Hanging], doing: Doing) -> Iterator[Item]:
    """The handoffs are held already. Raises `succession.NotMoved` where one of them refuses."""
    some = [one for one in things if "handoff" in one.data]
    fates = {one.ref + one.sort: fate_in(one, line, doing) for one in some}
    done: dict[tuple[str, str], tuple[int | None, Move]] = {}
    if some and line.giver is not None:
        ids = {int(one.data["handoff"]) for one in some if "of_transfer" not in one.data}
        done = _done(_line(line, line.giver, ids, doing), some, fates)
    for one in some:
        yield _item(line, one, fates[one.ref + one.sort], done)


def _line(line: models.TransferLine, giver: models.Person, ids: Iterable[int], doing: Doing) -> _Line:
    rows = models.Handoff.objects.filter(pk__in=list(ids)).values_list("pk", "state", "project")
    by = as_operations(doing.by or giver)
    return _Line(
        line=line,
        giver=person_of(giver),
        receiver=person_of(line.receiver) if line.receiver else None,
        doing=doing,
        occasion=Occasion(person=person_of(giver), by=by, reason=doing.source, now=doing.now),
        states={pk: (wire.decode_handoff(state), project is not None) for pk, state, project in rows},
    )


def _done(
    at: _Line, things: Sequence[Hanging], fates: Mapping[str, Fate]
) -> dict[tuple[str, str], tuple[int | None, Move]]:
    """By sort and ref, who got it and what was done."""
    moving = [one for one in things if fates[one.ref + one.sort].happens in {"moves", "goes with its role"}]
    invited = _invited(at, moving)
    found = dict(_roles(at, moving))
    taken = _taken(at, found)
    for move in attendance.hand_on(invited, taken, at.occasion):
        found["meeting", f"{move['handoff']}:{move['step']}:{move['key']}"[:200]] = move["to"], move
    for move in forwarding.forward(at.giver.id, taken, at.doing.now, at.states):
        found["message", f"{move['handoff']}:{move['delivery']}"] = move["to"], move
    return found | dict(_watches(at, moving))


def _roles(at: _Line, moving: Sequence[Hanging]) -> Iterator[tuple[tuple[str, str], tuple[int | None, Move]]]:
    wanted = [one for one in moving if one.sort == "role"]
    held = sorted((one for one in wanted if "lent" not in one.data), key=_place)
    lent = sorted((one for one in wanted if "lent" in one.data), key=_place)
    roles = [_role(at, one) for one in (*held, *lent)]
    for one, move in zip((*held, *lent), succession.pass_on(roles, at.occasion), strict=True):
        yield ("role", one.ref), (move["to"], move)


def _place(one: Hanging) -> tuple[int, str]:
    return int(one.data["handoff"]), one.role


def _role(at: _Line, one: Hanging) -> Role:
    handoff_id = int(one.data["handoff"])
    state, in_project = at.states[handoff_id]
    lent = "lent" in one.data
    loan = None if lent else state.loans.get(one.role)
    return Role(handoff_id=handoff_id, role=one.role, in_project=in_project, to=at.receiver, loan=loan, lent=lent)


def _invited(at: _Line, moving: Sequence[Hanging]) -> list[d.Invited]:
    """Before roles pass on: who comes to a meeting by a role, and who without one."""
    wanted = {(int(one.data["handoff"]), one.data["step"], one.data["key"]) for one in moving if one.sort == "meeting"}
    states = {pk: state for pk, (state, _) in at.states.items()}
    by_role = d.meetings_in(states, at.giver, at.doing.now)
    found = {(one.handoff_id, one.step, one.key): one for one in by_role}
    return [found.get(one) or _without_role(states, one) for one in sorted(wanted)]


def _without_role(states: Mapping[int, Handoff], at: tuple[int, str, str]) -> d.Invited:
    handoff_id, step, key = at
    meeting = next(one for one in states[handoff_id].meetings[step] if one.key == key)
    return d.Invited(
        handoff_id=handoff_id,
        step=step,
        key=key,
        meets_at=meeting.meets_at,
        attendees=meeting.attendees,
        roles=(_NO_ROLE,),
    )


def _taken(at: _Line, found: Mapping[tuple[str, str], tuple[int | None, Move]]) -> Taken:
    """Of a role that went to somebody else than the receiver, such as back to whose it was, they come and are told."""
    others = {to for to, _ in found.values() if to is not None and (at.receiver is None or to != at.receiver.id)}
    people = {row.pk: person_of(row) for row in models.Person.objects.filter(pk__in=others)} if others else {}
    if at.receiver is not None:
        people[at.receiver.id] = at.receiver
    taken = {(move["handoff"], move["role"]): people.get(to or 0) for to, move in found.values()}
    return {**dict.fromkeys(((pk, _NO_ROLE) for pk in at.states), at.receiver), **taken}


def _watches(at: _Line, moving: Sequence[Hanging]) -> Iterator[tuple[tuple[str, str], tuple[int | None, Move]]]:
    """Whoever gets the account keeps an eye on what was watched. Whoever stays at hand goes on watching."""
    stays = bool(at.doing.transfer.shadow_days)
    for one in (one for one in moving if one.sort == "watch"):
        handoff_id, to = int(one.data["handoff"]), at.receiver.id if at.receiver else at.giver.id
        row = models.Watch.objects.get(person=at.giver.id, handoff=handoff_id)
        move: Move = {"kind": "watches", "handoff": handoff_id, "to": to, "kept": stays}
        if to != at.giver.id:
            about = {"since": at.doing.now, "seen": row.seen}
            _, is_new = models.Watch.objects.get_or_create(person_id=to, handoff_id=handoff_id, defaults=about)
            move["besides"] = not is_new
            if not stays:
                row.delete()
        yield ("watch", one.ref), (to, move)


def _item(
    line: models.TransferLine,
    thing: Hanging,
    fate: Fate,
    done: Mapping[tuple[str, str], tuple[int | None, Move]],
) -> Item:
    now, data = thing.holder, dict[str, Any]()
    happened = done.get((thing.sort, thing.ref))
    if happened is not None:
        now, data = happened[0], {"move": happened[1]}
    elif thing.sort in {"work", "approval"} and fate.happens == "goes with its role":
        handoff = thing.data["handoff"]
        role = done.get(("role", f"{handoff}:{thing.role}"))
        now = role[0] if role else line.receiver_id
    if thing.sort in {"meeting", "message"} and happened is not None and now is None:
        return Item(line=line.pk, thing=thing, fate=_NOBODY_TAKES, now=thing.holder, data=data)
    return Item(line=line.pk, thing=thing, fate=fate, now=now, data=data)


# ------------------------------------------------------------------------------------------------------ staying at hand


def kept_watching(line: models.TransferLine, handoffs: Iterable[int], doing: Doing) -> Iterator[Item]:
    """Whoever gives and stays at hand is told what happens in the handoffs, also in those that they did not watch."""
    giver, ids = line.giver_id, list(handoffs)
    if not doing.transfer.shadow_days or giver is None or not ids:
        return
    watched = models.Watch.objects.filter(person=giver, handoff__in=ids).values_list("handoff_id", flat=True)
    numbers = dict(models.Handoff.objects.filter(pk__in=set(ids) - set(watched)).values_list("pk", "number"))
    models.Watch.objects.bulk_create(
        models.Watch(person_id=giver, handoff_id=pk, since=doing.now, seen=number) for pk, number in numbers.items()
    )
    for pk in sorted(numbers):
        data = {"handoff": str(pk), "shadow": "yes"}
        thing = Hanging(sort="watch", ref=f"{pk}:{giver}", title="Watched", holder=None, data=data)
        yield Item(line=line.pk, thing=thing, fate=_AT_HAND, now=giver)
