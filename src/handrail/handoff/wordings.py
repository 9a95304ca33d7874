"""The words of a message for one handoff: those of its runbook, or what somebody wrote instead.

One rule: what somebody writes may name in braces whatever a runbook's message may; a brace that is meant as one is
doubled.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake
from handrail.runbook.kinds import Kind
from handrail.runbook.model import Message, Ref, Step, Template, Variable, Wording
from handrail.runbook.model.messages import RECIPIENT_PARTS, ROLE_PARTS

Words = tuple[str, str]
LONGEST_SUBJECT = 300

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def wording_of(plan: Plan, handoff: Handoff, step: Step, message: Message, language: str) -> Wording:
    """In the language of whoever gets it, as far as there is one."""
    wording = message.wording_for(language)
    edited = handoff.edits.get(step.name, {}).get(wording.language)
    if edited is None:
        return wording
    return _worded(plan, wording, edited)


def worded(plan: Plan, wording: Wording, words: Words | None) -> Wording:
    """With the words that somebody wrote, as far as they wrote any."""
    return wording if words is None else _worded(plan, wording, words)


def _worded(plan: Plan, wording: Wording, words: Words) -> Wording:
    subject, body = " ".join(words[0].split())[:LONGEST_SUBJECT], words[1].strip()
    return replace(
        wording,
        subject=template_of(plan, subject) if subject else wording.subject,
        body=template_of(plan, body) if body else wording.body,
    )


def template_of(plan: Plan, text: str) -> Template:
    """What it names that cannot be filled in stays as it is written."""
    pieces: list[str | Variable] = []
    at = 0
    for found in _PIECE.finditer(text):
        pieces.append(text[at : found.start()])
        at = found.end()
        variable = variable_of(plan, found[1].strip()) if found[1] is not None else None
        pieces.append(variable or (found[0][0] if found[0] in {"{{", "}}"} else found[0]))
    pieces.append(text[at:])
    return Template(pieces=tuple(one for one in pieces if one), text=text)


def unknown_in(plan: Plan, words: Mapping[str, Words]) -> tuple[Mistake, ...]:
    """The names in braces that say nothing."""
    return tuple(
        Mistake(field=f"{field}.{language}" if language else field, says=says)
        for language, both in words.items()
        for field, text in zip(("subject", "body"), both, strict=True)
        for says in _unknown(plan, text)
    )


def _unknown(plan: Plan, text: str) -> Iterator[str]:
    for found in _PIECE.finditer(text):
        if found[1] is not None and variable_of(plan, found[1].strip()) is None:
            yield f"“{found[0]}” names nothing that could be filled in. Double a brace that is meant as one."
        elif found[0] in {"{", "}"}:
            yield f"A brace “{found[0]}” stands alone. Double a brace that is meant as one."


def plain(text: str) -> str:
    """With its braces doubled, so that they mean themselves."""
    return text.replace("{", "{{").replace("}", "}}")


def variable_of(plan: Plan, word: str) -> Variable | None:
    owner, _, part = word.partition(".")
    place = plan.runbook.place
    if word == "customer":
        return Variable(about="customer", written=word, place=place)
    if owner == "recipient":
        is_one = part in RECIPIENT_PARTS
        return Variable(about="recipient", part=part, written=word, place=place) if is_one else None
    if owner in plan.runbook.roles and (not part or part in ROLE_PARTS):
        return Variable(about="role", name=owner, part=part, written=word, place=place)
    found = _known(plan, owner, part)
    return Variable(about="known", ref=found[0], kind=found[1], written=word, place=place) if found else None


def _known(plan: Plan, owner: str, part: str) -> tuple[Ref, Kind] | None:
    runbook = plan.runbook
    if owner in runbook.facts and not part:
        return Ref(source="fact", name=owner), plan.kinds[owner]
    if owner in runbook.derived and not part:
        return Ref(source="derived", name=owner), runbook.derived[owner].kind
    if owner in runbook.decisions:
        return _output(plan, owner, part)
    if owner in runbook.steps and part and runbook.steps[owner].each is None:
        field = next((one for one in plan.fields_of(owner) if one.name == part), None)
        return (Ref(source="answer", name=owner, part=part), field.kind) if field else None
    return None


def _output(plan: Plan, name: str, part: str) -> tuple[Ref, Kind] | None:
    decision = plan.runbook.decisions[name]
    outputs = {one.name: one for one in decision.outputs}
    found = outputs.get(part or (name if name in outputs else ""))
    if found is None and not part and len(outputs) == 1:
        found = next(iter(outputs.values()))
    return (Ref(source="output", name=name, part=found.name), decision.kind_of(found)) if found else None
