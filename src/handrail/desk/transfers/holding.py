"""Holding a transfer while it is changed. One rule: its revision rises with every change of what it says."""

from datetime import datetime

from handrail.desk import models


def held(transfer_id: int) -> models.Transfer:
    """Until the transaction ends. Raises `models.Transfer.DoesNotExist`."""
    rows = models.Transfer.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("giver", "runbook_version").get(pk=transfer_id)


def changed(transfer: models.Transfer, now: datetime, *fields: str) -> None:
    """Keep the fields that were set, with the revision and when."""
    transfer.revision, transfer.changed_at = transfer.revision + 1, now
    transfer.save(update_fields=[*fields, "revision", "changed_at"])
