"""What receivers answer: they take accounts over, or refuse them with a reason.

One rule: an answer is the receiver's own, or is given by somebody who may on their behalf, and says who gave it.
Silence never accepts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from handrail.book.transfer import REFUSALS, cannot_answer
from handrail.desk import audit, models
from handrail.desk.absences import stood_in_for
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers.asking import accounts
from handrail.desk.transfers.holding import changed, held
from handrail.desk.transfers.telling import Told, key_of_asking, tell, tell_no_more
from handrail.handoff.refusal import Mistake, Refused

State, LineState = models.Transfer.State, models.TransferLine.State
_ANSWERABLE = (LineState.ASKED, LineState.ACCEPTED, LineState.REFUSED)
LONGEST_NOTE = 2000


def accept(
    transfer_id: int, line_ids: Collection[int] | None, *, by: models.Person, now: datetime, of: int | None = None
) -> Refused | None:
    """`line_ids` None is all that still wait for the answer of `of`, of `by` where nobody is named. Raises
    `models.Transfer.DoesNotExist`."""
    return _answer(transfer_id, line_ids, of, _Answer(state=LineState.ACCEPTED), by, now)


def refuse(
    transfer_id: int,
    line_ids: Collection[int] | None,
    reason: str,
    note: str,
    *,
    by: models.Person,
    now: datetime,
    of: int | None = None,
) -> Refused | None:
    """`reason` is one of `handrail.book.transfer.REFUSALS`. Raises `models.Transfer.DoesNotExist`."""
    mistakes = tuple(_mistakes(reason, note.strip()))
    if mistakes:
        return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=mistakes)
    answer = _Answer(state=LineState.REFUSED, reason=reason, note=note.strip())
    return _answer(transfer_id, line_ids, of, answer, by, now)


def _mistakes(reason: str, note: str) -> list[Mistake]:
    found = []
    if reason not in REFUSALS:
        found.append(Mistake(field="reason", says=f"Choose why you refuse: {'; '.join(REFUSALS)}."))
    if reason == REFUSALS[-1] and not note:
        found.append(Mistake(field="note", says="Say in the note what it is."))
    if len(note) > LONGEST_NOTE:
        found.append(Mistake(field="note", says=f"The note has at most {LONGEST_NOTE:,} characters."))
    return found


@dataclass(frozen=True, kw_only=True)
class _Answer:
    state: models.TransferLine.State
    reason: str = ""
    note: str = ""


def answers_for(by: models.Person, now: datetime) -> frozenset[int]:
    """Whose answers are theirs to give: their own, and those of whom they stand in for."""
    return frozenset({by.pk, *(one.id for one in stood_in_for(by.pk, now))})


def lines_of(transfer_id: int, people: Collection[int]) -> QuerySet[models.TransferLine]:
    """What these people would get, of their own or in a pool that they lead."""
    theirs = Q(receiver__in=people) | Q(pool__lead__in=people)
    return models.TransferLine.objects.filter(theirs, transfer=transfer_id)


def _answer(
    transfer_id: int,
    line_ids: Collection[int] | None,
    of: int | None,
    answer: _Answer,
    by: models.Person,
    now: datetime,
) -> Refused | None:
    with transaction.atomic():
        transfer = held(transfer_id)
        if (refused := why_not(transfer)) is not None:
            return refused
        lines = _chosen(transfer_id, line_ids, of or by.pk)
        refused = _cannot(lines, line_ids, by, now)
        if refused is None:
            _keep(transfer, lines, answer, by, now)
        return refused


def why_not(transfer: models.Transfer) -> Refused | None:
    """Why nobody answers now."""
    if transfer.state == State.ASKED:
        return None
    return Refused(code="state", says=_NOT_ASKED[State(transfer.state)])


_NOT_ASKED = {
    State.DRAFT: "This transfer is being prepared: nobody has been asked yet.",
    State.MOVING: "The accounts are on their way: what was accepted moves, and nothing else.",
    State.MOVED: "The accounts have moved: there is nothing left to answer.",
    State.CANCELLED: "This transfer was cancelled: there is nothing left to answer.",
}


def _chosen(transfer_id: int, line_ids: Collection[int] | None, of: int) -> QuerySet[models.TransferLine]:
    if line_ids is None:
        return lines_of(transfer_id, [of]).filter(state=LineState.ASKED)
    return models.TransferLine.objects.filter(transfer=transfer_id, pk__in=line_ids)


def _cannot(
    lines: QuerySet[models.TransferLine], line_ids: Collection[int] | None, by: models.Person, now: datetime
) -> Refused | None:
    states = dict(lines.order_by().values_list("state").annotate(lines=Count("pk")))
    if not states:
        says = "No account waits for this answer." if line_ids is None else "Tick at least one account."
        return Refused(code="empty", says=says)
    for state in states:
        if (refused := cannot_answer(state)) is not None:
            return refused
    whose = answers_for(by, now)
    if makes_transfers(by) is None or not lines.exclude(Q(receiver__in=whose) | Q(pool__lead__in=whose)).exists():
        return None
    says = "Only whoever is to get an account answers, who stands in for them, a team lead or CS Operations."
    return Refused(code="not-yours", says=says)


def _keep(
    transfer: models.Transfer, lines: QuerySet[models.TransferLine], answer: _Answer, by: models.Person, now: datetime
) -> None:
    # Whom it is about is looked up before: afterwards the same lines may no longer be those that were chosen.
    counts = {who or lead: count for who, lead, count in _each(lines)}
    lines.update(state=answer.state, answer=answer.reason, answer_note=answer.note, answered_by=by, answered_at=now)
    changed(transfer, now)
    names = dict(models.Person.objects.filter(pk__in=[one for one in counts if one]).values_list("pk", "name"))
    _write_audit(transfer, counts, names, answer, by, now)
    for receiver in names:
        if not lines_of(transfer.pk, [receiver]).filter(state=LineState.ASKED).exists():
            tell_no_more(key_of_asking(transfer.pk), [receiver], now=now)
    if answer.state == LineState.REFUSED:
        tell(_of_refusals(transfer, counts, names, answer, by), now=now)


def _each(lines: QuerySet[models.TransferLine]) -> list[tuple[int | None, int | None, int]]:
    return list(lines.order_by().values_list("receiver", "pool__lead").annotate(lines=Count("pk")))


def _write_audit(
    transfer: models.Transfer,
    counts: Mapping[int | None, int],
    names: Mapping[int, str],
    answer: _Answer,
    by: models.Person,
    now: datetime,
) -> None:
    for receiver, count in counts.items():
        name = names.get(receiver or 0, "")
        behalf = "" if receiver == by.pk or not name else f" on behalf of {name}"
        why = f": {answer.reason}{f' ({answer.note})' if answer.note else ''}" if answer.reason else ""
        audit.write(
            action="accepted" if answer.state == LineState.ACCEPTED else "refused",
            about="transfer",
            key=transfer.pk,
            name=transfer.title,
            says=f"{accounts(count)}{behalf}{why}.",
            by=audit.person(by),
            at=now,
        )


def _of_refusals(
    transfer: models.Transfer,
    counts: Mapping[int | None, int],
    names: Mapping[int, str],
    answer: _Answer,
    by: models.Person,
) -> list[Told]:
    """For whoever prepared the transfer, and who leads the team of the giver: these accounts need another owner."""
    lead = transfer.giver.team.lead_id if transfer.giver and transfer.giver.team else None
    people = {one for one in (transfer.by_id, lead) if one is not None and one != by.pk}
    note = f" “{answer.note}”" if answer.note else ""
    return [
        Told(
            person_id=person,
            key=f"transfer{transfer.pk}.refused.{receiver}",
            sort="answer",
            title=f"{names.get(receiver or 0, 'A pool')} refused {accounts(count)}: {transfer.title}",
            why=f"Each needs another owner. The reason: {answer.reason}.{note}",
            place=f"{transfer.pk} refused",
        )
        for person in sorted(people)
        for receiver, count in counts.items()
    ]
