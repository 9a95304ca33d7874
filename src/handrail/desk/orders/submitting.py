"""What an order says to the handoff that validates it: the commands of one submission, each made from how the handoff
stands after the one before.

One rule: nothing is recorded here. Whoever submits gives each command that comes, until none is left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from babel import Locale

from handrail.desk.order_states import CHANGED, CONSULT, WORK, WRITE
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from handrail.handoff.history import Handoff
from handrail.handoff.people import Actor
from handrail.handoff.plan import Plan, canonical
from handrail.order.facts import facts_of
from handrail.order.purchase import Invoice, Order
from handrail.order.touched import FIRST, NOTHING, Changed, Version, changes, outcome_of
from handrail.runbook.kinds import Unfit, Written

_PACK = "add-starter-pack"
_LONGEST_NOTE = 4000
_AS_IT_WAS = "The order is as it was."


@dataclass(frozen=True, kw_only=True)
class Submission:
    """`before` is what was submitted last, None where this is the first time. `desk` gives the facts, `sales` does the
    steps of Sales, as whoever holds that role or in their stead."""

    version: Version
    before: Version | None
    desk: Actor
    sales: Actor
    source: str

    @property
    def changes(self) -> tuple[Changed, ...]:
        return changes(self.before, self.version) if self.before is not None else ()


def facts_in(plan: Plan, version: Version) -> dict[str, Written | None]:
    """Those that the runbook asks for, as it keeps them. What it cannot read stays as it is, so that the ledger says
    what is wrong with it."""
    told = facts_of(version.order, version.catalogue, version.findings)
    return {name: _kept(plan, name, value) for name, value in told.items() if name in plan.runbook.facts}


def _kept(plan: Plan, name: str, value: Written | None) -> Written | None:
    if value is None:
        return None
    kept = canonical(plan.kinds[name], value)
    return value if isinstance(kept, Unfit) else kept


def following(plan: Plan, handoff: Handoff, submission: Submission, since: int) -> tuple[int, c.Command] | None:
    """The next command and its place, of those from the place `since` on; None once all is said."""
    for place, make in enumerate(_EACH[since:], start=since):
        command = make(plan, handoff, submission)
        if command is not None:
            return place, command
    return None


def _facts(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    facts = facts_in(plan, at.version)
    news = {name: value for name, value in facts.items() if value != _known(handoff, name)}
    return c.GiveFacts(by=at.desk, values=news, source=at.source) if news else None


def _known(handoff: Handoff, name: str) -> Written | None:
    known = handoff.facts.get(name)
    return known.value if known is not None else None


def _answers(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    if handoff.state_of(WRITE) != "open":
        return None
    return c.AnswerForm(by=at.sales, step=WRITE, answers=_written(at.version.order))


def _written(order: Order) -> Mapping[str, Answer]:
    one = order.invoice
    contact = ", ".join(part for part in (one.name, one.email, one.phone) if part)
    return {
        "country": _answer(Locale("en").territories.get(order.country, order.country)),
        "invoice_contact": _answer(contact),
        "invoice_address": _answer(address_words(one)),
    }


def address_words(invoice: Invoice) -> str:
    """In one line."""
    one = invoice.address
    town = " ".join(part for part in (one.postal_code, one.city) if part)
    return ", ".join(part for part in (one.company, one.street, town, one.area, one.country) if part)


def _answer(text: str) -> Answer:
    return Answer(value=text if text.strip() else "The order does not say.")


def _sign(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    return c.Sign(by=at.sales, step=WRITE) if handoff.state_of(WRITE) == "open" else None


def _pack(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    """The order desk puts the starter pack on by itself (S4.4)."""
    return c.Finish(by=at.sales, step=_PACK) if handoff.state_of(_PACK) == "open" else None


def _consult_again(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    """What Customer Success said of a service that is another now is not said of this one (S4.12)."""
    products = at.version.catalogue.products
    about = [
        one.says for one in at.changes if one.area == "services" and one.sku in products and products[one.sku].consults
    ]
    return _again(handoff, at, CONSULT, about)


def _work_again(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    """The estimate is of the statement of work as it was (S4.14)."""
    was = at.before.order.work if at.before is not None else None
    now = at.version.order.work
    rewritten = was is not None and now is not None and was.text != now.text
    return _again(handoff, at, WORK, ["the statement of work was rewritten"] if rewritten else [])


def _again(handoff: Handoff, at: Submission, step: str, because: list[str]) -> c.Command | None:
    if not because or handoff.state_of(step) != "done":
        return None
    return c.Reopen(by=at.desk, step=step, reason=_note(because))


def _open_changed(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    """It is said anew each time."""
    if at.before is None or handoff.state_of(CHANGED) != "done":
        return None
    return c.Reopen(by=at.desk, step=CHANGED, reason="The order was submitted again.")


def _say_changed(plan: Plan, handoff: Handoff, at: Submission) -> c.Command | None:
    if handoff.state_of(CHANGED) != "open":
        return None
    if at.before is None:
        return c.Finish(by=at.sales, step=CHANGED, outcome=FIRST)
    found = at.changes
    outcome = outcome_of(found)
    note = _AS_IT_WAS if outcome == NOTHING else _note([one.says for one in found])
    return c.Finish(by=at.sales, step=CHANGED, outcome=outcome, note=note)


def _note(clauses: list[str]) -> str:
    text = f"{'; '.join(clauses)}."
    text = text[:1].upper() + text[1:]
    return text if len(text) <= _LONGEST_NOTE else f"{text[: _LONGEST_NOTE - 1]}…"


# Each is done once in a submission, in this order.
_EACH: tuple[Callable[[Plan, Handoff, Submission], c.Command | None], ...] = (
    _facts,
    _answers,
    _sign,
    _pack,
    _consult_again,
    _work_again,
    _open_changed,
    _say_changed,
)
