"""A version of a runbook as the document that it replaces: every rule, role, step and date in words.

One rule: nothing is worked out here; it is what the runbook says, with the titles of things in place of their names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.runbooks import plan_of
from handrail.handoff.plan import Plan
from handrail.handoff.words import condition_words, timing_words
from handrail.runbook.cells import Anything
from handrail.runbook.kinds import name_of, spoken
from handrail.runbook.model import Change, Condition, Decision, Fact, Field, Form, Role, Step
from handrail.runbook.words import cell_words, kind_words

LETTERS = ("R", "A", "C", "I")

_KINDS = {"task": "Task", "form": "Form", "approval": "Approval", "acceptance": "Acceptance"}
_FILLS = {"by hand": "Named by hand", "account owner": "The customer’s account owner"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something declared: a fact, a role or a field, with what is to be known of it as (label, words)."""

    name: str
    title: str
    says: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CellView:
    """`text` is as the author wrote it, `words` as it is read aloud."""

    text: str
    words: str
    is_any: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleView:
    number: int
    cells: tuple[CellView, ...]
    outputs: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """`inputs` and `outputs` as (title, kind)."""

    name: str
    title: str
    says: str
    hit_policy: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    rules: tuple[RuleView, ...]
    override: str


@dataclass(frozen=True, kw_only=True)
class SectionView:
    title: str
    says: str
    fields: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class FormView:
    name: str
    title: str
    says: str
    sections: tuple[SectionView, ...]


@dataclass(frozen=True, kw_only=True)
class StepView:
    """`letters` in the order of the runbook's roles, empty where a role has no part."""

    name: str
    title: str
    kind: str
    says: str
    details: tuple[tuple[str, str], ...]
    letters: tuple[str, ...]
    form: str


@dataclass(frozen=True, kw_only=True)
class StageView:
    title: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True, kw_only=True)
class RunbookView:
    title: str
    version: str
    about: str
    says: str
    digest: str
    calendar: str
    history: tuple[Change, ...]
    notes: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]
    facts: tuple[Line, ...]
    roles: tuple[Line, ...]
    decisions: tuple[DecisionView, ...]
    forms: tuple[FormView, ...]
    stages: tuple[StageView, ...]
    ends: tuple[tuple[str, str, str], ...]


def runbook_view(version_id: int, name: str) -> RunbookView | None:
    """None where the runbook has no such version."""
    row = models.RunbookVersion.objects.select_related("calendar").filter(pk=version_id, name=name).first()
    if row is None:
        return None
    plan = plan_of(row)
    teams = dict(models.Team.objects.values_list("key", "name"))
    book = plan.runbook
    return RunbookView(
        title=book.title,
        version=book.version,
        about=book.about,
        says=book.says,
        digest=book.digest,
        calendar=f"{row.calendar.name}, {row.calendar.zone}",
        history=book.history,
        notes=book.notes,
        terms=tuple(book.terms.items()),
        facts=tuple(_fact(plan, fact) for fact in book.facts.values()),
        roles=tuple(_role(plan, role, teams) for role in book.roles.values()),
        decisions=tuple(_decision(plan, decision) for decision in book.decisions.values()),
        forms=tuple(_form(plan, form) for form in book.forms.values()),
        stages=tuple(_stages(plan)),
        ends=tuple((end.name, condition_words(plan, end.when), end.says) for end in book.ends),
    )


def _when(plan: Plan, condition: Condition | None) -> Iterator[tuple[str, str]]:
    if condition is not None:
        yield "Only where", condition_words(plan, condition)


def _fact(plan: Plan, fact: Fact) -> Line:
    details = [("Kind", kind_words(fact.kind))]
    if fact.owed_by:
        details.append(("Found out by", plan.role_title(fact.owed_by)))
    details.extend(_when(plan, fact.when))
    return Line(name=fact.name, title=fact.title, says=fact.says, details=tuple(details))


