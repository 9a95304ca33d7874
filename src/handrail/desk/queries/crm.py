"""What other systems have on an account or in somebody's name: open first, a page at a time, with counts and sums.

One rule: every list follows an index, and what is counted are the records of one account or one person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.queries.money import amount_words, cents_of, in_words
from handrail.desk.queries.pages import Page, page_of

Sort = models.CrmRecord.Sort
SHOWN = 6
LOOSE = "loose"  # what is on no account

TITLES = {
    Sort.OPPORTUNITY: "Opportunities",
    Sort.CASE: "Cases",
    Sort.TASK: "Tasks",
    Sort.MEETING: "Meetings",
    Sort.SEQUENCE: "Sequences",
    Sort.PENDING: "Pending items",
}


@dataclass(frozen=True, kw_only=True)
class RecordLine:
    """A record as a row of a list. `when` is the day that matters of it, with its word; `account_words` what its file
    says where the account is not known."""

    id: int
    key: str
    sort: str
    title: str
    about: str
    stage: str
    is_open: bool
    is_escalated: bool
    amount: str
    when_word: str
    when: date | None
    context: str
    customer_id: int | None
    customer: str
    account_words: str
    owner_id: int | None
    owner: str
    owner_words: str


@dataclass(frozen=True, kw_only=True)
class SortTotal:
    """How many records of a sort there are, and what they are worth; amounts are empty where the sort has none."""

    name: str
    title: str
    open: int
    over: int
    open_amount: str
    over_amount: str

    @property
    def count(self) -> int:
        return self.open + self.over


@dataclass(frozen=True, kw_only=True)
class CustomerRecords:
    """The first few records of an account, and how many there are of each sort."""

    totals: tuple[SortTotal, ...]
    lines: tuple[RecordLine, ...]

    @property
    def open(self) -> int:
        return sum(one.open for one in self.totals)

    @property
    def count(self) -> int:
        return sum(one.count for one in self.totals)


def records_of_customer(customer_id: int) -> CustomerRecords:
    """What is open before what is over: in three queries at most, and in one where there is nothing."""
    if not _any_of_customer(customer_id):
        return CustomerRecords(totals=(), lines=())
    rows = models.CrmRecord.objects.filter(customer=customer_id)
    totals = totals_of(rows)
    shown = rows.filter(is_open=True).order_by("sort", "id")[:SHOWN] if any(one.open for one in totals) else ()
    return CustomerRecords(totals=totals, lines=lines_of(shown))


@prepared
def _any_of_customer(customer_id: int) -> QuerySet[models.CrmRecord, int]:
    return models.CrmRecord.objects.filter(customer=customer_id).values_list("pk", flat=True)[:1]


def customer_records(customer_id: int, sort: str, number: int) -> Page[RecordLine]:
    """Of one sort, open ones first."""
    rows = models.CrmRecord.objects.filter(customer=customer_id, sort=sort).order_by("-is_open", "id")
    return page_of(rows, number, lines_of)


def held_records(person_id: int, show: str, number: int) -> Page[RecordLine]:
    """Those in somebody's name: of one sort, or with `LOOSE` those on no account."""
    held = models.CrmRecord.objects.filter(owner=person_id)
    if show == LOOSE:
        return page_of(held.filter(customer=None).order_by("-is_open", "sort", "id"), number, lines_of)
    return page_of(held.filter(sort=show).order_by("-is_open", "customer", "id"), number, lines_of)


def totals_of(rows: QuerySet[models.CrmRecord]) -> tuple[SortTotal, ...]:
    """By sort, those that there are any of."""
    counted = rows.order_by().values_list("sort", "is_open").annotate(count=Count("pk"), cents=cents_of("amount"))
    found = {(sort, is_open): (count, cents or 0) for sort, is_open, count, cents in counted}
    return tuple(
        _total(sort, found.get((sort, True), (0, 0)), found.get((sort, False), (0, 0)))
        for sort in Sort
        if (sort, True) in found or (sort, False) in found
    )


def _total(sort: Sort, opened: tuple[int, int], over: tuple[int, int]) -> SortTotal:
    """Of the open ones and those that are over how many there are, and their cents."""
    is_sale = sort == Sort.OPPORTUNITY
    return SortTotal(
        name=sort.value,
        title=TITLES[sort],
        open=opened[0],
        over=over[0],
        open_amount=in_words(opened[1]) if is_sale else "",
        over_amount=in_words(over[1]) if is_sale else "",
    )


def loose_count(person_id: int) -> int:
    return models.CrmRecord.objects.filter(owner=person_id, customer=None).count()


def lines_of(rows: Iterable[models.CrmRecord]) -> tuple[RecordLine, ...]:
    """With the names of accounts and people, in two queries for all of them."""
    taken = list(rows)
    customers = _names(models.Customer, {row.customer_id for row in taken})
    people = _names(models.Person, {row.owner_id for row in taken})
    return tuple(_line(row, customers, people) for row in taken)


def _names(of: type[models.Customer] | type[models.Person], ids: set[int | None]) -> dict[int, str]:
    wanted = [one for one in ids if one is not None]
    return dict(of.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _line(row: models.CrmRecord, customers: dict[int, str], people: dict[int, str]) -> RecordLine:
    word, when = _when(row)
    return RecordLine(
        id=row.pk,
        key=row.key,
        sort=row.sort,
        title=row.title or row.about or row.key,
        about=row.about if row.title else "",
        stage=row.stage,
        is_open=row.is_open,
        is_escalated=row.is_escalated,
        amount=amount_words(row.amount),
        when_word=word,
        when=when,
        context=row.context,
        customer_id=row.customer_id,
        customer=customers.get(row.customer_id or 0, ""),
        account_words=row.account_words,
        owner_id=row.owner_id,
        owner=people.get(row.owner_id or 0, ""),
        owner_words=row.owner_words,
    )


def _when(row: models.CrmRecord) -> tuple[str, date | None]:
    if not row.is_open:
        return "closed", row.closed_on
    return ("due", row.due_on) if row.due_on else ("opened", row.opened_on)


@dataclass(frozen=True, kw_only=True)
class BookAccount:
    """An account of a book, with what is open on it in whosever name."""

    id: int
    name: str
    key: str
    open: int


def accounts_of(person_id: int, number: int) -> Page[BookAccount]:
    rows = models.Customer.objects.filter(owner=person_id).order_by("sort_name", "id").only("pk", "name", "key")
    return page_of(rows, number, _accounts)


def _accounts(rows: Sequence[models.Customer]) -> tuple[BookAccount, ...]:
    ids = [row.pk for row in rows]
    opened = models.CrmRecord.objects.filter(customer__in=ids).order_by().values_list("customer")
    counts = dict(opened.annotate(count=Count("pk", filter=Q(is_open=True))))
    return tuple(BookAccount(id=row.pk, name=row.name, key=row.key, open=counts.get(row.pk, 0)) for row in rows)
