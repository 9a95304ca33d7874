"""Preparing a transfer: why, from whom, when and until when; changed while nothing has moved, and cancelled.

One rule: what is refused is refused all at once, each mistake at its field.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from handrail.book.transfer import cannot_change
from handrail.desk import audit, models, runbooks
from handrail.desk.absences import today_of
from handrail.desk.company import company
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers import accompanying, asking
from handrail.desk.transfers.adding import Added, Scope, add
from handrail.desk.transfers.classifying import classify
from handrail.desk.transfers.holding import changed, held
from handrail.handoff.refusal import Mistake, Refused

DECISION, WAY = "transfer", "way"
MOST_DAYS_AHEAD = 2 * 366
MOST_DAYS = 730
_FIELDS = (
    "title",
    "reason",
    "note",
    "runbook_version",
    "effective_date",
    "returns_on",
    "recently_closed_days",
    "shadow_days",
)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is said of a transfer as a whole. Without a `giver_id` its accounts come from several people; `returns_on`
    is the first day on which all is back; an empty `title` is made up."""

    reason: str
    effective_date: date
    version_id: int | None
    giver_id: int | None = None
    title: str = ""
    note: str = ""
    returns_on: date | None = None
    recently_closed_days: int = 90
    shadow_days: int = 0


def make(head: Head, *, by: models.Person, now: datetime) -> models.Transfer | Refused:
    """A draft without a line."""
    if (refused := makes_transfers(by) or _unfit(head, None, by, now)) is not None:
        return refused
    with transaction.atomic():
        made = models.Transfer(giver_id=head.giver_id, by=by, by_name=by.name, at=now, changed_at=now)
        _write(made, head)
        made.save(force_insert=True)
        _tell("added", made, changes=audit.changes({}, _words(made)))
    return made


def change(transfer_id: int, head: Head, *, revision: int, by: models.Person, now: datetime) -> Refused | None:
    """Of everything but whose book it is. `revision` is what the page showed."""
    with transaction.atomic():
        row = held(transfer_id)
        if (refused := makes_transfers(by) or cannot_change(row.state)) is not None:  # type: ignore[arg-type]
            return refused
        if row.revision != revision:
            says = (
                "Somebody changed this transfer in the meantime. What you wrote is kept below: compare, and save again."
            )
            return Refused(code="clash", says=says)
        if (refused := _unfit(head, row, by, now)) is not None:
            return refused
        before, version, day = _words(row), row.runbook_version_id, row.effective_date
        _write(row, head)
        changed(row, now, *_FIELDS)
        _tell("changed", row, changes=audit.changes(before, _words(row)))
        if row.runbook_version_id != version:
            classify(row.pk, now=now, anew=True)
        if row.effective_date != day:
            accompanying.again(row.pk)
    return None


def cancel(transfer_id: int, reason: str, *, by: models.Person, now: datetime) -> Refused | None:
    """Nothing of it moves any more, and its accounts are free for another transfer."""
    said = " ".join(reason.split())[:500]
    with transaction.atomic():
        row = held(transfer_id)
        if (refused := makes_transfers(by) or cannot_change(row.state)) is not None:  # type: ignore[arg-type]
            return refused
        if not said:
            mistake = Mistake(field="reason", says="Say why it is cancelled; those who were asked read it.")
            return Refused(code="no-reason", says=mistake.says, mistakes=(mistake,))
        row.state, row.cancel_reason = models.Transfer.State.CANCELLED, said
        changed(row, now, "state", "cancel_reason")
        asking.withdraw(row.pk, now=now)
        _tell("cancelled", row, says=said)
    return None


def add_lines(transfer_id: int, scope: Scope, *, by: models.Person, now: datetime) -> Added | Refused:
    """The accounts that the scope names, each with its giver; what is in already stays as it is."""
    with transaction.atomic():
        row = held(transfer_id)
        if (refused := makes_transfers(by) or cannot_change(row.state)) is not None:  # type: ignore[arg-type]
            return refused
        added = add(row, scope)
        if isinstance(added, Refused):
            return added
        if added.count:
            told = {"words": added.words, "count": added.count, "by": by.name, "at": now.isoformat()}
            row.scope = {**row.scope, "chosen": [*row.scope.get("chosen", ()), told]}
            changed(row, now, "scope")
            _tell("changed", row, says=f"{added.words}: {added.count:,} added.")
            classify(row.pk, now=now)
    return added


