"""Forms: questions in sections, each answered in one of three states."""

from dataclasses import dataclass, field

from handrail.runbook.kinds import Kind
from handrail.runbook.problem import Place


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form. With `shows` it is a fact of the customer, asked and answered there.

    `required` fields must be given, or where they `may_not_apply` be marked so with a reason, before signing.
    """

    name: str
    title: str
    kind: Kind
    shows: str | None = None
    required: bool = True
    may_not_apply: bool = False
    owed_by: str | None = None
    says: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Section:
    title: str
    says: str = ""
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    name: str
    title: str
    says: str = ""
    sections: tuple[Section, ...]
    place: Place = field(compare=False)

    def field_named(self, name: str) -> Field | None:
        return next((one for section in self.sections for one in section.fields if one.name == name), None)
