"""What is known of accounts in the terms of a runbook: their records here, and lists made of what other systems have.

One rule: nothing is made up. A list is empty only where records of its sort have come in at all, so that none is known;
else it stays missing, and is asked for. A list that somebody has written down stands where other systems say nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils import timezone

from handrail.desk import models
from handrail.desk.entitled import balances_of
from handrail.desk.folding import folded_words
from handrail.order.entitlement import Balance
from handrail.runbook.kinds import (
    MOST_RECORDS,
    Choice,
    Date,
    Kind,
    Money,
    Number,
    Records,
    Unfit,
    Written,
    YesNo,
    plain,
    read,
)
from handrail.runbook.model import Fact, Runbook

Sort = models.CrmRecord.Sort
RECENT_DAYS = 90
_YEAR = timedelta(days=365)

# The lists that a runbook may ask for, by their names, and which records are theirs.
_SORTS: Mapping[str, Sort] = {
    "opportunities": Sort.OPPORTUNITY,
    "pending": Sort.PENDING,
    "pending_items": Sort.PENDING,
    "cases": Sort.CASE,
    "tasks": Sort.TASK,
    "meetings": Sort.MEETING,
    "sequences": Sort.SEQUENCE,
}
RECENTLY_CLOSED = "recently closed"
# Words of CRMs for what runbooks call otherwise.
_LIKE = {
    "prospecting": "qualifying",
    "qualification": "qualifying",
    "discovery": "qualifying",
    "lead": "qualifying",
    "engaging": "proposal",
    "quote": "proposal",
    "proposing": "proposal",
    "negotiating": "negotiation",
    "contract": "negotiation",
    "contracting": "negotiation",
    "commit": "negotiation",
    "question": "question or request",
    "request": "question or request",
    "ticket": "support ticket",
}

Facts = Mapping[str, Written]
_ByAccount = Mapping[int, list[models.CrmRecord]]


def facts_of(
    customer_ids: Iterable[int], runbook: Runbook, *, today: date | None = None, recent_days: int = RECENT_DAYS
) -> dict[int, Facts]:
    """By account, each fact of the runbook that is known and that it can read. As many queries, however many they are;
    give a few hundred at once. `today` is the day from which the last days are counted."""
    ids = list(customer_ids)
    day = today or timezone.localdate()
    lists = {fact.name: sort for fact in runbook.facts.values() if (sort := _sort_of(fact)) is not None}
    written = _written(ids, runbook)
    records = _records(ids, set(lists.values()), day, recent_days) if lists else {}
    come_in, bought = _come_in(set(lists.values())), bought_of(ids, runbook, day)
    return {
        pk: {
            **written.get(pk, {}),
            **_lists(runbook, lists, records.get(pk, []), come_in, written.get(pk, {})),
            **bought.get(pk, {}),
        }
        for pk in ids
    }


# What a runbook asks for by this name is the balance of what the account bought.
ENTITLEMENTS = "entitlements"


def bought_of(customer_ids: Sequence[int], runbook: Runbook, day: date) -> dict[int, Facts]:
    """What each account bought and has left, where the runbook asks for it. Nothing as long as nobody has recorded what
    anybody bought."""
    fact = runbook.facts.get(ENTITLEMENTS)
    if fact is None or not isinstance(fact.kind, Records) or not models.Entitlement.objects.exists():
        return {}
    known, kind = balances_of(customer_ids, day), fact.kind
    made = {pk: _bought_list(kind, known.get(pk, ())) for pk in customer_ids}
    return {pk: {ENTITLEMENTS: rows} for pk, rows in made.items() if not isinstance(read(kind, rows), Unfit)}


def _bought_list(kind: Records, balances: Iterable[Balance]) -> list[dict[str, str]]:
    made, named = [], set[str]()
    for one in list(balances)[:MOST_RECORDS]:
        name = one.title if one.title not in named else f"{one.title} ({one.sku or len(named)})"
        named.add(name)
        said = {**_said_of(one), next(iter(kind.columns)): name}
        cells = {column: said.get(column, "") for column in kind.columns}
        made.append({column: text for column, text in cells.items() if _is_read(kind.columns[column], text)})
    return made


def _said_of(one: Balance) -> dict[str, str]:
    """By the names of columns; of what runs by time nothing is used or left."""
    notes = [f"{plain(one.undated)} without a date"] if one.undated and one.is_counted else []
    notes += [f"{plain(one.past)} past its date"] if one.past else []
    notes += [f"{plain(one.closed)} closed unused"] if one.closed else []
    said = {"sku": one.sku, "kind": one.kind, "unit": one.unit, "bought": plain(one.bought)}
    if not one.is_counted:
        return {**said, "note": "Runs by time"}
    next_on = one.next_on.isoformat() if one.next_on else ""
    counted = {"used": plain(one.used), "left": plain(one.left), "consume_by": next_on}
    return {**said, **counted, "note": "; ".join(notes).capitalize()}


def _is_read(kind: Kind, text: str) -> bool:
    return bool(text) and not isinstance(read(kind, text), Unfit)


def _sort_of(fact: Fact) -> Sort | None:
    return _SORTS.get(fact.name) if isinstance(fact.kind, Records) else None


def _written(ids: Sequence[int], runbook: Runbook) -> dict[int, dict[str, Written]]:
    """What is recorded of them and the runbook can read."""
    rows = models.CustomerFact.objects.filter(customer__in=ids, name__in=list(runbook.facts))
    found: dict[int, dict[str, Written]] = defaultdict(dict)
    for pk, name, value in rows.values_list("customer_id", "name", "value"):
        if not isinstance(read(runbook.facts[name].kind, value), Unfit):
            found[pk][name] = value
    return found


def _records(ids: Sequence[int], sorts: set[Sort], day: date, recent_days: int) -> _ByAccount:
    """What is open, and of what is over that which still matters: sales closed a short while ago, the cases of a year
    and escalated ones of all times, and pending items of the same kind."""
    recent = Q(sort=Sort.OPPORTUNITY, closed_on__gte=day - timedelta(days=recent_days))
    cases = Q(sort=Sort.CASE) & (Q(is_escalated=True) | Q(closed_on__gte=day - _YEAR))
    wanted = Q(is_open=True) | recent | cases | Q(sort=Sort.PENDING)
    found: dict[int, list[models.CrmRecord]] = defaultdict(list)
    for row in _of_accounts(ids).filter(wanted, sort__in=sorts).order_by("-is_open", "pk"):
        if row.customer_id is not None:
            found[row.customer_id].append(row)
    return found


def _of_accounts(ids: Sequence[int]) -> QuerySet[models.CrmRecord]:
    return models.CrmRecord.objects.filter(customer__in=ids).defer("data", "source")


def _come_in(sorts: set[Sort]) -> frozenset[Sort]:
    """Those sorts of which there is any record."""
    return frozenset(sort for sort in sorts if models.CrmRecord.objects.filter(sort=sort).exists())


def _lists(
    runbook: Runbook,
    lists: Mapping[str, Sort],
    records: Sequence[models.CrmRecord],
    come_in: frozenset[Sort],
    written: Facts,
) -> dict[str, Written]:
    found: dict[str, Written] = {}
    for name, sort in lists.items():
        kind = runbook.facts[name].kind
        rows = [row for row in records if row.sort == sort]
        if sort not in come_in or (not rows and name in written) or not isinstance(kind, Records):
            continue
        made = _list_of(kind, sort, rows)
        if not isinstance(read(kind, made), Unfit):
            found[name] = made
    return found


def _list_of(kind: Records, sort: Sort, rows: Sequence[models.CrmRecord]) -> list[dict[str, str]]:
    shown = [row for row in rows if row.is_open or sort != Sort.PENDING]
    earlier = [row for row in rows if not row.is_open]
    made, named = [], set[str]()
    for row in shown[:MOST_RECORDS]:
        name = _name_of(row) if _name_of(row) not in named else f"{_name_of(row)} ({row.key})"
        named.add(name)
        cells = {column: _cell(column, of, row, earlier) for column, of in kind.columns.items()}
        first = next(iter(kind.columns))
        made.append({column: text for column, text in {**cells, first: name}.items() if text})
    return made


def _name_of(row: models.CrmRecord) -> str:
    return row.title or (f"{row.about} {row.key}" if row.about else row.key)


def _cell(column: str, kind: Kind, row: models.CrmRecord, earlier: Sequence[models.CrmRecord]) -> str:
    """What the record says under the column; empty where it says nothing that the column's kind can read."""
    text = _text(column, kind, row, earlier)
    return "" if not text or isinstance(read(kind, text), Unfit) else text


