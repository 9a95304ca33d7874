"""What the page of one step shows: what is asked, who does it, what stands in its form, and what I can do about it.

One rule: an action that I cannot take is shown with the words of its refusal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.controls import Control
from handrail.desk.queries.handoff import Holder, Opened, StepLine, holder, step_line
from handrail.handoff import commands as c
from handrail.handoff.approvals import still_asked
from handrail.handoff.duty import owing_role
from handrail.handoff.gaps import missing_fields
from handrail.handoff.history import Attached
from handrail.handoff.items import in_order, known_step
from handrail.handoff.knowledge import field_value
from handrail.handoff.life import decide
from handrail.handoff.people import Actor, Person
from handrail.handoff.refusal import Refused
from handrail.handoff.words import timing_words
from handrail.runbook.kinds import name_of
from handrail.runbook.model import Evidence, Field, Outcome, Section, Step


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """`control` is what it is typed into, `words` what a person reads; `state` given, not applicable or missing.

    `error` and `theirs` are filled only when a save was refused: what is wrong, and what somebody else put there.
    """

    name: str
    title: str
    says: str
    kind: str
    control: Control
    words: str
    state: str
    reason: str
    required: bool
    may_not_apply: bool
    owed_by: str
    by: str
    at: datetime | None
    error: str = ""
    theirs: str = ""


@dataclass(frozen=True, kw_only=True)
class SectionView:
    title: str
    says: str
    fields: tuple[FieldView, ...]
    missing: int


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    key: str
    title: str
    link: str
    upload: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EvidenceItem:
    """A piece of evidence that the step asks for, or (with an empty name) everything else that was attached."""

    name: str
    title: str
    kind: str
    required: bool
    attached: tuple[EvidenceView, ...]


@dataclass(frozen=True, kw_only=True)
class Action:
    """`why_not` is empty where I can; `mistakes` lists what is missing first."""

    do: str
    why_not: str
    code: str
    mistakes: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, kw_only=True)
class OutcomeView:
    """`leads_to` says what choosing it means, where it means more than that the task is done."""

    name: str
    says: str
    leads_to: str
    asks_reason: bool


@dataclass(frozen=True, kw_only=True)
class StepView:
    line: StepLine
    says: str
    stage: str
    raci: tuple[Holder, ...]
    due_text: str
    needs: tuple[StepLine, ...]
    followed_by: tuple[StepLine, ...]
    sections: tuple[SectionView, ...]
    missing: int
    evidence: tuple[EvidenceItem, ...]
    reasons: tuple[str, ...]
    approved_by: tuple[str, ...]
    still_asked: str
    reopens: tuple[str, ...]
    outcomes: tuple[OutcomeView, ...]
    fills: Holder | None
    actions: dict[str, Action]


def step_view(opened: Opened, name: str, me: Actor, now: datetime) -> StepView:
    """`name` must be a step of the handoff's runbook."""
    plan = opened.plan
    step = known_step(plan, opened.state, name)
    form = plan.form_of(name)
    return StepView(
        line=step_line(opened, step, me.person, now),
        says=step.says,
        stage=step.stage,
        raci=tuple(
            holder(opened, role, "".join(sorted(letters, key="RACI".index))) for role, letters in step.raci.items()
        ),
        due_text=timing_words(plan, opened.state, step.due) if step.due else "",
        needs=tuple(_line(opened, one, me, now) for one in step.needs),
        followed_by=tuple(
            step_line(opened, other, me.person, now)
            for other in in_order(plan, opened.state)
            if {name, name.partition("@")[0]} & set(other.needs)
        ),
        sections=tuple(_section(opened, step, section) for section in form.sections) if form else (),
        missing=len(missing_fields(plan, opened.state, name)),
        evidence=tuple(_evidence(opened, step)),
        reasons=step.reasons,
        approved_by=tuple(person.name for person in _approved_by(opened, step)),
        still_asked=still_asked(plan, opened.state, step) if _approved_by(opened, step) else "",
        reopens=tuple(known_step(plan, opened.state, one).title for one in step.reopens),
        outcomes=tuple(_outcome(opened, one) for one in step.outcomes),
        fills=holder(opened, step.fills) if step.fills else None,
        actions={do: _action(opened, do, command, now) for do, command in _commands(step, me).items()},
    )


def _line(opened: Opened, name: str, me: Actor, now: datetime) -> StepLine:
    return step_line(opened, known_step(opened.plan, opened.state, name), me.person, now)


def _approved_by(opened: Opened, step: Step) -> tuple[Person, ...]:
    known = opened.state.steps.get(name := step.name)
    return known.approved_by if known and opened.state.state_of(name) == "open" else ()


