"""Asking those who are to get accounts, all of them at once.

One rule: only what has not been asked yet is asked; whoever has answered is left alone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Count, QuerySet

from handrail.book import transfer as rules
from handrail.desk import audit, models
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers.accompanying import again
from handrail.desk.transfers.holding import changed, held
from handrail.desk.transfers.telling import Told, key_of_asking, tell, tell_no_more
from handrail.handoff.refusal import Refused

State, LineState = models.Transfer.State, models.TransferLine.State
_NAMED = 50  # lines without anybody that are looked at, to name a few


def ask(transfer_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """Raises `models.Transfer.DoesNotExist`."""
    if (refused := makes_transfers(by)) is not None:
        return refused
    with transaction.atomic():
        transfer = held(transfer_id)
        waiting = models.TransferLine.objects.filter(transfer=transfer, state=LineState.PROPOSED)
        refused = _cannot(transfer, waiting)
        if refused is None:
            _ask(transfer, waiting, by, now)
        return refused


def withdraw(transfer_id: int, *, now: datetime) -> None:
    """Nobody is asked any more, since the transfer was cancelled; the accounts' handoffs end. In the transaction of
    whoever cancels it."""
    lines = models.TransferLine.objects.filter(transfer=transfer_id, state=LineState.ASKED).order_by()
    pairs = lines.values_list("receiver", "pool__lead").distinct()
    tell_no_more(key_of_asking(transfer_id), {one for pair in pairs for one in pair if one}, now=now)
    again(transfer_id)


def _cannot(transfer: models.Transfer, waiting: QuerySet[models.TransferLine]) -> Refused | None:
    nobodys = waiting.filter(receiver=None, pool=None).order_by("id").select_related("customer")[:_NAMED]
    some = waiting.exclude(receiver=None, pool=None).select_related("customer")[:1]
    state: rules.State = models.Transfer.State(transfer.state).value  # type: ignore[assignment]
    if state == "asked" and not waiting.exists():
        says = "Everybody who gets an account has been asked. Choose somebody else for what was refused, then ask."
        return Refused(code="asked", says=says)
    lines = [_line(one) for one in (*nobodys, *some)]
    return rules.cannot_ask(state, lines) or _left(waiting)


def _line(row: models.TransferLine) -> rules.Line:
    return rules.Line(id=row.pk, name=name_of(row), state="proposed", receiver=row.receiver_id, pool=row.pool_id)


def name_of(row: models.TransferLine) -> str:
    return row.customer.name if row.customer else "what is on no account"


def _left(waiting: QuerySet[models.TransferLine]) -> Refused | None:
    gone = waiting.filter(receiver__is_active=False).order_by().values_list("receiver__name", flat=True).distinct()[:3]
    if not gone:
        return None
    says = f"{', '.join(gone)} left the company. Choose somebody else for what they would get."
    return Refused(code="left", says=says)


def _ask(transfer: models.Transfer, waiting: QuerySet[models.TransferLine], by: models.Person, now: datetime) -> None:
    # Counted before, since afterwards they are no longer those that wait.
    counts = list(waiting.order_by().values_list("receiver", "pool__lead").annotate(lines=Count("pk")))
    waiting.update(state=LineState.ASKED, answer="", answer_note="", answered_by=None, answered_at=None, says="")
    transfer.state = State.ASKED
    changed(transfer, now, "state")
    number = sum(lines for _, _, lines in counts)
    says = f"{accounts(number)} of {len(counts)} {'receiver' if len(counts) == 1 else 'receivers'}."
    audit.write(
        action="asked", about="transfer", key=transfer.pk, name=transfer.title, says=says, by=audit.person(by), at=now
    )
    tell(_told(transfer, counts, by), now=now)


def _told(
    transfer: models.Transfer, counts: list[tuple[int | None, int | None, int]], by: models.Person
) -> Iterator[Told]:
    each: dict[int, int] = {}
    for receiver, lead, lines in counts:
        if (person := receiver or lead) is not None:
            each[person] = each.get(person, 0) + lines
    for person, lines in each.items():
        yield Told(
            person_id=person,
            key=key_of_asking(transfer.pk),
            sort="approval",
            title=f"{accounts(lines)} for you: {transfer.title}",
            why=f"{by.name} asks you to take over on {_day(transfer.effective_date)}. Nothing moves before you accept.",
            place=str(transfer.pk),
            due_at=datetime.combine(transfer.effective_date, time.min, UTC),
        )


def accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number:,} accounts"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
