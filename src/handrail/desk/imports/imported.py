"""The customers of a file that was imported. One rule: they are found by the file itself, which is kept as it came."""

from itertools import chain

from handrail.desk import models
from handrail.desk.imports.opened import open_import
from handrail.desk.imports.plan import CHUNK, chunks


def without_handoff(row: models.Import, *, most: int) -> list[int]:
    """Their ids, in the order of the file: those for whom no handoff of the import's runbook runs; `most` at most."""
    opened = open_import(row)
    if isinstance(opened, tuple) or opened.wrong:
        return []
    keys = [wanted.key for wanted in opened.checked().wanted]
    found: list[int] = []
    for chunk in chunks(keys, CHUNK):
        found = list(chain(found, _without_handoff(chunk, row.runbook)))
        if len(found) >= most:
            break
    return found[:most]


def _without_handoff(keys: list[str], runbook: str) -> list[int]:
    running = models.Handoff.objects.filter(status=models.Handoff.Status.RUNNING)
    running = running.filter(runbook=runbook) if runbook else running
    rows = models.Customer.objects.filter(key__in=keys).exclude(pk__in=running.values("customer"))
    ids = dict(rows.values_list("key", "pk"))
    return [ids[key] for key in keys if key in ids]
