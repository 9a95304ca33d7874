"""Proposing who gets which account of a transfer: scenarios, taking one, and choosing by hand.

One rule: a scenario only proposes. Nobody gets anything by it until it is taken, and what its receiver has before them
already stays as it is.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from handrail.book.account import Member
from handrail.book.balancing.problem import Problem
from handrail.book.balancing.proposal import Book, Placed, Proposal
from handrail.book.balancing.words import sentence
from handrail.book.transfer import cannot_change
from handrail.desk import audit, models
from handrail.desk.transfers import candidates, policies, weighing
from handrail.desk.transfers.holding import changed, held
from handrail.desk.transfers.policies import Asked, Json
from handrail.handoff.refusal import Refused

AT_ONCE = 200  # lines that are balanced while somebody waits; more are long work
MOST_SCENARIOS = 12
ADAPTED = "Adapted by hand"

LineState = models.TransferLine.State


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What balancing is asked, and how that stood in the transfer."""

    problem: Problem
    asked: Asked
    lines: int


def propose(
    transfer_id: int, policy: Asked, *, name: str, by: models.Person, now: datetime
) -> models.Scenario | Refused:
    """A new scenario of that name. Raises `models.Transfer.DoesNotExist`."""
    gathered = gather(transfer_id, policy, name=name)
    if isinstance(gathered, Refused):
        return gathered
    from handrail.book.balancing.balance import balance  # numpy, which few pages need

    return keep(transfer_id, gathered, balance(gathered.problem), name=name, by=by, now=now)


def gather(transfer_id: int, policy: Asked, *, name: str, adapts: bool = False) -> Gathered | Refused:
    """The question, or why it cannot be asked. With `adapts` what is proposed stays where it can."""
    transfer = models.Transfer.objects.get(pk=transfer_id)
    accounts = weighing.accounts_of(transfer)
    members = candidates.members_for(transfer, policy)
    refused = _cannot_propose(transfer, name, adapts=adapts) or _nothing_to(accounts, members)
    if refused is not None:
        return refused
    proposed = dict(_receivers(transfer)) if adapts else {}
    problem = Problem(
        accounts=accounts, members=members, policy=policy.policy, today=transfer.effective_date, proposed=proposed
    )
    return Gathered(problem=problem, asked=policy, lines=len(accounts))


def _receivers(transfer: models.Transfer) -> list[tuple[int, Any]]:
    rows = weighing.lines_of(transfer).filter(receiver__isnull=False).exclude(state=LineState.REFUSED)
    return list(rows.values_list("pk", "receiver_id"))


def _cannot_propose(transfer: models.Transfer, name: str, *, adapts: bool) -> Refused | None:
    refused = cannot_change(transfer.state)  # type: ignore[arg-type]
    if refused is not None:
        return refused
    return None if adapts else _cannot_name(transfer, name)


def _cannot_name(transfer: models.Transfer, name: str) -> Refused | None:
    if not name.strip() or len(name) > 80:
        return Refused(code="unfit", says="Give the scenario a name of up to 80 characters.")
    if transfer.scenarios.filter(name=name).exists():
        return Refused(code="unfit", says=f"There is a scenario “{name}” already. Give this one another name.")
    if transfer.scenarios.count() >= MOST_SCENARIOS:
        return Refused(code="many", says=f"There are {MOST_SCENARIOS} scenarios. Delete one that is not needed.")
    return None


def _nothing_to(accounts: Collection[object], members: Collection[object]) -> Refused | None:
    if not accounts:
        return Refused(code="empty", says="There is no account in this transfer that somebody could get yet.")
    if not members:
        says = "Nobody works in these teams. Choose the teams or people who may get the accounts."
        return Refused(code="nobody", says=says)
    return None


# ------------------------------------------------------------------------------------------------------ what is kept


def keep(
    transfer_id: int, gathered: Gathered, proposal: Proposal, *, name: str, by: models.Person, now: datetime
) -> models.Scenario | Refused:
    """The proposal as a scenario; the one that was adapted by hand is there once."""
    with transaction.atomic():
        transfer = held(transfer_id)
        refused = _cannot_propose(transfer, name, adapts=name == ADAPTED)
        if refused is not None:
            return refused
        names = {one.id: one.name for one in gathered.problem.members}
        values = {
            "policy": policies.to_json(gathered.asked),
            "owners": {str(line): owner for line, owner in proposal.owners.items()},
            "whys": _whys(proposal, names),
            "books": [_book(*one) for one in zip(proposal.books, gathered.problem.members, strict=True)],
            "quality": _quality(proposal, gathered),
            "by": by,
            "at": now,
        }
        scenario, _ = models.Scenario.objects.update_or_create(transfer=transfer, name=name, defaults=values)
    return scenario


