"""What a person typed into a form of a step, read from the request; and what of it is new.

One rule: only what the person changed is sent on, so that saving never takes back what somebody else wrote meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from handrail.desk.queries.form import FieldView, SectionView
from handrail.desk.queries.step import StepView
from handrail.desk.web.value_input import typed_value
from handrail.handoff.events import Answer
from handrail.handoff.history import Handoff
from handrail.handoff.knowledge import field_value
from handrail.handoff.refusal import Clash, Mistake
from handrail.runbook.kinds import Written, in_a_line
from handrail.runbook.model import Field


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One field as it was typed: `applies` is False where it was marked as not applicable."""

    applies: bool
    value: Written | None
    reason: str

    def answer(self) -> Answer | None:
        if not self.applies:
            return Answer(reason=self.reason)
        return None if self.value is None else Answer(value=self.value)


def typed_fields(post: QueryDict, fields: tuple[Field, ...]) -> dict[str, Typed]:
    """The fields that the request speaks of; others were not on the page that was sent."""
    return {field.name: _typed(post, field) for field in fields if f"is.{field.name}" in post}


def _typed(post: QueryDict, field: Field) -> Typed:
    name = field.name
    reason = post.get(f"reason.{name}", "").replace("\r\n", "\n").strip()
    value = typed_value(post, f"f.{name}", field.kind)
    return Typed(applies=post.get(f"is.{name}") != "not-applicable", value=value, reason=reason)


def changed(
    typed: Mapping[str, Typed], fields: tuple[Field, ...], seen: Handoff, step: str
) -> dict[str, Answer | None]:
    """The answers that differ from what the person had before their eyes (`seen`)."""
    by_name = {field.name: field for field in fields}
    return {name: one.answer() for name, one in typed.items() if not _same(one, by_name[name], seen, step)}


def _same(typed: Typed, field: Field, seen: Handoff, step: str) -> bool:
    value = field_value(seen, step, field)
    answer = seen.answers.get(step, {}).get(field.name)
    reason = answer.reason if answer and value is None else None
    if not typed.applies:
        return reason is not None and reason == typed.reason
    return reason is None and value == typed.value


def with_input(
    view: StepView, typed: Mapping[str, Typed], mistakes: tuple[Mistake, ...], clashes: Mapping[str, Clash]
) -> StepView:
    """The page again, with what was typed still in the fields that could not be saved, and why beside each."""
    errors = {one.field: one.says for one in mistakes}

    def again(field: FieldView) -> FieldView:
        if field.name not in typed or (field.name not in errors and field.name not in clashes):
            return field
        return _with_typed(field, typed[field.name], errors.get(field.name, ""), clashes.get(field.name))

    sections = tuple(
        SectionView(
            title=section.title,
            says=section.says,
            fields=tuple(again(field) for field in section.fields),
            missing=section.missing,
        )
        for section in view.sections
    )
    return replace(view, sections=sections)


def _with_typed(field: FieldView, typed: Typed, error: str, clash: Clash | None) -> FieldView:
    theirs = field.words or (f"not applicable: {field.reason}" if field.reason else "nothing")
    who = clash.by.name if clash and clash.by else "Somebody"
    return replace(
        field,
        control=replace(field.control, written=typed.value),
        state="given" if typed.applies else "not applicable",
        reason=typed.reason,
        error=error,
        theirs=f"{who} wrote: {theirs}" if clash else "",
    )


def told(view: StepView, typed: Mapping[str, Typed]) -> tuple[tuple[str, str], ...]:
    """What was typed, as title and text, where it differs from what stands: for copying it to somewhere else."""
    fields = {field.name: field for section in view.sections for field in section.fields}
    said = {name: one.reason if not one.applies else _as_text(one.value) for name, one in typed.items()}
    return tuple(
        (fields[name].title, text) for name, text in said.items() if text and text not in _standing(fields[name])
    )


def _standing(field: FieldView) -> tuple[str, ...]:
    return field.control.text, field.words, field.reason


def _as_text(value: Written | None) -> str:
    return "" if value is None else in_a_line(value)
