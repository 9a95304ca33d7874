"""Filling and signing a form. Each field is given, not applicable with a reason, or missing.

One rule: nothing is signed while a required field is missing; blank is not the same as not applicable.
"""

from collections.abc import Mapping

from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff import events as e
from handrail.handoff.consulting import awaited, unheard
from handrail.handoff.document import document, sha256
from handrail.handoff.duty import owing_role
from handrail.handoff.gaps import missing_fields
from handrail.handoff.history import Handoff
from handrail.handoff.holders import named
from handrail.handoff.items import known_step
from handrail.handoff.meanwhile import answer_clashes, fact_clashes, unseen
from handrail.handoff.plan import Plan, canonical
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import missing_evidence, not_open
from handrail.runbook.kinds import LONGEST_TEXT, Unfit, Written
from handrail.runbook.model import Field

Answering = c.AnswerForm | o.AnswerOutside


def answer_form(plan: Plan, handoff: Handoff, command: Answering) -> tuple[e.Event, ...] | Refused:
    refused = not_open(plan, handoff, command.step, "form")
    if refused is not None:
        return refused
    fields = {field.name: field for field in plan.fields_of(command.step)}
    read = _read_answers(fields, command.answers)
    if isinstance(read, Refused):
        return read
    own = _own_answers(handoff, command, fields, read)
    facts = _facts_shown(handoff, fields, read)
    clashes = (
        *answer_clashes(plan, handoff, command.step, own, command.seen),
        *fact_clashes(plan, handoff, facts, command.seen),
    )
    if clashes:
        return Refused(code="changed-meanwhile", says="Somebody changed this while you had it open.", clashes=clashes)
    source = command.contact.words if isinstance(command, o.AnswerOutside) else ""
    title = known_step(plan, handoff, command.step).title
    return (
        *([e.FactsGiven(values=facts, source=source or title)] if facts else []),
        *([e.FormAnswered(step=command.step, answers=own, source=source)] if own else []),
    )


def _own_answers(
    handoff: Handoff, command: Answering, fields: Mapping[str, Field], read: Mapping[str, e.Answer | None]
) -> dict[str, e.Answer | None]:
    """What the form itself keeps, where it is news. Of a field that shows a fact that is only why it does not apply."""
    kept = {
        name: None if fields[name].shows and answer is not None and answer.reason is None else answer
        for name, answer in read.items()
    }
    return {name: answer for name, answer in kept.items() if _differs(handoff, command, name, answer)}


def _read_answers(
    fields: Mapping[str, Field], answers: Mapping[str, e.Answer | None]
) -> dict[str, e.Answer | None] | Refused:
    found: dict[str, e.Answer | None] = {}
    mistakes = []
    for name, answer in answers.items():
        read = _read_answer(fields[name], answer)
        if isinstance(read, Unfit):
            mistakes.append(Mistake(field=name, says=f"{fields[name].title}: {read.says}"))
        else:
            found[name] = read
    if mistakes:
        return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=tuple(mistakes))
    return found


def _read_answer(field: Field, answer: e.Answer | None) -> e.Answer | Unfit | None:
    if answer is None:
        return None
    if answer.reason is not None:
        return _read_reason(field, answer.reason)
    if answer.value is None or (isinstance(answer.value, str) and not answer.value.strip()):
        return None
    value = canonical(field.kind, answer.value)
    return value if isinstance(value, Unfit) else e.Answer(value=value)


def _read_reason(field: Field, reason: str) -> e.Answer | Unfit:
    if not field.may_not_apply:
        return Unfit("This always applies: it cannot be marked as not applicable.")
    if not reason.strip():
        return Unfit("Say why it does not apply: blank is not the same as not applicable.")
    if len(reason) > LONGEST_TEXT:
        return Unfit(f"The reason has {len(reason):,} characters; at most {LONGEST_TEXT:,} are kept. Shorten it.")
    return e.Answer(reason=reason.strip())


def _own_answer(field: Field, said: e.Answer | None) -> e.Answer | None:
    """What the form itself keeps: of a field that shows a fact, only that it does not apply; the value is the fact."""
    return None if field.shows and said is not None and said.value is not None else said


def _differs(handoff: Handoff, command: Answering, name: str, answer: e.Answer | None) -> bool:
    standing = handoff.answers.get(command.step, {}).get(name)
    before = (standing.value, standing.reason) if standing else (None, None)
    return before != ((answer.value, answer.reason) if answer else (None, None))


def _facts_shown(
    handoff: Handoff, fields: Mapping[str, Field], answers: Mapping[str, e.Answer | None]
) -> dict[str, Written | None]:
    """What the answers say about facts that the form shows, where it is news."""
    said = {fields[name].shows: answer.value if answer else None for name, answer in answers.items()}
    return {
        fact: value
        for fact, value in said.items()
        if fact is not None and value != (handoff.facts[fact].value if fact in handoff.facts else None)
    }


def sign(plan: Plan, handoff: Handoff, command: c.Sign) -> tuple[e.Event, ...] | Refused:
    refused = not_open(plan, handoff, command.step, "form") or unseen(plan, handoff, command.seen)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    mistakes = (
        *(
            Mistake(
                field=field.name,
                says=f"{field.title} is missing: {named(plan, handoff, [owing_role(step, field, plan)])} owes it.",
            )
            for field in missing_fields(plan, handoff, command.step)
        ),
        *missing_evidence(handoff, step),
    )
    if mistakes:
        count = "1 thing is" if len(mistakes) == 1 else f"{len(mistakes)} things are"
        says = f"“{step.title}” cannot be signed yet: {count} missing."
        return Refused(code="incomplete", says=says, mistakes=mistakes)
    digest = sha256(document(plan, handoff))
    left = unheard(plan, handoff, step)
    return awaited(plan, handoff, step) or (e.Signed(step=step.name, sha256=digest, unheard=left),)
