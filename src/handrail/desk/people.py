"""People as handoffs know them: who acts, and who may be named."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from handrail.desk import models
from handrail.desk.absences import stood_in_for
from handrail.desk.company import company
from handrail.handoff.people import Actor, Person


def actor_of(row: models.Person | AnonymousUser, now: datetime) -> Actor:
    """The signed-in person as the giver of commands at that instant."""
    assert isinstance(row, models.Person)  # the middleware lets nobody else in
    person, known = person_of(row), company()
    return Actor(
        person=person,
        operations=row.is_operations,
        team=known.team_of(person),
        leads=known.led_by(person),
        stands_in_for=stood_in_for(row.pk, now),
    )


def person_of(row: models.Person) -> Person:
    return Person(row.pk, row.name)


def named(person_id: str) -> Person | None:
    """The active person with that id, None where there is none: nobody who left is ever given work."""
    if not person_id.isascii() or not person_id.isdigit() or len(person_id) > 18:
        return None
    row = models.Person.objects.filter(pk=int(person_id), is_active=True).first()
    return person_of(row) if row else None


def called(text: str) -> Person | None:
    """The active person with that e-mail address, or the only one of that name."""
    said = text.strip()
    alike = models.Person.objects.filter(Q(email=said.lower()) | Q(name__iexact=said), is_active=True)
    rows = sorted(alike[:3], key=lambda row: row.email != said.lower())
    if not said or not rows or (len(rows) > 1 and rows[0].email != said.lower()):
        return None
    return person_of(rows[0])


def nobody_called(text: str) -> str:
    return f"Nobody here is called {text.strip()}, or more than one is. Write the e-mail address."
