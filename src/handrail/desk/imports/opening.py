"""Whatever a file holds, opened: of customers and accounts, of people, of products, of CRM records.

One rule: the file is kept as it came and read anew each time, so that nothing can differ from what was handed in.
"""

from collections.abc import Mapping
from typing import Any

from handrail.desk import models
from handrail.desk.imports.contents import ACCOUNTS, CUSTOMERS, PEOPLE, PRODUCTS
from handrail.desk.imports.crm_file import RecordFile
from handrail.desk.imports.opened import Opened, filed_under, known_targets, mapped_of, opened, people
from handrail.desk.imports.people_file import PeopleFile
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.product_file import ProductFile
from handrail.desk.imports.sheet import Sheet, read

AnyFile = Opened | RecordFile | PeopleFile | ProductFile


def open_file(row: models.Import) -> AnyFile | tuple[Problem, ...]:
    """Problems only where this version of Handrail reads files more strictly than the one that took it."""
    sheet = read(bytes(row.content), row.columns.get("sheet", ""))
    if isinstance(sheet, tuple):
        return sheet
    return file_of(sheet, row.contents, row.runbook, row.columns.get("targets", {}), row.settings)


def file_of(
    sheet: Sheet, contents: str, runbook: str, chosen: Mapping[str, str] | None, settings: Mapping[str, Any]
) -> AnyFile:
    """`chosen` are targets by header; without it the columns mean what they meant the last time, or seem to mean."""
    if contents in {CUSTOMERS, ACCOUNTS}:
        return opened(sheet, runbook, chosen, contents=contents)
    known = known_targets(contents, "", sheet)
    mapped = mapped_of(sheet, known, filed_under(contents, ""), chosen)
    if contents == PEOPLE:
        return PeopleFile(sheet=sheet, targets=known, mapped=mapped, settings=settings, people=people())
    if contents == PRODUCTS:
        return ProductFile(sheet=sheet, targets=known, mapped=mapped, settings=settings)
    return RecordFile(sheet=sheet, targets=known, mapped=mapped, settings=settings, sort=contents, people=people())
