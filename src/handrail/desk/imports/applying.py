"""Writing the rows of an import, a hundred to a transaction (of CRM records more).

One rule: each transaction also writes how far the import has come. Killed at any moment it goes on from there, and a
row that was imported is neither imported nor counted again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from handrail.desk import audit, models, ownership
from handrail.desk.folding import sort_words, words_of
from handrail.desk.imports.checking import Checked, Wanted
from handrail.desk.imports.crm_file import RecordFile
from handrail.desk.imports.mapping import OWNER
from handrail.desk.imports.opened import Opened
from handrail.desk.imports.opening import AnyFile, open_file
from handrail.desk.imports.plan import Planned, Sort, Standing, compare, standing_of
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.report import Report, of_json, to_json
from handrail.desk.ownership import Occasion

CHUNK = 100
CHUNK_OF_RECORDS = 500  # they have no facts

PREVIEW, APPLYING, DONE = "preview", "applying", "done"


def apply(import_id: int, *, now: datetime, chunks: int | None = None) -> Report | tuple[Problem, ...]:
    """Import what is left of the file; the report, or why the file cannot be imported as it stands.

    Several may apply the same import at once: each takes the chunk that is next. `chunks` stops early.
    """
    row = models.Import.objects.get(pk=import_id)
    if row.state == DONE:
        return of_json(row.report)
    opened = open_file(row)
    if isinstance(opened, tuple):
        return opened
    if opened.wrong:
        return opened.wrong
    if not begin(row):
        return apply(import_id, now=now, chunks=chunks)
    checked = opened.checked()
    while chunks is None or chunks > 0:
        chunks = None if chunks is None else chunks - 1
        if not next_chunk(row, opened, checked, now):
            return finish(import_id, checked, opened, now)
    return of_json(models.Import.objects.only("report").get(pk=import_id).report)


def begin(row: models.Import) -> bool:
    """From here on the columns stay as they are; False where somebody changed them while the file was being read."""
    with transaction.atomic():
        now = models.Import.objects.select_for_update().only("state", "columns", "settings").get(pk=row.pk)
        if (now.columns, now.settings) != (row.columns, row.settings):
            return False
        if now.state == PREVIEW:
            _save(row.pk, state=APPLYING)
        return True


def next_chunk(row: models.Import, opened: AnyFile, checked: Checked, now: datetime) -> bool:
    """False where all rows are imported."""
    with transaction.atomic():
        report = of_json(_locked(row.pk).report)
        size = CHUNK_OF_RECORDS if isinstance(opened, RecordFile) else CHUNK
        chunk = checked.wanted[report.applied : report.applied + size]
        if not chunk:
            return False
        occasion = Occasion(source=f"import of {row.file_name}", by=row.by_id, now=now)
        sorts, problems = (
            _write_customers_of(chunk, opened, occasion)
            if isinstance(opened, Opened)
            else opened.write(chunk, occasion)
        )
        report = replace(
            report,
            applied=report.applied + len(chunk),
            new=report.new + sorts.count("new"),
            changed=report.changed + sorts.count("changed"),
            same=report.same + sorts.count("same"),
            problems=(*report.problems, *problems),
        )
        _save(row.pk, state=APPLYING, report=to_json(report))
        return True


def _write_customers_of(
    chunk: Sequence[Wanted], opened: Opened, occasion: Occasion
) -> tuple[list[Sort], list[Problem]]:
    wanted, problems = _with_owners_who_stay(chunk, opened)
    return [plan.sort for plan in _write(wanted, occasion)], problems


def _with_owners_who_stay(chunk: Sequence[Wanted], opened: Opened) -> tuple[list[Wanted], list[Problem]]:
    """Somebody may have left since the file was checked: then the owner's cell is left out, and told."""
    owners = {one.owner for one in chunk if one.owner is not None}
    active = set(models.Person.objects.filter(pk__in=owners, is_active=True).values_list("pk", flat=True))
    left = owners - active
    wanted = [replace(one, owner=None) if one.owner in left else one for one in chunk]
    return wanted, [_owner_left(one, opened) for one in chunk if one.owner in left]


def _owner_left(wanted: Wanted, opened: Opened) -> Problem:
    return Problem(
        row=wanted.row,
        column=opened.sheet.headers[opened.mapped.index(OWNER)],
        value=opened.people.email_of(wanted.owner),
        code="inactive-owner",
        says="The owner left while the file was being imported.",
        mend="Name somebody who works here.",
        loses="the cell",
    )


