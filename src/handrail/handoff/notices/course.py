"""What people are told of their roles, and of the handoff as a whole.

One rule: whoever holds a role in a handoff is told when it ends, is cancelled, stops or goes on; and so is everybody of
a team that has work in it just then.
"""

from collections.abc import Iterator

from handrail.handoff import events as e
from handrail.handoff.notices.reason import Change, Reason, ended
from handrail.handoff.notices.teams import holder_says
from handrail.handoff.people import Person


def of_the_roles(change: Change) -> Iterator[Reason]:
    if change.before.people == change.after.people or change.after.cancelled:
        return
    held = _held_before(change)
    for role in dict.fromkeys((*held, *change.after.people)):
        was, now = held.get(role), change.after.people.get(role)
        known = change.plan.runbook.roles.get(role)
        if known is None or (was and now and was.id == now.id):
            continue
        if now is not None:
            yield Reason(now, "work", "role", role, f"You are the {known.title} now", _who_named(change, role))
        if was is not None:
            says = holder_says(change, role)
            yield Reason(was, "role", "role", role, f"You are no longer the {known.title}", says)


def _held_before(change: Change) -> dict[str, Person]:
    """By the names that the roles have now."""
    names: dict[str, str] = {}
    for one in change.added:
        if isinstance(one.event, e.VersionChanged):
            names = one.event.names.get("roles", {})
    return {names.get(role, role): person for role, person in change.before.people.items()}


def _who_named(change: Change, role: str) -> str:
    for one in change.added:
        match one.event:
            case e.RoleFilled(role=filled, until=until, why=why, reason=reason) if filled == role:
                says = why or (f"{change.by} named you." if change.by else "The runbook says so.")
                says = f"{says} {ended(reason)}" if reason else says
                return f"{says} It is yours until {until.day} {until:%B %Y}." if until else says
            case e.RoleReturned(role=returned) if returned == role:
                return "The days for which somebody stood in are over."
            case e.Started(customer=customer):
                return f"{change.by} started the handoff of {customer}." if change.by else ""
    return ""


_TURNS: frozenset[type] = frozenset((e.Ended, e.Cancelled, e.Held, e.Resumed))


def of_the_handoff(change: Change) -> Iterator[Reason]:
    if not change.kinds & _TURNS:
        return
    told = next((said for said in map(_said, change.added) if said), None)
    if told is None:
        return
    name, title, why = told
    who = f"{change.by} {why}" if why and change.by else ""
    for person, are in _concerned(change).items():
        yield Reason(person, "told", "handoff", name, title, f"{who} {are}".strip())


def _said(recorded: e.Recorded) -> tuple[str, str, str] | None:
    """What it is called, its title, and what whoever did it did."""
    match recorded.event:
        case e.Ended(end=end):
            return "ended", f"The handoff is over: {end}", ""
        case e.Cancelled(reason=reason):
            return "cancelled", f"The handoff was cancelled: {reason}", "cancelled it."
        case e.Held(reason=reason):
            return "held", f"The handoff is on hold: {reason}", "put it on hold: nothing is due meanwhile."
        case e.Resumed(note=note):
            return "resumed", f"The handoff goes on{f': {note}' if note else ''}", "resumed it: the clock goes on."
        case _:
            return None


def _concerned(change: Change) -> dict[Person, str]:
    """Whoever holds a role, and everybody of a team of which anybody could do something until then; with why them."""
    found: dict[Person, str] = {}
    for role, person in change.after.people.items():
        found.setdefault(person, change.you_are(role))
    for team in sorted({duty.team for duty in change.stood if duty.team and duty.sort != "vacancy"}):
        for person in change.plan.company.people_of(team):
            found.setdefault(person, f"You are in {change.plan.company.team_name(team)}, whose work is part of it.")
    return found
