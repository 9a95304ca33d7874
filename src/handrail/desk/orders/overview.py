"""How an order stands in its validation, as its page shows it: who approves what, what is late, what is missing.

One rule: it only looks; what can be done here is tried with the handoff's own commands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from handrail.desk import catalogue, models
from handrail.desk.order_states import CONSULT, MAIL, RELEASE, SIGNS, WRITE, State
from handrail.desk.orders.sending import not_to_be_sent
from handrail.desk.orders.validating import version_of
from handrail.desk.queries.acting import Action, can
from handrail.desk.queries.due import Due, due
from handrail.desk.queries.message import DeliveryLine, deliveries_of
from handrail.desk.queries.opened import Opened, open_handoff
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import messaging, wire
from handrail.handoff.calendars import calendar_of
from handrail.handoff.history import StepState
from handrail.handoff.holders import holder_words
from handrail.handoff.owed import owed
from handrail.handoff.people import Actor, by_words
from handrail.handoff.refusal import Refused
from handrail.handoff.timing import due_at, warn_at
from handrail.order.facts import prepaid
from handrail.order.purchase import Order
from handrail.order.touched import APPROVALS
from handrail.runbook.model import Step

_TRIAL = "…"
_MOST_REJECTIONS = 10


@dataclass(frozen=True, kw_only=True)
class Approval:
    """`look` is how its badge looks, `word` what that says. `since` is when it was asked for, or given. `told` says who
    was turned to because it is late. Why I cannot decide is told where it is mine to decide, and yet not now."""

    name: str
    title: str
    who: str
    role: str
    look: str
    word: str
    since: datetime | None = None
    note: str = ""
    warns_at: datetime | None = None
    due_at: datetime | None = None
    told: tuple[str, ...] = ()
    approve: Action | None = None
    reject: Action | None = None
    again: Action | None = None

    @property
    def why_not(self) -> str:
        one = self.approve
        return one.why_not if one is not None and not one.possible and one.code != "not-yours" else ""


@dataclass(frozen=True, kw_only=True)
class Rejection:
    who: str
    title: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Answered:
    title: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """What Customer Success says; nothing of it while it is still asked. `look` and `word` are its badge's."""

    look: str
    word: str
    who: str
    answers: tuple[Answered, ...]


@dataclass(frozen=True, kw_only=True)
class Work:
    """A step that is done on its own page, with whose it is."""

    name: str
    title: str
    who: str
    due: Due | None
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class Mailed:
    """`copies` are what went out, the newest first. `why_not` says why nothing went; while somebody still owes it, that
    is `who`."""

    copies: tuple[DeliveryLine, ...]
    why_not: str = ""
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """`number` is that of the last event that is shown. `route` says in words who approves, `level` up to whom the
    discounts go. `rejections` are those since the order was submitted last, while it is with Sales."""

    handoff_id: int
    number: int
    route: str
    level: str
    approvals: tuple[Approval, ...]
    rejections: tuple[Rejection, ...]
    consultation: Consultation | None
    work: tuple[Work, ...]
    cannot_send: Refused | None
    mailed: Mailed | None
    trigger_by: str
    prepaid: tuple[str, ...]
    is_over: bool

    @property
    def given(self) -> int:
        return sum(one.look == "done" for one in self.approvals)


def overview(row: models.Order, order: Order, me: Actor, now: datetime) -> Overview | None:
    """None while it has not been submitted."""
    if row.handoff_id is None:
        return None
    at = open_handoff(row.handoff_id)
    last = row.versions.order_by("-number").first()
    submitted = version_of(last) if last is not None else None
    release = at.state.steps.get(RELEASE)
    return Overview(
        handoff_id=row.handoff_id,
        number=at.state.number,
        route=_route(at),
        level=at.state.outputs_of("discount").get("alert", ""),
        approvals=tuple(_approvals(at, me, now)),
        rejections=_rejections(row, last) if row.state == State.RETURNED else (),
        consultation=_consultation(at),
        work=tuple(_work(at, me, now)),
        cannot_send=not_to_be_sent(at.plan, at.state, order, submitted),
        mailed=_mailed(at, me, now),
        trigger_by=by_words(release.by, release.on_behalf_of) if release and release.state == "done" else "",
        prepaid=prepaid(order, catalogue.version(row.catalogue_id)) if row.catalogue_id else (),
        is_over=at.state.is_over,
    )


def _route(at: Opened) -> str:
    by = at.state.outputs_of("route").get("by", "")
    if by == "one action":
        return "In the catalogue and without findings: one action of Customer Success."
    if not by:
        return "Who approves is not decided yet."
    above = {"Sales Director": ", then the Sales Director", "Managing Director": ", then both directors"}
    level = at.state.outputs_of("discount").get("alert", "")
    return f"Customer Success, Finance and Sales, at the same time{above.get(level, '')}."


# ------------------------------------------------------------------------------------------------------- the approvals


def _approvals(at: Opened, me: Actor, now: datetime) -> Iterator[Approval]:
    turned_to: dict[str, tuple[str, ...]] = {}
    for one in owed(at.plan, at.state):
        if one.sort == "escalation" and one.person is not None:
            turned_to[one.name] = (*turned_to.get(one.name, ()), one.person.name)
    for name in APPROVALS:
        if name in at.plan.runbook.steps and at.state.state_of(name) != "not needed":
            yield _approval(at, at.plan.runbook.steps[name], turned_to.get(name, ()), me, now)


