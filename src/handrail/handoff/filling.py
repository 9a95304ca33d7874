"""What stands in a letter in the place of a name in braces.

One rule: what is filled in is text and nothing else: in a body, which is Markdown, what would mean something there is
written so that it means itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from handrail.handoff.duty import owing_role
from handrail.handoff.history import Handoff
from handrail.handoff.holders import all_who_hold, holder_of, named, pool_of
from handrail.handoff.items import known_step
from handrail.handoff.knowledge import written_of
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake
from handrail.handoff.words import ref_title
from handrail.runbook.model import Ref, Template, Variable
from handrail.worktime.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who gets a letter: a colleague, or with a `group` one of its contacts. `key` is under which it is kept that they
    have it."""

    name: str
    first_name: str
    email: str = ""
    group: str = ""
    person: Person | None = None
    language: str = ""
    key: str = ""
    calendar: Calendar = field(repr=False)


def said(plan: Plan, handoff: Handoff, variable: Variable, to: Recipient) -> str | None:
    """In words; None where it is missing."""
    match variable.about:
        case "customer":
            return handoff.customer or None
        case "recipient":
            return _of_recipient(plan, variable.part, to)
        case "role":
            return _of_role(plan, handoff, variable)
        case "known":
            return _known(plan, handoff, variable)


def _of_recipient(plan: Plan, part: str, to: Recipient) -> str | None:
    if part == "email":
        return to.email or (plan.company.email_of(to.person) if to.person else "") or None
    return (to.first_name if part == "first_name" else to.name) or None


def _of_role(plan: Plan, handoff: Handoff, variable: Variable) -> str | None:
    if variable.part == "title":
        return plan.role_title(variable.name)
    holder = holder_of(plan, handoff, variable.name)
    if variable.part == "email":
        return plan.company.email_of(holder) or None if holder else None
    pool = pool_of(plan, handoff, variable.name)
    return holder.name if holder else plan.company.team_name(pool) if pool else None


def _known(plan: Plan, handoff: Handoff, variable: Variable) -> str | None:
    written = written_of(plan, handoff, variable.ref) if variable.ref else None
    if written is None or variable.kind is None:
        return None
    return plan.spoken(variable.kind, written).strip() or None


def filled(plan: Plan, handoff: Handoff, template: Template, to: Recipient, *, markdown: bool) -> str:
    """What is missing is marked; nothing like that is sent."""
    return "".join(_pieces(plan, handoff, template, to, markdown)).strip()


def _pieces(plan: Plan, handoff: Handoff, template: Template, to: Recipient, markdown: bool) -> Iterator[str]:
    for one in template.pieces:
        if isinstance(one, str):
            yield one
            continue
        value = said(plan, handoff, one, to)
        text = f"[{variable_title(plan, one)} is missing]" if value is None else value
        yield as_text(text) if markdown else " ".join(text.split())


_INLINE = re.compile(r"[\\`*\[\]<]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?[A-Za-z0-9]+;)|!(?=\[)")
_AT_BEGINNING = re.compile(r"^(?:([#>+=~-])|([0-9]{1,9})([.)]))")


def as_text(value: str) -> str:
    """In Markdown, so that it is read as it is."""
    return "\n".join(_line(one.strip()) for one in value.splitlines())


def _line(line: str) -> str:
    line = _INLINE.sub(lambda found: f"\\{found[0]}", line)
    return _AT_BEGINNING.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)


def missing(
    plan: Plan, handoff: Handoff, variables: Iterable[Variable], to: Iterable[Recipient]
) -> tuple[Mistake, ...]:
    """What would have to be known first, and who owes it."""
    everyone = tuple(to)
    found: dict[str, Mistake] = {}
    for one in variables:
        if one.written not in found and any(said(plan, handoff, one, who) is None for who in everyone):
            found[one.written] = Mistake(field=one.written, says=_missing(plan, handoff, one))
    return tuple(found.values())


def _missing(plan: Plan, handoff: Handoff, variable: Variable) -> str:
    title = variable_title(plan, variable)
    title = f"{title[:1].upper()}{title[1:]}"
    if variable.about == "role":
        return f"{title} is missing: it is {named(plan, handoff, [variable.name])}."
    role = _owed_by(plan, handoff, variable.ref)
    return f"{title} is missing{f': {named(plan, handoff, [role])} owes it' if role else ''}."


def _owed_by(plan: Plan, handoff: Handoff, ref: Ref | None) -> str | None:
    match ref:
        case Ref(source="fact", name=name):
            return plan.runbook.facts[name].owed_by
        case Ref(source="answer", name=step, part=part):
            field = next((one for one in plan.fields_of(step) if one.name == part), None)
            return owing_role(known_step(plan, handoff, step), field, plan) if field else None
        case _:
            return None


def variable_title(plan: Plan, variable: Variable) -> str:
    match variable.about:
        case "customer":
            return "the customer’s name"
        case "recipient":
            return "the recipient’s e-mail address" if variable.part == "email" else "the recipient’s name"
        case "role":
            part = " e-mail address" if variable.part == "email" else " name"
            return f"the {plan.role_title(variable.name)}’s{part}"
        case "known":
            return ref_title(plan, variable.ref) if variable.ref else variable.written


def first_name_of(name: str) -> str:
    return name.split()[0] if name.split() else ""


def colleagues(plan: Plan, handoff: Handoff, roles: Iterable[str]) -> tuple[Recipient, ...]:
    """Whoever holds the roles, or all of the team of which anybody does."""
    people = dict.fromkeys(person for role in roles for person in all_who_hold(plan, handoff, role))
    return tuple(
        Recipient(
            name=one.name,
            first_name=first_name_of(one.name),
            person=one,
            calendar=plan.company.calendar_of(one) or plan.calendar,
        )
        for one in people
    )
