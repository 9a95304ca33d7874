"""Submitting an order: it is kept as it is, and its handoff is begun, or told what is new.

One rule: all of a submission is written in one transaction, or nothing is; what is wrong with it is said all at once.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from handrail.desk import audit, catalogue, ledger, models
from handrail.desk.order_states import CHANGED, WRITE, State
from handrail.desk.orders.checking import recheck
from handrail.desk.orders.holding import WRITTEN, Held, changed, held
from handrail.desk.orders.staffing import SALES, people_in
from handrail.desk.orders.submitting import Submission, facts_in, following
from handrail.desk.people import person_of
from handrail.desk.permissions import writes_orders
from handrail.desk.runbooks import ORDERS, plan_of
from handrail.desk.starting import current_version
from handrail.desk.succession import as_operations
from handrail.handoff import commands as c
from handrail.handoff.holders import holder_of
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import without_reason
from handrail.order.finding import Finding
from handrail.order.purchase import Order
from handrail.order.touched import APPROVALS, Version, asked, changes
from handrail.order.wire import as_json, decode_findings, decode_order

_TAKES_BACK: frozenset[str] = frozenset({State.VALIDATION, State.APPROVED, State.SENT, State.SIGNED})
_MOST_TRIES = 5


class _Stops(Exception):
    """What was written so far is to be taken back, since the handoff refuses what comes next."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.says)
        self.refused = refused


def submit(order_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """Raises `models.Order.DoesNotExist`."""
    return in_one(lambda: _submit(order_id, by, now))


def take_back(order_id: int, *, reason: str, by: models.Person, now: datetime) -> Refused | None:
    """Return it to Sales though nobody rejected it, to change it. Raises `models.Order.DoesNotExist`."""

    def write() -> Refused | None:
        at = hold(order_id)
        refused = writes_orders(by) or without_reason(reason, "take it back") or _cannot_take_back(at.row)
        if refused is not None or at.row.handoff_id is None:
            return refused
        stands = ledger.standing(at.row.handoff_id).handoff
        for step in (WRITE, CHANGED):
            if stands.state_of(step) == "done":
                give(at.row.handoff_id, c.Reopen(by=as_operations(by), step=step, reason=reason), now)
        return None

    return in_one(write)


def _cannot_take_back(row: models.Order) -> Refused | None:
    if row.state in _TAKES_BACK:
        return None
    says = f"This order is {State(row.state).label.lower()}: there is nothing to take back."
    return Refused(code="state", says=says)


def in_one(write: Callable[[], Refused | None]) -> Refused | None:
    """In one transaction, begun again where the company changed under it, and taken back where it is refused."""
    for _ in range(_MOST_TRIES):
        try:
            return _taken_back_where_refused(write)
        except ledger.CompanyChanges:
            continue
    return Refused(code="busy", says="The company is being changed just now. Try again in a minute.")


def _taken_back_where_refused(write: Callable[[], Refused | None]) -> Refused | None:
    try:
        with transaction.atomic():
            refused = write()
            if refused is not None:
                raise _Stops(refused)
    except _Stops as stop:
        return stop.refused
    return None


def hold(order_id: int) -> Held:
    """The order with its handoff, in the order in which everybody holds them: the handoff first, since whoever changes
    that writes where the order stands."""
    handoff_id = models.Order.objects.values_list("handoff", flat=True).get(pk=order_id)
    if handoff_id is not None:
        ledger.standing(handoff_id)
    return held(order_id)


def give(handoff_id: int, command: c.Command, now: datetime) -> ledger.Change:
    """What the order itself says to its handoff. Raises `_Stops` where that refuses it."""
    outcome = ledger.record_within(handoff_id, command, now=now)
    if isinstance(outcome, Refused):
        raise _Stops(outcome)
    return outcome


def _submit(order_id: int, by: models.Person, now: datetime) -> Refused | None:
    at = hold(order_id)
    sold_from = catalogue.current()
    refused = writes_orders(by) or _settled(at.row) or (_NO_CATALOGUE if sold_from is None else None)
    if refused is not None or sold_from is None:
        return refused
    findings = recheck(at.row, at.order, now=now)
    refused = cannot_be_sold(at.order, findings)
    if refused is not None:
        return refused
    before = last_version(at.row)
    version = Version(order=at.order, catalogue=catalogue.version(sold_from.pk), findings=findings)
    given_before = _given(at.row)
    handoff_id = at.row.handoff_id or _begin(at, version, by, now)
    submission = Submission(
        version=version,
        before=before,
        desk=as_operations(by),
        sales=as_sales(handoff_id, by),
        source=f"Order {at.row.number}",
    )
    _tell(handoff_id, submission, now)
    _keep(at.row, submission, sold_from, given_before, by, now)
    return None


_NO_CATALOGUE = Refused(
    code="no-catalogue", says="No catalogue is published, so nothing can be sold yet. CS Operations publishes it."
)


def cannot_submit(row: models.Order, order: Order) -> Refused | None:
    """As far as is known without holding it against the catalogue again."""
    return _settled(row) or cannot_be_sold(order, decode_findings(row.findings))


def _settled(row: models.Order) -> Refused | None:
    if row.state in WRITTEN:
        return None
    says = f"This order is {State(row.state).label.lower()}: it has been submitted already."
    return Refused(code="state", says=says)


def cannot_be_sold(order: Order, findings: tuple[Finding, ...]) -> Refused | None:
    """Every reason for which nobody could approve it."""
    errors = tuple(one for one in findings if one.severity == "error")
    mistakes = tuple(Mistake(field=_field(one), says=_reason(one)) for one in errors)
    if not order.lines:
        mistakes = (Mistake(field="lines", says="It has no lines: add what is sold."), *mistakes)
    if not mistakes:
        return None
    count = "1 thing has" if len(mistakes) == 1 else f"{len(mistakes)} things have"
    says = f"This order cannot be sold as it is: {count} to be corrected before anybody is asked."
    return Refused(code="not-sellable", says=says, mistakes=mistakes)


def _field(one: Finding) -> str:
    return f"line-{one.line}" if one.line is not None else one.field or "order"


def _reason(one: Finding) -> str:
    where = f"Line {one.line}: " if one.line is not None else ""
    return f"{where}{one.says} {one.remedy}".strip()


# ------------------------------------------------------------------------------------------------------- its handoff


def _begin(at: Held, version: Version, by: models.Person, now: datetime) -> int:
    """A handoff of its own, beside those of the customer's other orders. Raises `_Stops`."""
    current = current_version(ORDERS)
    if current is None:
        raise _Stops(Refused(code="no-runbook", says="The runbook that validates orders is not published here."))
    customer = models.Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=at.row.customer_id)
    plan, writer = plan_of(current), at.row.writer or by
    facts = facts_in(plan, version)
    command = c.Start(
        by=as_operations(by),
        customer_id=customer.pk,
        customer=customer.name,
        facts={name: value for name, value in facts.items() if value is not None},
        people=people_in(plan, at.order, writer=writer, customer=customer),
        source=f"Order {at.row.number}",
        phase=at.row.number,
    )
    started = ledger.start(current, command, now=now, project_id=_beside(customer))
    if isinstance(started, Refused):
        raise _Stops(started)
    at.row.handoff_id = started.handoff_id
    models.Order.objects.filter(pk=at.row.pk).update(handoff=started.handoff_id)
    return started.handoff_id


