"""Whatever anybody does, in whatever order: no order leaves without an approval that it needs, nor is it invoiced.

One rule: what an order needs is worked out here anew, from what was changed; the code that asks is not asked.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handrail.desk.order_states import is_led, standing_of
from handrail.desk.orders.sending import not_to_be_sent
from handrail.desk.orders.submitting import Submission, facts_in, following
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from handrail.handoff.history import Handoff, evolve
from handrail.handoff.life import acts_for, decide, recorded
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.order import samples
from handrail.order.finding import Finding
from handrail.order.purchase import Address, Invoice, Line, Order, Verified
from handrail.order.touched import Version
from handrail.runbook.loading import load
from tests.spec.chapter import RUNBOOKS
from tests.spec.office import OFFICE

BEGIN = datetime(2027, 1, 4, 14, tzinfo=UTC)
ROLES = {
    "sales": Person(1, "Sam"),
    "sales_manager": Person(2, "Mona"),
    "sales_director": Person(3, "Dirk"),
    "managing_director": Person(4, "Greta"),
    "success": Person(5, "Cara"),
    "finance": Person(6, "Fay"),
}
OPERATIONS = Actor(person=Person(7, "Olga"), operations=True)
ACTORS = {role: Actor(person=person) for role, person in ROLES.items()} | {"operations": OPERATIONS}
CATALOGUE = samples.catalogue()

ONE, CUSTOMER, FINANCE, SALES = "validate", "approve-by-customer-success", "approve-by-finance", "approve-by-sales"
DIRECTOR, TOP = "approve-by-sales-director", "approve-by-managing-director"
APPROVALS = (ONE, CUSTOMER, FINANCE, SALES, DIRECTOR, TOP)
# What of an order can be another, and who approves that.
CONCERNS = {
    "discount": {ONE, FINANCE, SALES, DIRECTOR, TOP},
    "number": set(APPROVALS),
    "territory": {ONE, CUSTOMER, SALES},
    "phone": {FINANCE},
    "language": set[str](),
    "warning": {ONE, CUSTOMER, FINANCE, SALES},
}
CHOICES = {
    "discount": ("0", "10", "20", "40"),
    "number": ("1", "2"),
    "territory": ("Europe", "Worldwide"),
    "phone": ("1", "2"),
    "language": ("en", "de"),
    "warning": ("", "odd"),
}
STEPS = ("write-order", "say-what-changed", *APPROVALS, "consult-customer-success", "send-order", "customer-signs")
BY_HAND = ("write-order", "say-what-changed", "send-order", "customer-signs", "shut-invoicing", "release-invoicing")


def plan() -> Plan:
    path = Path(RUNBOOKS) / "order-validation.yaml"
    runbook = load(path.read_text(encoding="utf-8"), path.name).runbook
    assert runbook is not None
    return Plan(runbook, OFFICE)


PLAN = plan()


def needed(says: dict[str, str]) -> set[str]:
    """What an order that says this needs: three where anything is not standard, and the directors above them."""
    if says["discount"] == "0" and not says["warning"]:
        return {ONE}
    above = {"20": {DIRECTOR}, "40": {DIRECTOR, TOP}}.get(says["discount"], set())
    return {CUSTOMER, FINANCE, SALES} | above


def version_of(says: dict[str, str], *, verified: bool) -> Version:
    whole = Decimal("12000") * Decimal(says["number"])
    discount = whole * Decimal(says["discount"]) / 100
    line = Line(
        number=1,
        sku="SUB-EDIT",
        quantity=Decimal(says["number"]),
        list_price=Decimal("12000"),
        discount_percent=Decimal(says["discount"]),
        discount=discount,
        sold_price=whole - discount,
    )
    help_on_site = Line(
        number=2, sku="OS-DAY", list_price=Decimal(1600), discount_percent=Decimal(0), sold_price=Decimal(1600)
    )
    seen = Verified(at=BEGIN, by="Fay") if verified else None
    order = Order(
        number="O-1",
        customer="Cedar Falls",
        currency="EUR",
        ordered_on=date(2027, 1, 4),
        lines=(line, help_on_site),
        country="DE",
        language=says["language"],
        territory=says["territory"],
        invoice=Invoice(name="Ana", email="ana@example.org", phone=says["phone"], address=Address(), verified=seen),
    )
    odd = Finding(rule="odd", severity="warning", says="It is odd.", remedy="Approve it.", serves="S4.13", line=1)
    return Version(order=order, catalogue=CATALOGUE, findings=(odd,) if says["warning"] else ())


class OrderLife(RuleBasedStateMachine):
    """`says` is the order as it stands, `submitted` as it was submitted last; `good` are the approvals that were given
    and that no later version touched."""

    @initialize(at=st.tuples(*(st.integers(0, 3) for _ in CHOICES)))
    def begins(self, at: tuple[int, ...]) -> None:
        self.now, self.handoff, self.keys = BEGIN, Handoff(), 0
        self.says = {name: values[i % len(values)] for i, (name, values) in zip(at, CHOICES.items(), strict=True)}
        self.submitted: dict[str, str] | None = None
        self.verified = False
        self.good: set[str] = set()
        self.sent: dict[str, str] | None = None
        self.submit()

    # ---------------------------------------------------------------------------------------------- what is done to it

    @rule(name=st.sampled_from(sorted(CHOICES)), at=st.integers(0, 3))
    def change(self, name: str, at: int) -> None:
        if self.state in {"draft", "returned"}:
            self.says = {**self.says, name: CHOICES[name][at % len(CHOICES[name])]}

    @rule(name=st.sampled_from(sorted(CHOICES)), at=st.integers(0, 3))
    def change_what_is_settled(self, name: str, at: int) -> None:
        """Sales takes it back, and submits it again."""
        for step in ("write-order", "say-what-changed"):
            self._by_hand(c.Reopen(by=OPERATIONS, step=step, reason="It changes."))
        self.change(name, at)
        self.submit()

    @rule()
    def submit(self) -> None:
        if self.state not in {"draft", "returned"}:
            return
        version, before = self._version(self.says), self.submitted
        if before is None:
            facts = {name: value for name, value in facts_in(PLAN, version).items() if value is not None}
            assert self._give(c.Start(by=OPERATIONS, customer_id=1, customer="Cedar Falls", facts=facts, people=ROLES))
        at, since = (
            Submission(
                version=version,
                before=self._version(before) if before is not None else None,
                desk=OPERATIONS,
                sales=ACTORS["sales"],
                source="Order O-1",
            ),
            0,
        )
        while (then := following(PLAN, self.handoff, at, since)) is not None:
            assert self._give(then[1]), then[1]
            since = then[0] + 1
        for name, concerns in CONCERNS.items():
            if (
                before is not None
                and before[name] != self.says[name]
                and not (name == "warning" and not self.says[name])
            ):
                self.good -= concerns
        if before is not None and before != self.says:
            self.sent = None
        self.submitted = dict(self.says)

    @rule(role=st.sampled_from(sorted(ACTORS)), step=st.sampled_from(APPROVALS))
    def approve(self, role: str, step: str) -> None:
        if self._by_hand(c.Approve(by=ACTORS[role], step=step)):
            self.good.add(step)

    @rule(but=st.sampled_from(("", "", *APPROVALS)))
    def everybody_approves(self, but: str) -> None:
        """So that lives get somewhere."""
        self.consult()
        for step in APPROVALS:
            for role in PLAN.runbook.steps[step].asked if step != but else ():
                self.approve(role, step)

    @rule(role=st.sampled_from(sorted(ACTORS)), step=st.sampled_from(APPROVALS))
    def reject(self, role: str, step: str) -> None:
        if self._by_hand(c.Reject(by=ACTORS[role], step=step, reason="No.")):
            self.good.discard(step)

    @rule(role=st.sampled_from(sorted(ACTORS)), step=st.sampled_from(STEPS))
    def reopen(self, role: str, step: str) -> None:
        if self._by_hand(c.Reopen(by=ACTORS[role], step=step, reason="Again.")):
            self.good.discard(step)

    @rule()
    def consult(self) -> None:
        step, fields = "consult-customer-success", ("feasibility", "expectations", "workload", "relationship")
        answers = {name: Answer(value="Yes") for name in fields}
        self._by_hand(c.AnswerForm(by=ACTORS["success"], step=step, answers=answers))
        self._by_hand(c.Sign(by=ACTORS["success"], step=step))

    @rule()
    def verify(self) -> None:
        self.verified = True

    @rule(role=st.sampled_from(sorted(ACTORS)))
    def lie_about_the_facts(self, role: str) -> None:
        self._by_hand(c.GiveFacts(by=ACTORS[role], values={"discount_level": "nobody", "findings": []}))

    @rule(step=st.sampled_from(BY_HAND), outcome=st.sampled_from(["", "first version", "nothing", "wording only"]))
    def do_it_in_the_handoff(self, step: str, outcome: str) -> None:
        for role in PLAN.runbook.steps[step].asked:
            for item in PLAN.runbook.steps[step].evidence:
                self.keys += 1
                link = "https://example.com/"
                self._by_hand(c.AddEvidence(by=ACTORS[role], step=step, key=f"k{self.keys}", item=item.name, link=link))
            self._by_hand(c.Sign(by=ACTORS[role], step=step))
            self._by_hand(c.Finish(by=ACTORS[role], step=step, outcome=outcome, note="So."))

    @rule()
    def send(self) -> None:
        if self.submitted is None:
            return
        order, before = self._version(self.says).order, self._version(self.submitted)
        if not_to_be_sent(PLAN, self.handoff, order, before) is not None:
            return
        self.keys += 1
        by, link = ACTORS["sales"], "https://example.com/"
        for command in (
            c.GiveFacts(by=OPERATIONS, values={"invoice_contact_verified": "yes"}),
            c.AddEvidence(by=by, step="send-order", key=f"k{self.keys}", item="order", link=link),
            c.Finish(by=by, step="send-order"),
        ):
            assert self._give(command), command
        self.sent = dict(self.says)

    @rule()
    def goes_to_its_end(self) -> None:
        """As far as it may: sent, signed, invoiced."""
        self.verify()
        self.send()
        for step in ("customer-signs", "shut-invoicing", "release-invoicing"):
            self.do_it_in_the_handoff(step, "")

    @rule()
    def finish_sending_without_the_order(self) -> None:
        """Even where nobody looked at the order, the runbook's own needs hold."""
        if self._give(c.Finish(by=ACTORS["sales"], step="send-order")):
            self.sent = dict(self.submitted or {})

    # --------------------------------------------------------------------------------------------- what always holds

    @invariant()
    def nothing_leaves_without_its_approvals(self) -> None:
        if self.state in {"approved", "sent", "signed", "taken over"}:
            assert self.submitted is not None
            missing = needed(self.submitted) - self.good
            assert not missing, f"{self.state} without {missing}: {self.submitted}"

    @invariant()
    def customer_has_what_was_approved(self) -> None:
        if self.state in {"sent", "signed", "taken over"}:
            assert self.sent == self.submitted

    @invariant()
    def trigger_is_shut_before_it_is_signed(self) -> None:
        if self.submitted is not None and standing_of(PLAN, self.handoff).trigger == "open":
            assert self.state in {"signed", "taken over"}

    # ------------------------------------------------------------------------------------------------------------ how

    @property
    def state(self) -> str:
        return standing_of(PLAN, self.handoff).state if self.submitted is not None else "draft"

    def _version(self, says: dict[str, str]) -> Version:
        return version_of(says, verified=self.verified)

    def _by_hand(self, command: c.Command) -> bool:
        return self.submitted is not None and not is_led(PLAN, command) and self._give(command)

    def _give(self, command: c.Command) -> bool:
        self.now += timedelta(minutes=7)
        outcome = decide(PLAN, self.handoff, command, self.now)
        if isinstance(outcome, Refused):
            return False
        by, away = c.giver(command), acts_for(PLAN, self.handoff, command)
        for one in recorded(outcome, self.handoff, self.now, by, away):
            self.handoff = evolve(self.handoff, one)
        return bool(outcome) or isinstance(command, c.GiveFacts | c.AnswerForm)


TestOrderLife = OrderLife.TestCase
TestOrderLife.settings = settings(
    max_examples=int(os.environ.get("HANDRAIL_TEST_LIVES", "96")) // 8,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