def _text(column: str, kind: Kind, row: models.CrmRecord, earlier: Sequence[models.CrmRecord]) -> str:
    match kind:
        case Choice():
            return _choice(column, kind, row)
        case Money() | Number():
            return "" if row.amount is None else plain(Decimal(row.amount))
        case Date():
            day = row.due_on if "due" in column else row.closed_on if "close" in column else row.opened_on
            return day.isoformat() if day else ""
        case YesNo():
            return ("yes" if row.is_escalated else "no") if "escalat" in column else ""
    if column == "earlier":
        return _earlier(row, earlier)
    if column == "next_step" and not row.context and row.stage:
        return f"Its stage in the CRM: {row.stage}"
    told = {
        "key": row.key,
        "stage": row.stage,
        "context": row.context,
        "next_step": row.context,
        "about": row.about,
        "product": row.about,
    }
    return told.get(column, "")


def _earlier(row: models.CrmRecord, earlier: Sequence[models.CrmRecord]) -> str:
    """Those of its kind that are over, the last ones first."""
    alike = [one for one in reversed(earlier) if one.about and one.about == row.about]
    told = [f"{_name_of(one)}{f', closed on {one.closed_on}' if one.closed_on else ''}" for one in alike[:5]]
    return "; ".join(told)


def _choice(column: str, kind: Choice, row: models.CrmRecord) -> str:
    if column == "state":
        return "open" if row.is_open else "closed"
    if not row.is_open and RECENTLY_CLOSED in kind.of:
        return RECENTLY_CLOSED
    said = row.stage if column in {"stage", "status"} else row.about
    fitting = tuple(one for one in kind.of if one != RECENTLY_CLOSED)
    return _fitting(said, fitting) or ("other" if "other" in fitting else fitting[0] if column == "stage" else "")


@lru_cache(maxsize=4_096)
def _fitting(said: str, choices: tuple[str, ...]) -> str:
    """The choice with the same words, or with one of them, or whose words a CRM says otherwise."""
    words = folded_words(said)
    by_words = {" ".join(folded_words(one)): one for one in choices}
    if " ".join(words) in by_words:
        return by_words[" ".join(words)]
    like = [_LIKE.get(word, word) for word in words]
    return next((one for one in choices if one in like or set(folded_words(one)) & set(words)), "")