def _whys(proposal: Proposal, names: Mapping[int, str]) -> dict[str, list[str | int | None]]:
    """By line why, who would be next, and who gets it: all that taking it needs, together."""
    found: dict[str, list[str | int | None]] = {
        str(line): [_why(one), _next(one, names), one.member] for line, one in proposal.placed.items()
    }
    return found | {str(line): [f"Nobody: {one.why}", one.mend, None] for line, one in proposal.unplaced.items()}


def _why(one: Placed) -> str:
    return sentence([term.says for term in one.terms])[:1000]


def _next(one: Placed, names: Mapping[int, str]) -> str:
    if one.next is None:
        return one.alone[:1000]
    points = f"{one.next.points:,.0f} point{'' if round(one.next.points) == 1 else 's'} more"
    cost = points if one.next.points >= 0.5 else "as good"
    terms = sentence([f"{term.says} ({term.points:,.0f})" for term in one.next.terms])
    return f"Next: {names[one.next.member]}, {cost}. {terms}".strip()[:1000]


def _book(book: Book, member: Member) -> Json:
    return {
        "person": book.member,
        "name": member.name,
        "cannot": member.cannot,
        "before": asdict(book.before),
        "after": asdict(book.after),
        "share": asdict(book.share),
        "gets": book.gets,
        "gives": book.gives,
    }


def _quality(proposal: Proposal, gathered: Gathered) -> Json:
    quality = proposal.quality
    return {
        "method": quality.method,
        "cost": round(quality.cost, 2),
        "bound": round(quality.bound, 2),
        "percent": round(quality.percent, 3),
        "is_best": quality.is_best,
        "lines": gathered.lines,
        "unplaced": len(proposal.unplaced),
        "moves": sum(book.gets for book in proposal.books),
    }


# -------------------------------------------------------------------------------------------------------- taking one


