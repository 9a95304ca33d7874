"""Checking all orders against the catalogue that is sold from now, as long work.

One rule: an order that is written still gets what is found; one that is settled keeps its catalogue and its findings,
and is only counted where it would be otherwise now, by rule.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.long_work import beginning, tallies
from handrail.desk.long_work.sort import Bit, CannotGoOn, Json, Sort
from handrail.desk.orders import checking, feasibility
from handrail.desk.orders.buyers import buyers_of
from handrail.desk.orders.holding import WRITTEN
from handrail.desk.permissions import edits_catalogue
from handrail.handoff.refusal import Refused
from handrail.order.catalogue import Catalogue
from handrail.order.columns import Tables
from handrail.order.findings import check
from handrail.order.many import Settled, otherwise
from handrail.order.room import needs
from handrail.order.wire import decode_findings, decode_order

NAME = "recheck"
AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class _Against:
    """What the orders of a bit are held against."""

    version: models.CatalogueVersion
    catalogue: Catalogue
    now: datetime


def begin(*, by: models.Person, now: datetime) -> models.LongWork | Refused:
    """The one that is under way, where one is."""
    refused = edits_catalogue(by)
    if refused is not None:
        return refused
    version = catalogues.current()
    if version is None:
        return Refused(code="no-catalogue", says="No catalogue is published that orders could be held against.")
    with transaction.atomic():
        title = f"Check all orders against catalogue {version.number}"
        asks = {"catalogue": version.pk, "number": version.number}
        return beginning.under_way(NAME) or beginning.begin(NAME, title, asks, by=by, now=now)


def _bit(work: models.LongWork, now: datetime) -> Bit:
    total = models.Order.objects.count() if work.total is None else work.total
    after = work.place.get("after", 0)
    rows = _rows(after)
    against = _against(work, now)
    written = [row for row in rows if row.state in WRITTEN]
    settled = [row for row in rows if row.state not in WRITTEN]
    changed = _checked_anew(written, against)
    rules = Counter(_otherwise(settled, against))
    report = _counted(work.report, written, changed, settled, rules)
    done = work.done + len(rows)
    if len(rows) < AT_ONCE:
        return Bit(place=None, done=done, total=done, report=report)
    return Bit(place={"after": rows[-1].pk}, done=done, total=max(total, done), report=report)


def _rows(after: int) -> list[models.Order]:
    """Held, in the order of their ids, so that whoever writes one waits until its bit is done."""
    rows = models.Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer")
    return list(rows.filter(pk__gt=after).order_by("pk")[:AT_ONCE])


def _against(work: models.LongWork, now: datetime) -> _Against:
    """The catalogue that it began with; a newer one is other work."""
    version = models.CatalogueVersion.objects.defer("content").filter(pk=work.asks["catalogue"]).first()
    if version is None:
        raise CannotGoOn("The catalogue that it was begun with is not there any more.")
    return _Against(version=version, catalogue=catalogues.version(version.pk), now=now)


def _checked_anew(rows: list[models.Order], against: _Against) -> int:
    """How many of them have other findings than before."""
    if not rows:
        return 0
    orders = {row.pk: decode_order(row.content) for row in rows}
    teams = feasibility.teams_of(_teams(against.catalogue), against.catalogue, against.now)
    buyers, today, changed = buyers_of(rows), against.now.date(), 0
    for row in rows:
        order = orders[row.pk]
        room = teams.room(needs(order, against.catalogue, today), row.pk)
        found = check(order, against.catalogue, buyers[row.pk], on=today, room=room)
        before = row.findings
        checking.keep(row, order, found, against.version, against.now)
        changed += row.findings != before
    models.Order.objects.bulk_update(rows, checking.KEPT, batch_size=AT_ONCE)
    return changed


def _teams(catalogue: Catalogue) -> set[str]:
    return {product.team for product in catalogue.products.values() if product.team and product.effort_hours}


def _otherwise(rows: list[models.Order], against: _Against) -> Iterable[str]:
    """The rules by which each of them would be otherwise, each once an order, and “any” for the order itself."""
    buyers = buyers_of(rows)
    settled = [
        Settled(
            order=decode_order(row.content),
            buyer=buyers[row.pk],
            on=(row.checked_at or row.created_at).date(),
            findings=decode_findings(row.findings),
        )
        for row in rows
    ]
    for rules in otherwise(settled, _tables(against.version.pk)):
        if rules:
            yield from (*rules, ANY)


@lru_cache(maxsize=2)
def _tables(version_id: int) -> Tables:
    """Of a version that never changes: made once for all bits."""
    return Tables(catalogues.version(version_id))


ANY = "any"


def _counted(
    report: Json, written: Sequence[models.Order], changed: int, settled: Sequence[models.Order], rules: Counter[str]
) -> Json:
    otherwise_now = rules.pop(ANY, 0)
    counted = tallies.counted(
        report,
        (),
        {
            "changed": changed,
            "unchanged": len(written) - changed,
            "settled": len(settled) - otherwise_now,
            "otherwise": otherwise_now,
        },
    )
    by_rule: Mapping[str, int] = report.get("rules", {})
    return {**counted, "rules": dict(Counter(by_rule) + rules)}


def _outcome(work: models.LongWork) -> str:
    """`Written still: 12 with other findings, 30 as they were. Settled: 4 would be otherwise now, 900 as they were.`"""
    count = tallies.counts_of(work.report)
    changed, unchanged, settled, other = (
        count.get(name, 0) for name in ("changed", "unchanged", "settled", "otherwise")
    )
    return (
        f"Written still: {changed:,} with other findings, {unchanged:,} as they were. "
        f"Settled: {other:,} would be otherwise now, {settled:,} as they were."
    )


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome)
