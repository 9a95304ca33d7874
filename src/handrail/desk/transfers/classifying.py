"""How each account of a transfer is transferred, as the runbook's decision says of what is known of it; its weights.

One rule: the words are the table's own, with its note; what is undecided says which fact is missing, and stays empty.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from handrail.book.account import Measures
from handrail.book.effort import EffortTable, Weighed, effort_of, table_of
from handrail.book.transfer import OPEN_LINES, cannot_change
from handrail.desk import models
from handrail.desk.account_facts import Facts, facts_of
from handrail.desk.imports.plan import chunks
from handrail.desk.runbooks import plan_of
from handrail.desk.transfers.holding import changed, held
from handrail.handoff import derived
from handrail.handoff.history import Handoff, KnownFact
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.inquiry import Answer, Inquiry
from handrail.runbook.kinds import Scalar, Value, Written, spoken
from handrail.runbook.model import Decision, Runbook
from handrail.runbook.tables.deciding import Decided

CHUNK = 500
WAY = "way"
_LONGEST = 1_000

NO_RUNBOOK = "The transfer follows no runbook, so that nothing decides how the account is transferred."
NO_DECISION = "The runbook decides nothing called “way”, so that somebody says how the account is transferred."
NO_ACCOUNT = "This is on no account: there is nothing to decide, and it is moved by itself."


AT_ONCE = 1_000  # more are classified by the worker, while the page can be looked at
_BATCH = 200


def classify(transfer_id: int, *, now: datetime, anew: bool = False) -> Refused | None:
    """Fills the way, the rule and the measures of the open lines that have none yet; `anew` of all. Very many are left
    to the worker, which finds them by themselves."""
    with transaction.atomic():
        transfer = held(transfer_id)
        state: Any = transfer.state
        refused = cannot_change(state)
        if refused is not None:
            return refused
        if anew:
            _open_lines(transfer).update(classified_at=None)
        waiting = _open_lines(transfer).filter(classified_at=None).order_by("pk")
        lines = list(waiting[: AT_ONCE + 1])
        if len(lines) <= AT_ONCE:
            _fill(transfer, lines, now)
        changed(transfer, now)
    return None


def classify_due(now: datetime) -> int:
    """A batch of lines that wait for it, of one transfer; how many there were."""
    first = models.TransferLine.objects.filter(
        classified_at=None, state__in=OPEN_LINES, transfer__state__in=["draft", "asked"]
    )
    transfer_id = first.order_by("transfer", "pk").values_list("transfer", flat=True).first()
    if transfer_id is None:
        return 0
    with transaction.atomic():
        transfer = held(transfer_id)
        lines = list(_open_lines(transfer).filter(classified_at=None).order_by("pk")[:_BATCH])
        _fill(transfer, lines, now)
    return len(lines)


def _open_lines(transfer: models.Transfer) -> QuerySet[models.TransferLine]:
    return models.TransferLine.objects.filter(transfer=transfer, state__in=OPEN_LINES)


def _fill(transfer: models.Transfer, lines: Sequence[models.TransferLine], now: datetime) -> None:
    """In one statement for each few hundred; the rows are the transfer's, which is held."""
    if not lines:
        return
    classifying = _Classifying.of(transfer, now)
    for some in chunks(lines, CHUNK):
        classifying.fill(some)
        for line in some:
            line.classified_at = now
        models.TransferLine.objects.bulk_create(
            some,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["way", "rule", "measures", "classified_at"],
        )


def decision_of(runbook: Runbook) -> Decision | None:
    """The one with an output named `way`; where there are several, the first."""
    return next((one for one in runbook.decisions.values() if any(out.name == WAY for out in one.outputs)), None)


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way and the rule that gives it, in words; of an undecided account the way is empty."""

    way: str
    rule: str


class Ways:
    """A runbook's decision, asked of many accounts: what it has met once it need not decide again."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self._plan, self._now = plan, now
        decision = decision_of(plan.runbook)
        self._inquiry = Inquiry(plan.runbook, decision.name) if decision else None
        self._keys = tuple(self._inquiry.askable[name].key for name in self._inquiry.names) if self._inquiry else ()
        self._met: dict[tuple[object, ...], Way] = {}

    def of(self, facts: Facts) -> Way:
        if self._inquiry is None:
            return Way(way="", rule=NO_DECISION)
        known = self._known(facts)
        case = tuple(known.get(key) for key in self._keys)
        if case not in self._met:
            self._met[case] = _in_words(self._inquiry.ask(known)[-1])
        return self._met[case]

    def _known(self, facts: Facts) -> dict[str, Scalar | tuple[Scalar, ...]]:
        """Facts and what follows from them, of that which the decision looks at."""
        handoff = Handoff(facts={name: self._as_fact(value) for name, value in facts.items()})
        found: dict[str, Scalar | tuple[Scalar, ...]] = {}
        for key in self._keys:
            value = self._value(handoff, facts, key)
            if value is not None and not isinstance(value, tuple):
                found[key] = value
        return found

    def _value(self, handoff: Handoff, facts: Facts, key: str) -> Value | None:
        follows = self._plan.runbook.derived.get(key)
        if follows is not None:
            written = derived.written(self._plan, handoff, follows)
            return None if written is None else self._plan.typed(follows.kind, written)
        if key not in facts or key not in self._plan.kinds:
            return None
        return self._plan.typed(self._plan.kinds[key], facts[key])

    def _as_fact(self, value: Written) -> KnownFact:
        return KnownFact(value=value, source="", at=self._now, by=None, number=0)


