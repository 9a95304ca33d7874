"""What every doing of a step asks first: whether it is open, of the right kind, with its evidence and with a reason.

One rule: why not is told in words that say what would help."""

from datetime import UTC, datetime

from handrail.handoff import commands as c
from handrail.handoff.gaps import missing_items
from handrail.handoff.history import Handoff, StepState
from handrail.handoff.items import known_step
from handrail.handoff.meanwhile import unseen
from handrail.handoff.people import by_words
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.runbook.kinds import LONGEST_TEXT
from handrail.runbook.model import Step, StepKind


def not_open(plan: Plan, handoff: Handoff, name: str, *kinds: StepKind) -> Refused | None:
    """Why nothing can be done on the step now; `kinds` are those that the command is for."""
    step = known_step(plan, handoff, name)
    if step.each is not None:
        says = f"“{step.title}” is done for each of {plan.runbook.facts[step.each].title}: choose one of them."
        return Refused(code="for-each", says=says)
    if kinds and step.kind not in kinds:
        article = "an" if step.kind[0] in "aeiou" else "a"
        return Refused(code="wrong-kind", says=f"“{step.title}” is {article} {step.kind}: this is not how it is done.")
    known = handoff.steps.get(name)
    match handoff.state_of(name):
        case "open":
            return None
        case "done":
            did = _did(known) if known else "it is over"
            return Refused(code="done", says=f"“{step.title}” is done already: {did}.")
        case "not needed":
            return Refused(code="not-needed", says=f"“{step.title}” is not needed for this customer.")
        case _:
            return Refused(code="waiting", says=f"“{step.title}” is not open yet.")


def _did(known: StepState) -> str:
    """Who did it and when; what nobody did came by itself, or by silence."""
    when = f"on {_clock(known.since)}"
    if known.by is None:
        return f"{known.outcome or 'by itself'} {when}"
    who = f"{by_words(known.by, known.on_behalf_of)}," if known.on_behalf_of else known.by.name
    return f"{who} {known.outcome or 'finished'} it {when}"


def _clock(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y at %H:%M} UTC"


_A = {"link": "a link", "upload": "a file", "link or upload": "a link or a file"}
_DONE: dict[StepKind, str] = {
    "form": "signed",
    "approval": "approved",
    "acceptance": "accepted",
    "meeting": "held",
    "message": "sent",
}


def missing_evidence(handoff: Handoff, step: Step) -> tuple[Mistake, ...]:
    return tuple(
        Mistake(field=f"evidence.{item.name}", says=f"{item.title} is missing: attach {_A[item.kind]}.")
        for item in missing_items(handoff, step)
    )


def lacks_evidence(handoff: Handoff, step: Step) -> Refused | None:
    mistakes = missing_evidence(handoff, step)
    if not mistakes:
        return None
    did = _DONE.get(step.kind, "finished")
    says = f"“{step.title}” cannot be {did} yet: " + " ".join(one.says for one in mistakes)
    return Refused(code="incomplete", says=says, mistakes=mistakes)


def not_ready(plan: Plan, handoff: Handoff, command: c.Approve | c.Accept, kind: StepKind) -> Refused | None:
    step = known_step(plan, handoff, command.step)
    return (
        not_open(plan, handoff, command.step, kind)
        or unseen(plan, handoff, command.seen)
        or lacks_evidence(handoff, step)
    )


def done_among(plan: Plan, handoff: Handoff, step: str) -> tuple[str, ...]:
    """The steps that a rejection opens again; those that were not done have nothing to reopen."""
    return tuple(name for name in known_step(plan, handoff, step).reopens if handoff.state_of(name) == "done")


def without_reason(reason: str, doing: str) -> Refused | None:
    if not reason.strip():
        says = f"Say why you {doing}: others act on it."
        return Refused(code="no-reason", says=says, mistakes=(Mistake(field="reason", says=says),))
    return too_long(reason)


def too_long(text: str) -> Refused | None:
    if len(text) <= LONGEST_TEXT:
        return None
    return Refused(code="unfit", says=f"This text has {len(text):,} characters; at most {LONGEST_TEXT:,} are kept.")
