"""Taking a bulk action back, handoff by handoff, as long work.

One rule: only what nothing newer contradicts is taken back; of the others it is told what does. It is no way back in
time: each is a command of today, with its own place in the history.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from handrail.desk import ledger, models
from handrail.desk.long_work import acts, beginning, each, tallies
from handrail.desk.long_work.acts import Act
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.people import actor_of
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff, fold
from handrail.handoff.people import Actor, Person
from handrail.handoff.refusal import Refused

NAME, BULK, DID = "undo", "bulk", "Taken back"

State = models.LongWork.State


def why_not(work: models.LongWork) -> Refused | None:
    """Why the work cannot be taken back, whoever asks."""
    if work.sort != BULK:
        return Refused(code="no-way-back", says="Only a bulk action can be taken back.")
    words = acts.of_json(work.asks["act"]).words
    if words.no_way_back:
        return Refused(code="no-way-back", says=words.no_way_back)
    if work.ended_at is None:
        return Refused(code="running", says="It is still under way. Cancel it first, or wait until it is done.")
    if not tallies.counts_of(work.report).get(each.CHANGED):
        return Refused(code="nothing", says="It changed no handoff: there is nothing to take back.")
    if models.LongWork.objects.filter(undoes=work, state__in=[State.QUEUED, State.RUNNING, State.DONE]).exists():
        return Refused(code="undone", says="It is taken back already.")
    return None


def begin(work_id: int, *, by: models.Person, now: datetime) -> models.LongWork | Refused:
    with transaction.atomic():
        work = models.LongWork.objects.select_for_update(of=("self",)).get(pk=work_id)
        refused = why_not(work)
        if refused is not None:
            return refused
        total = tallies.counts_of(work.report)[each.CHANGED]
        return beginning.begin(
            NAME, f"Take back “{work.title}”", {"did": DID}, by=by, now=now, total=total, undoes=work
        )


def _find(work: models.LongWork, after: int) -> each.Found:
    rows = models.WorkedHandoff.objects.filter(work=work.undoes_id, state=each.CHANGED, handoff__gt=after)
    ids = list(rows.order_by("handoff").values_list("handoff", flat=True)[: each.AT_ONCE])
    return each.Found(ids=ids, after=ids[-1] if len(ids) == each.AT_ONCE else None)


def _do(work: models.LongWork, handoff_id: int, now: datetime) -> ledger.Change | Refused:
    assert work.by is not None, "Somebody began it."
    assert work.undoes is not None, "It takes something back."
    act = acts.of_json(work.undoes.asks["act"])
    was = models.WorkedHandoff.objects.get(work=work.undoes_id, handoff=handoff_id)
    assert was.first is not None, "It changed the handoff."
    assert was.last is not None, "It changed the handoff."
    history = ledger.history_of(handoff_id)
    before, newer = fold(history[: was.first - 1]), history[was.last :]
    says = next(_contradictions(act, newer), None)
    if says is not None:
        return Refused(code="contradicted", says=says)
    return _give_all(handoff_id, tuple(_back(act, before, actor_of(work.by, now), now)), now)


def _give_all(handoff_id: int, commands: tuple[c.Command, ...], now: datetime) -> ledger.Change | Refused:
    """As one change; what was begun is rolled back where a later one is refused."""
    change = ledger.standing(handoff_id)
    with transaction.atomic():
        for command in commands:
            outcome = ledger.record(handoff_id, command, now=now)
            if isinstance(outcome, Refused):
                transaction.set_rollback(True)
                return outcome
            change = replace(outcome, events=(*change.events, *outcome.events))
    return change


def _contradictions(act: Act, newer: tuple[e.Recorded, ...]) -> Iterator[str]:
    """What came later and says otherwise, in words."""
    for one in newer:
        match one.event:
            case e.Resumed() if act.name == "hold":
                yield f"It was resumed since{_by(one)}."
            case e.Held() if act.name == "resume":
                yield f"It was put on hold again since{_by(one)}."
            case e.RoleFilled(role=role) | e.RoleSucceeded(role=role) | e.RoleReturned(role=role) if (
                act.name == "fill" and role == act.role
            ):
                yield f"The role passed on since{_by(one)}."


def _by(one: e.Recorded) -> str:
    on = f"on {one.at.day} {one.at:%B %Y}"
    return f", by {one.by.name} {on}" if one.by else f", {on}"


_NOTE = "A bulk action is taken back."


def _back(act: Act, before: Handoff, by: Actor, now: datetime) -> Iterator[c.Command]:
    """`before` is the handoff as it was before the act."""
    match act.name:
        case "hold":
            yield c.Resume(by=by, note=_NOTE)
        case "resume":
            held = before.hold
            yield c.Hold(by=by, reason=held.reason if held else _NOTE)
        case "fill":
            yield from _role_back(act.role, before, by, now)


def _role_back(role: str, before: Handoff, by: Actor, now: datetime) -> Iterator[c.FillRole]:
    """Whose it was gets it again; and then whoever stood in for them, where that has not ended meanwhile."""
    loan, holder = before.loans.get(role), before.people.get(role)

    def fill(person: Person | None) -> c.FillRole:
        return c.FillRole(by=by, role=role, person=person, reason=_NOTE)

    yield fill(loan.back_to if loan else holder)
    if loan is not None and holder is not None and loan.until > now.date():
        yield c.FillRole(by=by, role=role, person=holder, until=loan.until, reason=_NOTE)


def _bit(work: models.LongWork, now: datetime) -> Bit:
    return each.bit_of(work, now, _find, _do)


def _outcome(work: models.LongWork) -> str:
    return tallies.told(work.report, DID)


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome)
