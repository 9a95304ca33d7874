"""People as handoffs know them: who acts, and who may be named."""

from django.contrib.auth.models import AnonymousUser

from handrail.desk import models
from handrail.handoff.people import Actor, Person


def actor_of(row: models.Person | AnonymousUser) -> Actor:
    """The signed-in person as the giver of commands."""
    assert isinstance(row, models.Person)  # the middleware lets nobody else in
    return Actor(person=person_of(row), operations=row.is_operations)


def person_of(row: models.Person) -> Person:
    return Person(row.pk, row.name)


def named(person_id: str) -> Person | None:
    """The active person with that id, None where there is none: nobody who left is ever given work."""
    if not person_id.isascii() or not person_id.isdigit() or len(person_id) > 18:
        return None
    row = models.Person.objects.filter(pk=int(person_id), is_active=True).first()
    return person_of(row) if row else None