def _write(row: models.Transfer, head: Head) -> None:
    row.title = head.title or default_title(head)
    row.reason, row.note = head.reason, head.note
    row.runbook_version_id = head.version_id
    row.effective_date, row.returns_on = head.effective_date, head.returns_on
    row.recently_closed_days, row.shadow_days = head.recently_closed_days, head.shadow_days


def default_title(head: Head) -> str:
    day = f"{head.effective_date.day} {head.effective_date:%b %Y}"
    giver = company().members.get(head.giver_id) if head.giver_id else None
    return f"{giver.name[:150]}’s accounts from {day}" if giver else f"Accounts from {day}"


def fits(version: models.RunbookVersion) -> bool:
    """Whether its runbook says how an account is transferred."""
    decision = runbooks.runbook_of(version).decisions.get(DECISION)
    return decision is not None and any(one.name == WAY for one in decision.outputs)


def _unfit(head: Head, row: models.Transfer | None, by: models.Person, now: datetime) -> Refused | None:
    mistakes = tuple(_mistakes(head, row, today_of(by.pk, company(), now)))
    if not mistakes:
        return None
    return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=mistakes)


def _mistakes(head: Head, row: models.Transfer | None, today: date) -> Iterator[Mistake]:
    if head.reason not in models.Transfer.Reason.values:
        yield Mistake(field="reason", says="Choose why the accounts change hands.")
    yield from _about_dates(head, row, today)
    if row is None and head.giver_id is not None:
        yield from _about_giver(head.giver_id)
    yield from _about_runbook(head, row)
    if not 0 <= head.recently_closed_days <= MOST_DAYS:
        yield Mistake(field="recently_closed_days", says=f"Write a number of days from 0 to {MOST_DAYS}.")
    if not 0 <= head.shadow_days <= MOST_DAYS:
        yield Mistake(field="shadow_days", says=f"Write a number of days from 0 to {MOST_DAYS}.")


def _about_dates(head: Head, row: models.Transfer | None, today: date) -> Iterator[Mistake]:
    is_new = row is None or row.effective_date != head.effective_date
    if is_new and head.effective_date < today:
        yield Mistake(field="effective_date", says="This day is over. Accounts change hands today or later.")
    if head.effective_date > today + timedelta(days=MOST_DAYS_AHEAD):
        yield Mistake(field="effective_date", says="This is more than two years ahead.")
    if head.returns_on is not None and head.returns_on <= head.effective_date:
        yield Mistake(field="returns_on", says="It is back on a day after the effective date; leave it empty for good.")


def _about_giver(giver_id: int) -> Iterator[Mistake]:
    giver = company().members.get(giver_id)
    if giver is None:
        yield Mistake(field="giver", says="Choose whose accounts they are.")
    elif not giver.is_active:
        says = f"{giver.name} has left. What they still own is found among the customers, and is added from there."
        yield Mistake(field="giver", says=says)


def _about_runbook(head: Head, row: models.Transfer | None) -> Iterator[Mistake]:
    if row is not None and row.runbook_version_id == head.version_id:
        return
    version = models.RunbookVersion.objects.select_related("calendar").filter(pk=head.version_id or 0).first()
    if version is None:
        yield Mistake(field="runbook", says="Choose the runbook that says how each account is handed over.")
    elif not version.is_current or not fits(version):
        says = f"{version.title} has no decision “{DECISION}” with an output “{WAY}”, or is not its current version."
        yield Mistake(field="runbook", says=says)


def _words(row: models.Transfer) -> dict[str, str]:
    return {
        "Title": row.title,
        "Reason": row.reason,
        "Effective date": str(row.effective_date),
        "Back on": str(row.returns_on or ""),
        "Note": row.note,
        "Shadow days": str(row.shadow_days),
        "Recently closed days": str(row.recently_closed_days),
    }


def _tell(action: str, row: models.Transfer, *, says: str = "", changes: audit.Changes | None = None) -> None:
    audit.write(action=action, about="transfer", key=row.pk, name=row.title, says=says, changes=changes)
