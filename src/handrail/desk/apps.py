"""Django's entry for the desk."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_save

# What signing in and the choice of mail write; no handoff looks at it.
_OF_NO_INTEREST = frozenset({"last_login", "password", "mail", "muted"})


class DeskConfig(AppConfig):
    name = "handrail.desk"
    label = "desk"
    verbose_name = "Desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from handrail.desk import models, watching

        watching.watch()
        for model in (models.Person, models.Team, models.Calendar, models.ClosingDay, models.Absence):
            post_save.connect(_company_changed, sender=model, dispatch_uid=f"saved-{model.__name__}")
            post_delete.connect(_company_changed, sender=model, dispatch_uid=f"deleted-{model.__name__}")
        for model in (models.Person, models.Team):
            pre_save.connect(_look_at_calendar, sender=model, dispatch_uid=f"before-{model.__name__}")
            post_save.connect(_recount, sender=model, dispatch_uid=f"recounted-{model.__name__}")


def _company_changed(update_fields: frozenset[str] | None = None, **_: Any) -> None:
    from handrail.desk import company

    if not update_fields or not update_fields <= _OF_NO_INTEREST:
        company.changed()


def _look_at_calendar(instance: Any, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """Whether whoever is saved will work on another calendar."""
    from handrail.desk import recounting

    if not update_fields or not update_fields <= _OF_NO_INTEREST:
        instance._moves_calendar = recounting.moves_calendar(instance)


def _recount(instance: Any, **_: Any) -> None:
    from django.utils import timezone

    from handrail.desk import recounting

    if instance.__dict__.pop("_moves_calendar", False):
        recounting.begin(recounting.counting_on(instance), now=timezone.now())
