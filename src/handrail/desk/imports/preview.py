"""What an import page shows: what each column means, and for each row what would become of its customer.

One rule: the counts are of the whole file, the rows of one page of it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from handrail.desk.imports.mapping import Target
from handrail.desk.imports.opened import Opened
from handrail.desk.imports.plan import Change, Planned, Standing, changes_of, planned
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.report import Report, counted
from handrail.desk.queries.pages import MOST_PAGES, SIZE, Page

TABS = {"new": "New", "changed": "Changed", "same": "As before", "problems": "Problems"}

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
    """`rows` can be imported; `lost` cannot; `left_out` counts the cells that the others lose."""

    tab: str
    tabs: tuple[Tab, ...]
    lines: Page[Line] | None
    problems: Page[Problem] | None
    rows: int
    lost: int
    left_out: int
    says: str


def columns_of(opened: Opened) -> tuple[Column, ...]:
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


def missing(opened: Opened) -> tuple[Target, ...]:
    """What no column says."""
    return tuple(target for target in opened.targets if target.name not in opened.mapped)


def preview(opened: Opened, tab: str, number: int) -> Preview:
    """`tab` is one of TABS, or nothing for the first that has something."""
    checked = opened.checked()
    plans = list(planned(checked.wanted))
    counts = Counter(plan.sort for plan, _ in plans)
    of_tab = {"new": counts["new"], "changed": counts["changed"], "same": counts["same"]}
    of_tab["problems"] = len(checked.problems)
    chosen = tab if tab in TABS else next((name for name, count in of_tab.items() if count), "new")
    names = {one.id: one.name for one in opened.people.by_email.values()}
    return Preview(
        tab=chosen,
        tabs=tuple(Tab(name=name, title=title, count=of_tab[name]) for name, title in TABS.items()),
        lines=None if chosen == "problems" else _lines(opened, plans, names, chosen, number),
        problems=paged(checked.problems, number) if chosen == "problems" else None,
        rows=len(checked.wanted),
        lost=checked.bad_rows,
        left_out=sum(problem.loses == "the cell" for problem in checked.problems),
        says=counted(counts["new"], counts["changed"], counts["same"], checked.bad_rows),
    )


def foreseen(opened: Opened) -> Report:
    """What an import would report if it were done now."""
    checked = opened.checked()
    counts = Counter(plan.sort for plan, _ in planned(checked.wanted))
    return Report(
        new=counts["new"],
        changed=counts["changed"],
        same=counts["same"],
        bad=checked.bad_rows,
        problems=checked.problems,
        notes=opened.sheet.notes,
        ignored=opened.ignored,
    )


def _lines(
    opened: Opened,
    plans: list[tuple[Planned, Standing | None]],
    names: Mapping[int, str],
    tab: str,
    number: int,
) -> Page[Line]:
    found = [(plan, standing) for plan, standing in plans if plan.sort == tab]
    number = within(len(found), number)
    start = (number - 1) * SIZE
    shown = [
        Line(
            row=plan.wanted.row,
            key=plan.wanted.key,
            name=plan.wanted.name,
            customer=standing.id if standing else None,
            changes=changes_of(plan, standing, opened.facts, names),
            left_out=plan.wanted.left_out,
        )
        for plan, standing in found[start : start + SIZE]
    ]
    return page_of(shown, len(found), number)


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
