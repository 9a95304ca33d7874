"""The history of a handoff in acts: what somebody did, or the time brought, with what followed from it by itself.

One rule: an act begins with whatever somebody did, also outside, and where nobody did anything, with the first event of
an instant.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from handrail.handoff import events as e
from handrail.handoff.hearing import What


@dataclass(frozen=True, kw_only=True)
class Act:
    lead: e.Recorded
    followed: tuple[e.Recorded, ...]

    @property
    def whole(self) -> tuple[e.Recorded, ...]:
        return (self.lead, *self.followed)


def acts(events: Iterable[e.Recorded]) -> tuple[Act, ...]:
    """The events are in order, and so are the acts."""
    groups: list[list[e.Recorded]] = []
    for one in events:
        began = one.by is not None or isinstance(one.event, What)
        if began or not groups or groups[-1][-1].at != one.at:
            groups.append([])
        groups[-1].append(one)
    return tuple(Act(lead=group[0], followed=tuple(group[1:])) for group in groups)


def is_by(act: Act, person_id: int) -> bool:
    """Whether they did it, or it was done for them."""
    lead = act.lead
    return any(one is not None and one.id == person_id for one in (lead.by, lead.on_behalf_of))


def is_about(act: Act, step: str) -> bool:
    return any(step in _steps(one.event) for one in act.whole)


def _steps(event: e.Event) -> Iterable[str]:
    match event:
        case e.Moved():
            return (*event.opened, *event.waiting, *event.not_needed, *event.done)
        case e.Warned() | e.FellDue() | e.Reminded():
            return event.steps
        case e.Occurred():
            return event.begins
        case _:
            own = getattr(event, "step", "")
            return (own, *getattr(event, "reopened", ()))
