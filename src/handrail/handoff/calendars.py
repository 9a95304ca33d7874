"""Whose calendar a step counts on: the runbook's, a team's, that of whoever holds the role, or one of the company's.

One rule: where nothing is known of the calendar that a role names, its steps count on the runbook's.
"""

from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.model import Step
from handrail.worktime.calendar import Calendar


def calendar_of(plan: Plan, handoff: Handoff, step: Step) -> Calendar:
    """That of the first role which is asked to do the step; the runbook's, where none is."""
    return calendar_of_role(plan, handoff, step.asked[0]) if step.asked else plan.calendar


def calendar_of_role(plan: Plan, handoff: Handoff, name: str) -> Calendar:
    role = plan.runbook.roles[name]
    match role.calendar:
        case "runbook":
            return plan.calendar
        case "team":
            return plan.company.calendar_of_team(role.team) or plan.calendar
        case "holder":
            holder = handoff.people.get(name)
            own = plan.company.calendar_of(holder) if holder else None
            return own or plan.company.calendar_of_team(role.team) or plan.calendar
        case key:
            return plan.company.calendars.get(key, plan.calendar)
