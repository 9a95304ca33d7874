"""Keeping an eye on a handoff: whoever wants to, for as long as they want to.

One rule: it gives nobody anything to do and nobody any right; it only says what happened since they last looked.
"""

from datetime import datetime

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared


def watch(person: models.Person, handoff: models.Handoff, now: datetime) -> None:
    """From what has happened until now on. Whoever watches already goes on."""
    models.Watch.objects.get_or_create(person=person, handoff=handoff, defaults={"since": now, "seen": handoff.number})


def stop_watching(person: models.Person, handoff: models.Handoff) -> None:
    models.Watch.objects.filter(person=person, handoff=handoff).delete()


def looked(person_id: int, handoff_id: int, number: int) -> bool:
    """Whether the person watches it; that they saw it as it was at event `number` is kept where they do."""
    seen = next(iter(_seen(person_id, handoff_id)), None)
    if seen is not None and seen < number:
        models.Watch.objects.filter(person=person_id, handoff=handoff_id, seen__lt=number).update(seen=number)
    return seen is not None


@prepared
def _seen(person_id: int, handoff_id: int) -> QuerySet[models.Watch, int]:
    return models.Watch.objects.filter(person=person_id, handoff=handoff_id).values_list("seen", flat=True)