def _in_words(answer: Answer) -> Way:
    outcome = answer.outcome
    if not isinstance(outcome, Decided):
        return Way(way="", rule=f"{answer.decision.title}: {answer.because}"[:_LONGEST])
    value = outcome.outputs[WAY]
    kind = answer.decision.kind_of(next(out for out in answer.decision.outputs if out.name == WAY))
    notes = [rule.note for rule in outcome.rules if rule.note]
    words = " ".join([f"{answer.decision.title}: {answer.because}", *notes, *answer.boundaries])
    return Way(way=spoken(kind, value)[:60], rule=words[:_LONGEST])


@dataclass(frozen=True, kw_only=True)
class _Classifying:
    """One transfer's lines on their way: `ways` is None where it follows no runbook."""

    runbook: Runbook | None
    ways: Ways | None
    table: EffortTable
    today: date
    recent_days: int

    @classmethod
    def of(cls, transfer: models.Transfer, now: datetime) -> "_Classifying":
        plan = plan_of(transfer.runbook_version) if transfer.runbook_version else None
        return cls(
            runbook=plan.runbook if plan else None,
            ways=Ways(plan, now) if plan else None,
            table=table_of(transfer.policy),
            today=transfer.effective_date,
            recent_days=transfer.recently_closed_days,
        )

    def fill(self, lines: Sequence[models.TransferLine]) -> None:
        """In as many queries whatever their number."""
        ids = sorted({line.customer_id for line in lines if line.customer_id is not None})
        facts = self._facts(ids)
        items, handoffs = _Items.of(lines), _running(ids)
        for line in lines:
            known = facts.get(line.customer_id or 0, {})
            way = self._way(line, known)
            line.way, line.rule = way.way, way.rule
            is_account = line.customer_id is not None and line.is_owned
            running = handoffs.get(line.customer_id or 0, 0) if is_account else 0
            weighed = Weighed(
                way=way.way,
                health=str(known.get("health", "")),
                items=items.of_line(line),
                handoffs=running,
                is_account=is_account,
            )
            line.measures = asdict(
                Measures(
                    accounts=int(is_account),
                    mrr=_cents(known.get("mrr")) if is_account else 0,
                    effort=effort_of(weighed, self.table),
                    handoffs=running,
                )
            )

    def _facts(self, ids: Sequence[int]) -> Mapping[int, Facts]:
        if self.runbook is None:
            rows = models.CustomerFact.objects.filter(customer__in=ids, name__in=["mrr", "health"])
            found: dict[int, dict[str, Written]] = defaultdict(dict)
            for pk, name, value in rows.values_list("customer_id", "name", "value"):
                found[pk][name] = value
            return found
        return facts_of(ids, self.runbook, today=self.today, recent_days=self.recent_days)

    def _way(self, line: models.TransferLine, known: Facts) -> Way:
        if line.customer_id is None:
            return Way(way="", rule=NO_ACCOUNT)
        return self.ways.of(known) if self.ways else Way(way="", rule=NO_RUNBOOK)


def _cents(written: Written | None) -> int:
    """Of an amount as it is written; nothing where it is none."""
    try:
        return int(Decimal(str(written or 0)) * 100)
    except ArithmeticError:
        return 0


def _running(ids: Sequence[int]) -> dict[int, int]:
    rows = models.Handoff.objects.filter(customer__in=ids, status=models.Handoff.Status.RUNNING).order_by()
    return dict(rows.values_list("customer").annotate(count=Count("pk")))


@dataclass(frozen=True, kw_only=True)
class _Items:
    """What is open, by account and by whose name it is in, and of each giver on no account."""

    on_accounts: Mapping[int, Counter[tuple[int | None, str]]]
    on_none: Mapping[int, Counter[str]]

    @classmethod
    def of(cls, lines: Iterable[models.TransferLine]) -> "_Items":
        ids = {line.customer_id for line in lines if line.customer_id is not None}
        givers = {line.giver_id for line in lines if line.customer_id is None and line.giver_id is not None}
        rows = models.CrmRecord.objects.filter(Q(customer__in=ids), is_open=True).order_by()
        on_accounts: dict[int, Counter[tuple[int | None, str]]] = defaultdict(Counter)
        counted = rows.values_list("customer", "owner", "sort").annotate(count=Count("pk"))
        for customer, owner, sort, count in counted:
            on_accounts[customer][owner, sort] += count
        return cls(on_accounts=on_accounts, on_none=dict(_loose(givers)))

    def of_line(self, line: models.TransferLine) -> Mapping[str, int]:
        """Of an account all that is open on it; of what somebody holds elsewhere, theirs."""
        if line.customer_id is None:
            return self.on_none.get(line.giver_id or 0, {})
        found: Counter[str] = Counter()
        for (owner, sort), count in self.on_accounts.get(line.customer_id, Counter()).items():
            if line.is_owned or owner == line.giver_id:
                found[sort] += count
        return found


def _loose(givers: set[int]) -> Iterator[tuple[int, Counter[str]]]:
    if not givers:
        return
    rows = models.CrmRecord.objects.filter(owner__in=givers, customer=None, is_open=True).order_by()
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for owner, sort, count in rows.values_list("owner", "sort").annotate(count=Count("pk")):
        if owner is not None:
            found[owner][sort] += count
    yield from found.items()
