"""`handrail export` and `handrail convert`: decision tables for other programs, and from them.

One rule: what the other side cannot be told is said, on standard error; the file itself goes where it was asked for.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from handrail.command_line.checking import content_of, tell_problems
from handrail.runbook.exchange.dmn_writing import Exported, write_dmn
from handrail.runbook.exchange.exchanged import Exchanged, Table
from handrail.runbook.exchange.loading import holds_tables, tables_in
from handrail.runbook.exchange.names import plain_name
from handrail.runbook.exchange.sheet_writing import write_workbook
from handrail.runbook.exchange.yaml_writing import write_yaml
from handrail.runbook.kinds import Unfit
from handrail.runbook.loading import load
from handrail.runbook.reading.margin import did_you_mean

Form = Literal["dmn", "xlsx"]


def export(file: Path, decision: str, *, to: Form | None, output: Path | None) -> int:
    """0 where it was written, 1 where it cannot be, 2 where the file or the decision is none. The decisions that it
    rests on go with it."""
    exchanged = _exchanged(file)
    if exchanged is None:
        return 2
    name = exchanged.names.get(plain_name(decision))
    if name is None:
        return _refuse(f"No decision is called “{decision}”. {did_you_mean(decision, exchanged.names)}", 2)
    form = to or ("xlsx" if output and output.suffix.lower() == ".xlsx" else "dmn")
    if form == "xlsx" and output is None and sys.stdout.isatty():
        return _refuse("A workbook cannot be shown here: say where it goes with --output FILE.", 2)
    tables = [exchanged.tables[one] for one in _with_what_it_reads(exchanged, name)]
    decisions = [table.decision for table in tables]
    exported = write_workbook(decisions) if form == "xlsx" else write_dmn(decisions, file.stem)
    if isinstance(exported, Unfit):
        return _refuse(exported.says, 1)
    for says in (*_put_in_words(tables), *exported.unseen):
        print(says, file=sys.stderr)
    return _write(exported, output)


def convert(file: Path) -> int:
    """Print the file's decisions, and the facts that they look at, as a runbook has them. 0 where all of them could be
    taken over, 1 where some, 2 where none."""
    exchanged = _exchanged(file, whole=False)
    if exchanged is None or not exchanged.tables:
        return 2
    converted = write_yaml(list(exchanged.tables.values()))
    print(converted.text, end="")
    for says in converted.unsaid:
        print(says, file=sys.stderr)
    return 0 if exchanged.is_sound else 1


def _exchanged(file: Path, *, whole: bool = True) -> Exchanged | None:
    """The decisions of the file; None where it cannot be used (`whole`: where any of it cannot), which is then told."""
    content = content_of(file)
    if isinstance(content, str):
        print(content, file=sys.stderr)
        return None
    if holds_tables(content, str(file)):
        exchanged = tables_in(content, str(file))
        tell_problems(exchanged.problems, content)
        return exchanged if exchanged.is_sound or not whole else None
    reading = load(content, str(file))
    if reading.runbook is None:
        tell_problems(reading.problems, content)
        return None
    tables = {name: Table(id="", decision=decision) for name, decision in reading.runbook.decisions.items()}
    return Exchanged(file=str(file), tables=tables)


def _with_what_it_reads(exchanged: Exchanged, name: str) -> list[str]:
    found = [name]
    for one in found:  # it grows meanwhile
        found += [of for _, of in exchanged.reads(one) if of not in found]
    return list(dict.fromkeys(reversed(found)))


def _put_in_words(tables: list[Table]) -> Iterator[str]:
    for table in tables:
        for one in table.comparisons:
            yield f"“{one.name}” is written as a column of its own, whose value must be given."
        if table.wordings:
            yield f"Outputs of “{table.decision.name}” that are put together are written as they stand."


def _write(exported: Exported, output: Path | None) -> int:
    if output is None:
        sys.stdout.buffer.write(exported.content)
        return 0
    try:
        output.write_bytes(exported.content)
    except (OSError, ValueError) as fault:
        return _refuse(f"{output} cannot be written: {getattr(fault, 'strerror', None) or fault}.", 1)
    return 0


def _refuse(says: str, code: int) -> int:
    print(says, file=sys.stderr)
    return code
