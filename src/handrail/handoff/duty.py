"""Who may give which command: RACI that acts. R and A may do a step; nobody may decide on their own request.

One rule: duty looks at who asks and never at what is possible now; that is `life`'s to say.
"""

from collections.abc import Iterable

from handrail.handoff import commands as c
from handrail.handoff.history import Handoff
from handrail.handoff.items import known_step
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.model import Decision, Disagreement, Field, Happening, Step


def may(plan: Plan, handoff: Handoff, command: c.Command) -> Refused | None:
    """None where the person may; what the command names must exist in the plan."""
    match command:
        case c.Wake() | c.Seat() | c.Count():
            return None
        case c.Start(by=by, people=people):
            allowed = by.operations or by.person in people.values()
            return None if allowed else _refused("Only CS Operations, or a person with a role in it, starts a handoff.")
        case c.GiveFacts():
            return _may_give_facts(plan, handoff, command)
        case c.FillRole():
            return _may_fill(plan, handoff, command)
        case c.Succeed(by=by):
            return None if by.operations else _refused("Only CS Operations names who a role is handed on to.")
        case c.AnswerForm():
            return _may_answer(plan, handoff, command)
        case c.AskOverride(by=by, decision=name):
            return _may_ask(plan, handoff, by, plan.runbook.decisions[name])
        case c.ApproveOverride() | c.RejectOverride():
            return _may_rule(plan, handoff, command)
        case c.Hold(by=by) | c.Resume(by=by):
            allowed = by.operations or bool(roles_of(handoff, by.person))
            return None if allowed else _refused("Only CS Operations, or a person with a role in it, does this.")
        case c.Cancel(by=by):
            return None if by.operations else _refused("Only CS Operations cancels a handoff.")
        case c.ChangeVersion(by=by):
            says = "Only CS Operations moves a handoff to another version of its runbook."
            return None if by.operations else _refused(says)
        case c.Report(by=by, happening=name):
            return _may_report(plan, handoff, by, plan.runbook.events[name])
        case c.AddEvidence() | c.RemoveEvidence() | c.WaiveEvidence():
            return _may_attach(plan, handoff, command.by, known_step(plan, handoff, command.step))
        case c.Begin(by=by) if by.operations:
            return None
        case c.Disagree(by=by):
            return _may_disagree(plan, handoff, by, known_step(plan, handoff, command.step))
        case c.Settle(by=by):
            return _may_settle(plan, handoff, by, known_step(plan, handoff, command.step))
        case c.Reopen(by=by, step=step):
            return None if by.operations else _may_do(plan, handoff, by, known_step(plan, handoff, step))
        case _:
            return _may_do(plan, handoff, command.by, known_step(plan, handoff, command.step))


def roles_of(handoff: Handoff, person: Person) -> tuple[str, ...]:
    return tuple(role for role, holder in handoff.people.items() if holder.id == person.id)


def doers(step: Step) -> tuple[str, ...]:
    """The roles that may do the step, those that do it first."""
    return tuple(dict.fromkeys((*step.roles_with("R"), *step.roles_with("A"))))


def owing_role(step: Step, field: Field, plan: Plan) -> str:
    """The role that must fill the field: its own, that of the fact it shows, or the one that does the step."""
    if field.owed_by:
        return field.owed_by
    shown = plan.runbook.facts[field.shows].owed_by if field.shows else None
    return shown or doers(step)[0]


def named(plan: Plan, handoff: Handoff, roles: Iterable[str]) -> str:
    """The roles with their holders: `the Project Manager (Paula Reyes) or the Implementation Manager (nobody yet)`."""
    said = []
    for role in roles:
        holder = handoff.people.get(role)
        said.append(f"the {plan.role_title(role)} ({holder.name if holder else 'nobody yet'})")
    return " or ".join(said)


def _may_do(plan: Plan, handoff: Handoff, by: Actor, step: Step) -> Refused | None:
    return _holds_one_of(plan, handoff, by, doers(step), f"does “{step.title}”")


def _holds_one_of(plan: Plan, handoff: Handoff, by: Actor, roles: tuple[str, ...], does: str) -> Refused | None:
    if set(roles) & set(roles_of(handoff, by.person)):
        return None
    return _refused(
        f"Only {named(plan, handoff, roles)} {does}." if roles else f"Nobody {does}: the runbook names no role."
    )


def _may_give_facts(plan: Plan, handoff: Handoff, command: c.GiveFacts) -> Refused | None:
    if command.by.operations:
        return None
    mine = set(roles_of(handoff, command.by.person))
    for name in command.values:
        allowed = _fact_givers(plan, name)
        if not mine.intersection(allowed) and not (mine and not allowed):
            title = plan.runbook.facts[name].title
            who = named(plan, handoff, allowed) if allowed else "a person with a role in this handoff"
            return _refused(f"{title} is given by {who}, or by CS Operations.")
    return None


def counts_anew(plan: Plan, handoff: Handoff, by: Actor) -> Refused | None:
    """Whoever may give any of the facts may also have the desk count anew."""
    each = (c.GiveFacts(by=by, values={name: None}) for name in plan.runbook.facts)
    if by.operations or any(_may_give_facts(plan, handoff, one) is None for one in each):
        return None
    return _refused("Only a person who may give facts of this handoff, or CS Operations, has the desk count anew.")


