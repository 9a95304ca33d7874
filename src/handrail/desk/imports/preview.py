"""What an import page shows: what each column means, and for each row what would become of its customer.

One rule: the counts are of the whole file, the rows of one page of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from handrail.desk.imports.checking import Checked
from handrail.desk.imports.file import Step
from handrail.desk.imports.mapping import Target
from handrail.desk.imports.opened import Opened
from handrail.desk.imports.opening import AnyFile
from handrail.desk.imports.plan import Change, Planned, Sort, Standing, changes_of, planned
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.report import Amounts, Report, amounts_of, counted
from handrail.desk.queries.pages import MOST_PAGES, SIZE, Page

TABS = {"new": "New", "changed": "Changed", "same": "As before", "problems": "Problems", "doubts": "Doubts"}

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the file with the first of its values, and what it means."""

    number: int
    letter: str
    header: str
    samples: tuple[str, ...]
    target: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row that is imported; `customer` is the id of the one that stands already."""

    row: int
    key: str
    name: str
    customer: int | None
    changes: tuple[Change, ...]
    left_out: int


@dataclass(frozen=True, kw_only=True)
class Tab:
    name: str
    title: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`rows` can be imported; `lost` cannot; `left_out` counts the cells that the others lose, `doubts` what is
    doubtful and imported all the same. `amounts` are as in the report."""

    tab: str
    tabs: tuple[Tab, ...]
    lines: Page[Line] | None
    problems: Page[Problem] | None
    rows: int
    lost: int
    left_out: int
    doubts: int
    says: str
    amounts: Amounts | None


def columns_of(opened: AnyFile) -> tuple[Column, ...]:
    return tuple(
        Column(
            number=number,
            letter=opened.sheet.letters[number],
            header=header,
            samples=tuple(_short(sample) for sample in opened.sheet.samples(number)),
            target=opened.mapped[number],
        )
        for number, header in enumerate(opened.sheet.headers)
    )


def _short(text: str) -> str:
    return f"{text[:40]}…" if len(text) > 40 else text


def missing(opened: AnyFile) -> tuple[Target, ...]:
    """What no column says."""
    return tuple(target for target in opened.targets if target.name not in opened.mapped)


def preview(opened: AnyFile, tab: str, number: int) -> Preview:
    """`tab` is one of TABS, or nothing for the first that has something."""
    checked = opened.checked()
    lines = list(_lines_of(opened, checked))
    doubts = tuple(one for one in checked.problems if one.loses == "nothing")
    wrong = tuple(one for one in checked.problems if one.loses != "nothing")
    counts = Counter(sort for sort, _ in lines)
    of_tab = {"new": counts["new"], "changed": counts["changed"], "same": counts["same"]}
    of_tab |= {"problems": len(wrong), "doubts": len(doubts)}
    chosen = tab if tab in TABS else next((name for name, count in of_tab.items() if count), "new")
    told = {"problems": wrong, "doubts": doubts}.get(chosen)
    return Preview(
        tab=chosen,
        tabs=tuple(
            Tab(name=name, title=title, count=of_tab[name]) for name, title in TABS.items() if _has(name, doubts)
        ),
        lines=_page(opened, [one for sort, one in lines if sort == chosen], number) if told is None else None,
        problems=None if told is None else paged(told, number),
        rows=len(checked.wanted),
        lost=checked.bad_rows,
        left_out=sum(problem.loses == "the cell" for problem in checked.problems),
        doubts=len(doubts),
        says=counted(counts["new"], counts["changed"], counts["same"], checked.bad_rows),
        amounts=amounts_of({} if isinstance(opened, Opened) else opened.sums(checked)),
    )


def _has(tab: str, doubts: tuple[Problem, ...]) -> bool:
    """Where nothing is doubtful, nobody is asked to look."""
    return tab != "doubts" or bool(doubts)


_Planned = tuple[Planned, Standing | None] | Step


def _lines_of(opened: AnyFile, checked: Checked) -> Iterator[tuple[Sort, _Planned]]:
    if isinstance(opened, Opened):
        yield from ((plan.sort, (plan, standing)) for plan, standing in planned(checked.wanted))
    else:
        yield from ((step.sort, step) for step in opened.steps(checked.wanted))


def foreseen(opened: AnyFile) -> Report:
    """What an import would report if it were done now."""
    checked = opened.checked()
    counts = Counter(sort for sort, _ in _lines_of(opened, checked))
    return Report(
        new=counts["new"],
        changed=counts["changed"],
        same=counts["same"],
        bad=checked.bad_rows,
        problems=checked.problems,
        notes=(*opened.sheet.notes, *opened.notes),
        ignored=opened.ignored,
        sums={} if isinstance(opened, Opened) else opened.sums(checked),
    )


def _page(opened: AnyFile, found: list[_Planned], number: int) -> Page[Line]:
    """Only what is shown is put into words."""
    number = within(len(found), number)
    start = (number - 1) * SIZE
    return page_of([_line(opened, one) for one in found[start : start + SIZE]], len(found), number)


def _line(opened: AnyFile, planned: _Planned) -> Line:
    if isinstance(planned, Step):
        one = planned
        return Line(row=one.row, key=one.key, name=one.name, customer=None, changes=one.told, left_out=one.left_out)
    assert isinstance(opened, Opened)
    plan, standing = planned
    names = {one.id: one.name for one in opened.people.by_email.values()}
    return Line(
        row=plan.wanted.row,
        key=plan.wanted.key,
        name=plan.wanted.name,
        customer=standing.id if standing else None,
        changes=changes_of(plan, standing, opened.facts, names),
        left_out=plan.wanted.left_out,
    )


def paged(rows: Sequence[Row], number: int) -> Page[Row]:
    number = within(len(rows), number)
    start = (number - 1) * SIZE
    return page_of(rows[start : start + SIZE], len(rows), number)


def within(total: int, number: int) -> int:
    """The page of that number, or the last one there is."""
    return max(1, min(number, -(-total // SIZE)))


def page_of(shown: Sequence[Row], total: int, number: int) -> Page[Row]:
    return Page(
        rows=tuple(shown),
        number=number,
        first=(number - 1) * SIZE + 1,
        total=total,
        total_text=f"{total:,}",
        before=number - 1 if number > 1 else None,
        after=number + 1 if number * SIZE < total and number < MOST_PAGES else None,
    )
