"""Putting right many entitlements at once, as long work; and taking that back.

One rule: each has one outcome for good, and each is asked by the rights that whoever began it has when it is its turn.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from handrail.desk import models
from handrail.desk.long_work import beginning, tallies
from handrail.desk.long_work.each import CHANGED, REFUSED
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.orders import tidying
from handrail.desk.orders.tidying import Outcome, Tidy
from handrail.desk.queries.entitlements import Wanted, wanted_entitlements, wanted_of_json
from handrail.handoff.refusal import Refused

NAME, UNDO, DID = "clean up", "undo a clean-up", "Taken back"
AT_ONCE = 200
_WINDOW = 20_000  # entitlements that are looked through in a bit, be they wanted or not

State = models.LongWork.State


def begin(
    act: Tidy, ids: Sequence[int], wanted: Wanted | None, number: str, *, by: models.Person, now: datetime
) -> models.LongWork:
    """Of those that were ticked; or, where `wanted` is there, of all that a list shows. `number` says in words how many
    they are."""
    newest = models.Entitlement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    asks = {
        "act": tidying.to_json(act),
        "did": act.words.did,
        "ids": sorted(ids),
        "wanted": asdict(wanted) if wanted else None,
        "newest": newest,
    }
    total = None if wanted else len(ids)
    return beginning.begin(NAME, f"{act.words.does}: {number}", asks, by=by, now=now, total=total)


def _bit(work: models.LongWork, now: datetime) -> Bit:
    assert work.by is not None, "Somebody began it."
    after = work.place.get("after", 0)
    ids, place = _next(work, after)
    outcomes = tidying.give(tidying.of_json(work.asks["act"]), ids, by=work.by, now=now) if ids else []
    return _kept(work, outcomes, place, now)


def _next(work: models.LongWork, after: int) -> tuple[list[int], dict[str, int] | None]:
    """The next ones, and where to go on; None where there are no more. One that is changed may be wanted no more, so
    they are gone through by their ids."""
    if work.asks["wanted"] is None:
        ids = [one for one in work.asks["ids"] if one > after][:AT_ONCE]
        return ids, {"after": ids[-1]} if len(ids) == AT_ONCE else None
    until, newest = min(after + _WINDOW, work.asks["newest"]), work.asks["newest"]
    rows = wanted_entitlements(wanted_of_json(work.asks["wanted"]), work.at.date()).filter(pk__gt=after, pk__lte=until)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if len(ids) == AT_ONCE:
        return ids, {"after": ids[-1]}
    return ids, {"after": until} if until < newest else None


def _kept(work: models.LongWork, outcomes: list[Outcome], place: dict[str, int] | None, now: datetime) -> Bit:
    models.WorkedEntitlement.objects.bulk_create([_row(work, one, now) for one in outcomes])
    report = tallies.counted(work.report, [REFUSED if one.refused else CHANGED for one in outcomes])
    for one in outcomes:
        if one.refused:
            report = tallies.reasoned(report, one.refused.says)
    done = work.done + len(outcomes)
    return Bit(place=place, done=done, total=done if place is None else work.total, report=report)


def _row(work: models.LongWork, one: Outcome, now: datetime) -> models.WorkedEntitlement:
    return models.WorkedEntitlement(
        work=work,
        entitlement_id=one.id,
        state=REFUSED if one.refused else CHANGED,
        says=one.refused.says[:1000] if one.refused else "",
        before=one.before or {},
        at=None if one.refused else now,
    )


# -------------------------------------------------------------------------------------------------------- taking back


def why_not(work: models.LongWork) -> Refused | None:
    """Why the work cannot be taken back, whoever asks."""
    if work.ended_at is None:
        return Refused(code="running", says="It is still under way. Cancel it first, or wait until it is done.")
    if not tallies.counts_of(work.report).get(CHANGED):
        return Refused(code="nothing", says="It changed nothing: there is nothing to take back.")
    if models.LongWork.objects.filter(undoes=work, state__in=[State.QUEUED, State.RUNNING, State.DONE]).exists():
        return Refused(code="undone", says="It is taken back already.")
    return None


def take_back(work_id: int, *, by: models.Person, now: datetime) -> models.LongWork | Refused:
    with transaction.atomic():
        work = models.LongWork.objects.select_for_update(of=("self",)).get(pk=work_id, sort=NAME)
        refused = why_not(work)
        if refused is not None:
            return refused
        total = tallies.counts_of(work.report)[CHANGED]
        asks = {"did": DID, "wanted": None}
        return beginning.begin(UNDO, f"Take back “{work.title}”", asks, by=by, now=now, total=total, undoes=work)


def _back(work: models.LongWork, now: datetime) -> Bit:
    assert work.by is not None, "Somebody began it."
    after = work.place.get("after", 0)
    done = models.WorkedEntitlement.objects.filter(work=work.undoes_id, state=CHANGED, entitlement__gt=after)
    some = list(done.order_by("entitlement")[:AT_ONCE])
    outcomes = tidying.restore(some, by=work.by, now=now) if some else []
    place = {"after": some[-1].entitlement_id} if len(some) == AT_ONCE else None
    return _kept(work, outcomes, place, now)


SORT = Sort(name=NAME, bit=_bit, outcome=lambda work: tallies.told(work.report, work.asks["did"]))
BACK = Sort(name=UNDO, bit=_back, outcome=lambda work: tallies.told(work.report, DID))
