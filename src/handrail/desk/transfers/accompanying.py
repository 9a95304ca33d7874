"""The handoff of each account in a transfer: begun once its receiver is asked, and kept in step with its line.

One rule: the transfer leads. Whatever became of a line, a worker tells its handoff, once; killed anywhere, it goes on.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from handrail.book.analysis import SHEET
from handrail.desk import ledger, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.failing import is_the_databases
from handrail.desk.models.transfers import OUT_OF_STEP
from handrail.desk.people import person_of
from handrail.desk.runbooks import plan_of
from handrail.desk.succession import as_operations
from handrail.desk.transfers.known import facts_in, version_of
from handrail.handoff import commands as c
from handrail.handoff.history import Handoff
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan, canonical
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Unfit, Written

log = logging.getLogger(__name__)

BATCH = 20

LineState = models.TransferLine.State
_GOES_ON = (LineState.ASKED, LineState.ACCEPTED, LineState.REFUSED, LineState.MOVED, LineState.FAILED)
_TAKEN = (LineState.ACCEPTED, LineState.MOVED, LineState.FAILED)
_BROKE = "Its handoff could not be told of this. The worker’s log says why."


def accompany_due(now: datetime | Clock) -> int:
    """Tell the handoffs of lines that stand otherwise than they know, a batch at most; how many were told. Several
    workers share the work, each at a transfer of its own."""
    clock, passed, told = clock_of(now), set[int](), 0
    for _ in range(BATCH):
        line = models.TransferLine.objects.filter(OUT_OF_STEP).exclude(pk__in=passed).order_by("id").only("id").first()
        if line is None:
            break
        passed.add(line.pk)
        told += _tried(line.pk, clock())
    return told


def again(transfer_id: int) -> None:
    """Let the handoffs of all its lines be told anew, as after its effective date has changed."""
    models.TransferLine.objects.filter(transfer=transfer_id, handoff__isnull=False).update(told_state="")


def _tried(line_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _told(line_id, now)
    except ledger.CompanyChanges:
        return False  # as soon as it has changed, it is tried again
    except Exception as fault:
        if is_the_databases(fault):
            raise
        log.exception("The handoff of line %s of a transfer could not be told where it stands.", line_id)
        _give_up(line_id)
        return False


def _give_up(line_id: int) -> None:
    """It stands on the line, and is not tried for ever."""
    line = models.TransferLine.objects.get(pk=line_id)
    told = {"told_state": line.state, "told_receiver": line.receiver_id or 0}
    models.TransferLine.objects.filter(pk=line_id).update(says=line.says or _BROKE, **told)


def _told(line_id: int, now: datetime) -> bool:
    line = _held(line_id)
    if line is None:
        return False
    is_off = line.transfer.state == models.Transfer.State.CANCELLED
    goes_on = line.state in _GOES_ON and not is_off
    if line.handoff_id is None:
        line.handoff_id = _begun(line, now) if goes_on else None
    elif goes_on or (line.state == LineState.PROPOSED and not is_off):
        _give(line, line.handoff_id, now)
    else:
        _cancel(line, line.handoff_id, now)
    models.TransferLine.objects.filter(pk=line_id).update(
        handoff=line.handoff_id, told_state=line.state, told_receiver=line.receiver_id or 0
    )
    return True


def _held(line_id: int) -> models.TransferLine | None:
    """The line, with its transfer held; None where it is in step by now, or somebody else is at its transfer."""
    skips = connection.features.has_select_for_update_skip_locked
    transfers = models.Transfer.objects.filter(lines=line_id)
    if not transfers.select_for_update(of=("self",), no_key=True, skip_locked=skips).exists():
        return None
    return _rows().filter(OUT_OF_STEP, pk=line_id).first()


def _rows() -> QuerySet[models.TransferLine]:
    with_it = ("transfer__by", "transfer__runbook_version", "customer", "giver__team__lead", "receiver", "pool__lead")
    return models.TransferLine.objects.select_related(*with_it, "answered_by")


# ------------------------------------------------------------------------------------------------------------ beginning


def _begun(line: models.TransferLine, now: datetime) -> int | None:
    """One that runs already is kept; None where there is no runbook to follow, or it could not be begun."""
    version = version_of(line.transfer)
    customer = line.customer
    if version is None or customer is None:
        return None
    running = models.Handoff.objects.filter(
        customer=customer, runbook=version.name, status=models.Handoff.Status.RUNNING, project=None
    ).first()
    if running is not None:
        _give(line, running.pk, now)
        return running.pk
    outcome = ledger.start(version, _start(line, customer, plan_of(version), now), now=now)
    if isinstance(outcome, Refused):
        log.warning("No handoff for line %s of a transfer: %s", line.pk, outcome.says)
        return None
    return outcome.handoff_id


def _start(line: models.TransferLine, customer: models.Customer, plan: Plan, now: datetime) -> c.Start:
    known = facts_in(line.transfer, [customer.pk], plan.runbook)[customer.pk]
    told = {name: value for name, value in _of_line(line).items() if name in plan.runbook.facts and value is not None}
    return c.Start(
        by=_actor(line),
        customer_id=customer.pk,
        customer=customer.name,
        facts={**_of_sheet(line, plan), **known, **told},
        people=_people(line, plan),
        source=_source(line),
    )


def _of_sheet(line: models.TransferLine, plan: Plan) -> dict[str, Written]:
    """What the team lead's spreadsheet says of the account, where nothing else is known of it (S2.5)."""
    kinds = {name: fact.kind for name, fact in plan.runbook.facts.items()}
    said = {name: str(line.sheet[name]) for name in SHEET if name in kinds and line.sheet.get(name)}
    return {name: value for name, value in said.items() if not isinstance(canonical(kinds[name], value), Unfit)}


