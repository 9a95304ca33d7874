"""The transfer, and the line of it, that an address names: for whoever takes part in it, or prepares transfers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone

from handrail.desk import models
from handrail.desk.permissions import sees_transfer
from handrail.desk.transfers.answering import answers_for
from handrail.desk.web.gate import me, require


def transfer_of(request: HttpRequest, transfer_id: int, now: datetime) -> models.Transfer:
    with_it = models.Transfer.objects.select_related("giver", "by", "runbook_version__calendar")
    row = with_it.filter(pk=transfer_id).first()
    if row is None:
        raise Http404("There is no such transfer.")
    people = answers_for(me(request), now)
    require(sees_transfer(me(request), takes_part=row.giver_id in people or _has_lines(transfer_id, people)))
    return row


def _has_lines(transfer_id: int, people: frozenset[int]) -> bool:
    theirs = Q(receiver__in=people) | Q(giver__in=people) | Q(pool__lead__in=people)
    return models.TransferLine.objects.filter(theirs, transfer=transfer_id).exists()


@dataclass(frozen=True, kw_only=True)
class AtLine:
    transfer: models.Transfer
    line: models.TransferLine
    now: datetime


def line_of(request: HttpRequest, transfer_id: int, line_id: int) -> AtLine:
    now = timezone.now()
    transfer = transfer_of(request, transfer_id, now)
    with_it = models.TransferLine.objects.select_related(
        "customer", "giver__team", "receiver", "pool__lead", "answered_by", "handoff"
    )
    line = with_it.filter(pk=line_id, transfer=transfer_id).first()
    if line is None:
        raise Http404("This transfer has no such account.")
    line.transfer = transfer
    return AtLine(transfer=transfer, line=line, now=now)
