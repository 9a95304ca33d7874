"""Taking a team lead's spreadsheet into a transfer: kept as it came, its good rows taken, or none where one is bad.

One rule: what is said of each row is kept beside the file; reading it again later says what holds then.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from handrail.book.transfer import cannot_change
from handrail.desk import audit, models
from handrail.desk.imports.mapping import NOTHING
from handrail.desk.imports.problem import Problem, printable
from handrail.desk.imports.sheet import Sheet, read
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers.classifying import classify
from handrail.desk.transfers.holding import changed, held
from handrail.desk.transfers.sheet.checking import Checked, Difference, Good, check
from handrail.desk.transfers.sheet.columns import meanings, missing
from handrail.handoff.refusal import Refused

_CHUNK = 500
_SET = ("receiver", "pool", "is_pinned", "why", "next_best", "sheet", "state", "answer", "answer_note")
_State = models.TransferLine.State


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a file: of `rows` so many are `good`, and so many accounts were `taken`, `fresh` of them new in the
    transfer. `unit` is what the numbers of the problems count."""

    rows: int = 0
    good: int = 0
    taken: int = 0
    fresh: int = 0
    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unit: str = "row"

    @property
    def bad(self) -> int:
        return self.rows - self.good

    @property
    def is_taken(self) -> bool:
        return self.taken > 0


def take_in(
    transfer_id: int, content: bytes, file_name: str, *, keep_good: bool, by: models.Person, now: datetime
) -> models.TransferSheet | Refused | tuple[Problem, ...]:
    """Problems where the file as a whole cannot be read. Unless `keep_good`, one bad row keeps all others out."""
    sheet = _readable(content)
    if isinstance(sheet, tuple):
        return sheet
    with transaction.atomic():
        row = held(transfer_id)
        if (refused := makes_transfers(by) or cannot_change(row.state)) is not None:  # type: ignore[arg-type]
            return refused
        kept = models.TransferSheet(
            transfer=row,
            file_name=printable(file_name, 200) or "accounts",
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            by=by,
            at=now,
        )
        kept.save(force_insert=True)
        _take(row, kept, sheet, keep_good=keep_good, now=now)
    return kept


def take_good(sheet_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """The rows of a kept file that are good now."""
    with transaction.atomic():
        kept = models.TransferSheet.objects.get(pk=sheet_id)
        row = held(kept.transfer_id)
        if (refused := makes_transfers(by) or cannot_change(row.state)) is not None:  # type: ignore[arg-type]
            return refused
        sheet = _readable(bytes(kept.content))
        if isinstance(sheet, tuple):
            return Refused(code="unreadable", says=" ".join(map(str, sheet)))
        _take(row, kept, sheet, keep_good=True, now=now)
    return None


def _readable(content: bytes) -> Sheet | tuple[Problem, ...]:
    sheet = read(content)
    if isinstance(sheet, tuple):
        return sheet
    return missing(meanings(sheet.headers), sheet.headers) or sheet


def _take(row: models.Transfer, kept: models.TransferSheet, sheet: Sheet, *, keep_good: bool, now: datetime) -> None:
    checked = check(sheet, row)
    is_clean = len(checked.good) == checked.rows
    good = checked.good if keep_good or is_clean else []
    fresh = _keep(row, kept, good)
    kept.report = asdict(_report(sheet, checked, taken=len(good), fresh=fresh))
    kept.save(update_fields=["report"])
    if good:
        told = {"words": f"The spreadsheet “{kept.file_name}”", "count": len(good), "at": now.isoformat()}
        row.scope = {**row.scope, "chosen": [*row.scope.get("chosen", ()), told]}
        changed(row, now, "scope")
        classify(row.pk, now=now)
    says = f"“{kept.file_name}”: {len(good):,} of {checked.rows:,} rows taken."
    audit.write(action="changed", about="transfer", key=row.pk, name=row.title, says=says)


def _report(sheet: Sheet, checked: Checked, *, taken: int, fresh: int) -> Report:
    mapped = meanings(sheet.headers)
    return Report(
        rows=checked.rows,
        good=len(checked.good),
        taken=taken,
        fresh=fresh,
        problems=tuple(checked.problems),
        differences=tuple(checked.differences),
        notes=sheet.notes,
        ignored=tuple(header for header, name in zip(sheet.headers, mapped, strict=True) if name == NOTHING),
        unit=sheet.unit,
    )


def report_of(kept: models.TransferSheet) -> Report:
    written: Mapping[str, Any] = kept.report
    lists = {
        "problems": tuple(Problem(**one) for one in written.get("problems", ())),
        "differences": tuple(Difference(**one) for one in written.get("differences", ())),
        "notes": tuple(written.get("notes", ())),
        "ignored": tuple(written.get("ignored", ())),
    }
    return Report(**{**written, **lists})


def _keep(row: models.Transfer, kept: models.TransferSheet, good: Sequence[Good]) -> int:
    """How many lines are new."""
    fresh = 0
    for at in range(0, len(good), _CHUNK):
        chunk = good[at : at + _CHUNK]
        lines = models.TransferLine.objects.filter(transfer=row, customer__in=[one.account.id for one in chunk])
        there = {(line.customer_id, line.giver_id): line for line in lines}
        made, met = list[models.TransferLine](), list[models.TransferLine]()
        for one in chunk:
            line = there.get((one.account.id, one.giver))
            (made if line is None else met).append(_filled(line or _new(row, one), one, kept))
        models.TransferLine.objects.bulk_create(made)
        models.TransferLine.objects.bulk_update(met, [*_SET, "answered_by", "answered_at"])
        fresh += len(made)
    return fresh


def _new(row: models.Transfer, one: Good) -> models.TransferLine:
    return models.TransferLine(transfer=row, customer_id=one.account.id, giver_id=one.giver, is_owned=one.is_owned)


def _filled(line: models.TransferLine, one: Good, kept: models.TransferSheet) -> models.TransferLine:
    line.sheet = {**one.cells, "file": kept.pk, "row": one.number}
    goes_elsewhere = one.receiver is not None and one.receiver != line.receiver_id
    if goes_elsewhere or line.state == _State.DROPPED:
        line.state, line.answer, line.answer_note = _State.PROPOSED, "", ""
        line.answered_by, line.answered_at = None, None
    if one.receiver is not None:
        line.receiver_id, line.pool, line.is_pinned = one.receiver, None, True
        line.why, line.next_best = f"Named in “{kept.file_name[:200]}”, row {one.number}.", ""
    return line
