"""The lists that a person can open by a name: those that everybody has, their own, and those that others share."""

from dataclasses import dataclass

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.saved_views import PAGE

_MOST_SHARED = 100


@dataclass(frozen=True, kw_only=True)
class ViewLine:
    id: int
    name: str
    query: str
    owner: str
    is_mine: bool
    is_shared: bool


# What everybody has, in the words of the address.
BUILT_IN = (
    ("All running", ""),
    ("Mine", "person=me"),
    ("My turn", "person=me&turn=yes"),
    ("Late", "late=yes"),
    ("Due this week", "span=due-week"),
    ("Ends this week", "span=ends-week"),
)


def views_of(person: models.Person) -> tuple[ViewLine, ...]:
    """Their own, then what others share, each by name."""
    return tuple(_line(row, person) for row in (*_own(person.pk), *_shared(person.pk)))


@prepared
def _own(person_id: int) -> QuerySet[models.SavedView]:
    return _by_name().filter(owner=person_id)


@prepared
def _shared(person_id: int) -> QuerySet[models.SavedView]:
    return _by_name().filter(is_shared=True).exclude(owner=person_id)[:_MOST_SHARED]


def _by_name() -> QuerySet[models.SavedView]:
    return models.SavedView.objects.filter(page=PAGE).select_related("owner").order_by("name", "id")


def seen_by(person: models.Person) -> QuerySet[models.SavedView]:
    """Those that there are for them: what somebody keeps for themselves is nobody else's."""
    rows = models.SavedView.objects.select_related("owner").filter(page=PAGE)
    return rows.filter(owner=person) | rows.filter(is_shared=True)


def _line(row: models.SavedView, person: models.Person) -> ViewLine:
    return ViewLine(
        id=row.pk,
        name=row.name,
        query=row.query,
        owner=row.owner.name,
        is_mine=row.owner_id == person.pk,
        is_shared=row.is_shared,
    )
