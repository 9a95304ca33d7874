"""Who may give which command: RACI that acts. R and A may do a step; whoever stands in for somebody may what they may.

One rule: duty looks at who asks and never at what is possible now; that is `life`'s to say.
"""

from collections.abc import Iterable

from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff.apart import kept_apart
from handrail.handoff.history import Handoff
from handrail.handoff.holders import Acting, each_acting, holder_of, lead_words, named
from handrail.handoff.items import known_step
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.model import Decision, Disagreement, Field, Happening, Step
from handrail.runbook.words import listed


def may(plan: Plan, handoff: Handoff, command: c.Command) -> Refused | None:
    """None where the person may; what the command names must exist in the plan."""
    if isinstance(command, c.BY_NOBODY):
        return None
    allowed = _allowed(plan, handoff, command, command.by)
    return allowed if isinstance(allowed, Refused) else None


def acts_for(plan: Plan, handoff: Handoff, command: c.Command) -> Person | None:
    """Who is away and whose role it takes, where the giver stands in for them and may not do it for themself."""
    if isinstance(command, c.BY_NOBODY) or not command.by.stands_in_for:
        return None
    allowed = _allowed(plan, handoff, command, command.by)
    return None if isinstance(allowed, Refused) else allowed.away


def _allowed(plan: Plan, handoff: Handoff, command: c.Command, by: Actor) -> Acting | Refused:
    """The first way in which they may. That a duty is kept apart says more than that a role is another's."""
    refusals, apart = [], []
    for acting in each_acting(plan, handoff, by):
        refused = _may(plan, handoff, command, acting)
        if refused is not None:
            refusals.append(refused)
            continue
        refused = kept_apart(plan, handoff, command, acting)
        if refused is None:
            return acting
        apart.append(refused)
    return (apart or refusals)[0]


def _may(plan: Plan, handoff: Handoff, command: c.Command, by: Acting) -> Refused | None:
    match command:
        case _ if isinstance(command, c.BY_NOBODY):
            return None
        case c.Start(people=people):
            allowed = by.operations or any(one in people.values() for one in by.people)
            return None if allowed else _refused("Only CS Operations, or a person with a role in it, starts a handoff.")
        case c.GiveFacts(values=values):
            return _may_give_facts(plan, handoff, values, by)
        case c.FillRole():
            return _may_fill(plan, handoff, command, by)
        case c.Succeed():
            return None if by.operations else _refused("Only CS Operations names who a role is handed on to.")
        case c.AnswerForm():
            return _may_answer(plan, handoff, command, by)
        case c.AskOverride(decision=name):
            return _may_ask(plan, handoff, by, plan.runbook.decisions[name])
        case c.ApproveOverride(decision=name) | c.RejectOverride(decision=name):
            override = plan.runbook.decisions[name].override
            roles = (override.approved_by,) if override else ()
            return _holds_one_of(plan, handoff, by, roles, "decides on this request")
        case c.Hold() | c.Resume() | o.SendLinks():
            allowed = by.operations or bool(by.roles)
            return None if allowed else _refused("Only CS Operations, or a person with a role in it, does this.")
        case c.Cancel():
            return None if by.operations else _refused("Only CS Operations cancels a handoff.")
        case c.ChangeVersion():
            says = "Only CS Operations moves a handoff to another version of its runbook."
            return None if by.operations else _refused(says)
        case c.AddAddendum():
            return _may_add(plan, handoff, by)
        case c.Report(happening=name):
            return _may_report(plan, handoff, by, plan.runbook.events[name])
        case _:
            return _may_in_step(plan, handoff, command, by, known_step(plan, handoff, command.step))


def _may_in_step(plan: Plan, handoff: Handoff, command: c.Command, by: Acting, step: Step) -> Refused | None:
    match command:
        case c.AddEvidence() | c.RemoveEvidence() | c.WaiveEvidence():
            return _may_attach(plan, handoff, by, step)
        case o.ShareAttachment():
            return None if by.operations else _may_attach(plan, handoff, by, step)
        case c.Begin() | c.Reopen() if by.operations:
            return None
        case c.PlanMeeting() | c.CallOffMeeting() | c.HoldMeeting() if by.operations and step.session is not None:
            return None  # a session is for all customers, and CS Operations moves it for all of them
        case c.ReplaceAttendee():
            says = "Only CS Operations names who comes to a meeting instead of somebody else."
            return None if by.operations else _refused(says)
        case c.Advise():
            return _may_advise(plan, handoff, by, step)
        case c.Disagree():
            return _may_disagree(plan, handoff, by, step)
        case c.Settle():
            return _may_settle(plan, handoff, by, step)
        case _:
            return _may_do(plan, handoff, by, step)