def take(scenario_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """Its owners become those of the lines. Raises `models.Scenario.DoesNotExist`."""
    scenario = models.Scenario.objects.only("transfer_id").get(pk=scenario_id)
    with transaction.atomic():
        transfer = held(scenario.transfer_id)
        refused = cannot_change(transfer.state) or _who_left(scenario_id)  # type: ignore[arg-type]
        if refused is not None:
            return refused
        with connection.cursor() as cursor:
            cursor.execute(_TAKE[connection.vendor], {"scenario": scenario_id, "transfer": transfer.pk})
            cursor.execute(_STAY, [weighing.STAYS, transfer.pk])
        transfer.scenarios.exclude(pk=scenario_id).filter(chosen_at__isnull=False).update(chosen_at=None)
        chosen = models.Scenario.objects.only("policy", "name").get(pk=scenario_id)
        transfer.policy = chosen.policy
        models.Scenario.objects.filter(pk=scenario_id).update(chosen_at=now)
        changed(transfer, now, "policy")
        _told(transfer, f"The owners that “{chosen.name}” proposes were taken.", by, now)
    return None


def _told(transfer: models.Transfer, says: str, by: models.Person, now: datetime) -> None:
    audit.write(
        action="changed",
        about="transfer",
        key=transfer.pk,
        name=transfer.title,
        says=says[:500],
        by=audit.person(by),
        at=now,
    )


def _who_left(scenario_id: int) -> Refused | None:
    """Nobody gets accounts who has left since it was proposed."""
    owners = set(models.Scenario.objects.values_list("owners", flat=True).get(pk=scenario_id).values())
    left = models.Person.objects.filter(pk__in=owners, is_active=False).order_by("name").first()
    if left is None:
        return None
    return Refused(code="left", says=f"{left.name} has left since this was proposed. Propose anew.")


# One statement however many lines: the scenario's own rows are what is joined with. What its receiver has before them,
# or what was chosen by hand meanwhile, stays.
_SET = f"""
    SET receiver_id = one.owner, why = one.why, next_best = one.next, state = 'proposed', says = '', answer = '',
        answer_note = '', answered_by_id = NULL, answered_at = NULL
    FROM one
    WHERE line.id = one.line AND line.transfer_id = %(transfer)s AND line.pool_id IS NULL AND NOT line.is_pinned
      AND (line.state IN ('proposed', 'refused', 'failed')
           OR (line.state = 'dropped' AND line.says = '{weighing.STAYS}'))
"""
_TAKE = {
    "postgresql": f"""
        WITH one AS (
            SELECT w.key::bigint AS line, w.value ->> 0 AS why, w.value ->> 1 AS next, (w.value ->> 2)::bigint AS owner
            FROM desk_scenario s, jsonb_each(s.whys) w WHERE s.id = %(scenario)s
        )
        UPDATE desk_transferline AS line {_SET}""",
    "sqlite": f"""
        WITH one AS MATERIALIZED (
            SELECT CAST(w.key AS INTEGER) AS line, json_extract(w.value, '$[0]') AS why,
                   json_extract(w.value, '$[1]') AS next, json_extract(w.value, '$[2]') AS owner
            FROM desk_scenario s, json_each(s.whys) w WHERE s.id = %(scenario)s
        )
        UPDATE desk_transferline AS line {_SET}""",
}
# Who keeps what is theirs is no receiver: the account does not move.
_STAY = """
    UPDATE desk_transferline SET state = 'dropped', receiver_id = NULL, says = %s
    WHERE transfer_id = %s AND state = 'proposed' AND receiver_id = giver_id AND NOT is_pinned
"""


def name_for(transfer_id: int) -> str:
    """A name that no scenario of the transfer has yet."""
    taken = set(models.Scenario.objects.filter(transfer=transfer_id).values_list("name", flat=True))
    return next(name for name in (f"Proposal {number}" for number in range(1, 100)) if name not in taken)


def rename(scenario_id: int, name: str) -> Refused | None:
    """Raises `models.Scenario.DoesNotExist`."""
    with transaction.atomic():
        scenario = models.Scenario.objects.only("transfer_id", "name").get(pk=scenario_id)
        others = models.Scenario.objects.filter(transfer=scenario.transfer_id, name=name).exclude(pk=scenario_id)
        if not name.strip() or len(name) > 80:
            return Refused(code="unfit", says="Give the scenario a name of up to 80 characters.")
        if others.exists():
            return Refused(code="unfit", says=f"There is a scenario “{name}” already. Give this one another name.")
        models.Scenario.objects.filter(pk=scenario_id).update(name=name)
    return None


def forget(scenario_id: int) -> Refused | None:
    """The one that was taken is what the lines' reasons come from, and stays."""
    gone, _ = models.Scenario.objects.filter(pk=scenario_id, chosen_at__isnull=True).delete()
    return None if gone else Refused(code="taken", says="This one was taken. Take another one first, then delete it.")


# ---------------------------------------------------------------------------------------------------- chosen by hand


def choose(
    transfer_id: int,
    line_ids: Collection[int],
    receiver_id: int | None,
    *,
    by: models.Person,
    now: datetime,
    adapt: bool,
) -> Refused | None:
    """The lines go to the receiver and stay so; None lets go of them. With `adapt` the rest is proposed anew around it.
    Raises `models.Transfer.DoesNotExist`."""
    with transaction.atomic():
        transfer = held(transfer_id)
        refused = _cannot_choose(transfer, line_ids, receiver_id)
        if refused is not None:
            return refused
        why = f"Chosen by hand, by {by.name}." if receiver_id else ""
        _choosable(transfer, line_ids).update(
            receiver=receiver_id,
            pool=None,
            is_pinned=receiver_id is not None,
            why=why,
            next_best="",
            state=LineState.PROPOSED,
            says="",
            answer="",
            answer_note="",
            answered_by=None,
            answered_at=None,
        )
        changed(transfer, now)
        count = f"{len(line_ids):,} account{'' if len(line_ids) == 1 else 's'}"
        _told(transfer, f"{count} chosen by hand for {_name(receiver_id)}.", by, now)
    return adapted(transfer_id, by=by, now=now) if adapt else None


def _name(person_id: int | None) -> str:
    if person_id is None:
        return "nobody"
    return models.Person.objects.values_list("name", flat=True).get(pk=person_id)


def adapted(transfer_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """The rest is proposed anew by the transfer's own policy, and taken; it stays as it was where it can."""
    transfer = models.Transfer.objects.only("policy").get(pk=transfer_id)
    gathered = gather(transfer_id, policies.of_json(transfer.policy), name=ADAPTED, adapts=True)
    if isinstance(gathered, Refused):
        return gathered
    from handrail.book.balancing.balance import balance

    scenario = keep(transfer_id, gathered, balance(gathered.problem), name=ADAPTED, by=by, now=now)
    return scenario if isinstance(scenario, Refused) else take(scenario.pk, by=by, now=now)


def _choosable(transfer: models.Transfer, line_ids: Collection[int]) -> QuerySet[models.TransferLine]:
    return transfer.lines.filter(pk__in=line_ids, state__in=(*weighing.OPEN, LineState.DROPPED))


def _cannot_choose(transfer: models.Transfer, line_ids: Collection[int], receiver_id: int | None) -> Refused | None:
    refused = cannot_change(transfer.state)  # type: ignore[arg-type]
    if refused is not None:
        return refused
    if not line_ids:
        return Refused(code="unfit", says="Tick the accounts that somebody else shall get.")
    settled = set(line_ids) - set(_choosable(transfer, line_ids).values_list("pk", flat=True))
    if settled:
        return Refused(code="state", says="Some of these accounts are with their receivers or moved already.")
    return _cannot_receive(transfer, receiver_id) if receiver_id is not None else None


def _cannot_receive(transfer: models.Transfer, receiver_id: int) -> Refused | None:
    person = models.Person.objects.filter(pk=receiver_id).first()
    if person is None:
        return Refused(code="unfit", says="There is no such person.")
    why = candidates.why_not(transfer, person)
    return Refused(code="unfit", says=f"{person.name} can get nothing: this person {why}.") if why else None
