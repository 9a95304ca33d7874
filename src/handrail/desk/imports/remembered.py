"""What the columns of a file meant the last time, by the file's header and the runbook.

One rule: what somebody chose wins over any guess, including that a column is left out.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from handrail.desk import audit, models
from handrail.desk.imports.mapping import NOTHING, Mapped, Target, guess, signature


def recall(headers: Sequence[str], runbook: str, known: Sequence[Target]) -> Mapped:
    """As remembered; guessed where nothing is, or for columns whose target the runbook no longer has."""
    row = models.ColumnMapping.objects.filter(header=signature(headers)).first()
    chosen: Mapping[str, str] = row.columns.get(runbook, {}) if row else {}
    names = {target.name for target in known} | {NOTHING}
    guessed = guess(headers, [target for target in known if target.name not in chosen.values()])
    return tuple(chosen[one] if chosen.get(one) in names else guessed[at] for at, one in enumerate(headers))


def remember(headers: Sequence[str], runbook: str, mapped: Mapped, by: models.Person | None) -> None:
    with transaction.atomic():
        row, _ = models.ColumnMapping.objects.select_for_update().get_or_create(
            header=signature(headers), defaults={"columns": {}, "changed_by": by}
        )
        before, after = row.columns.get(runbook, {}), dict(zip(headers, mapped, strict=True))
        columns = {**row.columns, runbook: after}
        if columns != row.columns:
            _tell(row, runbook, audit.changes(before, after), by)
            row.columns, row.changed_by, row.changed_at = columns, by, timezone.now()
            row.save()


def _tell(row: models.ColumnMapping, runbook: str, changes: audit.Changes, by: models.Person | None) -> None:
    who = audit.person(by) if by else None
    name = f"Files of {runbook}" if runbook else "Files of no runbook"
    audit.write(action="changed", about="columns", key=row.header, name=name, changes=changes, by=who)
