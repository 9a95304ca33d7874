"""What pages show of proposals: books before and after, the lines with why, and scenarios side by side.

One rule: of a scenario only what a page shows is read; the reasons of ten thousand lines are not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handrail.book.balancing.words import amount
from handrail.book.policy import Measure
from handrail.desk import models
from handrail.desk.queries.pages import MOST_COUNTED, Page, page_of
from handrail.desk.transfers.policies import Asked, of_json
from handrail.desk.transfers.weighing import OPEN, STAYS

MOST_COLUMNS = 4
MOST_BOOKS = 100
_BRIEF = ("transfer_id", "name", "policy", "books", "quality", "at", "chosen_at", "by__name")

TITLES: dict[Measure, str] = {
    "accounts": "Accounts",
    "mrr": "MRR",
    "effort": "Effort",
    "handoffs": "Open handoffs",
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A book of one measure before and after, with its even share: in words, and in hundredths of the longest bar."""

    before: str
    after: str
    share: str
    before_at: float
    after_at: float
    share_at: float


@dataclass(frozen=True, kw_only=True)
class BookRow:
    person: int
    name: str
    cannot: str
    gets: int
    gives: int
    bar: Bar


@dataclass(frozen=True, kw_only=True)
class Column:
    """One scenario: what it says, and its bar for each person, None where it knows nothing of them."""

    id: int
    name: str
    by: str
    at: datetime
    is_taken: bool
    asked: Asked
    quality: dict[str, Any]
    grows: str

    @property
    def placed(self) -> int:
        return int(self.quality["lines"]) - int(self.quality["unplaced"])

    @property
    def distance(self) -> str:
        return distance(self.quality)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """`rows` have each person's bars by column, in the order of the columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, str, tuple[BookRow | None, ...]], ...]
    more: int


def distance(quality: dict[str, Any]) -> str:
    """How far from the best, in words."""
    if quality["method"] == "nothing":
        return "Nothing was left to choose."
    if quality["is_best"]:
        return "Proven: no proposal under this policy is better."
    return f"At most {quality['percent']:.2g} % from the best there could be, which is proven."


def scenarios_of(transfer_id: int) -> list[models.Scenario]:
    """The newest first."""
    rows = models.Scenario.objects.filter(transfer=transfer_id).select_related("by").only(*_BRIEF)
    return list(rows.order_by("-at", "-pk"))


def taken_of(transfer_id: int) -> models.Scenario | None:
    rows = models.Scenario.objects.filter(transfer=transfer_id, chosen_at__isnull=False)
    return rows.select_related("by").only(*_BRIEF).order_by("-chosen_at").first()


def chosen_since(transfer: models.Transfer, taken: models.Scenario) -> bool:
    """Whether the lines were changed after the scenario was taken: by hand, without the rest adapting to it."""
    return taken.chosen_at is not None and transfer.changed_at > taken.chosen_at


# ---------------------------------------------------------------------------------------------------------- books


def books(scenario: models.Scenario, measure: Measure) -> tuple[tuple[BookRow, ...], int]:
    """Of those whose book changes or who were asked for and cannot; and how many others there are."""
    whose = [one for one in scenario.books if one["gets"] or one["gives"] or one["cannot"] or len(scenario.books) <= 20]
    whose.sort(key=lambda one: (bool(one["cannot"]), -one["after"][measure], one["name"]))
    longest = longest_of(whose, measure)
    rows = tuple(_row(one, measure, longest) for one in whose[:MOST_BOOKS])
    return rows, len(scenario.books) - len(rows)


def longest_of(written: Iterable[dict[str, Any]], measure: Measure) -> int:
    """Of those who can get anything: a book that is given away whole would make all others look small."""
    rows = list(written)
    able = [one for one in rows if not one["cannot"]] or rows
    values = (one[part][measure] for one in able for part in ("before", "after", "share"))
    return max(values, default=0) or 1


def _row(one: dict[str, Any], measure: Measure, longest: int) -> BookRow:
    return BookRow(
        person=one["person"],
        name=one["name"],
        cannot=one["cannot"],
        gets=one["gets"],
        gives=one["gives"],
        bar=_bar(one, measure, longest),
    )


def _bar(one: dict[str, Any], measure: Measure, longest: int) -> Bar:
    before, after, share = (one[part][measure] for part in ("before", "after", "share"))
    return Bar(
        before=_short(measure, before),
        after=_short(measure, after),
        share=_short(measure, share),
        before_at=min(100, round(100 * before / longest, 2)),
        after_at=min(100, round(100 * after / longest, 2)),
        share_at=min(100, round(100 * share / longest, 2)),
    )


def _short(measure: Measure, number: float) -> str:
    """The number alone: what it is of stands above."""
    return amount(measure, number).split(" ")[0]


# ------------------------------------------------------------------------------------------------------ side by side


def compared(scenarios: Sequence[models.Scenario], measure: Measure) -> Compared:
    longest = longest_of((one for row in scenarios for one in row.books), measure)
    by_column = [{one["person"]: _row(one, measure, longest) for one in row.books} for row in scenarios]
    names = {one["person"]: one["name"] for row in scenarios for one in row.books}
    whose = [pk for pk in names if any(_matters(column.get(pk)) for column in by_column)]
    whose.sort(key=lambda pk: (names[pk].casefold(), pk))
    rows = tuple(
        (names[pk], _cannot(pk, by_column), tuple(column.get(pk) for column in by_column)) for pk in whose[:MOST_BOOKS]
    )
    columns = tuple(_column(row) for row in scenarios)
    return Compared(columns=columns, rows=rows, more=len(names) - len(rows))


def _matters(row: BookRow | None) -> bool:
    return row is not None and bool(row.gets or row.gives or row.cannot)


def _cannot(person: int, by_column: Sequence[dict[int, BookRow]]) -> str:
    return next((column[person].cannot for column in by_column if person in column and column[person].cannot), "")


def _column(row: models.Scenario) -> Column:
    return Column(
        id=row.pk,
        name=row.name,
        by=row.by.name if row.by else "Handrail",
        at=row.at,
        is_taken=row.chosen_at is not None,
        asked=of_json(row.policy),
        quality=row.quality,
        grows=_grows(row.books),
    )


def _grows(written: Sequence[dict[str, Any]]) -> str:
    """Whose book grows most, by accounts."""
    most = max(written, key=lambda one: one["after"]["accounts"] - one["before"]["accounts"], default=None)
    if most is None or most["after"]["accounts"] <= most["before"]["accounts"]:
        return "Nobody’s book grows"
    return f"{most['name']}, {most['before']['accounts']:,} → {most['after']['accounts']:,}"


# ---------------------------------------------------------------------------------------------------------- lines


@dataclass(frozen=True, kw_only=True)
class LineRow:
    id: int
    name: str
    customer: int | None
    giver: str
    receiver: str
    receiver_id: int | None
    is_pinned: bool
    is_open: bool
    stays: bool
    why: str
    next_best: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    name: str
    title: str
    count: int

    @property
    def count_text(self) -> str:
        return f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"


_SHOWS = {"all": "All", "nobody": "Nobody yet", "hand": "Chosen by hand"}


def tallies(transfer: models.Transfer) -> tuple[Tally, ...]:
    rows = _lines(transfer)
    return tuple(Tally(name=one, title=title, count=_counted(_narrowed(rows, one))) for one, title in _SHOWS.items())


def _counted(rows: Any) -> int:
    return int(rows.order_by()[: MOST_COUNTED + 1].count())


def lines(transfer: models.Transfer, show: str, number: int) -> Page[LineRow]:
    rows = _narrowed(_lines(transfer), show).select_related("customer", "giver", "receiver", "pool").order_by("pk")
    return page_of(rows, number, lambda taken: tuple(map(_line, taken)))


def _lines(transfer: models.Transfer) -> Any:
    kept = transfer.lines.filter(state="dropped", says=STAYS)
    return transfer.lines.exclude(state="dropped") | kept


def _narrowed(rows: Any, show: str) -> Any:
    match show:
        case "nobody":
            return rows.filter(receiver__isnull=True, pool__isnull=True).exclude(state="dropped")
        case "hand":
            return rows.filter(is_pinned=True)
        case _:
            return rows


def _line(row: models.TransferLine) -> LineRow:
    stays = row.state == "dropped"
    receiver = row.receiver or (row.giver if stays else None)
    giver = row.giver.name if row.giver else "Nobody"
    return LineRow(
        id=row.pk,
        name=row.customer.name if row.customer else "On no account",
        customer=row.customer_id,
        giver=giver,
        receiver=row.pool.name if row.pool else receiver.name if receiver else "",
        receiver_id=receiver.pk if receiver and not row.pool else None,
        is_pinned=row.is_pinned,
        is_open=stays or row.state in OPEN,
        stays=stays,
        why=row.why,
        next_best=row.next_best,
        state=row.get_state_display(),
    )
