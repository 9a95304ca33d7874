"""What is known of the accounts of a transfer, and from where.

One rule: the values are those of `account_facts`; here stands only which file or system each comes from.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.account_facts import facts_of
from handrail.desk.queries.in_transfer import RUNBOOK
from handrail.desk.runbooks import runbook_of
from handrail.desk.starting import current_version
from handrail.runbook.kinds import Written
from handrail.runbook.model import Runbook

# The lists that are made of records, with the sort of those.
_MADE_OF = {"opportunities": "opportunity", "pending": "pending", "cases": "case"}
_ELSEWHERE = "the records of other systems"


@dataclass(frozen=True, kw_only=True)
class Known:
    """A value, with where it comes from."""

    value: Written
    source: str


def version_of(transfer: models.Transfer) -> models.RunbookVersion | None:
    """The runbook that the accounts' handoffs follow; None where the company has none of them."""
    return transfer.runbook_version or current_version(RUNBOOK)


def facts_in(
    transfer: models.Transfer, customer_ids: Collection[int], runbook: Runbook
) -> dict[int, dict[str, Written]]:
    """By customer; with what the account itself says of it."""
    days = transfer.recently_closed_days
    known = facts_of(customer_ids, runbook, today=transfer.effective_date, recent_days=days)
    found = {customer: dict(facts) for customer, facts in known.items()}
    for row in models.Customer.objects.filter(pk__in=customer_ids).only("name", "key"):
        own = {"account_name": row.name, "crm_id": row.key}
        found[row.pk] = {**{name: value for name, value in own.items() if name in runbook.facts}, **found[row.pk]}
    return found


def facts_of_lines(lines: Collection[models.TransferLine]) -> dict[int, dict[str, Written]]:
    """By customer, of lines of one transfer."""
    customers = [one.customer_id for one in lines if one.customer_id]
    transfer = next(iter(lines)).transfer if customers else None
    version = version_of(transfer) if transfer else None
    return facts_in(transfer, customers, runbook_of(version)) if transfer and version else {}


def known_of(transfer: models.Transfer, customer_id: int, runbook: Runbook) -> dict[str, Known]:
    facts = facts_in(transfer, [customer_id], runbook)[customer_id]
    sources = _sources(customer_id, facts)
    return {name: Known(value=value, source=sources.get(name, "the account")) for name, value in facts.items()}


def _sources(customer_id: int, facts: Mapping[str, Written]) -> dict[str, str]:
    rows = models.CustomerFact.objects.filter(customer=customer_id).values_list("name", "value", "source")
    written = {name: (value, source) for name, value, source in rows}
    records = models.CrmRecord.objects.filter(customer=customer_id).values_list("sort", "source").distinct()
    files: dict[str, dict[str, None]] = {}
    for sort, source in records:
        files.setdefault(sort, {})[source.partition(", row")[0]] = None
    found = {}
    for name, value in facts.items():
        if name in written and written[name][0] == value:
            found[name] = written[name][1]
        elif name in _MADE_OF:
            found[name] = ", ".join(one for one in files.get(_MADE_OF[name], {}) if one) or _ELSEWHERE
    return found
