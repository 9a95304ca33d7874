"""Overrides: somebody asks that a decision be taken differently, and another person rules on it."""

from collections.abc import Mapping

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan, canonical
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import too_long, without_reason
from handrail.runbook.kinds import Unfit

Outcome = tuple[e.Event, ...] | Refused


def ask_override(plan: Plan, handoff: Handoff, command: c.AskOverride) -> Outcome:
    asked = handoff.overrides.get(command.decision)
    if asked is not None and asked.state == "asked":
        who = asked.asked_by.name if asked.asked_by else "Somebody"
        return Refused(code="asked", says=f"{who} has asked for an override already; it is not decided yet.")
    outputs = _read_outputs(plan, command.decision, command.outputs)
    if isinstance(outputs, Refused):
        return outputs
    if outputs == handoff.outputs_of(command.decision):
        return Refused(code="same", says="This is what the decision says already.")
    refused = without_reason(command.reason, "ask")
    return refused or (e.OverrideAsked(decision=command.decision, outputs=outputs, reason=command.reason.strip()),)


def _read_outputs(plan: Plan, decision: str, given: Mapping[str, str]) -> dict[str, str] | Refused:
    found: dict[str, str] = {}
    mistakes = []
    table = plan.runbook.decisions[decision]
    for output in table.outputs:
        value = canonical(table.kind_of(output), given.get(output.name, ""))
        if isinstance(value, Unfit):
            mistakes.append(Mistake(field=output.name, says=f"{output.title}: {value.says}"))
        else:
            found[output.name] = str(value)
    if mistakes:
        return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=tuple(mistakes))
    return found


def rule_on_override(plan: Plan, handoff: Handoff, command: c.ApproveOverride | c.RejectOverride) -> Outcome:
    asked = handoff.overrides.get(command.decision)
    if asked is None or asked.state != "asked":
        ruled = f": {asked.ruled_by.name} has {asked.state} it" if asked and asked.ruled_by else ""
        return Refused(code="not-asked", says=f"No override is waiting for a decision{ruled}.")
    if isinstance(command, c.ApproveOverride):
        return too_long(command.note) or (e.OverrideApproved(decision=command.decision, note=command.note.strip()),)
    refused = without_reason(command.reason, "reject")
    return refused or (e.OverrideRejected(decision=command.decision, reason=command.reason.strip()),)
