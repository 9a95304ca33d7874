"""What of a step is asked outside the company, of the contacts that it is asked of.

One rule: what a role owes, and what names a colleague, is the company's own business and never asked outside.
"""

from collections.abc import Iterator

from handrail.runbook.kinds import Kind, PersonName, Records
from handrail.runbook.model import Evidence, Field, Runbook, Section, Step


def asked_sections(runbook: Runbook, step: Step) -> tuple[Section, ...]:
    """The sections of its form with the fields that they fill; those without any are left out."""
    return tuple(_asked_sections(runbook, step))


def _asked_sections(runbook: Runbook, step: Step) -> Iterator[Section]:
    if step.asked_of is None or step.form is None:
        return
    for section in runbook.forms[step.form].sections:
        fields = tuple(field for field in section.fields if _is_asked(field))
        if fields:
            yield Section(title=section.title, says=section.says, fields=fields)


def asked_fields(runbook: Runbook, step: Step) -> tuple[Field, ...]:
    return tuple(field for section in asked_sections(runbook, step) for field in section.fields)


def asked_evidence(step: Step) -> tuple[Evidence, ...]:
    return () if step.asked_of is None else tuple(item for item in step.evidence if item.owed_by is None)


def asks_for_something(runbook: Runbook, step: Step) -> bool:
    """Whether there is anything to fill in or to hand over."""
    return bool(asked_fields(runbook, step) or asked_evidence(step))


def _is_asked(field: Field) -> bool:
    return field.owed_by is None and not _names_a_colleague(field.kind)


def _names_a_colleague(kind: Kind) -> bool:
    if isinstance(kind, Records):
        return any(isinstance(column, PersonName) for column in kind.columns.values())
    return isinstance(kind, PersonName)
