"""What would follow if a handoff began with these facts: its decisions, its plan, its messages.

One rule: nothing is recorded, here or behind; a page that tries a runbook out only reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from handrail.desk import models
from handrail.desk.counting import customers_counted, phases_counted
from handrail.desk.queries.controls import Control
from handrail.desk.queries.customers import named
from handrail.desk.queries.handoff import DecisionLine, decision_line
from handrail.desk.queries.letter_preview import LettersView, letters_view
from handrail.desk.queries.opened import Opened
from handrail.desk.queries.plan_lines import StepLine, step_line
from handrail.desk.queries.runbook.lines import place_of
from handrail.desk.starting import known
from handrail.handoff.history import Handoff
from handrail.handoff.items import in_order
from handrail.handoff.knowledge import holds, written_of
from handrail.handoff.messaging import is_automatic
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.trying import Tried, tried
from handrail.runbook.kinds import Written, name_of
from handrail.runbook.model import Decision, Fact, Ref, Runbook, Step
from handrail.runbook.references import refs_of_derivation
from handrail.runbook.words import (
    addressee_words,
    condition_words,
    going_words,
    listed,
    ref_title,
    template_words,
    timing_words,
)

MOST_FOUND = 8


@dataclass(frozen=True, kw_only=True)
class FactField:
    """A fact as it is typed; `is_idle` is whether it is not asked for, as things stand."""

    name: str
    title: str
    hint: str
    control: Control
    error: str
    is_idle: bool


@dataclass(frozen=True, kw_only=True)
class TriedDecision:
    """`needs` are the titles of what would have to be known first; none where it is decided, or a rule is missing."""

    line: DecisionLine
    needs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TriedStep:
    """`why` says what makes it needed or not, empty where it always is; `due` the day, or in words how it is reckoned;
    `who` are titles of roles."""

    line: StepLine
    place: str
    who: str
    due: str
    is_dated: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class TriedStage:
    title: str
    steps: tuple[TriedStep, ...]


@dataclass(frozen=True, kw_only=True)
class TriedMessage:
    """`when` is at once, as soon as its step opens, or by hand."""

    title: str
    place: str
    to: str
    subject: str
    when: str
    at_once: bool
    letters: LettersView


@dataclass(frozen=True, kw_only=True)
class TrialView:
    """`needs` are the titles of the facts that would still be asked for, `needed` how many steps are."""

    given: tuple[tuple[str, str], ...]
    decisions: tuple[TriedDecision, ...]
    stages: tuple[TriedStage, ...]
    not_needed: tuple[TriedStep, ...]
    messages: tuple[TriedMessage, ...]
    needs: tuple[str, ...]
    needed: int
    end: str


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """What the record of a customer says in the runbook's terms; `unfit` is what it says and the runbook cannot
    read."""

    id: int
    name: str
    key: str
    facts: Mapping[str, Written]
    unfit: tuple[str, ...]


def customer_facts(plan: Plan, customer_id: int) -> CustomerFacts | None:
    """Two queries. None where there is no such customer."""
    row = models.Customer.objects.filter(pk=customer_id).only("id", "name", "key").first()
    if row is None:
        return None
    records = models.CustomerFact.objects.filter(customer=row.pk, name__in=list(plan.runbook.facts))
    says = known(plan, records)
    unfit = tuple(one.says for one in says.unfit)
    return CustomerFacts(id=row.pk, name=row.name, key=row.key, facts=says.facts, unfit=unfit)


def customers_to_try(text: str) -> tuple[tuple[int, str, str], ...]:
    """By id, name and key: the first that are called so."""
    rows = named(text).values_list("pk", "name", "key")[:MOST_FOUND]
    return tuple((pk, name, key) for pk, name, key in rows)


def trial(plan: Plan, facts: Mapping[str, Written], customer_id: int, at: datetime) -> Tried | Refused:
    def counted(handoff: Handoff) -> dict[str, Written | None]:
        return customers_counted(plan, handoff, at) | phases_counted(plan, ())

    return tried(plan, facts, at, customer_id=customer_id, counted=counted)


def fact_fields(
    plan: Plan, typed: Mapping[str, Written | None], mistakes: tuple[Mistake, ...], outcome: Tried | Refused | None
) -> tuple[FactField, ...]:
    errors = {one.field: one.says for one in mistakes}
    state = outcome.handoff if isinstance(outcome, Tried) else None
    return tuple(
        FactField(
            name=fact.name,
            title=fact.title,
            hint=_hint(plan.runbook, fact),
            control=Control(kind=fact.kind, written=typed.get(fact.name)),
            error=errors.get(fact.name, ""),
            is_idle=_is_idle(plan, state, fact),
        )
        for fact in plan.runbook.facts.values()
    )


def _hint(runbook: Runbook, fact: Fact) -> str:
    kind = name_of(fact.kind)
    only = f"Asked for only where {condition_words(runbook, fact.when)}." if fact.when else ""
    return " ".join(filter(None, [f"{kind[:1].upper()}{kind[1:]}.", fact.says, only]))


def _is_idle(plan: Plan, state: Handoff | None, fact: Fact) -> bool:
    return state is not None and fact.when is not None and holds(plan, state, fact.when) is False


# ---------------------------------------------------------------------------------------------------- what would follow


def trial_view(plan: Plan, outcome: Tried, at: datetime) -> TrialView:
    """`at` is when it would begin."""
    opened = Opened(row=models.Handoff(runbook=plan.runbook.name), plan=plan, state=outcome.handoff)
    steps = [_step(opened, step, at) for step in in_order(plan, outcome.handoff)]
    needed = [one for one in steps if one.line.state != "not needed"]
    return TrialView(
        given=tuple(_given(plan, outcome.handoff)),
        decisions=tuple(_decision(opened, decision) for decision in plan.runbook.decisions.values()),
        stages=tuple(_stages(plan.runbook, needed)),
        not_needed=tuple(one for one in steps if one.line.state == "not needed"),
        messages=tuple(_messages(plan, outcome, needed, at)),
        needs=tuple(_needs(plan, outcome.handoff)),
        needed=len(needed),
        end=outcome.handoff.end or "",
    )


def _given(plan: Plan, state: Handoff) -> Iterator[tuple[str, str]]:
    """For paper, which has no form: the facts in words."""
    for fact in plan.runbook.facts.values():
        if fact.name in state.facts:
            yield fact.title, plan.spoken(fact.kind, state.facts[fact.name].value)


def _decision(opened: Opened, decision: Decision) -> TriedDecision:
    plan, state = opened.plan, opened.state
    taken = state.decisions.get(decision.name)
    missing = taken.missing if taken else ()
    refs = (column.ref for column in decision.inputs if column.name in missing)
    needs = dict.fromkeys(title for ref in refs for title in _unknown(plan, state, ref))
    return TriedDecision(line=decision_line(opened, decision.name), needs=tuple(needs))


def _unknown(plan: Plan, state: Handoff, ref: Ref) -> Iterator[str]:
    """What of it is not known: of a derived fact those that it follows from."""
    if written_of(plan, state, ref) is not None:
        return
    behind = refs_of_derivation(plan.runbook.derived[ref.name].how) if ref.source == "derived" else ()
    titles = [title for one in behind for title in _unknown(plan, state, one)]
    yield from titles or [ref_title(plan.runbook, ref)]


def _needs(plan: Plan, state: Handoff) -> Iterator[str]:
    for fact in plan.runbook.facts.values():
        if fact.name not in state.facts and (fact.when is None or holds(plan, state, fact.when) is not False):
            yield fact.title


def _step(opened: Opened, step: Step, at: datetime) -> TriedStep:
    line = step_line(opened, step, {}, at)
    runbook = opened.plan.runbook
    reckoned = timing_words(runbook, step.due) if step.due else ""
    return TriedStep(
        line=line,
        place=place_of("step", step.name.partition("@")[0]),
        who="by itself" if step.by_itself else listed([runbook.roles[name].title for name in step.asked]),
        due=f"{line.due.text}{f' {line.due.zone}' if line.due.zone else ''}" if line.due else reckoned,
        is_dated=line.due is not None,
        why=_why(opened, step, line.state),
    )


def _why(opened: Opened, step: Step, state: str) -> str:
    runbook = opened.plan.runbook
    if state == "not needed" and step.on_event is not None:
        return f"Each time “{runbook.events[step.on_event].title}” is reported"
    if state == "not needed" and step.discretionary:
        return "Once somebody begins it"
    if step.when is None:
        return ""
    words = condition_words(runbook, step.when)
    return f"Because {words}" if holds(opened.plan, opened.state, step.when) else f"Only where {words}"


def _stages(runbook: Runbook, needed: list[TriedStep]) -> Iterator[TriedStage]:
    for stage in runbook.stages:
        inside = tuple(one for one in needed if runbook.steps[one.line.name.partition("@")[0]].stage == stage)
        if inside:
            yield TriedStage(title=stage[:1].upper() + stage[1:], steps=inside)


def _messages(plan: Plan, outcome: Tried, needed: list[TriedStep], at: datetime) -> Iterator[TriedMessage]:
    """As they would read to those who are known so far; whoever has one already gets it here all the same."""
    runbook, at_once = plan.runbook, {one.step for one in outcome.sent}
    nobody_has_it = replace(outcome.handoff, letters={})
    for one in needed:
        step = runbook.steps[one.line.name.partition("@")[0]]
        message = runbook.messages.get(step.message or "")
        if message is not None:
            yield TriedMessage(
                title=message.title,
                place=place_of("message", message.name),
                to=addressee_words(runbook, message),
                subject=template_words(runbook, message.first.subject),
                when="At once, by itself" if one.line.name in at_once else _when_sent(plan, outcome.handoff, step, one),
                at_once=one.line.name in at_once,
                letters=letters_view(plan, nobody_has_it, step, at),
            )


def _when_sent(plan: Plan, state: Handoff, step: Step, one: TriedStep) -> str:
    if not is_automatic(plan, state, step):
        return f"By hand, by the {listed([plan.runbook.roles[name].title for name in step.asked])}"
    return f"By itself, {going_words(step.goes) or 'as soon as the step opens'}"


def first_and_last_day(today: date) -> tuple[date, date]:
    """Between which a trial may begin: ten years back and ahead."""
    return today.replace(year=today.year - 10, day=1), today.replace(year=today.year + 10, day=1)