def _people(line: models.TransferLine, plan: Plan) -> dict[str, Person]:
    """Whoever gives the account away is its present owner; the lead of their team drives."""
    lead = line.giver.team.lead if line.giver and line.giver.team else None
    found = {role.name: line.giver for role in plan.runbook.roles.values() if role.fill == "account owner"}
    found |= {"tl": lead or line.transfer.by} if "tl" in plan.runbook.roles else {}
    return {role: person_of(one) for role, one in found.items() if one is not None and one.is_active}


def _actor(line: models.TransferLine) -> Actor:
    """In the name of whoever answered, or prepared the transfer."""
    by = line.answered_by or line.transfer.by or line.receiver or line.giver
    return as_operations(by) if by is not None else Actor(person=Person(0, line.transfer.by_name), operations=True)


def _source(line: models.TransferLine) -> str:
    return f"The transfer “{line.transfer.title}”"


# -------------------------------------------------------------------------------------------------------------- in step


def _of_line(line: models.TransferLine) -> dict[str, Written | None]:
    """What the transfer says of the account; None is known no more."""
    new = line.receiver or (line.pool.lead if line.pool else None)
    taken = line.state in _TAKEN
    return {
        "transfer_title": line.transfer.title,
        "reason": line.transfer.reason,
        "effective": line.transfer.effective_date.isoformat(),
        "new_csm": new.email if new is not None else None,
        "accepted": _day(line.answered_at) if taken else None,
        "moved": _day(line.moved_at) if line.state == LineState.MOVED else None,
    }


def _day(at: datetime | None) -> str | None:
    return at.date().isoformat() if at is not None else None


def _give(line: models.TransferLine, handoff_id: int, now: datetime) -> None:
    standing = ledger.standing(handoff_id)
    if standing.handoff.is_over:
        return
    news = _news(standing.plan, standing.handoff, _of_line(line))
    if not news:
        return
    command = c.GiveFacts(by=_actor(line), values=news, source=_source(line))
    outcome = ledger.record(handoff_id, command, now=now)
    if isinstance(outcome, Refused):
        log.warning("Handoff %s could not be told of its transfer: %s", handoff_id, outcome.says)


def _news(plan: Plan, handoff: Handoff, values: Mapping[str, Written | None]) -> dict[str, Written | None]:
    """What the handoff does not know yet, of what its runbook asks for."""
    news: dict[str, Written | None] = {}
    for name, value in values.items():
        fact, known = plan.runbook.facts.get(name), handoff.facts.get(name)
        if fact is None:
            continue
        stored = None if value is None else canonical(fact.kind, value)
        if not isinstance(stored, Unfit) and stored != (known.value if known else None):
            news[name] = value
    return news


def _cancel(line: models.TransferLine, handoff_id: int, now: datetime) -> None:
    """Unless another transfer has taken the same handoff over meanwhile."""
    others = models.TransferLine.objects.filter(handoff=handoff_id, state__in=_GOES_ON).exclude(pk=line.pk)
    others = others.exclude(transfer__state=models.Transfer.State.CANCELLED)
    if others.exists() or ledger.standing(handoff_id).handoff.is_over:
        return
    ledger.record(handoff_id, c.Cancel(by=_actor(line), reason=_why_over(line)), now=now)


def _why_over(line: models.TransferLine) -> str:
    says = line.says.rstrip(".")
    if line.transfer.state == models.Transfer.State.CANCELLED:
        return f"The transfer “{line.transfer.title}” was cancelled."
    match line.state:
        case LineState.UNDONE:
            return f"The move was taken back in the transfer “{line.transfer.title}”."
        case LineState.RETURNED:
            return f"The account has returned, as the transfer “{line.transfer.title}” agreed."
        case _:
            return f"The account was left out of the transfer “{line.transfer.title}”{f': {says}' if says else ''}."
