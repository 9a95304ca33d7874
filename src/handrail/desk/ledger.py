"""The one write path of handoffs: lock, decide, append, project, in one transaction.

One rule: what is acknowledged is committed, and everything that shows it is committed with it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.db import connection, transaction

from handrail.desk import (
    audited_events,
    company,
    invitations,
    meeting_rows,
    models,
    notices,
    order_states,
    outbox,
    outside,
    phases,
    statements,
)
from handrail.desk.change import Change as Change
from handrail.desk.folding import sort_words
from handrail.desk.following import attends_at, following
from handrail.desk.projection import like_facts, project
from handrail.desk.runbooks import plan_known_as, plan_of
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import versions, wire
from handrail.handoff.contacts import Contact
from handrail.handoff.document import canonical_json, document
from handrail.handoff.history import Handoff, fold
from handrail.handoff.holders import all_who_hold
from handrail.handoff.life import acts_for, decide, recorded
from handrail.handoff.people import Person, by_words
from handrail.handoff.plan import Plan
from handrail.handoff.projects import front_of
from handrail.handoff.refusal import Mistake, Refused

T = TypeVar("T")


def record(
    handoff_id: int, command: c.Command, *, now: datetime, also: Callable[[], None] | None = None
) -> Change | Refused:
    """`also` is done in the same transaction, unless the command is refused. Raises `models.Handoff.DoesNotExist` where
    there is no such handoff."""

    def give() -> Change | Refused:
        outcome = _recorded(handoff_id, command, now, by_hand=True)
        if also is not None and not isinstance(outcome, Refused):
            also()
        return outcome

    try:
        return _in_one_company(give)
    except meeting_rows.NoSeat as none:  # found under the lock of the session, after all else was written
        return Refused(code="full", says=none.says, mistakes=(Mistake(field="session", says=none.says),))


def record_within(handoff_id: int, command: c.Command, *, now: datetime) -> Change | Refused:
    """As part of a greater transaction, of one who changes the company and so holds it, or of the order that the
    handoff validates."""
    return _recorded(handoff_id, command, now)


def _recorded(handoff_id: int, command: c.Command, now: datetime, *, by_hand: bool = False) -> Change | Refused:
    outcome = _give(handoff_id, command, now, by_hand=by_hand)
    return outcome if isinstance(outcome, Refused) or not outcome.events else _followed(outcome, now)


class CompanyChanges(Exception):
    """Meanwhile people left or came, or a calendar is another: what was decided is to be decided anew."""


_MOST_TRIES = 50


def _in_one_company(write: Callable[[], T]) -> T:
    """In one transaction, which is begun again where the company changed under it; then the company is held first, as
    whoever changes it holds it. Raises `CompanyChanges` where it is part of a greater transaction that has to be begun
    again, since that one may hold a handoff."""
    is_whole = not connection.in_atomic_block
    for again in range(_MOST_TRIES):
        try:
            return _tried(write, holds=is_whole and again > 0)
        except CompanyChanges as changes:
            if not is_whole and changes.args:
                raise
    raise AssertionError("The company is held, and yet it changes.")


def _tried(write: Callable[[], T], *, holds: bool) -> T:
    with transaction.atomic():
        if holds:
            company.held(waits=True)
        return write()


# What gives somebody work for the handoff's whole life, or from now on.
_SEATING = (e.Started, e.RoleFilled, e.RoleReturned, e.RoleSucceeded)


def _hold_company(plan: Plan, events: tuple[e.Event, ...]) -> None:
    """Nobody who is given work here leaves before it is committed."""
    if not any(isinstance(event, _SEATING) for event in events):
        return
    revision = company.held(waits=False)
    if revision is None:
        raise CompanyChanges("Somebody is changing it.")
    if revision != plan.company.revision:
        raise CompanyChanges


def attend(handoff_id: int, *, now: datetime) -> Change:
    """Let the desk look at what lies beyond the handoff: count anew, and find who holds an empty role."""
    return _in_one_company(lambda: _followed(_standing(handoff_id, statements.take(handoff_id)), now))


def recount(handoff_id: int, *, now: datetime) -> None:
    """Work out anew what time alone says of the handoff, since a calendar is another: nothing is recorded. Raises
    `models.Handoff.DoesNotExist`."""

    def give() -> None:
        taken = statements.take(handoff_id)
        _append(_standing(handoff_id, taken), (), c.Wake(), now, taken.columns)

    _in_one_company(give)


def standing_now(handoff_id: int) -> Handoff:
    """The handoff as it stands, held by nobody."""
    return wire.decode_handoff(models.Handoff.objects.values_list("state", flat=True).get(pk=handoff_id))


def standing(handoff_id: int) -> Change:
    """The handoff as it stands, as a change of nothing; held until the transaction ends, as whoever changes it does.
    Raises `models.Handoff.DoesNotExist`."""
    return _standing(handoff_id, statements.take(handoff_id))


def _standing(handoff_id: int, taken: statements.Taken) -> Change:
    """The handoff as it stands, as a change of nothing."""
    return Change(
        handoff_id=handoff_id,
        events=(),
        handoff=wire.decode_handoff(taken.columns["state"]),
        plan=plan_known_as(*taken.version),
        project_id=taken.project_id,
        attend_at=taken.attend_at,
    )


def _give(handoff_id: int, command: c.Command, now: datetime, *, by_hand: bool = False) -> Change | Refused:
    """`by_hand` is whether a person gives it: then an order that the handoff validates keeps what is its own to do."""
    taken = statements.take(handoff_id)
    standing = _standing(handoff_id, taken)
    outcome = decide(standing.plan, standing.handoff, command, now)
    if isinstance(outcome, Refused):
        return outcome
    led = order_states.led_by_order(handoff_id, standing.plan, command) if by_hand else None
    if led is not None:
        return led
    if not outcome and not isinstance(command, c.Wake):
        return standing
    return _append(standing, outcome, command, now, taken.columns)


_MOST_TURNS = 200  # what follows comes to rest long before


def _followed(change: Change, now: datetime) -> Change:
    """The change with what the desk itself recorded in the handoff after it; other phases of its project follow too."""
    if not change.plan.looks_beyond:
        return change
    after, waiting = {change.handoff_id: change}, deque([change])
    for _ in range(_MOST_TURNS):
        if not waiting:
            break
        at = waiting.popleft()
        for handoff_id, command in following(replace(at, handoff=after[at.handoff_id].handoff), now):
            outcome = _give(handoff_id, command, now)
            if isinstance(outcome, Change) and outcome.events:
                waiting.append(outcome)
                before = after[handoff_id].events if handoff_id in after else ()
                after[handoff_id] = replace(outcome, events=(*before, *outcome.events))
    for one in after.values():
        statements.attend(one.handoff_id, attends_at(one.plan, one.handoff, now), one.attend_at)
    return after[change.handoff_id]


def start(
    version: models.RunbookVersion, command: c.Start, *, now: datetime, project_id: int | None = None
) -> Change | Refused:
    """Begin a handoff of the customer; a customer has at most one that runs of each runbook. Further ones begin only as
    phases of the project whose first handoff is `project_id`, and those have its front."""
    return _in_one_company(lambda: _start(version, command, now, project_id))


def _start(version: models.RunbookVersion, command: c.Start, now: datetime, project_id: int | None) -> Change | Refused:
    customer = models.Customer.objects.select_for_update(no_key=True).get(pk=command.customer_id)
    plan = plan_of(version)
    others = phases.joined(project_id, plan, command) if project_id else phases.running(customer, version.name)
    if isinstance(others, Refused):
        return others
    if others is not None:
        command = replace(command, people={**command.people, **_front(plan, others)})
    outcome = decide(plan, Handoff(), command, now)
    if isinstance(outcome, Refused):
        return outcome
    if project_id is not None:
        models.Handoff.objects.filter(pk=project_id, project=None).update(project=project_id)
    row = models.Handoff.objects.create(
        customer=customer,
        runbook_version=version,
        runbook=version.name,
        project_id=project_id,
        customer_sort=sort_words(customer.name),
        phase=command.phase.strip(),
        started_at=now,
        changed_at=now,
    )
    before = Change(handoff_id=row.pk, events=(), handoff=Handoff(), plan=plan, project_id=project_id)
    return _followed(_append(before, outcome, command, now), now)


def _front(plan: Plan, rows: list[models.Handoff]) -> dict[str, Person]:
    """Whom the customer turns to in the phases that run."""
    run = [row for row in rows if row.status == models.Handoff.Status.RUNNING]
    return front_of(plan, [wire.decode_handoff(row.state) for row in run])


def change_version(
    handoff_id: int, version: models.RunbookVersion, command: c.ChangeVersion, *, now: datetime
) -> Change | Refused:
    """Let the handoff follow another version of its runbook. Raises `models.Handoff.DoesNotExist`."""
    return _in_one_company(lambda: _change_version(handoff_id, version, command, now))


def _change_version(
    handoff_id: int, version: models.RunbookVersion, command: c.ChangeVersion, now: datetime
) -> Change | Refused:
    taken = statements.take(handoff_id)
    standing, new = _standing(handoff_id, taken), plan_of(version)
    outcome = versions.change_version(standing.plan, new, standing.handoff, command, now)
    if isinstance(outcome, Refused):
        return outcome
    models.Handoff.objects.filter(pk=handoff_id).update(runbook_version=version)
    _rename_deliveries(handoff_id, outcome)
    if not new.looks_beyond:
        statements.attend(handoff_id, None, taken.attend_at)
    moved = replace(standing, plan=new)
    return _followed(_append(moved, outcome, command, now, taken.columns, old_plan=standing.plan), now)


def _append(
    before: Change,
    events: tuple[e.Event, ...],
    command: c.Command,
    now: datetime,
    columns: Mapping[str, Any] | None = None,
    old_plan: Plan | None = None,
) -> Change:
    """`before` is the handoff as it stands, `columns` those of its row as they are, where they are known; `old_plan` is
    what it followed so far, where that was another version."""
    handoff_id, plan, was = before.handoff_id, before.plan, before.handoff
    _hold_company(plan, events)
    added = recorded(events, was, now, c.giver(command), acts_for(plan, was, command))
    after = fold(added, onto=was)
    statements.add_events([_event_row(handoff_id, one) for one in added])
    audited_events.tell(handoff_id, plan, was if was.number else fold(added[:1], onto=was), added)
    _keep_documents(handoff_id, plan, was, added)
    _enqueue_messages(handoff_id, plan, was, added)
    meeting_rows.keep(handoff_id, plan, after, added)
    invitations.enqueue(handoff_id, plan, was, after, added)
    outside.follow(handoff_id, plan, after, added)
    shown = project(plan, after, max(now, after.changed_at or now))
    written = statements.write(
        handoff_id,
        shown,
        columns,
        seats=was.people != after.people,
        like=like_facts(old_plan or plan, was) != like_facts(plan, after),
    )
    if written.revision not in {None, plan.company.revision}:
        raise CompanyChanges
    order_states.follow(handoff_id, plan, after, now)
    change = replace(before, events=added, handoff=after)
    notices.tell(change, was, shown.owing, written.owed, by=c.giver(command))
    return change


def _event_row(handoff_id: int, one: e.Recorded) -> statements.EventRow:
    by_id, by_name = one.by or (None, "")
    for_id, for_name = one.on_behalf_of or (None, "")
    kind, data = wire.kind_of(one.event), wire.encode(one.event).decode()
    return handoff_id, one.number, one.at, by_id, by_name, for_id, for_name, kind, data


class EventRow(Protocol):
    """What a row of an event has, read whole or as its columns."""

    number: int
    at: datetime
    by_id: int | None
    by_name: str
    on_behalf_of_id: int | None
    on_behalf_of_name: str
    kind: str
    data: str


OF_AN_EVENT = tuple(EventRow.__annotations__)


def event_of(row: EventRow) -> e.Recorded:
    by = Person(row.by_id, row.by_name) if row.by_id else None
    away = Person(row.on_behalf_of_id, row.on_behalf_of_name) if row.on_behalf_of_id else None
    return e.Recorded(number=row.number, at=row.at, by=by, event=wire.decode(row.kind, row.data), on_behalf_of=away)


def history_of(handoff_id: int) -> tuple[e.Recorded, ...]:
    return tuple(event_of(row) for row in models.Event.objects.filter(handoff=handoff_id).order_by("number"))


# What carries the digest of the document as it then was; silence only where it accepts.
Sealing = e.Signed | e.Shared | e.Accepted | e.RefusalOverruled | e.SilenceTaken
SEALING = (e.Signed, e.Shared, e.Accepted, e.RefusalOverruled, e.SilenceTaken)


def _keep_documents(handoff_id: int, plan: Plan, before: Handoff, added: tuple[e.Recorded, ...]) -> None:
    """What was signed or accepted, by whomever, is kept as it then read, under the digest that its event carries."""
    for at, one in enumerate(added):
        if isinstance(one.event, SEALING) and one.event.sha256:
            _keep_document(handoff_id, plan, fold(added[:at], onto=before), one, one.event)


def _rename_deliveries(handoff_id: int, events: tuple[e.Event, ...]) -> None:
    """The messages that went out, and what came in to them, are shown with their steps, under whatever name."""
    names = {was: name for one in events if isinstance(one, e.VersionChanged) for was, name in _steps(one)}
    if not names:
        return
    went, came = models.Delivery.objects.filter(handoff=handoff_id), models.Mail.objects.filter(handoff=handoff_id)
    out, back = list(went.only("step")), list(came.only("step"))
    rows: list[models.Delivery | models.Mail] = [*out, *back]
    for row in rows:
        name, at, item = row.step.partition("@")
        row.step = f"{names.get(name, name)}{at}{item}"
    models.Delivery.objects.bulk_update(out, ["step"])
    models.Mail.objects.bulk_update(back, ["step"])


def _steps(event: e.VersionChanged) -> Iterable[tuple[str, str]]:
    return event.names.get("steps", {}).items()


def _enqueue_messages(handoff_id: int, plan: Plan, before: Handoff, added: tuple[e.Recorded, ...]) -> None:
    """A message goes to whoever holds its roles when it is sent, where anybody of a team fills one, to all of it; and
    to each outside who has a letter."""
    for at, one in enumerate(added):
        if isinstance(one.event, e.Sent):
            then = fold(added[:at], onto=before)
            people = [person for role in one.event.to for person in all_who_hold(plan, then, role)]
            outside = [Contact(group=to.group, name=to.name, email=to.email) for to in one.event.letters if to.email]
            outbox.enqueue(handoff_id, one.number, one.event.step, people, outside, one.at)


_LONGEST_BY = 200
_ACTS = {e.Signed: "signed", e.Shared: "shared"}


def document_of(event: Sealing) -> str:
    """The name of the document that was kept; empty for the handover document."""
    return event.document if isinstance(event, e.Shared) else ""


def _keep_document(handoff_id: int, plan: Plan, handoff: Handoff, one: e.Recorded, event: Sealing) -> None:
    models.SignedDocument.objects.create(
        handoff_id=handoff_id,
        number=one.number,
        step=event.step,
        act=_ACTS.get(type(event), "accepted"),
        name=document_of(event),
        sha256=event.sha256,
        content=canonical_json(document(plan, handoff, document_of(event))),
        by_id=one.by.id if one.by else None,
        by_name=by_words(one.by, one.on_behalf_of)[:_LONGEST_BY] or "silence",
        at=one.at,
    )
