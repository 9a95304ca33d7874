"""Starting a handoff, its facts and its people."""

from collections.abc import Mapping
from datetime import datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.holders import lead_words
from handrail.handoff.knowledge import written_of
from handrail.handoff.meanwhile import fact_clashes
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan, canonical
from handrail.handoff.refusal import Mistake, Refused
from handrail.runbook.kinds import Unfit, Written
from handrail.runbook.model import Role


def start(plan: Plan, handoff: Handoff, command: c.Start) -> tuple[e.Event, ...] | Refused:
    if handoff.started_at is not None:
        return Refused(code="started", says="This handoff has been started already.")
    values = canonical_facts(plan, command.facts)
    if isinstance(values, Refused):
        return values
    gone = [left(role, person) for role, person in command.people.items() if not plan.company.works_here(person)]
    if gone:
        return Refused(code="left", says=" ".join(one.says for one in gone), mistakes=tuple(gone))
    started = e.Started(
        runbook=plan.runbook.name,
        version=plan.runbook.version,
        digest=plan.runbook.digest,
        customer_id=command.customer_id,
        customer=command.customer,
        people=dict(command.people),
        phase=command.phase.strip(),
    )
    return (started, e.FactsGiven(values=values, source=command.source)) if values else (started,)


def give_facts(plan: Plan, handoff: Handoff, command: c.GiveFacts) -> tuple[e.Event, ...] | Refused:
    values = canonical_facts(plan, command.values)
    if isinstance(values, Refused):
        return values
    changed = {name: value for name, value in values.items() if value != _known(handoff, name)}
    clashes = fact_clashes(plan, handoff, changed, command.seen)
    if clashes:
        return Refused(code="changed-meanwhile", says="Somebody changed this while you had it open.", clashes=clashes)
    if handoff.cancelled:
        return Refused(code="over", says="This handoff was cancelled.")
    return (e.FactsGiven(values=changed, source=command.source or command.by.person.name),) if changed else ()


def _known(handoff: Handoff, name: str) -> Written | None:
    known = handoff.facts.get(name)
    return known.value if known else None


def canonical_facts(plan: Plan, values: Mapping[str, Written | None]) -> dict[str, Written | None] | Refused:
    """Every value in its one stored form, or all that are unfit at once. An empty text withdraws the fact; a list
    without rows says that there are none."""
    found: dict[str, Written | None] = {}
    mistakes = []
    for name, written in values.items():
        blank = written is None or (isinstance(written, str) and not written.strip())
        value = None if blank or written is None else canonical(plan.runbook.facts[name].kind, written)
        if isinstance(value, Unfit):
            mistakes.append(Mistake(field=name, says=f"{plan.runbook.facts[name].title}: {value.says}"))
        else:
            found[name] = value
    if mistakes:
        return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=tuple(mistakes))
    return found


def fill_role(plan: Plan, handoff: Handoff, command: c.FillRole, now: datetime) -> tuple[e.Event, ...] | Refused:
    until = command.until
    if until is not None and command.person is None:
        return _mistaken("person", "Name who stands in until then.")
    if until is not None and until < plan.calendar.day_of(now):
        return _mistaken("until", f"{until.day} {until:%B %Y} has passed: name a day to come.")
    if command.person is not None and not plan.company.works_here(command.person):
        return refused_as_left(command.person)
    loan = handoff.loans.get(command.role)
    if handoff.people.get(command.role) == command.person and until == (loan.until if loan else None):
        return ()
    return (e.RoleFilled(role=command.role, person=command.person, until=until, reason=command.reason.strip()),)


def succeed(plan: Plan, handoff: Handoff, command: c.Succeed) -> tuple[e.Event, ...] | Refused:
    loan = handoff.loans.get(command.role)
    if loan is None:
        return Refused(code="no-loan", says=f"Nobody stands in for the {plan.role_title(command.role)}.")
    if command.person is not None and not plan.company.works_here(command.person):
        return refused_as_left(command.person)
    if command.person == loan.back_to:
        return ()
    return (e.RoleSucceeded(role=command.role, person=command.person, reason=command.reason.strip()),)


def refused_as_left(person: Person) -> Refused:
    mistake = left("person", person)
    return Refused(code="left", says=mistake.says, mistakes=(mistake,))


def left(field: str, person: Person) -> Mistake:
    return Mistake(field=field, says=f"{person.name} does not work here any more: name somebody who does.")


def _mistaken(field: str, says: str) -> Refused:
    return Refused(code="unfit", says=says, mistakes=(Mistake(field=field, says=says),))


def seat(plan: Plan, handoff: Handoff, command: c.Seat) -> tuple[e.Event, ...]:
    """Whoever has left by now is not seated: the role stays as it is."""
    if handoff.people.get(command.role) == command.person:
        return ()
    if command.person is not None and not plan.company.works_here(command.person):
        return ()
    return (e.RoleFilled(role=command.role, person=command.person, why=command.why),)


def named_in(plan: Plan, handoff: Handoff, role: Role) -> str | None:
    """The e-mail address or name in what the role is filled from; None where that is missing."""
    written = written_of(plan, handoff, role.filled_from) if role.filled_from else None
    return " ".join(written.split()) if isinstance(written, str) and written.strip() else None


def naming_words(plan: Plan, role: Role, text: str) -> str:
    return f"{_source_title(plan, role)} is “{text}”."


def why_vacant(plan: Plan, handoff: Handoff, role: Role) -> str:
    """Why nobody holds an empty role, and whose it is to fill."""
    return " ".join(filter(None, [_why_empty(plan, handoff, role), _whose_to_fill(plan, role)]))


def _why_empty(plan: Plan, handoff: Handoff, role: Role) -> str:
    held = handoff.people.get(role.name)
    if held is not None:
        return f"{held.name}, who was, does not work here any more."
    if role.fill == "least load":
        return _why_nobody_is_found(plan, role)
    if role.fill == "anybody of the team":
        return "Nobody is in the team that fills it."
    if role.fill != "from":
        return ""
    text = named_in(plan, handoff, role)
    if text is None:
        return f"{_source_title(plan, role)} is missing, which names who it is."
    return f"{naming_words(plan, role, text)} The company knows nobody by that name or address, or more than one."


def _whose_to_fill(plan: Plan, role: Role) -> str:
    lead = lead_words(plan, role.team)
    if not lead:
        return "An empty role is CS Operations’ to fill."
    return f"It is to be filled by {lead}, or by CS Operations."


def _why_nobody_is_found(plan: Plan, role: Role) -> str:
    if role.team not in plan.company.staffed:
        return "Nobody is in the team that fills it."
    return f"Everybody of {plan.company.squads[role.team].name} is away or at capacity."


def _source_title(plan: Plan, role: Role) -> str:
    ref = role.filled_from
    if ref is None:
        return ""
    if ref.source == "fact":
        return plan.runbook.facts[ref.name].title
    decision = plan.runbook.decisions[ref.name]
    return next((one.title for one in decision.outputs if one.name == ref.part), decision.title)


def count(plan: Plan, handoff: Handoff, command: c.Count) -> tuple[e.Event, ...]:
    """Only what is news."""
    news = {name: value for name, value in command.values.items() if value != handoff.counted.get(name)}
    return (e.Counted(values=news),) if news else ()
