"""Things that go by another name in the new version, and the old version rewritten in the new names.

One rule: after rewriting, what has the same name is the same thing; so nothing else has to know of renaming.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, get_args

from handrail.runbook import model as m
from handrail.runbook.cells import Among, Anything, Presence, Within

# In the order in which they are looked at: a group speaks of those before it, where it can be so.
Group = Literal[
    "roles", "facts", "derived", "contacts", "promises", "sessions", "windows", "messages", "events", "forms",
    "decisions", "documents", "stages", "steps", "milestones",
]  # fmt: skip
GROUPS: tuple[Group, ...] = get_args(Group)

# What is named within one thing of a group.
PartGroup = Literal["outputs", "fields", "evidence"]
PARTS_OF: Mapping[Group, PartGroup] = {"decisions": "outputs", "forms": "fields", "steps": "evidence"}

# Which fields of the model name a thing, and of which group. What a `Ref` or `Anchor` names, its source says.
POINTS: Mapping[tuple[type, str], Group] = {
    (m.Fact, "name"): "facts",
    (m.Fact, "owed_by"): "roles",
    (m.Derived, "name"): "derived",
    (m.OfRecords, "of"): "facts",
    (m.OfFacts, "of"): "facts",
    (m.OfCustomers, "like"): "facts",
    (m.OfCustomers, "live"): "facts",
    (m.Agreement, "of"): "facts",
    (m.Role, "name"): "roles",
    (m.Role, "chosen_by"): "roles",
    (m.Contacts, "name"): "contacts",
    (m.Contacts, "of"): "facts",
    (m.Promises, "name"): "promises",
    (m.Promises, "of"): "facts",
    (m.Layout, "name"): "documents",
    (m.DocumentSection, "decisions"): "decisions",
    (m.DocumentSection, "forms"): "forms",
    (m.DocumentSection, "promises"): "promises",
    (m.DocumentSection, "evidence"): "steps",
    (m.DocumentSection, "people"): "roles",
    (m.DocumentSection, "contacts"): "contacts",
    (m.Session, "name"): "sessions",
    (m.Window, "name"): "windows",
    (m.Message, "name"): "messages",
    (m.Message, "to"): "roles",
    (m.Message, "contacts"): "contacts",
    (m.Message, "sender"): "roles",
    (m.Message, "behalf"): "roles",
    (m.Variable, "name"): "roles",
    (m.Enclosure, "step"): "steps",
    (m.Happening, "name"): "events",
    (m.Happening, "reported_by"): "roles",
    (m.Phases, "front"): "roles",
    (m.Override, "asked_by"): "roles",
    (m.Override, "approved_by"): "roles",
    (m.Decision, "name"): "decisions",
    (m.Field, "shows"): "facts",
    (m.Field, "owed_by"): "roles",
    (m.Form, "name"): "forms",
    (m.Timing, "session"): "sessions",
    (m.Escalation, "to"): "roles",
    (m.Evidence, "owed_by"): "roles",
    (m.Outcome, "reopens"): "steps",
    (m.Disagreement, "by"): "roles",
    (m.Disagreement, "ladder"): "roles",
    (m.Step, "name"): "steps",
    (m.Step, "stage"): "stages",
    (m.Step, "raci"): "roles",
    (m.Step, "each"): "facts",
    (m.Step, "asked_of"): "contacts",
    (m.Step, "on_event"): "events",
    (m.Step, "needs"): "steps",
    (m.Step, "opens_in"): "windows",
    (m.Step, "opens_not_in"): "windows",
    (m.Step, "until_event"): "events",
    (m.Step, "form"): "forms",
    (m.Step, "shares"): "documents",
    (m.Step, "fills"): "roles",
    (m.Step, "session"): "sessions",
    (m.Step, "attendees"): "roles",
    (m.Step, "guests"): "contacts",
    (m.Step, "message"): "messages",
    (m.Step, "reopens"): "steps",
    (m.Step, "apart_from"): "steps",
    (m.Milestone, "name"): "milestones",
    **{(m.Runbook, group): group for group in GROUPS},
}
SOURCES: Mapping[str, Group] = {
    "fact": "facts",
    "derived": "derived",
    "item": "facts",
    "output": "decisions",
    "answer": "steps",
    "step": "steps",
    "milestone": "milestones",
}
NAMELESS = (m.Rule, Among, Anything, Presence, Within)  # the many in which nothing is named

# A part by what it stands in, which goes by its new name already, and its own old name.
Inner = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Names:
    """New names by old ones. `outputs` are those of decisions, `fields` of forms, `evidence` of steps."""

    roles: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    promises: Mapping[str, str] = field(default_factory=dict)
    sessions: Mapping[str, str] = field(default_factory=dict)
    windows: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    milestones: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[Inner, str] = field(default_factory=dict)
    fields: Mapping[Inner, str] = field(default_factory=dict)
    evidence: Mapping[Inner, str] = field(default_factory=dict)

    def of(self, group: Group) -> Mapping[str, str]:
        return getattr(self, group)  # type: ignore[no-any-return]

    def within(self, group: PartGroup) -> Mapping[Inner, str]:
        return getattr(self, group)  # type: ignore[no-any-return]

    def was(self, group: Group, name: str) -> str:
        """What the thing was called before."""
        return next((old for old, new in self.of(group).items() if new == name), name)

    def output_was(self, decision: str, name: str) -> str:
        return _was(self.outputs, decision, name)

    def field_was(self, form: str, name: str) -> str:
        return _was(self.fields, form, name)

    def evidence_was(self, step: str, name: str) -> str:
        return _was(self.evidence, step, name)


def _was(names: Mapping[Inner, str], whole: str, name: str) -> str:
    return next((old for (inside, old), new in names.items() if inside == whole and new == name), name)


# ------------------------------------------------------------------------------------------------------ as plain text

# By group the new names by the old ones, a part as `support.days`; what has no new name is left out.
Plain = dict[str, dict[str, str]]


def plain_names(names: Names) -> Plain:
    plain: Plain = {group: dict(names.of(group)) for group in GROUPS}
    for group in PARTS_OF.values():
        plain[group] = {".".join(inner): new for inner, new in names.within(group).items()}
    return {group: new_names for group, new_names in plain.items() if new_names}


def names_of(plain: Mapping[str, Mapping[str, str]]) -> Names:
    """The names that `plain_names` wrote. Raises TypeError for a group that there is not."""
    found: dict[str, Any] = {}
    for group, new_names in plain.items():
        inner = group in PARTS_OF.values()
        found[group] = {tuple(old.split(".", 1)) if inner else old: new for old, new in new_names.items()}
    return Names(**found)


# ---------------------------------------------------------------------------------------------------------- rewriting


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
            case m.Anchor(source=source, name=name) if source in SOURCES:
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
        """What is named within a decision, a form or a step."""
        match value:
            case m.Decision(name=name, outputs=outputs):
                return replace(value, outputs=self._renamed("outputs", name, outputs))
            case m.Form(name=name, sections=sections):
                inner = (replace(one, fields=self._renamed("fields", name, one.fields)) for one in sections)
                return replace(value, sections=tuple(inner))
            case m.Step(name=name, evidence=evidence):
                return replace(value, evidence=self._renamed("evidence", name, evidence))
            case m.Enclosure(step=step, item=item):
                return replace(value, item=self._names.evidence.get((step, item), item))
            case _:
                return value

    def _renamed(self, group: PartGroup, whole: str, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        names = self._names.within(group)
        return tuple(replace(part, name=names.get((whole, part.name), part.name)) for part in parts)
