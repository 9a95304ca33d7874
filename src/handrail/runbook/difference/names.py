"""Things that go by another name in the new version, and the old version rewritten in the new names.

One rule: after rewriting, what has the same name is the same thing; so nothing else has to know of renaming.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal

from handrail.runbook import model as m
from handrail.runbook.cells import Among, Anything, Presence, Within

Group = Literal["roles", "facts", "forms", "decisions", "stages", "steps"]

# Which fields of the model name a thing, and of which group. What a `Ref` or `Anchor` names, its source says.
POINTS: Mapping[tuple[type, str], Group] = {
    (m.Fact, "name"): "facts",
    (m.Fact, "owed_by"): "roles",
    (m.Role, "name"): "roles",
    (m.Override, "asked_by"): "roles",
    (m.Override, "approved_by"): "roles",
    (m.Decision, "name"): "decisions",
    (m.Field, "shows"): "facts",
    (m.Field, "owed_by"): "roles",
    (m.Form, "name"): "forms",
    (m.Outcome, "reopens"): "steps",
    (m.Step, "name"): "steps",
    (m.Step, "stage"): "stages",
    (m.Step, "raci"): "roles",
    (m.Step, "needs"): "steps",
    (m.Step, "form"): "forms",
    (m.Step, "fills"): "roles",
    (m.Step, "reopens"): "steps",
    (m.Runbook, "facts"): "facts",
    (m.Runbook, "roles"): "roles",
    (m.Runbook, "decisions"): "decisions",
    (m.Runbook, "forms"): "forms",
    (m.Runbook, "stages"): "stages",
    (m.Runbook, "steps"): "steps",
}
SOURCES: Mapping[str, Group] = {"fact": "facts", "output": "decisions", "answer": "steps", "step": "steps"}
NAMELESS = (m.Rule, Among, Anything, Presence, Within)  # the many in which nothing is named


@dataclass(frozen=True, kw_only=True)
class Names:
    """New names by old ones. `outputs` and `fields` by (decision or form, part), the first by its new name already."""

    roles: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, group: Group) -> Mapping[str, str]:
        return getattr(self, group)  # type: ignore[no-any-return]

    def was(self, group: Group, name: str) -> str:
        """What the thing was called before."""
        return next((old for old, new in self.of(group).items() if new == name), name)

    def output_was(self, decision: str, name: str) -> str:
        return _was(self.outputs, decision, name)

    def field_was(self, form: str, name: str) -> str:
        return _was(self.fields, form, name)


def _was(names: Mapping[tuple[str, str], str], whole: str, name: str) -> str:
    return next((old for (inside, old), new in names.items() if inside == whole and new == name), name)


def rewritten(runbook: m.Runbook, names: Names) -> m.Runbook:
    """The runbook with everything by its new name."""
    if names == Names():
        return runbook
    book: m.Runbook = _Rewriting(runbook, names).all_in(runbook)
    return book


class _Rewriting:
    def __init__(self, runbook: m.Runbook, names: Names) -> None:
        self._names = names
        self._form_of = {name: step.form for name, step in runbook.steps.items() if step.form}

    def all_in(self, value: Any) -> Any:
        match value:
            case m.Ref():
                return self._ref(value)
            case m.Anchor(source=source, name=name) if source != "start":
                return replace(value, name=self._one(SOURCES[source], name))
            case Mapping():
                return {key: self.all_in(one) for key, one in value.items()}
            case tuple():
                return tuple(self.all_in(one) for one in value)
            case _ if is_dataclass(value) and not isinstance(value, (*NAMELESS, type)):
                return self._parts(self._dataclass(value))
            case _:
                return value

    def _dataclass(self, value: Any) -> Any:
        changed = {}
        for one in fields(value):
            inner = self.all_in(getattr(value, one.name))
            group = POINTS.get((type(value), one.name))
            changed[one.name] = inner if group is None else self._pointing(group, inner)
        return replace(value, **changed)

    def _pointing(self, group: Group, inner: Any) -> Any:
        match inner:
            case Mapping():
                return {self._one(group, key): one for key, one in inner.items()}
            case tuple():
                return tuple(self._one(group, one) for one in inner)
            case str():
                return self._one(group, inner)
            case _:
                return inner

    def _one(self, group: Group, name: str) -> str:
        return self._names.of(group).get(name, name)

    def _ref(self, ref: m.Ref) -> m.Ref:
        name = self._one(SOURCES[ref.source], ref.name)
        match ref.source:
            case "output":
                return replace(ref, name=name, part=self._names.outputs.get((name, ref.part), ref.part))
            case "answer":
                form = self._one("forms", self._form_of.get(ref.name, ""))
                return replace(ref, name=name, part=self._names.fields.get((form, ref.part), ref.part))
            case _:
                return replace(ref, name=name)

    def _parts(self, value: Any) -> Any:
        """The outputs of a decision and the fields of a form, which are named within it."""
        match value:
            case m.Decision(name=name, outputs=outputs):
                return replace(value, outputs=tuple(self._part(self._names.outputs, name, one) for one in outputs))
            case m.Form(name=name, sections=sections):
                inner = tuple(
                    replace(one, fields=tuple(self._part(self._names.fields, name, each) for each in one.fields))
                    for one in sections
                )
                return replace(value, sections=inner)
            case _:
                return value

    def _part(self, names: Mapping[tuple[str, str], str], whole: str, part: Any) -> Any:
        return replace(part, name=names.get((whole, part.name), part.name))
