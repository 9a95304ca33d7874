"""Which accounts a transfer is about: a whole book, those that a filter finds, or some that were chosen.

One rule: lines are made by statements over sets, so that ten thousand accounts are as few statements as one; and no
account is in two open transfers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Value

from handrail.book.transfer import OPEN_LINES
from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.queries.customers import Wanted, wanted_customers
from handrail.handoff.refusal import Refused

OPEN_STATES = (models.Transfer.State.DRAFT, models.Transfer.State.ASKED, models.Transfer.State.MOVING)
_NAMED, _LOOKED_AT = 3, 500


@dataclass(frozen=True, kw_only=True)
class Book:
    """All that these people hold: the accounts they own, those on which they hold something, and what they hold on no
    account."""

    givers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Filtered:
    """All the customers that a list shows; `words` say which."""

    wanted: Wanted
    words: str


@dataclass(frozen=True, kw_only=True)
class Chosen:
    customers: tuple[int, ...]


Scope = Book | Filtered | Chosen


@dataclass(frozen=True, kw_only=True)
class Added:
    """What became of a scope: `already` are in the transfer as it was, `elsewhere` in another that is open (the first
    few with that one's name), `others` are not the giver's."""

    words: str
    count: int
    already: int = 0
    elsewhere: tuple[tuple[str, str], ...] = ()
    elsewhere_count: int = 0
    others: int = 0

    @property
    def left_out(self) -> str:
        """In sentences; empty where nothing was."""
        return " ".join(filter(None, (_said_already(self.already), self._said_elsewhere(), _said_others(self.others))))

    def _said_elsewhere(self) -> str:
        if not self.elsewhere:
            return ""
        named = "; ".join(f"{account} is in “{transfer}”" for account, transfer in self.elsewhere)
        rest = self.elsewhere_count - len(self.elsewhere)
        more = f"; and {rest:,} more are in other open transfers" if rest else ""
        return f"{named}{more}. Leave them out there, or cancel that transfer."


def _said_already(count: int) -> str:
    return "" if not count else f"{count:,} {'was' if count == 1 else 'were'} in it already."


def _said_others(count: int) -> str:
    if not count:
        return ""
    return f"{count:,} {'is' if count == 1 else 'are'} not whose book this is, and hold nothing of theirs."


def add(transfer: models.Transfer, scope: Scope) -> Added | Refused:
    """The transfer is held. Nothing that fits is refused in words; what of it does not fit is told."""
    match scope:
        case Book(givers=givers):
            return _refused_whole(_add_books(transfer, givers))
        case Filtered(wanted=wanted, words=words):
            return _refused_whole(_add_chosen(transfer, wanted_customers(wanted), words))
        case Chosen(customers=ids):
            rows = models.Customer.objects.filter(pk__in=ids)
            return _refused_whole(_add_chosen(transfer, rows, _words_of_chosen(len(ids))))


def _words_of_chosen(count: int) -> str:
    return "One chosen account" if count == 1 else f"{count:,} chosen accounts"


def _refused_whole(added: Added) -> Added | Refused:
    if added.count or added.already:
        return added
    says = added.left_out or "There is no such account, and nothing that they hold."
    return Refused(code="elsewhere" if added.elsewhere else "nothing", says=says)


def _add_books(transfer: models.Transfer, givers: Iterable[int]) -> Added:
    members, parts = company().members, []
    for giver in dict.fromkeys(givers):
        owned = models.Customer.objects.filter(owner=giver)
        parts.append(_add(transfer, owned, giver, is_owned=True))
        parts.append(_add(transfer, held_besides(transfer, giver), giver, is_owned=False))
        parts.append(_add_without_account(transfer, giver))
    names = " and ".join(members[one].name for one in dict.fromkeys(givers) if one in members)
    return _together(parts, f"All that {names} hold{'s' if len(set(givers)) == 1 else ''}")


def _add_chosen(transfer: models.Transfer, rows: QuerySet[models.Customer], words: str) -> Added:
    if transfer.giver_id is None:
        return _together([_add(transfer, rows, None, is_owned=True)], words)
    giver = transfer.giver_id
    owned = _add(transfer, rows.filter(owner=giver), giver, is_owned=True)
    besides = held_besides(transfer, giver).filter(pk__in=rows.order_by().values("pk"))
    held = _add(transfer, besides, giver, is_owned=False)
    found = sum(one.count + one.already + one.elsewhere_count for one in (owned, held))
    return _together([owned, held], words, others=rows.count() - found)


def _together(parts: list[Added], words: str, *, others: int = 0) -> Added:
    return Added(
        words=words,
        count=sum(one.count for one in parts),
        already=sum(one.already for one in parts),
        elsewhere=tuple(named for one in parts for named in one.elsewhere)[:_NAMED],
        elsewhere_count=sum(one.elsewhere_count for one in parts),
        others=others,
    )


def held_besides(transfer: models.Transfer, giver: int) -> QuerySet[models.Customer]:
    """Accounts of others, or of nobody, on which the giver holds something that would move."""
    records = _records_that_move(transfer, giver).filter(customer__isnull=False).order_by().values("customer")
    seats = models.Seat.objects.filter(person=giver, is_running=True).values("handoff__customer")
    work = models.Work.objects.filter(person=giver).values("handoff__customer")
    rows = models.Customer.objects.filter(pk__in=records.union(seats, work))
    return rows.filter(Q(owner__isnull=True) | ~Q(owner=giver))


def _records_that_move(transfer: models.Transfer, giver: int) -> QuerySet[models.CrmRecord]:
    """What is open, and sales closed so recently that their credit moves (S2.14)."""
    since = transfer.effective_date - timedelta(days=transfer.recently_closed_days)
    recent = Q(sort=models.CrmRecord.Sort.OPPORTUNITY, closed_on__gte=since)
    return models.CrmRecord.objects.filter(Q(is_open=True) | recent, owner=giver)


def _add(transfer: models.Transfer, rows: QuerySet[models.Customer], giver: int | None, *, is_owned: bool) -> Added:
    """With the giver, or where that is None each account with its owner."""
    rows = rows.annotate(line_giver=F("owner_id") if giver is None else Value(giver, output_field=BigIntegerField()))
    # Held until the end, in order: two transfers that want the same accounts come one after the other.
    found = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    there = _same_lines(models.TransferLine.objects.filter(transfer=transfer))
    already = rows.filter(there).count() if found else 0
    free = rows.filter(~there)
    taken = list(free.filter(in_another(transfer.pk, is_owned=is_owned)).values_list("pk", flat=True)) if found else []
    free = free.filter(~in_another(transfer.pk, is_owned=is_owned)).order_by("sort_name", "pk")
    return Added(
        words="",
        count=_insert(transfer.pk, free, is_owned=is_owned) if len(found) > already + len(taken) else 0,
        already=already,
        elsewhere=_named(taken, transfer.pk) if taken else (),
        elsewhere_count=len(taken),
    )


def _same_lines(lines: QuerySet[models.TransferLine]) -> Exists:
    """Of the same account and giver, for customers with a `line_giver`."""
    same = Q(giver=OuterRef("line_giver")) | Q(giver__isnull=True, customer__owner__isnull=True)
    return Exists(lines.filter(same, customer=OuterRef("pk")))


def in_another(transfer_id: int, *, is_owned: bool) -> Exists:
    """Whether another open transfer has the account itself, or what the same giver holds on it."""
    lines = open_lines_besides(transfer_id).filter(customer=OuterRef("pk"))
    same = Q(giver=OuterRef("line_giver"))
    return Exists(lines.filter(same | Q(is_owned=True) if is_owned else same))


def open_lines_besides(transfer_id: int) -> QuerySet[models.TransferLine]:
    rows = models.TransferLine.objects.exclude(transfer=transfer_id)
    return rows.filter(state__in=OPEN_LINES, transfer__state__in=OPEN_STATES)


def _named(taken: list[int], transfer_id: int) -> tuple[tuple[str, str], ...]:
    """A few of them, by name."""
    rows = models.Customer.objects.filter(pk__in=taken[:_LOOKED_AT])
    few = dict(rows.order_by("sort_name", "pk").values_list("pk", "name")[:_NAMED])
    lines = open_lines_besides(transfer_id).filter(customer__in=few)
    titles = dict(lines.values_list("customer_id", "transfer__title"))
    return tuple((name, titles.get(pk, "")) for pk, name in few.items())


def _add_without_account(transfer: models.Transfer, giver: int) -> Added:
    lines = models.TransferLine.objects.filter(customer__isnull=True, giver=giver)
    if not _records_that_move(transfer, giver).filter(customer__isnull=True).exists():
        return Added(words="", count=0)
    if lines.filter(transfer=transfer).exists():
        return Added(words="", count=0, already=1)
    other = open_lines_besides(transfer.pk).filter(customer__isnull=True, giver=giver).select_related("transfer")
    if (found := other.first()) is not None:
        named = ("What they hold on no account", found.transfer.title)
        return Added(words="", count=0, elsewhere=(named,), elsewhere_count=1)
    models.TransferLine.objects.create(transfer=transfer, giver_id=giver, is_owned=False)
    return Added(words="", count=1)


def _insert(transfer_id: int, rows: QuerySet[Any, Any], *, is_owned: bool) -> int:
    """One statement, whatever there are. What is not said has the default that its column's field has."""
    found, found_with = rows.values("pk", "line_giver").query.sql_with_params()
    line = models.TransferLine._meta
    quoted = connection.ops.quote_name
    said = {"transfer": transfer_id, "is_owned": is_owned}
    others = [one for one in line.concrete_fields if not one.primary_key and one.name not in {"customer", "giver"}]
    names = ["customer_id", "giver_id", *(str(one.column) for one in others)]
    values = list(_values(others, said))
    sql = (
        f"INSERT INTO {quoted(line.db_table)} ({', '.join(map(quoted, names))}) "
        f"SELECT found.*, {', '.join(['%s'] * len(values))} FROM ({found}) AS found"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *found_with])
        return int(cursor.rowcount)


def _values(fields: Iterable[Any], said: dict[str, Any]) -> Iterator[Any]:
    for one in fields:
        yield one.get_db_prep_save(said.get(one.name, one.get_default()), connection)
