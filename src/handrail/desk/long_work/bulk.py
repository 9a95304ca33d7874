"""One act for many handoffs, as long work: which they are, and what becomes of each.

One rule: each is asked as on its own page, by the rights that whoever began it has when it is its turn.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from handrail.desk import ledger, models
from handrail.desk.long_work import acts, beginning, each, tallies
from handrail.desk.long_work.acts import Act
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.people import actor_of
from handrail.desk.queries.wanted import Wanted, wanted_rows
from handrail.handoff.refusal import Refused

NAME = "bulk"
_WINDOW = 20_000  # handoffs that are looked through in a bit, be they wanted or not


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Those that were ticked; or, where `wanted` is there, all that a list shows."""

    ids: tuple[int, ...] = ()
    wanted: Wanted | None = None


def begin(act: Act, selection: Selection, number: str, *, by: models.Person, now: datetime) -> models.LongWork:
    """`number` says in words how many they are."""
    title = f"{act.words.title}: {number}"
    newest = models.Handoff.objects.aggregate(newest=Max("pk"))["newest"] or 0
    wanted = asdict(selection.wanted) if selection.wanted else None
    asks = {"act": acts.to_json(act), "did": act.words.did, "wanted": wanted, "newest": newest}
    with transaction.atomic():
        total = None if selection.wanted else len(selection.ids)
        work = beginning.begin(NAME, title, asks, by=by, now=now, total=total)
        if selection.wanted is None:
            each.write_down(work, list(selection.ids))
            work.place = {"after": None, "found": len(selection.ids)}
            work.save(update_fields=["place"])
    return work


def _find(work: models.LongWork, after: int) -> each.Found:
    """Of those that there were when it was begun, by their ids, however few of them are wanted."""
    until, newest = after + _WINDOW, work.asks["newest"]
    rows = wanted_rows(Wanted(**work.asks["wanted"]), work.at).filter(pk__gt=after, pk__lte=min(until, newest))
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: each.AT_ONCE])
    if len(ids) == each.AT_ONCE:
        return each.Found(ids=ids, after=ids[-1])
    return each.Found(ids=ids, after=until if until < newest else None)


def _do(work: models.LongWork, handoff_id: int, now: datetime) -> ledger.Change | Refused:
    assert work.by is not None, "Somebody began it."
    return acts.give(acts.of_json(work.asks["act"]), handoff_id, actor_of(work.by, now), now)


def _bit(work: models.LongWork, now: datetime) -> Bit:
    return each.bit_of(work, now, _find, _do)


def _outcome(work: models.LongWork) -> str:
    did = acts.of_json(work.asks["act"]).words.did
    return tallies.told(work.report, did)


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome)