def doers(step: Step) -> tuple[str, ...]:
    """The roles that may do the step, those that do it first."""
    return tuple(dict.fromkeys((*step.roles_with("R"), *step.roles_with("A"))))


def owing_role(step: Step, field: Field, plan: Plan) -> str:
    """The role that must fill the field: its own, that of the fact it shows, or the one that does the step."""
    if field.owed_by:
        return field.owed_by
    shown = plan.runbook.facts[field.shows].owed_by if field.shows else None
    return shown or doers(step)[0]


def _may_do(plan: Plan, handoff: Handoff, by: Acting, step: Step) -> Refused | None:
    return _holds_one_of(plan, handoff, by, doers(step), f"does “{step.title}”")


def _holds_one_of(plan: Plan, handoff: Handoff, by: Acting, roles: tuple[str, ...], does: str) -> Refused | None:
    if by.roles.intersection(roles):
        return None
    return _refused(
        f"Only {named(plan, handoff, roles)} {does}." if roles else f"Nobody {does}: the runbook names no role."
    )


def _may_give_facts(plan: Plan, handoff: Handoff, names: Iterable[str], by: Acting) -> Refused | None:
    if by.operations:
        return None
    for name in names:
        allowed = _fact_givers(plan, name)
        if not by.roles.intersection(allowed) and not (by.roles and not allowed):
            title = plan.runbook.facts[name].title
            who = named(plan, handoff, allowed) if allowed else "a person with a role in this handoff"
            return _refused(f"{title} is given by {who}, or by CS Operations.")
    return None


def counts_anew(plan: Plan, handoff: Handoff, by: Actor) -> Refused | None:
    """Whoever may give any of the facts may also have the desk count anew."""
    each = (c.GiveFacts(by=by, values={name: None}) for name in plan.runbook.facts)
    if by.operations or any(may(plan, handoff, one) is None for one in each):
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


def _may_add(plan: Plan, handoff: Handoff, by: Acting) -> Refused | None:
    """Givers and receivers: those who sign a form, share a document, or accept."""
    steps = (step for step in plan.runbook.steps.values() if step.shares or step.kind in {"form", "acceptance"})
    roles = tuple(dict.fromkeys(role for step in steps for role in doers(step)))
    if by.operations or by.roles.intersection(roles):
        return None
    who = f"{named(plan, handoff, roles)} or " if roles else ""
    return _refused(f"Addenda are written by {who}CS Operations.")


def _may_report(plan: Plan, handoff: Handoff, by: Acting, happening: Happening) -> Refused | None:
    if by.operations or by.roles.intersection(happening.reported_by):
        return None
    who = f"{named(plan, handoff, happening.reported_by)} or " if happening.reported_by else ""
    return _refused(f"“{happening.title}” is reported by {who}CS Operations.")


def _may_attach(plan: Plan, handoff: Handoff, by: Acting, step: Step) -> Refused | None:
    """Whoever does the step, and whoever provides one of its pieces."""
    providers = tuple(item.owed_by for item in step.evidence if item.owed_by)
    return _holds_one_of(plan, handoff, by, tuple(dict.fromkeys((*doers(step), *providers))), f"does “{step.title}”")


def _may_advise(plan: Plan, handoff: Handoff, by: Acting, step: Step) -> Refused | None:
    """Those who are asked, and whoever stands in for one of them."""
    asked = step.roles_with("C")
    if not asked:
        return _refused(f"Nobody is asked about “{step.title}”: no role has the letter C there.")
    if by.roles.intersection(asked):
        return None
    return _refused(f"Only {named(plan, handoff, asked)} is asked about “{step.title}”.")


def _may_disagree(plan: Plan, handoff: Handoff, by: Acting, step: Step) -> Refused | None:
    if step.disagreement is None:
        return _refused(f"Nobody disagrees about “{step.title}”: the runbook has no ladder for it.")
    return _holds_one_of(plan, handoff, by, step.disagreement.by, "disagrees with a refusal here")


