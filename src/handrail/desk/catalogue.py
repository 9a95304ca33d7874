"""The catalogue as the desk keeps it: the version that is sold from, those before it, and publishing a new one.

One rule: a published version never changes, so that it is read once and kept in memory under its key.
"""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from handrail.desk import audit, models
from handrail.order.catalogue import Catalogue
from handrail.order.catalogue_difference import Change, difference
from handrail.order.wire import decode_catalogue, encoded


def current() -> models.CatalogueVersion | None:
    """The row that orders are sold from now, without its content."""
    return models.CatalogueVersion.objects.defer("content").filter(is_current=True).first()


@lru_cache(maxsize=16)
def version(version_id: int) -> Catalogue:
    """Of a published version. Raises `models.CatalogueVersion.DoesNotExist`."""
    row = models.CatalogueVersion.objects.get(pk=version_id, published_at__isnull=False)
    return decode_catalogue(row.content)


@lru_cache(maxsize=16)
def new_in(version_id: int, earlier_id: int | None) -> tuple[Change, ...]:
    """What a published version says that another, earlier one did not."""
    return difference(version(earlier_id) if earlier_id is not None else None, version(version_id))


def forget() -> None:
    """What is kept of versions, for who puts others in their places: tests."""
    version.cache_clear()
    new_in.cache_clear()


def current_catalogue() -> Catalogue | None:
    row = current()
    return version(row.pk) if row is not None else None


def publish(
    catalogue: Catalogue, *, by: models.Person | None, now: datetime, says: str = ""
) -> models.CatalogueVersion:
    """Make it the version that is sold from, with the next number. Whether it may be is the caller's to ask."""
    with transaction.atomic():
        was = models.CatalogueVersion.objects.select_for_update(no_key=True).filter(is_current=True).first()
        last = models.CatalogueVersion.objects.exclude(number=None).order_by("-number").values_list("number", flat=True)
        number = (last.first() or 0) + 1
        models.CatalogueVersion.objects.filter(is_current=True).update(is_current=False)
        audit.write(
            action="published",
            about="catalogue",
            key=str(number),
            name=f"Catalogue {number}",
            says=says,
            changes={"Current version": [str(was.number) if was else "", str(number)]},
            by=audit.person(by) if by else None,
        )
        return models.CatalogueVersion.objects.create(
            number=number,
            content=encoded(replace(catalogue, version=number, says=says)),
            says=says,
            is_current=True,
            by=by,
            by_name=by.name if by else "Handrail",
            changed_at=now,
            published_at=now,
        )
