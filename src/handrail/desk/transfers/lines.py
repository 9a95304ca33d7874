"""The lines of a draft: which are left out, which come in again, and to whom they go.

One rule: whatever is done to many lines is one statement over those that it can be done to; the others are counted.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from handrail.book.transfer import OPEN_LINES, cannot_change
from handrail.desk import audit, models
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.transfer_lines import Wanted, wanted_lines
from handrail.desk.transfers import classifying, proposing
from handrail.desk.transfers.adding import open_lines_besides
from handrail.desk.transfers.holding import changed, held
from handrail.handoff.refusal import Refused

_State = models.TransferLine.State


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Ticked ones, or all that a list shows."""

    ids: tuple[int, ...] = ()
    wanted: Wanted | None = None

    def of(self, transfer_id: int) -> QuerySet[models.TransferLine]:
        if self.wanted is not None:
            return wanted_lines(transfer_id, self.wanted)
        return models.TransferLine.objects.filter(transfer=transfer_id, pk__in=self.ids)


@dataclass(frozen=True, kw_only=True)
class Done:
    """`skipped` are those to which it could not be done, and why in `says`."""

    count: int
    skipped: int = 0
    says: str = ""


def leave_out(transfer_id: int, selection: Selection, *, by: models.Person, now: datetime) -> Done | Refused:
    with transaction.atomic():
        row = held(transfer_id)
        if (refused := _cannot(row, by)) is not None:
            return refused
        lines = selection.of(transfer_id)
        total = lines.count()
        count = lines.filter(state__in=OPEN_LINES).order_by().update(state=_State.DROPPED)
        _told(row, now, f"{count:,} left out.", count)
    skipped = total - count
    return Done(
        count=count, skipped=skipped, says=f"{skipped:,} had been left out, or moved, already." if skipped else ""
    )


def take_in_again(transfer_id: int, selection: Selection, *, by: models.Person, now: datetime) -> Done | Refused:
    """Each is proposed anew; whoever was to get it still is."""
    with transaction.atomic():
        row = held(transfer_id)
        if (refused := _cannot(row, by)) is not None:
            return refused
        dropped = selection.of(transfer_id).filter(state=_State.DROPPED).order_by()
        customers = models.Customer.objects.filter(pk__in=dropped.values("customer"))
        list(customers.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        total = dropped.count()
        fresh = {"state": _State.PROPOSED, "answer": "", "answer_note": "", "answered_by": None, "answered_at": None}
        count = dropped.filter(~_elsewhere(transfer_id)).update(**fresh)
        _told(row, now, f"{count:,} taken in again.", count)
        if count:
            classifying.classify(transfer_id, now=now)
    skipped = total - count
    says = f"{skipped:,} cannot come in again: they are in another open transfer." if skipped else ""
    return Done(count=count, skipped=skipped, says=says)


def give_to(
    transfer_id: int,
    selection: Selection,
    receiver: models.Person,
    *,
    adapt: bool,
    by: models.Person,
    now: datetime,
) -> Done | Refused:
    """Chosen by hand: it stays so when owners are proposed anew."""
    if (refused := makes_transfers(by)) is not None:
        return refused
    lines = selection.of(transfer_id).filter(state__in=OPEN_LINES).filter(~Q(giver=receiver) | Q(giver__isnull=True))
    ids = list(lines.order_by("pk").values_list("pk", flat=True))
    if not ids:
        says = f"None of these can go to {receiver.name}: they have them now, or they are left out or moved."
        return Refused(code="nothing", says=says)
    refused = proposing.choose(transfer_id, ids, receiver.pk, by=by, now=now, adapt=adapt)
    return refused or Done(count=len(ids))


def give_to_pool(
    transfer_id: int, selection: Selection, team: models.Team, *, by: models.Person, now: datetime
) -> Done | Refused:
    """Everybody of the team has them, and nobody alone; the team's lead answers for it."""
    if team.lead is None or not team.lead.is_active:
        return Refused(code="no-lead", says=f"{team.name} has no lead who could accept them. Name one first.")
    with transaction.atomic():
        row = held(transfer_id)
        if (refused := _cannot(row, by)) is not None:
            return refused
        lines = selection.of(transfer_id).filter(state__in=OPEN_LINES).order_by()
        count = lines.update(
            receiver=None,
            pool=team,
            is_pinned=True,
            why=f"Chosen by hand, by {by.name}: the team shares it."[:1000],
            next_best="",
            state=_State.PROPOSED,
            says="",
            answer="",
            answer_note="",
            answered_by=None,
            answered_at=None,
        )
        _told(row, now, f"{count:,} given to the pool of {team.name}.", count)
    if not count:
        return Refused(code="nothing", says="None of these can be given to anybody: they are left out or moved.")
    return Done(count=count)


def _elsewhere(transfer_id: int) -> Exists:
    lines = open_lines_besides(transfer_id).filter(customer=OuterRef("customer"))
    return Exists(lines.filter(Q(giver=OuterRef("giver")) | Q(is_owned=True, giver__isnull=True)))


def _cannot(row: models.Transfer, by: models.Person) -> Refused | None:
    return makes_transfers(by) or cannot_change(row.state)  # type: ignore[arg-type]


def _told(row: models.Transfer, now: datetime, says: str, count: int) -> None:
    if count:
        changed(row, now)
        audit.write(action="changed", about="transfer", key=row.pk, name=row.title, says=says)
