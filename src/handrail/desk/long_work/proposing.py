"""Balancing the many accounts of a transfer, as long work.

One rule: what is thought about takes no transaction and holds up nobody: it is thought of aside, and only what came of
it is a bit. Whoever goes on after a kill thinks anew, and comes to the same.
"""

from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Thread

from django.db import transaction

from handrail.book.balancing.problem import Problem
from handrail.book.balancing.proposal import Proposal
from handrail.desk import models
from handrail.desk.long_work import beginning
from handrail.desk.long_work.sort import Bit, CannotGoOn, Sort
from handrail.desk.transfers import policies, proposing
from handrail.desk.transfers.policies import Asked
from handrail.desk.transfers.proposing import Gathered
from handrail.handoff.refusal import Refused

NAME = "propose"
_WAITS = 0.3  # seconds, and then others have their turn


def begin(
    transfer_id: int, asked: Asked, *, name: str, takes: bool, by: models.Person, now: datetime
) -> models.LongWork | Refused:
    """The work that is under way for the transfer, where one is. Raises `models.Transfer.DoesNotExist`."""
    with transaction.atomic():
        if (work := beginning.under_way(NAME, transfer=transfer_id)) is not None:
            return work
        transfer = models.Transfer.objects.get(pk=transfer_id)
        gathered = proposing.gather(transfer_id, asked, name=name, adapts=name == proposing.ADAPTED)
        if isinstance(gathered, Refused):
            return gathered
        asks = {"transfer": transfer_id, "policy": policies.to_json(asked), "name": name, "takes": takes}
        title = f"Proposal of owners: {transfer.title}"
        return beginning.begin(NAME, title, asks, by=by, now=now, total=gathered.lines)


def under_way(transfer_id: int) -> models.LongWork | None:
    return beginning.under_way(NAME, transfer=transfer_id)


@dataclass(frozen=True, kw_only=True)
class _Thought:
    gathered: Gathered
    proposal: Future[Proposal]


@lru_cache(maxsize=1)
def _thought(transfer_id: int, work: tuple[int, datetime]) -> _Thought:
    """`work` is whose thinking it is, by number and when it was begun."""
    row = models.LongWork.objects.only("asks").get(pk=work[0])
    name = row.asks["name"]
    asked = policies.of_json(row.asks["policy"])
    gathered = proposing.gather(transfer_id, asked, name=name, adapts=name == proposing.ADAPTED)
    if isinstance(gathered, Refused):
        raise CannotGoOn(gathered.says)
    return _Thought(gathered=gathered, proposal=_aside(gathered.problem))


def _aside(problem: Problem) -> Future[Proposal]:
    """In a thread that nobody waits for when the process is to end."""
    found = Future[Proposal]()
    Thread(target=_think, args=(found, problem), name="balancing", daemon=True).start()
    return found


def _think(found: Future[Proposal], problem: Problem) -> None:
    from handrail.book.balancing.balance import balance

    try:
        found.set_result(balance(problem))
    except BaseException as fault:
        found.set_exception(fault)  # raised where it is asked for


def _is_ready(work: models.LongWork) -> bool:
    try:
        _thought(work.asks["transfer"], (work.pk, work.at)).proposal.result(timeout=_WAITS)
    except NotYet:
        return False
    except Exception:
        _thought.cache_clear()
        raise
    return True


def _bit(work: models.LongWork, now: datetime) -> Bit:
    thought = _thought(work.asks["transfer"], (work.pk, work.at))
    assert work.by is not None, "Somebody began it."
    kept = proposing.keep(
        work.asks["transfer"],
        thought.gathered,
        thought.proposal.result(),
        name=work.asks["name"],
        by=work.by,
        now=now,
    )
    refused = kept if isinstance(kept, Refused) else None
    if not isinstance(kept, Refused) and work.asks["takes"]:
        refused = proposing.take(kept.pk, by=work.by, now=now)
    if refused is not None:
        raise CannotGoOn(refused.says)
    _thought.cache_clear()
    total = thought.gathered.lines
    found = thought.proposal.result()
    report = {"placed": len(found.placed), "unplaced": len(found.unplaced), "percent": round(found.quality.percent, 2)}
    return Bit(place=None, done=total, total=total, report=report)


def _outcome(work: models.LongWork) -> str:
    report = work.report
    left = f" {report['unplaced']:,} could not be placed." if report["unplaced"] else ""
    return f"{report['placed']:,} accounts have an owner proposed.{left}"


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome, is_ready=_is_ready)
