"""The demo company with one runbook, made once in each process and from then on written as it was made.

One rule: it is only written where there is nobody yet; otherwise it is made, as a start of the desk makes it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from handrail.desk import demo, models

_kept: dict[str, list[tuple[type[Model], list[Model]]]] = {}


def company_of(runbook: str) -> None:
    if models.Person.objects.exists() or models.RunbookVersion.objects.exists() or models.Calendar.objects.exists():
        _make(runbook)
    elif runbook in _kept:
        _write(_kept[runbook])
    else:
        _make(runbook)
        _kept[runbook] = [(model, list(QuerySet(model))) for model in apps.get_app_config("desk").get_models()]


def _make(runbook: str) -> None:
    demo.make_company()
    models.RunbookVersion.objects.exclude(name=runbook).delete()


def _write(kept: list[tuple[type[Model], list[Any]]]) -> None:
    """With a plain query, which nobody listens to: what listeners wrote is among what is kept."""
    with transaction.atomic():
        models.Company.objects.all().delete()
        written = [model for model, rows in kept if rows]
        for model, rows in kept:
            QuerySet(model).bulk_create(rows)
        # A database that was made just now counts from one.
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            with connection.cursor() as cursor:
                cursor.execute(statement)
