"""Which line of a transfer a handoff accompanies.

One rule: asked only of handoffs whose runbook is that of accounts in a transfer.
"""

from dataclasses import dataclass

from handrail.desk import models

RUNBOOK = "account-in-a-transfer"
CHECKLIST, MEETING = "fill-checklist", "meet-new-csm"


@dataclass(frozen=True, kw_only=True)
class InTransfer:
    transfer_id: int
    line_id: int


def in_transfer(handoff: models.Handoff, step: str) -> InTransfer | None:
    """For the steps that have more on the page of the line."""
    if handoff.runbook != RUNBOOK or step not in {CHECKLIST, MEETING}:
        return None
    row = models.TransferLine.objects.filter(handoff=handoff.pk).order_by("-id").values_list("transfer", "pk").first()
    return InTransfer(transfer_id=row[0], line_id=row[1]) if row else None
