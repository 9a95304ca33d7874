"""What a runbook declares beside its steps: facts, roles, sessions, windows, messages, happenings, milestones.

One rule: each is a line, and says the same things in the same order wherever it stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.desk.queries.runbook.lines import (
    Detail,
    Line,
    kind_said,
    only_where,
    place_of,
    said,
    the_role,
    the_step,
)
from handrail.runbook.model import (
    Contacts,
    Derived,
    Fact,
    Field,
    Form,
    Happening,
    Message,
    Milestone,
    Ref,
    Role,
    Runbook,
    Session,
    Window,
)
from handrail.runbook.words import (
    addressee_words,
    calendar_words,
    condition_words,
    derivation_words,
    enclosure_words,
    kind_words,
    listed,
    ref_title,
    session_words,
    template_words,
    window_words,
    wording_words,
)


@dataclass(frozen=True, kw_only=True)
class SectionView:
    title: str
    says: str
    fields: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class FormView:
    place: str
    title: str
    says: str
    sections: tuple[SectionView, ...]

    @property
    def questions(self) -> int:
        return sum(len(section.fields) for section in self.sections)


def fact_line(runbook: Runbook, fact: Fact) -> Line:
    details = [*kind_said(fact.kind)]
    if fact.owed_by:
        details.append(said("Found out by", the_role(runbook, fact.owed_by)))
    details.extend(only_where(runbook, fact.when))
    return Line(place=place_of("fact", fact.name), title=fact.title, says=fact.says, details=tuple(details))


def derived_line(runbook: Runbook, derived: Derived) -> Line:
    details = [said("Is", derivation_words(runbook, derived.how)), said("Kind", kind_words(derived.kind))]
    if derived.is_counted:
        details.append(said("Counted", "by Handrail, over the company’s other handoffs"))
    return Line(place=place_of("derived", derived.name), title=derived.title, says=derived.says, details=tuple(details))


# -------------------------------------------------------------------------------------------------------------- people


def role_line(runbook: Runbook, role: Role, teams: Mapping[str, str]) -> Line:
    details = [said("Team", teams.get(role.team, role.team))] if role.team else []
    details.append(said("Filled", _filled(runbook, role)))
    if role.calendar != "runbook":
        details.append(said("Its steps count on", calendar_words(role.calendar)))
    if role.also:
        details.append(said("Also called", role.also))
    details.extend(only_where(runbook, role.when))
    if runbook.phases and role.name in runbook.phases.front:
        details.append(said("In phases", "the same person in every running phase of a project"))
    return Line(place=place_of("role", role.name), title=role.title, says=role.says, details=tuple(details))


def _filled(runbook: Runbook, role: Role) -> str:
    match role.fill:
        case "by hand":
            steps = [the_step(runbook, step.name) for step in runbook.steps.values() if step.fills == role.name]
            return f"by hand, in {listed(steps, 'or')}" if steps else "by hand"
        case "account owner":
            return "the customer’s account owner"
        case "least load":
            return "whoever of the team holds the fewest seats of running handoffs"
        case "chosen":
            return f"chosen by {the_role(runbook, role.chosen_by) if role.chosen_by else 'the lead of the team'}"
        case "anybody of the team":
            return "anybody of the team may act for it, until one of them takes it"
        case "from":
            return f"the person whom “{ref_title(runbook, role.filled_from)}” names" if role.filled_from else ""


def contacts_line(runbook: Runbook, one: Contacts) -> Line:
    each = [said("Somebody for each of", f"“{runbook.facts[one.of].title}”")] if one.of else []
    known = [
        said(title, ", ".join(_named(runbook, ref) for ref in refs))
        for title, refs in (
            ("Name", one.called),
            ("E-mail", (one.email,)),
            ("Phone", (one.phone,)),
            ("Language", (one.language,)),
            ("Time zone", (one.zone,)),
        )
        if refs[0] is not None
    ]
    works = [] if one.calendar == "runbook" else [said("Works by", calendar_words(one.calendar))]
    details = (said("People of", f"the {one.side}"), *each, *known, *works)
    return Line(place=place_of("contacts", one.name), title=one.title, says=one.says, details=details)


def _named(runbook: Runbook, ref: Ref | None) -> str:
    """The fact, or the column of the list."""
    if ref is None:
        return ""
    return ref.part.replace("_", " ").capitalize() if ref.source == "item" else f"“{runbook.facts[ref.name].title}”"


def message_line(runbook: Runbook, message: Message) -> Line:
    return Line(
        place=place_of("message", message.name),
        title=message.title,
        says=message.says,
        details=tuple(_message_details(runbook, message)),
        body=template_words(runbook, message.first.body),
    )


def _message_details(runbook: Runbook, message: Message) -> Iterator[Detail]:
    yield said("To", addressee_words(runbook, message) or "nobody")
    if message.sender:
        yield said("From", the_role(runbook, message.sender))
    if message.behalf:
        yield said("On behalf of", the_role(runbook, message.behalf))
    if message.bcc:
        yield said("Copy to", message.bcc)
    if message.once:
        yield said("The same as", f"all messages that are called “{message.once}”: each contact gets one of them")
    if message.encloses:
        yield said("With it", *(enclosure_words(runbook, one) for one in message.encloses))
    yield said("Subject", template_words(runbook, message.first.subject))
    for wording in message.wordings[1:]:
        yield said(f"In “{wording.language}”", *wording_words(runbook, wording).split("\n\n"))


def happening_line(runbook: Runbook, happening: Happening) -> Line:
    reporters = [*(the_role(runbook, name) for name in happening.reported_by), "CS Operations"]
    return Line(
        place=place_of("event", happening.name),
        title=happening.title,
        says=happening.says,
        details=(said("Reported by", listed(reporters, "or")),),
    )


# ---------------------------------------------------------------------------------------------------------------- time


def session_line(session: Session) -> Line:
    details = [said("Held", session_words(session))]
    if session.first:
        first = f"{session.first.day} {session.first:%B %Y}"
        details.append(said("Weeks counted from", first))
    details.append(said("Seats", str(session.seats) if session.seats else "without limit"))
    if session.where:
        details.append(said("At", session.where))
    if not session.forwarding:
        details.append(said("Invitations", "are not handed on"))
    return Line(place=place_of("session", session.name), title=session.title, says=session.says, details=tuple(details))


def window_line(window: Window) -> Line:
    return Line(
        place=place_of("window", window.name),
        title=window.title,
        says=window.says,
        details=(said("Days", window_words(window)),),
    )


def milestone_line(runbook: Runbook, milestone: Milestone) -> Line:
    return Line(
        place=place_of("milestone", milestone.name),
        title=milestone.title,
        says=milestone.says,
        details=(said("Reached when", condition_words(runbook, milestone.when)),),
    )


# --------------------------------------------------------------------------------------------------------------- forms


def form_view(runbook: Runbook, form: Form) -> FormView:
    sections = tuple(
        SectionView(
            title=section.title,
            says=section.says,
            fields=tuple(_field(runbook, form, field) for field in section.fields),
        )
        for section in form.sections
    )
    return FormView(place=place_of("form", form.name), title=form.title, says=form.says, sections=sections)


def _field(runbook: Runbook, form: Form, field: Field) -> Line:
    place = f"{place_of('form', form.name)}-{field.name}"
    return Line(place=place, title=field.title, says=field.says, details=tuple(_field_details(runbook, field)))


def _field_details(runbook: Runbook, field: Field) -> Iterator[Detail]:
    answer = "required" if field.required else "optional"
    if field.shows:
        yield said("Shows the fact", runbook.facts[field.shows].title, place=place_of("fact", field.shows))
    else:
        yield from kind_said(field.kind)
    yield said("Answer", f"{answer}, or not applicable with a reason" if field.may_not_apply else answer)
    if field.owed_by:
        yield said("Filled by", the_role(runbook, field.owed_by))