def _approval(at: Opened, step: Step, told: tuple[str, ...], me: Actor, now: datetime) -> Approval:
    known, role = at.state.steps.get(step.name), step.asked[0]
    base = Approval(
        name=step.name,
        title=step.title,
        role=at.plan.role_title(role),
        who=holder_words(at.plan, at.state, role),
        look="waiting",
        word="Not asked yet",
    )
    if known is not None and known.state == "done":
        return replace(
            base,
            who=by_words(known.by, known.on_behalf_of),
            look="done",
            word="Approved",
            since=known.since,
            note=known.note,
            again=can(at, c.Reopen(by=me, step=step.name, reason=_TRIAL), now),
        )
    is_open = known is not None and known.state == "open"
    return _asked(at, step, known, replace(base, told=told), me, now) if known is not None and is_open else base


def _asked(at: Opened, step: Step, known: StepState, base: Approval, me: Actor, now: datetime) -> Approval:
    ends, warns = due_at(at.plan, at.state, step), warn_at(at.plan, at.state, step)
    is_late, is_warned = ends is not None and ends <= now, warns is not None and warns <= now
    return replace(
        base,
        look="late" if is_late else "due soon" if is_warned else "open",
        word="Late" if is_late else "Soon late" if is_warned else "To decide",
        since=known.since,
        warns_at=None if is_warned else warns,
        due_at=ends,
        approve=can(at, c.Approve(by=me, step=step.name), now),
        reject=can(at, c.Reject(by=me, step=step.name, reason=_TRIAL), now),
    )


def _rejections(row: models.Order, last: models.OrderVersion | None) -> tuple[Rejection, ...]:
    """Since it was submitted last, newest first; and what Sales itself said when it took the order back."""
    found = models.Event.objects.filter(handoff=row.handoff_id, kind__in=[e.Rejected.__name__, e.Reopened.__name__])
    if last is not None:
        found = found.filter(at__gte=last.at)
    rows = found.order_by("-number")[:_MOST_REJECTIONS]
    return tuple(one for one in map(_rejection, rows) if one is not None)


def _rejection(row: models.Event) -> Rejection | None:
    who = f"{row.by_name}, for {row.on_behalf_of_name}" if row.on_behalf_of_name else row.by_name
    match wire.decode(row.kind, row.data):
        case e.Rejected(step=step, reason=reason):
            return Rejection(who=who, title=APPROVALS.get(step, step), reason=reason, at=row.at)
        case e.Reopened(step=step, reason=reason) if step == WRITE:
            return Rejection(who=who, title="Taken back", reason=reason, at=row.at)
        case _:
            return None


# ------------------------------------------------------------------------------------------------- what else there is


def _consultation(at: Opened) -> Consultation | None:
    known, form = at.state.steps.get(CONSULT), at.plan.form_of(CONSULT) if CONSULT in at.plan.runbook.steps else None
    if form is None or known is None or known.state == "not needed":
        return None
    answers = at.state.answers.get(CONSULT, {})
    role = at.plan.runbook.steps[CONSULT].asked[0]
    return Consultation(
        look="done" if known.state == "done" else "open",
        word="Consulted" if known.state == "done" else "Still asked",
        who=by_words(known.by) if known.state == "done" else holder_words(at.plan, at.state, role),
        answers=tuple(
            Answered(title=field.title, value=str(said.value or said.reason or ""))
            for field in at.plan.fields_of(CONSULT)
            if (said := answers.get(field.name)) is not None and not said.is_missing
        ),
    )


def _mailed(at: Opened, me: Actor, now: datetime) -> Mailed | None:
    """None before the order is sent, and where its runbook mails nothing."""
    known, step = at.state.steps.get(MAIL), at.plan.runbook.steps.get(MAIL)
    if step is None or known is None or known.state not in {"open", "done"}:
        return None
    copies = deliveries_of(at, step, me, now)
    if known.state == "done":
        return Mailed(copies=copies, why_not="" if copies else known.note)
    refused = messaging.send(at.plan, at.state, c.Send(by=me, step=MAIL))
    who = " and ".join(holder_words(at.plan, at.state, role) for role in step.asked)
    return Mailed(copies=copies, why_not=refused.says if isinstance(refused, Refused) else "", who=who)


# What has a page of its own in the handoff, and is not done here.
_ELSEWHERE = (
    "write-statement-of-work",
    CONSULT,
    "shut-invoicing",
    MAIL,
    SIGNS,
    RELEASE,
    "accept",
    "date-earlier-services",
)


def _work(at: Opened, me: Actor, now: datetime) -> Iterator[Work]:
    mine = {person.id for person in me.acts_as}
    for name in _ELSEWHERE:
        step = at.plan.runbook.steps.get(name)
        if step is None or at.state.state_of(name) != "open":
            continue
        zone, holders = calendar_of(at.plan, at.state, step).zone, [at.state.people.get(role) for role in step.asked]
        yield Work(
            name=name,
            title=step.title,
            who=" and ".join(holder_words(at.plan, at.state, role) for role in step.asked),
            due=due(due_at(at.plan, at.state, step), zone, now),
            is_mine=any(one is not None and one.id in mine for one in holders),
        )
