"""Rows whose every change is told in the audit: whoever writes them, and however.

One rule: each is saved by itself, and together with all that its saving sets off, or not at all.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction

Row = TypeVar("Row", bound=models.Model)


class RowByRow(models.QuerySet[Row]):
    """What Django would write in one statement, of which no signal tells, is written a row at a time."""

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            rows = list(self.order_by("pk").select_for_update(of=("self",), no_key=True))
            for row in rows:
                for name, value in values.items():
                    setattr(row, _kept_as(self.model, name, value), value)
                row.save(update_fields=_names(self.model, values))
        return len(rows)

    def bulk_create(self, objs: Iterable[Row], *_: Any, **__: Any) -> list[Row]:
        rows = list(objs)
        with transaction.atomic(using=self.db):
            for row in rows:
                row.save(force_insert=True)
        return rows

    def bulk_update(self, objs: Iterable[Row], fields: Sequence[str], *_: Any, **__: Any) -> int:  # type: ignore[override]
        rows = list(objs)
        with transaction.atomic(using=self.db):
            for row in rows:
                row.save(update_fields=fields)
        return len(rows)


def _kept_as(model: type[models.Model], name: str, value: object) -> str:
    """Of a row that is pointed at, it is given the key or the row itself."""
    field = model._meta.get_field(name)
    is_key = isinstance(field, models.ForeignKey) and not isinstance(value, models.Model)
    return field.attname if is_key else name  # type: ignore[union-attr]


def _names(model: type[models.Model], given: Iterable[str]) -> list[str]:
    """`team_id` is a way to say `team`."""
    return [model._meta.get_field(name).name for name in given]


class RowsByRow(models.Manager[Row]):
    def get_queryset(self) -> RowByRow[Row]:
        return RowByRow(self.model, using=self._db)


class Watched(models.Model):
    objects: ClassVar[RowsByRow[Self]] = RowsByRow()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            super().save(*args, **options)
