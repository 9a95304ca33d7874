"""What the desk lets a person do that is not a handoff's own business; that is `handrail.handoff.duty`.

One rule: each function answers None, or `Refused` with the words that the page, the button and the answer show.
"""

from django.contrib.auth.models import AnonymousUser

from handrail.desk.models import Person
from handrail.handoff.refusal import Refused

Asker = Person | AnonymousUser


def imports_customers(person: Asker) -> Refused | None:
    return _only_operations(person, "imports customers")


def sees_unfilled_work(person: Asker) -> Refused | None:
    return _only_operations(person, "fills empty roles")


def moves_handoffs(person: Asker) -> Refused | None:
    return _only_operations(person, "moves handoffs to another version of their runbook")


def edits_people(person: Asker) -> Refused | None:
    if isinstance(person, Person) and person.is_administrator:
        return None
    return Refused(code="not-yours", says="Only an administrator adds people and changes what they may do.")


def sees_health(person: Asker) -> Refused | None:
    if isinstance(person, Person) and (person.is_administrator or person.is_operations):
        return None
    return Refused(code="not-yours", says="Only administrators and CS Operations see how the desk itself does.")


def _only_operations(person: Asker, does: str) -> Refused | None:
    if isinstance(person, Person) and person.is_operations:
        return None
    return Refused(code="not-yours", says=f"Only CS Operations {does}. Ask one of them; People shows who they are.")


def leaves(person: Asker, leaving: Person, held: str) -> Refused | None:
    """Whether the account may be closed; `held` says in words what that person holds, empty where nothing."""
    if isinstance(person, Person) and person.pk == leaving.pk:
        return Refused(code="yourself", says="You cannot close your own account; another administrator can.")
    if held:
        says = f"{leaving.name} still holds {held}. Give all of it to somebody else first, then close the account."
        return Refused(code="holds", says=says)
    return None


def stops_administering(leaving: Person) -> Refused | None:
    """Somebody must be left who can look after people."""
    others = Person.objects.filter(is_administrator=True, is_active=True).exclude(pk=leaving.pk)
    if others.exists():
        return None
    says = f"{leaving.name} is the only administrator. Make somebody else one first."
    return Refused(code="last-administrator", says=says)
