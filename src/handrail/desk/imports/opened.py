"""An import with everything that is needed to understand it: its sheet, the runbook's facts, what each column means;
here of customers and accounts, in `opening` of whatever a file holds.

One rule: the file is kept as it came and read anew each time, so that nothing can differ from what was handed in.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handrail.desk import models, runbooks
from handrail.desk.imports import mapping, remembered
from handrail.desk.imports.accounts import Doubts, facts_as_written, keys_by_name
from handrail.desk.imports.checking import Checked, Outcome, check, gathered, outcomes
from handrail.desk.imports.contents import ACCOUNTS, CUSTOMERS, targets_of
from handrail.desk.imports.directory import Directory, Entry, directory
from handrail.desk.imports.mapping import KEY, NAME, NOTHING, Mapped, Target, targets
from handrail.desk.imports.problem import Problem, printable
from handrail.desk.imports.sheet import Sheet, read
from handrail.runbook.model import Fact


@dataclass(frozen=True, kw_only=True)
class Opened:
    """`mapped` is what each column of `sheet` means, `wrong` what is wrong with that as a whole. `by_name` is whether
    accounts without an id are known by their name."""

    sheet: Sheet
    facts: Mapping[str, Fact]
    targets: tuple[Target, ...]
    mapped: Mapped
    people: Directory
    by_name: bool = False

    @property
    def wrong(self) -> tuple[Problem, ...]:
        return mapping.check(self.mapped, self.sheet.headers, self.targets)

    @property
    def ignored(self) -> tuple[str, ...]:
        return mapping.ignored(self.mapped, self.sheet.headers)

    def checked(self) -> Checked:
        return (
            self.gathered(self.outcomes()) if self.by_name else check(self.sheet, self.mapped, self.facts, self.people)
        )

    def outcomes(self) -> Iterator[Outcome]:
        """What `checked` gathers, row by row."""
        if not self.by_name:
            return outcomes(self.sheet, self.mapped, self.facts, self.people)
        return self._outcomes_of_accounts()

    def gathered(self, found: Iterable[Outcome]) -> Checked:
        return gathered(found, len(self.sheet.rows))

    @property
    def notes(self) -> tuple[str, ...]:
        return ()

    def _outcomes_of_accounts(self) -> Iterator[Outcome]:
        name = self.mapped.index(NAME)
        keys = {} if KEY in self.mapped else keys_by_name(row.cells[name] for row in self.sheet.rows if not row.ragged)
        doubts = Doubts(self.sheet, self.mapped, name)
        found = outcomes(self.sheet, self.mapped, self.facts, self.people)
        for row, (wanted, problems) in zip(self.sheet.rows, found, strict=True):
            known = replace(wanted, key=keys.get(wanted.key, wanted.key)) if wanted and keys else wanted
            yield known, [*problems, *doubts.of(row)]


def receive(
    content: bytes,
    file_name: str,
    runbook: str,
    by: models.Person | None,
    *,
    contents: str = CUSTOMERS,
    settings: Mapping[str, object] | None = None,
) -> models.Import | tuple[Problem, ...]:
    """Keep a file that can be read, with what its columns seem to mean."""
    sheet = read(content)
    if isinstance(sheet, tuple):
        return sheet
    mapped = remembered.recall(sheet.headers, filed_under(contents, runbook), known_targets(contents, runbook, sheet))
    return models.Import.objects.create(
        file_name=printable(file_name, 200) or contents,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        runbook=runbook,
        contents=contents,
        settings=settings or {},
        columns=columns_of(sheet, mapped),
        by=by,
    )


def columns_of(sheet: Sheet, mapped: Mapped) -> dict[str, object]:
    return {"sheet": sheet.title, "targets": dict(zip(sheet.headers, mapped, strict=True))}


def open_import(row: models.Import) -> Opened | tuple[Problem, ...]:
    """One of customers or accounts. Problems only where this version of Handrail reads files more strictly than the one
    that took it."""
    sheet = read(bytes(row.content), row.columns.get("sheet", ""))
    if isinstance(sheet, tuple):
        return sheet
    return opened(sheet, row.runbook, row.columns.get("targets", {}), contents=row.contents)


def opened(sheet: Sheet, runbook: str, chosen: Mapping[str, str] | None = None, *, contents: str = CUSTOMERS) -> Opened:
    """`chosen` are targets by header; without it the columns mean what they meant the last time, or seem to mean."""
    known = known_targets(contents, runbook, sheet)
    return Opened(
        sheet=sheet,
        facts=_facts(contents, runbook, sheet),
        targets=known,
        mapped=mapped_of(sheet, known, filed_under(contents, runbook), chosen),
        people=people(),
        by_name=contents == ACCOUNTS,
    )


def mapped_of(sheet: Sheet, known: Sequence[Target], filed: str, chosen: Mapping[str, str] | None) -> Mapped:
    if chosen is None:
        return remembered.recall(sheet.headers, filed, known)
    return tuple(_only_known(chosen.get(header, NOTHING), known) for header in sheet.headers)


def _only_known(target: str, known: Sequence[Target]) -> str:
    return target if any(one.name == target for one in known) else NOTHING


def filed_under(contents: str, runbook: str) -> str:
    """By what the columns of such files are remembered; no runbook is called so."""
    return runbook if contents == CUSTOMERS else f"{contents}: {runbook}".strip()


def known_targets(contents: str, runbook: str, sheet: Sheet) -> tuple[Target, ...]:
    """What the columns of such a file can mean."""
    if contents not in {CUSTOMERS, ACCOUNTS}:
        return targets_of(contents)
    found = targets(_facts(contents, runbook, sheet))
    if contents == ACCOUNTS:
        return tuple(replace(one, required=False) if one.name == KEY else one for one in found)
    return found


def _facts(contents: str, runbook: str, sheet: Sheet) -> Mapping[str, Fact]:
    known = facts_of(runbook)
    return known if contents != ACCOUNTS else {**facts_as_written(sheet.headers, targets(known)), **known}


def facts_of(runbook: str) -> Mapping[str, Fact]:
    """The facts that the current version of the runbook speaks about; none without a runbook."""
    version = current_runbooks().get(runbook)
    return runbooks.runbook_of(version).facts if version else {}


def fitting(content: bytes) -> tuple[str, ...]:
    """The runbooks of whose facts the file has the most columns: one as a rule, several where they have as many, and
    none where the file cannot be read or has no such column."""
    sheet = read(content)
    if isinstance(sheet, tuple):
        return ()
    found = {name: _columns_of_facts(sheet, name) for name in current_runbooks()}
    most = max(found.values(), default=0)
    return tuple(name for name, count in found.items() if count == most) if most else ()


def _columns_of_facts(sheet: Sheet, runbook: str) -> int:
    mapped = remembered.recall(sheet.headers, runbook, targets(facts_of(runbook)))
    return sum(1 for target in mapped if mapping.fact_of(target) is not None)


def current_runbooks() -> dict[str, models.RunbookVersion]:
    rows = models.RunbookVersion.objects.filter(is_current=True).select_related("calendar").order_by("title")
    return {row.name: row for row in rows}


def people() -> Directory:
    rows = models.Person.objects.values_list("pk", "email", "name", "is_active")
    return directory(Entry(id=pk, email=email, name=name, is_active=active) for pk, email, name, active in rows)
