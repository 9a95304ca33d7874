"""The flip: accepted lines of a transfer move, those whose account has no handoff many at once, others one by one.

One rule: each line moves whole or not at all, under the locks of the company, the transfer, the accounts and their
handoffs, taken in that order; a line that cannot move says why, and the others go on.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from handrail.desk import company, ledger, models
from handrail.desk.failing import is_the_databases
from handrail.desk.succession import NotMoved, hold_handoffs
from handrail.desk.transfers import holding, statements
from handrail.desk.transfers.handing_over import handed_over, kept_watching
from handrail.desk.transfers.hanging import hanging_on
from handrail.desk.transfers.moving import Doing, items_of, write
from handrail.desk.transfers.standing import company_of, why_not

log = logging.getLogger(__name__)

# Lines of a bit. On SQLite nobody else writes meanwhile; on PostgreSQL each statement costs more to ask than to answer.
AT_ONCE = {"sqlite": 25, "postgresql": 500}
BROKE = "It could not be moved. The worker’s log says why."

State, Line = models.Transfer.State, models.TransferLine.State


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far it has come: after which line to look on, None once all were looked at, and which of those that were are
    to be done one by one."""

    after: int | None = 0
    each: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a bit did: `place` is None where nothing is left. `failed` says why of each line that did not."""

    place: Place | None
    moved: int = 0
    items: int = 0
    failed: dict[int, str] = field(default_factory=dict)


Does = Callable[[Sequence[models.TransferLine], Doing], int]
"""Moves lines whole, or raises; how many things did."""


def flip(transfer_id: int, place: Place, *, by: models.Person | None, now: datetime) -> Done:
    """A bit of it, in the transaction of the caller."""
    company.held(waits=True)
    transfer = holding.held(transfer_id)
    doing = Doing(transfer=transfer, by=by, now=now, source=f"Transfer “{transfer.title}”"[:400])
    done = a_bit(transfer, place, Line.ACCEPTED, lambda lines: _flip(lines, doing))
    if done.place is None and accepted(transfer_id):
        return replace(done, place=Place())  # meanwhile receivers accepted more
    if done.place is None:
        transfer.state, transfer.moved_at = State.MOVED, transfer.moved_at or now
        holding.changed(transfer, now, "state", "moved_at")
    return done


def accepted(transfer_id: int) -> bool:
    return models.TransferLine.objects.filter(transfer=transfer_id, state=Line.ACCEPTED).exists()


def a_bit(
    transfer: models.Transfer,
    place: Place,
    state: str,
    does: Callable[[Sequence[models.TransferLine]], Done],
    *,
    only: Collection[int] | None = None,
    apart: Callable[[Sequence[models.TransferLine]], set[int]] | None = None,
) -> Done:
    """One of those to be done one by one, or the next many; those of them that are to be done apart are put off. `only`
    some lines are meant, or all in that state."""
    rows = models.TransferLine.objects.filter(transfer=transfer, state=state)
    rows = rows if only is None else rows.filter(pk__in=only)
    rows = rows.prefetch_related("giver", "receiver").order_by("pk")
    if place.each:
        done = does(list(rows.filter(pk=place.each[0])))
        return replace(done, place=replace(place, each=place.each[1:]))
    if place.after is None:
        return Done(place=None)
    most = AT_ONCE[connection.vendor]
    lines = list(rows.filter(pk__gt=place.after)[:most])
    each = (apart or with_handoffs)(lines)
    done = does([one for one in lines if one.pk not in each])
    after = lines[-1].pk if len(lines) == most else None
    return replace(done, place=Place(after=after, each=(*sorted(each), *(done.place.each if done.place else ()))))


def with_handoffs(lines: Iterable[models.TransferLine]) -> set[int]:
    """Those whose account has a handoff that runs, or in which something is still owed."""
    some = [one for one in lines if one.customer_id is not None]
    owed = Exists(models.Work.objects.filter(handoff=OuterRef("pk")))
    status = models.Handoff.Status
    rows = models.Handoff.objects.filter(customer__in=[one.customer_id for one in some])
    rows = rows.filter(Q(status=status.RUNNING) | Q(owed, status=status.OVER))
    found = set(rows.values_list("customer_id", flat=True)) if some else set()
    return {one.pk for one in some if one.customer_id in found}


def _flip(lines: Sequence[models.TransferLine], doing: Doing) -> Done:
    hold_accounts(lines)
    known = company_of(lines, doing.now)
    failed = {line.pk: says for line in lines if (says := why_not(line, known))}
    _fail(failed, doing.now)
    return tried([line for line in lines if line.pk not in failed], doing, _move, failed)


def hold_accounts(lines: Iterable[models.TransferLine]) -> None:
    ids = {one.customer_id for one in lines if one.customer_id is not None}
    list(models.Customer.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def tried(
    lines: Sequence[models.TransferLine], doing: Doing, does: Does, failed: dict[int, str], *, fails: bool = True
) -> Done:
    """Where one of many breaks they are done one by one, so that it does not hold up the others. One that cannot has
    failed, or without `fails` stays what it was and says why."""
    if not lines:
        return Done(place=None, failed=failed)
    try:
        with transaction.atomic():
            items = does(lines, doing)
        return Done(place=None, moved=len(lines), items=items, failed=failed)
    except NotMoved as cannot:
        says = str(cannot)
    except ledger.CompanyChanges:
        raise  # another time it can be done
    except Exception as fault:
        if is_the_databases(fault):
            raise
        log.exception("Lines %s of transfer %s failed.", [line.pk for line in lines], doing.transfer.pk)
        says = BROKE
    if len(lines) > 1:
        return Done(place=Place(each=tuple(line.pk for line in lines)), failed=failed)
    told = {lines[0].pk: says}
    if fails:
        _fail(told, doing.now)
    else:
        models.TransferLine.objects.filter(pk=lines[0].pk).update(says=says[:1000])
    return Done(place=None, failed=failed | told)


def _fail(failed: dict[int, str], now: datetime) -> None:
    statements.lines_are("failed", ((pk, 0, says[:1000]) for pk, says in failed.items()), now)


def _move(lines: Sequence[models.TransferLine], doing: Doing) -> int:
    if handoffs := handoffs_of(lines):
        hold_handoffs(handoffs)
    things = hanging_on(lines, now=doing.now)
    items = [item for line in lines for item in items_of(line, things[line.pk], doing)]
    for line in lines:
        items += handed_over(line, things[line.pk], doing)
        ids = {int(one.data["handoff"]) for one in things[line.pk] if "handoff" in one.data}
        items += kept_watching(line, ids, doing)
    return sum(write(lines, items, doing).values())


def handoffs_of(lines: Iterable[models.TransferLine]) -> list[int]:
    customers = [one.customer_id for one in lines if one.customer_id is not None]
    rows = models.Handoff.objects.filter(customer__in=customers)
    living = rows.filter(status__in=[models.Handoff.Status.RUNNING, models.Handoff.Status.OVER])
    return list(living.values_list("pk", flat=True))


def report_of(report: dict[str, Any], done: Done) -> dict[str, Any]:
    """What came of it so far: how many moved and failed, how many things, and for which reasons."""
    reasons = dict(report.get("reasons", {}))
    for says in done.failed.values():
        key = says if says in reasons or len(reasons) < MOST_REASONS else OTHERS
        reasons[key] = reasons.get(key, 0) + 1
    counts = {"moved": done.moved, "failed": len(done.failed), "items": done.items}
    return {**{name: report.get(name, 0) + count for name, count in counts.items()}, "reasons": reasons}


MOST_REASONS = 30
OTHERS = "Other reasons, each told with its account."