def _outcome(opened: Opened, outcome: Outcome) -> OutcomeView:
    again = f"To be done again after {outcome.again_after} {outcome.unit}." if outcome.again_after is not None else ""
    titles = ", ".join(known_step(opened.plan, opened.state, name).title for name in outcome.reopens)
    leads_to = " ".join(part for part in (again, f"Opens again: {titles}." if titles else "") if part)
    return OutcomeView(name=outcome.name, says=outcome.says, leads_to=leads_to, asks_reason=outcome.asks_reason)


def _section(opened: Opened, step: Step, section: Section) -> SectionView:
    fields = tuple(field_view(opened, step, field) for field in section.fields)
    missing = sum(1 for field in fields if field.state == "missing" and field.required)
    return SectionView(title=section.title, says=section.says, fields=fields, missing=missing)


def field_view(opened: Opened, step: Step, field: Field) -> FieldView:
    state = opened.state
    value = field_value(state, step.name, field)
    answer = state.answers.get(step.name, {}).get(field.name)
    shown = state.facts.get(field.shows) if field.shows else None
    told = shown or answer
    reason = answer.reason if answer and answer.reason and value is None else ""
    owner = holder(opened, owing_role(step, field, opened.plan))
    return FieldView(
        name=field.name,
        title=field.title,
        says=field.says,
        kind=name_of(field.kind),
        control=Control(kind=field.kind, written=value),
        words=opened.plan.spoken(field.kind, value) if value is not None else "",
        state="given" if value is not None else ("not applicable" if reason else "missing"),
        reason=reason,
        required=field.required,
        may_not_apply=field.may_not_apply,
        owed_by=f"{owner.title} ({owner.name or 'nobody yet'})",
        by=told.by.name if told and told.by else "",
        at=told.at if told else None,
    )


def _evidence(opened: Opened, step: Step) -> Iterator[EvidenceItem]:
    attached = opened.state.evidence.get(step.name, ())
    for item in step.evidence:
        yield _item(item, tuple(one for one in attached if one.item == item.name))
    yield EvidenceItem(
        name="",
        title="Other attachments" if step.evidence else "Attachments",
        kind="link or upload",
        required=False,
        attached=tuple(_attached(one) for one in attached if not one.item),
    )


def _item(item: Evidence, attached: tuple[Attached, ...]) -> EvidenceItem:
    return EvidenceItem(
        name=item.name,
        title=item.title,
        kind=item.kind,
        required=item.required,
        attached=tuple(_attached(one) for one in attached),
    )


def _attached(one: Attached) -> EvidenceView:
    return EvidenceView(
        key=one.key,
        title=one.title,
        link=one.link or "",
        upload=one.upload or "",
        by=one.by.name if one.by else "",
        at=one.at,
    )


def _commands(step: Step, me: Actor) -> dict[str, c.Command]:
    """One command for each thing that can be done with a step of this kind, complete enough to be tried."""
    name = step.name
    trial = "…"
    reason = step.reasons[0] if step.reasons else trial
    always: dict[str, c.Command] = {
        "reopen": c.Reopen(by=me, step=name, reason=trial),
        "attach": c.AddEvidence(by=me, step=name, key=trial, link="https://example.com/"),
    }
    match step.kind:
        case "task":
            outcome = step.outcomes[0].name if step.outcomes else ""
            named = me.person if step.fills else None
            return {"finish": c.Finish(by=me, step=name, outcome=outcome, note=trial, person=named), **always}
        case "form":
            return {"answer": c.AnswerForm(by=me, step=name, answers={}), "sign": c.Sign(by=me, step=name), **always}
        case "approval":
            return {
                "approve": c.Approve(by=me, step=name),
                "reject": c.Reject(by=me, step=name, reason=trial),
                **always,
            }
        case "acceptance":
            return {
                "accept": c.Accept(by=me, step=name),
                "refuse": c.Refuse(by=me, step=name, reason=reason),
                **always,
            }
        case _:
            return always


def _action(opened: Opened, do: str, command: c.Command, now: datetime) -> Action:
    outcome = decide(opened.plan, opened.state, command, now)
    if not isinstance(outcome, Refused):
        return Action(do=do, why_not="", code="")
    mistakes = tuple(one.says for one in outcome.mistakes)
    return Action(do=do, why_not=outcome.says, code=outcome.code, mistakes=mistakes)


def can(opened: Opened, command: c.Command, now: datetime) -> Action:
    """Whether the command would be taken, tried without recording anything."""
    return _action(opened, type(command).__name__, command, now)