def _role(plan: Plan, role: Role, teams: dict[str, str]) -> Line:
    details = [("Filled", _FILLS[role.fill])]
    if role.team:
        details.insert(0, ("Team", teams.get(role.team, role.team)))
    if role.also:
        details.append(("Also called", role.also))
    details.extend(_when(plan, role.when))
    return Line(name=role.name, title=role.title, says=role.says, details=tuple(details))


def _decision(plan: Plan, decision: Decision) -> DecisionView:
    override = ""
    if decision.override:
        askers = " or ".join(f"the {plan.role_title(role)}" for role in decision.override.asked_by)
        ruler = plan.role_title(decision.override.approved_by)
        override = f"Another answer is asked for by {askers}, with a reason, and decided on by the {ruler}."
    return DecisionView(
        name=decision.name,
        title=decision.title,
        says=decision.says,
        hit_policy=decision.hit_policy,
        inputs=tuple((column.title, name_of(column.kind)) for column in decision.inputs),
        outputs=tuple((column.title, name_of(column.kind)) for column in decision.outputs),
        rules=tuple(
            RuleView(
                number=rule.number,
                cells=tuple(
                    CellView(text=cell.text, words=cell_words(cell, column.kind), is_any=isinstance(cell, Anything))
                    for cell, column in zip(rule.cells, decision.inputs, strict=True)
                ),
                outputs=tuple(
                    spoken(column.kind, value) for value, column in zip(rule.outputs, decision.outputs, strict=True)
                ),
                note=rule.note,
            )
            for rule in decision.rules
        ),
        override=override,
    )


def _form(plan: Plan, form: Form) -> FormView:
    sections = tuple(
        SectionView(
            title=section.title, says=section.says, fields=tuple(_field(plan, field) for field in section.fields)
        )
        for section in form.sections
    )
    return FormView(name=form.name, title=form.title, says=form.says, sections=sections)


def _field(plan: Plan, field: Field) -> Line:
    answer = "Required" if field.required else "Optional"
    details = [
        ("Kind", kind_words(field.kind)),
        ("Answer", f"{answer}, or not applicable with a reason" if field.may_not_apply else answer),
    ]
    if field.owed_by:
        details.append(("Filled by", plan.role_title(field.owed_by)))
    if field.shows:
        details.append(("Shows the fact", plan.runbook.facts[field.shows].title))
    return Line(name=field.name, title=field.title, says=field.says, details=tuple(details))


def _stages(plan: Plan) -> Iterator[StageView]:
    for stage in plan.runbook.stages:
        steps = tuple(_step(plan, step) for step in plan.runbook.steps.values() if step.stage == stage)
        yield StageView(title=stage, steps=steps)


def _step(plan: Plan, step: Step) -> StepView:
    return StepView(
        name=step.name,
        title=step.title,
        kind=_KINDS[step.kind],
        says=step.says,
        details=tuple(_step_details(plan, step)),
        letters=tuple(_letters(step, role) for role in plan.runbook.roles),
        form=step.form or "",
    )


def _letters(step: Step, role: str) -> str:
    return "/".join(letter for letter in LETTERS if letter in step.raci.get(role, ()))


def _step_details(plan: Plan, step: Step) -> Iterator[tuple[str, str]]:
    titles = {name: one.title for name, one in plan.runbook.steps.items()}
    yield "Who", ", ".join(f"{plan.role_title(role)} {_letters(step, role)}" for role in step.raci)
    yield from _when(plan, step.when)
    if step.needs:
        yield "After", ", ".join(f"“{titles[name]}”" for name in step.needs)
    if step.opens_when is not None:
        yield "Opens when", condition_words(plan, step.opens_when)
    if step.opens_on is not None:
        yield "Opens", timing_words(plan, None, step.opens_on)
    if step.due is not None:
        yield "Due", timing_words(plan, None, step.due)
    if step.fills:
        yield "Names", f"the {plan.role_title(step.fills)}"
    for item in step.evidence:
        yield "Evidence", f"{item.title} ({item.kind}{'' if item.required else ', optional'})"
    if step.reasons:
        yield "May be refused for", "; ".join(step.reasons)
    if step.reopens:
        yield "Sent back, it reopens", ", ".join(f"“{titles[name]}”" for name in step.reopens)