def finish(import_id: int, checked: Checked, opened: AnyFile, now: datetime) -> Report:
    """The first to come to the end writes what the file's report says."""
    with transaction.atomic():
        row = _locked(import_id)
        report = of_json(row.report)
        if row.state == DONE:
            return report
        report = replace(
            report,
            bad=checked.bad_rows,
            problems=_all(checked.problems, report.problems),
            notes=(*opened.sheet.notes, *opened.notes),
            ignored=opened.ignored,
            unit=opened.sheet.unit,
            contents=row.contents,
            sums={} if isinstance(opened, Opened) else opened.sums(checked),
        )
        _save(import_id, state=DONE, report=to_json(report), done_at=now)
        audit.write(action="applied", about="import", key=import_id, name=row.file_name, says=report.says, at=now)
        return report


def _all(found: Sequence[Problem], meanwhile: Sequence[Problem]) -> tuple[Problem, ...]:
    """In the order of the file. What came up meanwhile is found again by an import that goes on: told once."""
    told = {(one.row, one.column, one.code): one for one in (*meanwhile, *found)}
    return tuple(sorted(told.values(), key=lambda one: one.row))


def _locked(import_id: int) -> models.Import:
    return models.Import.objects.select_for_update().only("state", "report", "file_name", "contents").get(pk=import_id)


def _save(import_id: int, **columns: Any) -> None:
    models.Import.objects.filter(pk=import_id).update(**columns)


def _write(wanted: Sequence[Wanted], occasion: Occasion) -> list[Planned]:
    """The rows are compared with what stands now, which may not be what the preview saw; in a few grouped queries."""
    standing = standing_of((one.key for one in wanted), locked=True)
    plans = [compare(one, standing.get(one.key)) for one in wanted]
    touched = [plan for plan in plans if plan.sort != "same"]
    if touched:
        ids = _write_customers(touched, standing, occasion.now)
        new_owners = {ids[plan.wanted.key]: plan.new_owner for plan in touched if plan.new_owner is not None}
        ownership.keep(new_owners, occasion)
        _write_facts(touched, ids, occasion)
        _write_names([plan for plan in touched if plan.renamed], ids)
    return plans


def _write_customers(plans: Sequence[Planned], standing: dict[str, Standing], now: datetime) -> dict[str, int]:
    """In the order of their keys, so that two imports never wait for each other crosswise. The ids, by key."""
    rows = [_customer(plan.wanted, standing.get(plan.wanted.key), now) for plan in plans]
    models.Customer.objects.bulk_create(
        sorted(rows, key=lambda row: row.key),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "sort_name", "owner", "changed_at"],
    )
    keys = [row.key for row in rows]
    return dict(models.Customer.objects.filter(key__in=keys).values_list("key", "pk"))


def _customer(wanted: Wanted, standing: Standing | None, now: datetime) -> models.Customer:
    owner = wanted.owner if wanted.owner is not None or standing is None else standing.owner
    return models.Customer(key=wanted.key, name=wanted.name, owner_id=owner, created_at=now, changed_at=now)


def _write_facts(plans: Sequence[Planned], ids: dict[str, int], occasion: Occasion) -> None:
    rows = [
        models.CustomerFact(
            customer_id=ids[plan.wanted.key],
            name=name,
            value=plan.wanted.facts[name],
            source=occasion.source,
            at=occasion.now,
        )
        for plan in plans
        for name in plan.facts
    ]
    models.CustomerFact.objects.bulk_create(
        sorted(rows, key=lambda row: (row.customer_id, row.name)),
        update_conflicts=True,
        unique_fields=["customer", "name"],
        update_fields=["value", "words", "source", "at"],
    )


def _write_names(plans: Sequence[Planned], ids: dict[str, int]) -> None:
    """What a customer is found by, and what its handoffs are sorted by."""
    _write_words(plans, ids)
    sort = {ids[plan.wanted.key]: sort_words(plan.wanted.name) for plan in plans}
    handoffs = list(
        models.Handoff.objects.filter(customer__in=sort).only("customer_id", "customer_sort").order_by("pk")
    )
    for row in handoffs:
        row.customer_sort = sort[row.customer_id]
    models.Handoff.objects.bulk_update(handoffs, ["customer_sort"], batch_size=CHUNK)


def _write_words(plans: Sequence[Planned], ids: dict[str, int]) -> None:
    words = {ids[plan.wanted.key]: words_of(plan.wanted.name, plan.wanted.key) for plan in plans}
    models.CustomerWord.objects.filter(customer__in=words).delete()
    models.CustomerWord.objects.bulk_create(
        [models.CustomerWord(customer_id=pk, word=word) for pk, found in words.items() for word in sorted(found)],
        ignore_conflicts=True,
    )