def _fact_givers(plan: Plan, fact: str) -> tuple[str, ...]:
    """The role that owes the fact, and those who do a form that shows it."""
    owed_by = plan.runbook.facts[fact].owed_by
    showing = [
        role
        for step in plan.runbook.steps.values()
        if any(field.shows == fact for field in plan.fields_of(step.name))
        for role in doers(step)
    ]
    return tuple(dict.fromkeys([*([owed_by] if owed_by else []), *showing]))


def _may_report(plan: Plan, handoff: Handoff, by: Actor, happening: Happening) -> Refused | None:
    if by.operations or set(happening.reported_by) & set(roles_of(handoff, by.person)):
        return None
    who = f"{named(plan, handoff, happening.reported_by)} or " if happening.reported_by else ""
    return _refused(f"“{happening.title}” is reported by {who}CS Operations.")


def _may_attach(plan: Plan, handoff: Handoff, by: Actor, step: Step) -> Refused | None:
    """Whoever does the step, and whoever provides one of its pieces."""
    providers = tuple(item.owed_by for item in step.evidence if item.owed_by)
    return _holds_one_of(plan, handoff, by, tuple(dict.fromkeys((*doers(step), *providers))), f"does “{step.title}”")


def _may_disagree(plan: Plan, handoff: Handoff, by: Actor, step: Step) -> Refused | None:
    if step.disagreement is None:
        return _refused(f"Nobody disagrees about “{step.title}”: the runbook has no ladder for it.")
    return _holds_one_of(plan, handoff, by, step.disagreement.by, "disagrees with a refusal here")


def _may_settle(plan: Plan, handoff: Handoff, by: Actor, step: Step) -> Refused | None:
    dispute = handoff.disputes.get(step.name)
    if step.disagreement is None or dispute is None:
        return None  # that nothing is to be decided is told as such
    refused = _holds_one_of(plan, handoff, by, (rung(step.disagreement, dispute.level),), "decides on this")
    if refused is None and dispute.by is not None and dispute.by.id == by.person.id:
        return _refused("You disagreed yourself: another person must decide on it.")
    return refused


def rung(disagreement: Disagreement, level: int) -> str:
    """The role that decides at that level of the ladder; at its end the last one goes on deciding."""
    return disagreement.ladder[min(level, len(disagreement.ladder) - 1)]


def _may_fill(plan: Plan, handoff: Handoff, command: c.FillRole) -> Refused | None:
    if command.by.operations:
        return None
    mine = roles_of(handoff, command.by.person)
    if command.until is not None and command.role in mine:
        return None  # whoever holds a role may have somebody stand in for them
    choosers = _choosers(plan, command.role)
    if set(choosers) & set(mine):
        return None
    who = f"{named(plan, handoff, choosers)} or " if choosers else ""
    return _refused(f"The {plan.role_title(command.role)} is named by {who}CS Operations.")


def _choosers(plan: Plan, role: str) -> tuple[str, ...]:
    steps = [one for step in plan.runbook.steps.values() if step.fills == role for one in doers(step)]
    chosen_by = plan.runbook.roles[role].chosen_by
    return tuple(dict.fromkeys([*steps, *([chosen_by] if chosen_by else [])]))


def _may_answer(plan: Plan, handoff: Handoff, command: c.AnswerForm) -> Refused | None:
    step = known_step(plan, handoff, command.step)
    mine = set(roles_of(handoff, command.by.person))
    if mine.intersection(doers(step)):
        return None
    owed = {field.name: owing_role(step, field, plan) for field in plan.fields_of(step.name)}
    if all(owed.get(name) in mine for name in command.answers) and mine.intersection(owed.values()):
        return None
    return _holds_one_of(
        plan, handoff, command.by, doers(step), f"fills “{step.title}”, and those who owe a field of it"
    )


def _may_ask(plan: Plan, handoff: Handoff, by: Actor, decision: Decision) -> Refused | None:
    """Who would have to decide on their own request cannot ask: nobody else could ever decide on it."""
    if decision.override is None:
        return _refused(f"Nobody asks for another answer to “{decision.title}”: the runbook allows none.")
    refused = _holds_one_of(plan, handoff, by, decision.override.asked_by, "asks for another answer")
    if refused is None and decision.override.approved_by in roles_of(handoff, by.person):
        return _refused("You decide on such requests yourself: another person must ask.")
    return refused


def _may_rule(plan: Plan, handoff: Handoff, command: c.ApproveOverride | c.RejectOverride) -> Refused | None:
    override = plan.runbook.decisions[command.decision].override
    asked = handoff.overrides.get(command.decision)
    by = command.by.person
    roles = (override.approved_by,) if override else ()
    refused = _holds_one_of(plan, handoff, command.by, roles, "decides on this request")
    if refused is None and asked is not None and asked.asked_by is not None and asked.asked_by.id == by.id:
        return _refused("You asked for this yourself: another person must decide on it.")
    return refused


def _refused(says: str) -> Refused:
    return Refused(code="not-yours", says=says)
