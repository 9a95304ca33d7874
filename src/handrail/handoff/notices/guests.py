"""What those who hold a meeting are told: who will not come, who asks for another time, who came by an invitation that
was handed on; and that a session comes too late, where the day that it leads up to has moved.

One rule: that somebody comes who was asked to is no news; the roster shows it.
"""

from collections.abc import Iterator

from handrail.handoff import events as e
from handrail.handoff.duty import doers
from handrail.handoff.late_sessions import came_too_late
from handrail.handoff.notices.reason import Change, Reason, ended
from handrail.handoff.notices.teams import whose_role

_TELLING = frozenset((e.InvitationAnswered, e.StrangerAnswered))


def of_the_guests(change: Change) -> Iterator[Reason]:
    if e.FactsGiven in change.kinds:
        for step, _, says in came_too_late(change.plan, change.before, change.after):
            yield from _holders(change, step.name, "Too late", f"A meeting that is planned comes too late now. {says}")
    if not change.kinds & _TELLING:
        return
    for recorded in change.added:
        match recorded.event:
            case e.StrangerAnswered(step=name, email=email, name=who, comment=comment):
                named = who if who == email else f"{who} ({email})"
                said = f"{named} answered an invitation that was not theirs. Invite them, or leave it with a reason."
                yield from _holders(change, name, "Not invited", f"{said} {comment}".strip())
            case e.InvitationAnswered(step=name, who=one, says="declined", comment=comment):
                yield from _holders(change, name, "Will not come", ended(f"{one.name} declined: {comment}".strip(": ")))
            case e.InvitationAnswered(step=name, who=one, comment=comment) if recorded.event.proposes is not None:
                said = f"{one.name} asks for another time: {comment}".strip(": ")
                yield from _holders(change, name, "Another time", ended(said))


def _holders(change: Change, name: str, how: str, said: str) -> Iterator[Reason]:
    step = change.step(name)
    for role in doers(step)[:1] if step is not None else ():
        for person, are, own in whose_role(change, role, "holds this meeting"):
            yield Reason(person, "answer", "step", name, f"{how}: {change.title(name)}", f"{said} {are}", role=own)
