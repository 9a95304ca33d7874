"""What the form of a step shows: each field with what stands in it, from whom, and who owes it."""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.controls import Control
from handrail.desk.queries.opened import Opened, holder
from handrail.handoff.duty import owing_role
from handrail.handoff.knowledge import field_value
from handrail.runbook.kinds import name_of
from handrail.runbook.model import Field, Section, Step
from handrail.runbook.outside import asked_fields


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


def sections_of(opened: Opened, step: Step) -> tuple[SectionView, ...]:
    form = opened.plan.form_of(step.name)
    return tuple(_section(opened, step, section) for section in form.sections) if form else ()


def _section(opened: Opened, step: Step, section: Section) -> SectionView:
    fields = tuple(_field(opened, step, field) for field in section.fields)
    missing = sum(1 for field in fields if field.state == "missing" and field.required)
    return SectionView(title=section.title, says=section.says, fields=fields, missing=missing)


def _asked_outside(opened: Opened, step: Step, field: Field) -> str:
    """Who is asked outside, by the title of such contacts; empty where the field is not asked there."""
    runbook = opened.plan.runbook
    asked = step.asked_of is not None and field in asked_fields(runbook, step)
    return runbook.contacts[step.asked_of].title if asked and step.asked_of else ""


def _field(opened: Opened, step: Step, field: Field) -> FieldView:
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
        owed_by=_asked_outside(opened, step, field) or owner.words,
        by=(told.by.name if told.by else told.source) if told else "",
        at=told.at if told else None,
    )
