"""The accounts of a transfer as balancing sees them: what each weighs, what it needs, and who knows it.

One rule: a constant number of queries, however many lines there are.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from handrail.book.account import Account, Measures
from handrail.desk import models

LineState = models.TransferLine.State

# Kept by a proposal with whom it is, and looked at again by the next one.
STAYS = "It stays with its owner, as proposed."
OPEN = (LineState.PROPOSED, LineState.REFUSED, LineState.FAILED)
SETTLED = (LineState.ASKED, LineState.ACCEPTED)  # it is with its receiver

# Which facts of a customer say what it needs, the first that is known.
_LANGUAGE = ("contact_language", "language")
_REGION = ("region", "sales_region")
_SKILLS = ("skills", "required_skills")
_ZONE = ("time_zone", "zone")
_FACTS = (*_LANGUAGE, *_REGION, *_SKILLS, *_ZONE)

Facts = Mapping[str, Any]


def lines_of(transfer: models.Transfer) -> QuerySet[models.TransferLine]:
    """Those that somebody can get."""
    live = transfer.lines.filter(state__in=(*OPEN, *SETTLED), pool__isnull=True)
    return (live | transfer.lines.filter(state=LineState.DROPPED, says=STAYS)).order_by("pk")


def accounts_of(transfer: models.Transfer) -> tuple[Account, ...]:
    lines = list(lines_of(transfer).select_related("customer", "giver"))
    customers = lines_of(transfer).order_by().values("customer")
    facts, known, changed = _facts(customers), _known(customers, transfer.effective_date), _changed(customers)
    return tuple(
        _account(
            line,
            facts.get(line.customer_id or 0, {}),
            known.get(line.customer_id or 0, {}),
            changed.get(line.customer_id or 0),
        )
        for line in lines
    )


def _account(line: models.TransferLine, facts: Facts, known: Mapping[int, int], changed: date | None) -> Account:
    refused = line.state == LineState.REFUSED and line.receiver_id is not None
    is_set = line.state in SETTLED or line.is_pinned
    return Account(
        id=line.pk,
        name=name_of(line),
        measures=measures_of(line),
        owner=line.giver_id if line.is_owned else None,
        skills=frozenset(_several(_first(facts, _SKILLS))),
        language=_word(_first(facts, _LANGUAGE)),
        region=_word(_first(facts, _REGION)),
        zone=_word(_first(facts, _ZONE)),
        known_to=known,
        changed_on=changed if line.is_owned else None,
        pinned_to=line.receiver_id if is_set and not refused else None,
        not_for=frozenset({line.receiver_id}) if refused and line.receiver_id is not None else frozenset(),
    )


def name_of(line: models.TransferLine) -> str:
    if line.customer is not None:
        return line.customer.name
    return f"What {line.giver.name if line.giver else 'nobody'} holds on no account"


def measures_of(line: models.TransferLine) -> Measures:
    """As they were weighed; an account that was not weighed yet is an average one."""
    written = {
        one: int(line.measures[one]) for one in ("accounts", "mrr", "effort", "handoffs") if one in line.measures
    }
    usual = {} if line.is_owned and line.customer_id else {"accounts": 0}
    return Measures(**(usual | written))


# --------------------------------------------------------------------------------------------------- what it asks for


def _facts(customers: QuerySet[Any, Any]) -> dict[int, dict[str, Any]]:
    found = dict[int, dict[str, Any]]()
    rows = models.CustomerFact.objects.filter(customer__in=customers, name__in=_FACTS).order_by()
    for customer, name, value in rows.values_list("customer", "name", "value"):
        found.setdefault(customer, {})[name] = value
    return found


def _first(facts: Facts, names: Iterable[str]) -> Any:
    return next((facts[one] for one in names if facts.get(one)), "")


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _several(value: Any) -> Iterator[str]:
    """Written as a list, or in a row with commas."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else ()
    for one in parts:
        if isinstance(one, str) and one.strip():
            yield one.strip()


# ------------------------------------------------------------------------------------------------------- who knows it


def _known(customers: QuerySet[Any, Any], day: date) -> dict[int, dict[int, int]]:
    """How many handoffs each had a role in, and years each owned the account, begun ones too."""
    found = dict[int, dict[int, int]]()
    seats = models.Seat.objects.filter(handoff__customer__in=customers).order_by()
    counted = seats.values("handoff__customer", "person").annotate(count=Count("handoff", distinct=True))
    for row in counted:
        found.setdefault(row["handoff__customer"], {})[row["person"]] = row["count"]
    owned = models.Ownership.objects.filter(customer__in=customers).order_by()
    for customer, person, since, until in owned.values_list("customer", "person", "since", "until"):
        of = found.setdefault(customer, {})
        of[person] = of.get(person, 0) + _years(since, until, day)
    return found


def _years(since: datetime, until: datetime | None, day: date) -> int:
    days = ((until.date() if until else day) - since.date()).days
    return max(1, round(days / 365))


def _changed(customers: QuerySet[Any, Any]) -> dict[int, date]:
    """When each came to its present owner from another one."""
    open_ones = models.Ownership.objects.filter(customer__in=customers, until=None)
    earlier = models.Ownership.objects.filter(customer__in=customers, until__isnull=False).order_by()
    came = set(earlier.values_list("customer", flat=True))
    rows = open_ones.order_by().values_list("customer", "since")
    return {customer: since.date() for customer, since in rows if customer in came}
