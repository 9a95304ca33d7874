"""The steps of a runbook: the work, who does it, from when and until when.

One rule: whatever a step names (roles, steps, forms, stages) has been declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from handrail.runbook.model import CHECKERS, Letter, Outcome, Repeat, Step, StepKind
from handrail.runbook.reading.answers import apart_from_in, approvals_in, disagreement_in, reopening_in, silence_in
from handrail.runbook.reading.beginnings import beginning_of, needs_in, range_in
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.deadlines import due_in, escalations_in, reminder_in, warning_in
from handrail.runbook.reading.evidence import evidence_in
from handrail.runbook.reading.goings import sending_in
from handrail.runbook.reading.keys import kinds_of, needed_by
from handrail.runbook.reading.lapses import lapse_in
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.meetings import attendees_in, guests_in, minutes_in, quota_in
from handrail.runbook.reading.names import LONGEST_TITLE, title_of
from handrail.runbook.reading.outcomes import outcomes_declared, outcomes_of
from handrail.runbook.reading.step_keys import KEYS, KINDS, REPEAT_KEYS
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.updates import writes_in
from handrail.runbook.reading.vocabulary import Vocabulary

# What a wait says with “until” instead.
_UNTIL = ("opens", "during")


@dataclass(frozen=True, kw_only=True)
class StepSoFar:
    """`form` and `each` as the author wrote them; `outcomes` are the blocks of its outcomes by name, `evidence` are
    the names of what is attached to it."""

    block: Block
    title: str
    form: Leaf | None
    each: Leaf | None
    outcomes: Mapping[str, Block]
    evidence: tuple[str, ...]


def declared_steps(top: Block) -> dict[str, StepSoFar]:
    return {
        name: StepSoFar(
            block=block,
            title=block.title("title", title_of(name)),
            form=block.leaf("form"),
            each=block.leaf("each"),
            outcomes=dict(outcomes_declared(block)),
            evidence=tuple(entry.key.text.strip() for entry in block.entries("evidence")),
        )
        for name, block in top.declared("steps", "step", KEYS)
    }


def steps_of(declared: Mapping[str, StepSoFar], words: Vocabulary) -> dict[str, Step]:
    return {name: _step(name, so_far, words) for name, so_far in declared.items()}


def _step(name: str, so_far: StepSoFar, words: Vocabulary) -> Step:
    block = so_far.block
    kind = _kind(block)
    each = words.list_in(block, "each")
    words = words.for_record_of(each)
    step = Step(
        name=name,
        title=so_far.title,
        stage=words.stage_in(block, "stage") or "",
        kind=kind,
        raci=_raci(block, words),
        when=condition_in(block, "when", words),
        each=each,
        discretionary=block.yes_no("discretionary", default=False),
        on_event=words.event_in(block, "on_event"),
        after_end=_after_end(block),
        form=words.form(so_far.form, block.margin) if so_far.form else None,
        outcomes=outcomes_of(so_far.outcomes, words),
        awaits_advice=block.yes_no("awaits_advice", default=False),
        asked_of=words.contacts_in(block, "asked_of"),
        meant=block.text("meant"),
        says=block.text("says"),
        place=block.place,
    )
    return _with_answers(_with_work(_with_time(step, block, words), block, words), block, words)


def _with_time(step: Step, block: Block, words: Vocabulary) -> Step:
    """From when it can be done, and until when."""
    needs, needs_at_least = needs_in(block, words)
    beginning, (first, last) = beginning_of(block, words), range_in(block, words)
    return replace(
        step,
        needs=needs,
        needs_at_least=needs_at_least,
        opens_when=beginning.when,
        opens_on=first or beginning.on,
        opens_in=beginning.within,
        opens_not_in=beginning.not_within,
        until_event=beginning.event,
        due=last or due_in(block, words),
        warn=warning_in(block, words),
        remind=reminder_in(block, words),
        escalations=escalations_in(block, words),
    )


def _with_work(step: Step, block: Block, words: Vocabulary) -> Step:
    """What is done, by its kind."""
    sending = sending_in(block, words)
    return replace(
        step,
        fills=words.role_in(block, "fills"),
        evidence=evidence_in(block, step.kind, words),
        shares=words.document_in(block, "shares"),
        quota=quota_in(block, words),
        session=words.session_in(block, "session"),
        attendees=attendees_in(block, step, words),
        guests=guests_in(block, words),
        minutes=minutes_in(block),
        where=block.text("where", "", LONGEST_TITLE),
        agenda=block.text("agenda"),
        forwarding=block.yes_no("forwarding", default=True),
        message=words.message_in(block, "message"),
        automatic=sending.automatic,
        automatic_when=sending.when,
        goes=sending.goes,
        system=block.title("system", ""),
        writes=writes_in(block, words),
        check=block.one_of("check", CHECKERS, "") or None,
    )


def _with_answers(step: Step, block: Block, words: Vocabulary) -> Step:
    """How it turns out."""
    reopens, fresh_evidence = reopening_in(block, step.kind, words)
    return replace(
        step,
        repeat=_repeat(block, step.outcomes, words),
        reopens=reopens,
        fresh_evidence=fresh_evidence,
        reasons=tuple(bounded(leaf, LONGEST_TITLE, block.margin) for leaf in block.texts("may_refuse")),
        approvals=approvals_in(block),
        in_order=block.yes_no("in_order", default=False),
        apart_from=apart_from_in(block, step.name, words),
        silence=silence_in(block, step.kind),
        disagreement=disagreement_in(block, words),
    )


def _kind(block: Block) -> StepKind:
    """The kind, after telling what does not go with it and what is needed for it."""
    kind = block.one_of("kind", KINDS, "")
    if not kind:
        return "task"
    for key in KEYS:
        owners = kinds_of(KEYS, key, KINDS)
        if key in block and kind not in owners:
            _tell_key_of_others(block, key, kind, owners)
    block.needs(*needed_by(KEYS, kind))
    if kind == "document" and "shares" not in block:
        block.needs("evidence")
    return cast("StepKind", kind)


def _tell_key_of_others(block: Block, key: str, kind: str, owners: tuple[str, ...]) -> None:
    if len(owners) > len(KINDS) / 2:
        says = f"“{key}” says nothing about a step of kind {kind}, as {block.what} is."
        mend = f"Take it out{', and write “until”' if kind == 'wait' and key in _UNTIL else ''}."
    else:
        says = f"“{key}” belongs to steps of kind {' or '.join(owners)}; {block.what} is of kind {kind}."
        mend = f"Take it out, or write {' or '.join(f'“kind: {owner}”' for owner in owners)}."
    block.margin.error(block.key_place(key), "key-of-another-kind", says, mend)


def _after_end(block: Block) -> bool:
    """Only what somebody begins, or an event calls for, can come up once the handoff is over."""
    if "after_end" in block and "on_event" not in block and "discretionary" not in block:
        says = f"Nothing can begin {block.what} after the end."
        mend = "Add “on_event: …” or “discretionary: yes”, or take “after_end” out."
        block.margin.error(block.key_place("after_end"), "missing-key", says, mend)
    return block.yes_no("after_end", default=False)


def _raci(block: Block, words: Vocabulary) -> dict[str, frozenset[Letter]]:
    found: dict[str, frozenset[Letter]] = {}
    for entry in block.entries("raci"):
        role = words.role(entry.key, block.margin)
        if isinstance(entry.value, Leaf):
            found[role] = _letters(entry.value, block)
        else:
            says = f"The letters of {quoted(role)} are not a text."
            block.margin.error(entry.value.place, "bad-raci", says, "Write them together, like RA.")
    return found


def _letters(leaf: Leaf, block: Block) -> frozenset[Letter]:
    text = leaf.text.strip()
    if text and set(text) <= set("RACI") and len(set(text)) == len(text):
        return frozenset(cast("Letter", letter) for letter in text)
    says = f"{quoted(text)} are not letters of RACI."
    mend = "Write one or more of R (does it), A (answers for it), C (is asked), I (is told), together, like RA."
    block.margin.error(leaf.place, "bad-raci", says, mend)
    return frozenset()


def _repeat(block: Block, outcomes: tuple[Outcome, ...], words: Vocabulary) -> Repeat | None:
    if block.node("repeat") is None:
        return None
    about = block.inner("repeat", f"“repeat” of {block.what}", REPEAT_KEYS)
    after, until = lapse_in(about, "after"), condition_in(about, "until", words)
    again = next((outcome.name for outcome in outcomes if outcome.again_after is not None), None)
    if again is not None:
        says = f"{sentence(block.what)} is done again both by “repeat” and by its outcome {quoted(again)}."
        block.margin.error(block.key_place("repeat"), "key-beside-another", says, "Keep one of the two.")
    return Repeat(after=after, until=until) if after and until else None
