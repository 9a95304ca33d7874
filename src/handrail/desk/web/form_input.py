"""What a person typed into a form of a step, read from the request; and what of it is new.

One rule: only what the person changed is sent on, so that saving never takes back what somebody else wrote meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from handrail.desk.queries.step import FieldView, SectionView, StepView, cells_of
from handrail.handoff.events import Answer
from handrail.handoff.history import Handoff
from handrail.handoff.knowledge import field_value
from handrail.handoff.refusal import Clash, Mistake
from handrail.runbook.kinds import MOST_RECORDS, Records, Written
from handrail.runbook.model import Field


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One field as it was typed: `applies` is False where it was marked as not applicable."""

    applies: bool
    value: Written
    reason: str

    def answer(self) -> Answer | None:
        if not self.applies:
            return Answer(reason=self.reason)
        return Answer(value=self.value) if self.value else None


def typed_fields(post: QueryDict, fields: tuple[Field, ...]) -> dict[str, Typed]:
    """The fields that the request speaks of; others were not on the page that was sent."""
    return {field.name: _typed(post, field) for field in fields if f"is.{field.name}" in post}


def _typed(post: QueryDict, field: Field) -> Typed:
    name = field.name
    value: Written = _rows(post, field) if isinstance(field.kind, Records) else _text(post, f"f.{name}")
    return Typed(applies=post.get(f"is.{name}") != "not-applicable", value=value, reason=_text(post, f"reason.{name}"))


def _text(post: QueryDict, key: str) -> str:
    return post.get(key, "").replace("\r\n", "\n").strip()


def _rows(post: QueryDict, field: Field) -> list[dict[str, str]]:
    """The rows of a list; empty rows are left out."""
    assert isinstance(field.kind, Records)
    columns = [post.getlist(f"f.{field.name}.{column}")[: MOST_RECORDS + 1] for column in field.kind.columns]
    rows = [
        {name: text.strip() for name, text in zip(field.kind.columns, cells, strict=False) if text.strip()}
        for cells in zip(*columns, strict=False)
    ]
    return [row for row in rows if row]


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
    return reason is None and (value or "") == (typed.value or "")


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
        written=typed.value if isinstance(typed.value, str) else "",
        rows=cells_of(field.columns, typed.value),
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
    return field.written, field.words, field.reason


def _as_text(value: Written) -> str:
    return value if isinstance(value, str) else "; ".join(", ".join(row.values()) for row in value)
