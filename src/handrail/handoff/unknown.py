"""Names in a command that the plan does not have. Asking for them is a mistake of the caller, told as a refusal."""

from collections.abc import Iterable, Iterator, Mapping

from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff.history import Handoff
from handrail.handoff.items import step_of
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused


def unknown_name(plan: Plan, handoff: Handoff, command: c.Command) -> Refused | None:
    says = next(_unknown(plan, handoff, command), None)
    if says is None and not isinstance(command, c.Start) and handoff.started_at is None:
        says = "This handoff has not been started."
    return Refused(code="unknown", says=says) if says else None


def _unknown(plan: Plan, handoff: Handoff, command: c.Command) -> Iterator[str]:
    runbook = plan.runbook
    match command:
        case c.Start(facts=facts, people=people):
            yield from _missing("fact", facts, runbook.facts)
            yield from _missing("role", people, runbook.roles)
        case c.GiveFacts(values=values):
            yield from _missing("fact", values, runbook.facts)
        case c.Count(values=values):
            yield from _missing("derived fact", values, runbook.derived)
        case c.Report(happening=happening):
            yield from _missing("event", [happening], runbook.events)
        case c.FillRole(role=role) | c.Succeed(role=role) | c.Seat(role=role):
            yield from _missing("role", [role], runbook.roles)
        case c.AskOverride(decision=name) | c.ApproveOverride(decision=name) | c.RejectOverride(decision=name):
            yield from _missing("decision", [name], runbook.decisions)
        case c.AnswerForm(step=step, answers=answers) | o.AnswerOutside(step=step, answers=answers):
            yield from _no_step(plan, handoff, step)
            if step_of(plan, handoff, step) is not None:
                yield from _missing("field", answers, {field.name: field for field in plan.fields_of(step)})
        case c.Cancel() | c.Hold() | c.Resume() | c.Hear() | c.Wake() | c.ChangeVersion():
            return None
        case c.AddAddendum() | o.SendLinks():
            return
        case _:
            yield from _no_step(plan, handoff, command.step)


def _no_step(plan: Plan, handoff: Handoff, name: str) -> Iterator[str]:
    if step_of(plan, handoff, name) is None:
        yield f"This handoff's runbook has no step “{name}”."


def _missing(what: str, names: Iterable[str], known: Mapping[str, object]) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"This handoff's runbook has no {what} “{name}”."