def _beside(customer: models.Customer) -> int | None:
    """The project that the customer's other orders are phases of, while any of them goes on."""
    running = customer.handoffs.filter(runbook=ORDERS, status=models.Handoff.Status.RUNNING).order_by("pk").first()
    return (running.project_id or running.pk) if running is not None else None


def as_sales(handoff_id: int, by: models.Person) -> Actor:
    """Whoever holds the role of Sales, or the one who submits in their stead."""
    at = ledger.standing(handoff_id)
    holder = holder_of(at.plan, at.handoff, SALES)
    me = person_of(by)
    away = (holder,) if holder is not None and holder.id != me.id else ()
    return Actor(person=me, operations=True, stands_in_for=away)


def _tell(handoff_id: int, submission: Submission, now: datetime) -> None:
    since = 0
    while True:
        at = ledger.standing(handoff_id)
        then = following(at.plan, at.handoff, submission, since)
        if then is None:
            return
        give(handoff_id, then[1], now)
        since = then[0] + 1


# ------------------------------------------------------------------------------------------------------- its versions


def last_version(row: models.Order) -> Version | None:
    """As it was submitted last."""
    last = row.versions.order_by("-number").first()
    return version_of(last) if last is not None else None


def version_of(kept: models.OrderVersion) -> Version | None:
    if kept.catalogue_id is None:
        return None
    return Version(
        order=decode_order(kept.content),
        catalogue=catalogue.version(kept.catalogue_id),
        findings=decode_findings(kept.findings),
    )


def _given(row: models.Order) -> frozenset[str]:
    """The approvals that stand before the order is submitted."""
    if row.handoff_id is None:
        return frozenset()
    handoff = ledger.standing(row.handoff_id).handoff
    return frozenset(name for name in APPROVALS if handoff.state_of(name) == "done")


def _keep(
    row: models.Order,
    submission: Submission,
    sold_from: models.CatalogueVersion,
    given: frozenset[str],
    by: models.Person,
    now: datetime,
) -> None:
    row.refresh_from_db()
    found = changes(submission.before, submission.version) if submission.before else ()
    asks = [as_json(one) for one in asked(found) if one.approval in given]
    number = (row.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    models.OrderVersion.objects.create(
        order=row,
        number=number,
        content=row.content,
        catalogue=sold_from,
        findings=row.findings,
        changes=[as_json(one) for one in found],
        asks=asks,
        by=by,
        by_name=by.name,
        at=now,
    )
    changed(row, now)
    audit.write(
        action="submitted",
        about="order",
        key=row.pk,
        name=row.number,
        says=f"Version {number}, with catalogue {sold_from.number}.",
        by=audit.person(by),
        at=now,
    )
