"""Which events of a handoff the audit tells too: who holds its roles, and which version of its runbook it follows.

One rule: the history of a handoff is its events; the audit has of them what is asked across all handoffs.
"""

from collections.abc import Iterable, Iterator

from handrail.desk import audit, models
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan

_TOLD = (e.RoleFilled, e.RoleReturned, e.RoleSucceeded, e.VersionChanged)


def tell(handoff_id: int, plan: Plan, before: Handoff, added: Iterable[e.Recorded]) -> None:
    """In the transaction of the events; one statement, and none where there is nothing to tell."""
    told = [one for one in added if isinstance(one.event, _TOLD)]
    if told:
        models.AuditEntry.objects.bulk_create(_entries(handoff_id, plan, before, told))


def _entries(handoff_id: int, plan: Plan, before: Handoff, told: list[e.Recorded]) -> Iterator[models.AuditEntry]:
    people, version = dict(before.people), before.version
    for one in told:
        match one.event:
            case e.RoleFilled(role=role, person=person) | e.RoleReturned(role=role, person=person):
                holders = _named(people.get(role)), _named(person)
                action = "returned" if isinstance(one.event, e.RoleReturned) else "filled" if person else "emptied"
                changed = {_title(plan, role): [*holders]}
                yield _entry(handoff_id, before, one, action, "role", changed, _why(one.event))
                _take(people, role, person)
            case e.RoleSucceeded(role=role, person=person, reason=reason):
                loan = before.loans.get(role)
                owners = [_named(loan.back_to if loan else None), _named(person)]
                changed = {f"{_title(plan, role)}, when it returns": owners}
                yield _entry(handoff_id, before, one, "passed on", "role", changed, reason)
            case e.VersionChanged() as event:
                yield _entry(
                    handoff_id, before, one, "moved", "handoff", {"Version": [version, event.version]}, event.reason
                )
                version = event.version


def _take(people: dict[str, Person], role: str, person: Person | None) -> None:
    if person is None:
        people.pop(role, None)
    else:
        people[role] = person


def _entry(
    handoff_id: int, handoff: Handoff, one: e.Recorded, action: str, about: str, changed: audit.Changes, says: str
) -> models.AuditEntry:
    return audit.entry(
        action=action,
        about=about,
        key=handoff_id,
        name=handoff.customer,
        says=f"{says} On behalf of {one.on_behalf_of.name}.".strip() if one.on_behalf_of else says,
        changes=changed,
        by=audit.By(id=one.by.id, name=one.by.name) if one.by else audit.DESK,
        at=one.at,
    )


def _title(plan: Plan, role: str) -> str:
    """A version that the handoff was moved to may not have the role any more."""
    return plan.role_title(role) if role in plan.runbook.roles else role


def _named(person: Person | None) -> str:
    return person.name if person else ""


def _why(event: e.RoleFilled | e.RoleReturned) -> str:
    if isinstance(event, e.RoleReturned):
        return "The days for which somebody stood in are over."
    until = f"Until {event.until}." if event.until else ""
    return " ".join(said for said in (event.why, event.reason, until) if said)