def _may_settle(plan: Plan, handoff: Handoff, by: Acting, step: Step) -> Refused | None:
    dispute = handoff.disputes.get(step.name)
    if step.disagreement is None or dispute is None:
        return None  # that nothing is to be decided is told as such
    return _holds_one_of(plan, handoff, by, (rung(step.disagreement, dispute.level),), "decides on this")


def rung(disagreement: Disagreement, level: int) -> str:
    """The role that decides at that level of the ladder; at its end the last one goes on deciding."""
    return disagreement.ladder[min(level, len(disagreement.ladder) - 1)]


def _may_fill(plan: Plan, handoff: Handoff, command: c.FillRole, by: Acting) -> Refused | None:
    if by.operations or plan.runbook.roles[command.role].team in by.leads:
        return None
    if _passes_on(plan, handoff, command, by) or _takes(plan, handoff, command, by):
        return None
    choosers = _choosers(plan, command.role)
    if by.roles.intersection(choosers):
        return None
    return _refused(_filled_by(plan, handoff, command.role, choosers))


def _passes_on(plan: Plan, handoff: Handoff, command: c.FillRole, by: Acting) -> bool:
    """Whoever holds a role may have somebody stand in for them, and gives back to the team what they took of it."""
    held = handoff.people.get(command.role)
    if held is None or held.id not in by.ids:
        return False
    return command.until is not None or (command.person is None and _is_pooled(plan, command.role))


def _takes(plan: Plan, handoff: Handoff, command: c.FillRole, by: Acting) -> bool:
    """Anybody of the team may take for themself what is the team's."""
    if not _is_pooled(plan, command.role) or holder_of(plan, handoff, command.role) is not None:
        return False
    is_own = command.person is not None and command.person.id in by.ids
    return is_own and command.role in by.roles and command.until is None


def _is_pooled(plan: Plan, role: str) -> bool:
    return plan.runbook.roles[role] in plan.pooled


def _filled_by(plan: Plan, handoff: Handoff, role: str, choosers: tuple[str, ...]) -> str:
    """`The Project Manager is named by the Team lead (Lena), the lead of Delivery (Dora) or CS Operations.`"""
    known = plan.runbook.roles[role]
    who = [named(plan, handoff, [one]) for one in choosers] + list(filter(None, [lead_words(plan, known.team)]))
    said = f"named by {listed([*who, 'CS Operations'], 'or')}"
    if _is_pooled(plan, role) and holder_of(plan, handoff, role) is None:
        said = f"taken by anybody of {plan.company.team_name(known.team)} for themself, or {said}"
    return f"The {known.title} is {said}."


def _choosers(plan: Plan, role: str) -> tuple[str, ...]:
    steps = [one for step in plan.runbook.steps.values() if step.fills == role for one in doers(step)]
    chosen_by = plan.runbook.roles[role].chosen_by
    return tuple(dict.fromkeys([*steps, *([chosen_by] if chosen_by else [])]))


def _may_answer(plan: Plan, handoff: Handoff, command: c.AnswerForm, by: Acting) -> Refused | None:
    step = known_step(plan, handoff, command.step)
    if by.roles.intersection(doers(step)):
        return None
    owed = {field.name: owing_role(step, field, plan) for field in plan.fields_of(step.name)}
    if all(owed.get(name) in by.roles for name in command.answers) and by.roles.intersection(owed.values()):
        return None
    return _holds_one_of(plan, handoff, by, doers(step), f"fills “{step.title}”, and those who owe a field of it")


def _may_ask(plan: Plan, handoff: Handoff, by: Acting, decision: Decision) -> Refused | None:
    """Who would have to decide on their own request cannot ask: nobody else could ever decide on it."""
    if decision.override is None:
        return _refused(f"Nobody asks for another answer to “{decision.title}”: the runbook allows none.")
    refused = _holds_one_of(plan, handoff, by, decision.override.asked_by, "asks for another answer")
    decider = handoff.people.get(decision.override.approved_by)
    if refused is None and decider is not None and decider.id in by.ids:
        return _refused(_decides_oneself(by, decider))
    return refused


def _decides_oneself(by: Acting, decider: Person) -> str:
    if decider.id == by.person.id:
        return "You decide on such requests yourself: another person must ask."
    return f"{decider.name}, for whom you stand in, decides on such requests: another person must ask."


def _refused(says: str) -> Refused:
    return Refused(code="not-yours", says=says)
