"""What people are told when something was recorded in a handoff: who, what, why them, and by when.

One rule: nobody is told of what they did themselves, nobody who has left is told anything, and whoever is told several
things of one sort at one moment is told them in one notice.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.notices.course import of_the_handoff, of_the_roles
from handrail.handoff.notices.guests import of_the_guests
from handrail.handoff.notices.hearing import of_what_was_heard
from handrail.handoff.notices.merging import Notice, merged
from handrail.handoff.notices.outcomes import of_the_outcomes
from handrail.handoff.notices.owing import of_the_work
from handrail.handoff.notices.reason import ACTING, SEVERAL, SORTS, About, Change, Duty, Reason, Sort, duty_of
from handrail.handoff.owed import Owed, owed
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan

__all__ = ["ACTING", "SEVERAL", "SORTS", "About", "Duty", "Notice", "Sort", "duty_of", "notices", "renamed"]


def notices(
    plan: Plan,
    before: Handoff,
    after: Handoff,
    added: tuple[e.Recorded, ...],
    *,
    owing: Iterable[Owed],
    owed_before: Collection[Duty],
    by: Person | None = None,
) -> tuple[Notice, ...]:
    """What `added` gives to tell. `owing` is what is owed after it, `owed_before` the duties that stood before, under
    the names that things have now; `by` is who gave the command."""
    if not added:
        return ()
    stood = set(owed_before) | _lifted(plan, before, added)
    change = Change(plan=plan, before=before, after=after, added=added, owing=tuple(owing), stood=stood)
    giver = by.id if by else None
    told = (one for one in _reasons(change) if one.person.id != giver and plan.company.works_here(one.person))
    return tuple(merged(plan, f"e{added[0].number}", told))


def _reasons(change: Change) -> Iterator[Reason]:
    yield from of_the_work(change)
    yield from of_the_roles(change)
    yield from of_the_outcomes(change)
    yield from of_the_guests(change)
    yield from of_the_handoff(change)
    yield from of_what_was_heard(change)


def _lifted(plan: Plan, before: Handoff, added: tuple[e.Recorded, ...]) -> set[Duty]:
    """What was owed before a hold that ends here: resuming gives nobody anything that they had not had."""
    if before.hold is None or not any(isinstance(one.event, e.Resumed) for one in added):
        return set()
    unheld = replace(before, holds=before.holds[:-1])
    return {duty_of(one) for one in owed(plan, unheld)}


def renamed(duties: Iterable[Duty], added: Iterable[e.Recorded]) -> set[Duty]:
    """The duties under the names that things have in the version that the handoff has moved to."""
    found = set(duties)
    for one in added:
        if isinstance(one.event, e.VersionChanged):
            found = {_renamed(duty, one.event) for duty in found}
    return found


def _renamed(duty: Duty, event: e.VersionChanged) -> Duty:
    name, at, item = duty.name.partition("@")
    new = event.names.get(_GROUPS.get(duty.sort, "steps"), {}).get(name, name)
    return duty._replace(name=f"{new}{at}{item}", role=event.names.get("roles", {}).get(duty.role, duty.role))


# Where what a duty is about has its new name from.
_GROUPS = {"override": "decisions", "vacancy": "roles"}
