"""The steps of a runbook: the work, who does it, from when and until when.

One rule: whatever a step names (roles, steps, forms, stages) has been declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from handrail.runbook.model import Condition, Evidence, Letter, Step, StepKind, Timing
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.names import LONGEST_TITLE, title_of
from handrail.runbook.reading.outcomes import outcomes_declared, outcomes_of
from handrail.runbook.reading.timings import timing_in
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

_KINDS = ("task", "form", "approval", "acceptance")
_KEYS = (
    "stage", "title", "kind", "raci", "when", "needs", "opens", "due", "form", "fills", "evidence", "on_reject",
    "on_refuse", "may_refuse", "outcomes", "approvals", "meant", "says",
)  # fmt: skip
# Keys that only one kind of step can have.
_OWN_KEYS = {
    "fills": "task",
    "outcomes": "task",
    "on_reject": "approval",
    "approvals": "approval",
    "on_refuse": "acceptance",
    "may_refuse": "acceptance",
}
_EVIDENCE = ("link", "upload", "link or upload")


@dataclass(frozen=True, kw_only=True)
class StepSoFar:
    """`form` as the author wrote it; `outcomes` are the blocks of its outcomes by name."""

    block: Block
    title: str
    form: Leaf | None
    outcomes: Mapping[str, Block]


def declared_steps(top: Block) -> dict[str, StepSoFar]:
    return {
        name: StepSoFar(
            block=block,
            title=block.title("title", title_of(name)),
            form=block.leaf("form"),
            outcomes=dict(outcomes_declared(block)),
        )
        for name, block in top.declared("steps", "step", _KEYS)
    }


def steps_of(declared: Mapping[str, StepSoFar], words: Vocabulary) -> dict[str, Step]:
    return {name: _step(name, so_far, words) for name, so_far in declared.items()}


def _step(name: str, so_far: StepSoFar, words: Vocabulary) -> Step:
    block = so_far.block
    block.needs("stage", "kind", "raci")
    kind = block.one_of("kind", _KINDS, "")
    _tell_keys_of_others(block, kind)
    stage = block.leaf("stage")
    opens_when, opens_on = _opens(block, words)
    return Step(
        name=name,
        title=so_far.title,
        stage=words.stage(stage, block.margin) if stage else "",
        kind=cast("StepKind", kind or "task"),
        raci=_raci(block, words),
        when=condition_in(block, "when", words),
        needs=words.steps_in(block, "needs"),
        opens_when=opens_when,
        opens_on=opens_on,
        due=timing_in(block, "due", words),
        form=words.form(so_far.form, block.margin) if so_far.form else None,
        fills=words.role_in(block, "fills"),
        evidence=_evidence(block),
        reopens=_reopens(block, "on_reject" if kind == "approval" else "on_refuse", words),
        outcomes=outcomes_of(so_far.outcomes, words),
        reasons=tuple(bounded(leaf, LONGEST_TITLE, block.margin) for leaf in block.texts("may_refuse")),
        approvals=_approvals(block),
        meant=block.text("meant"),
        says=block.text("says"),
        place=block.place,
    )


def _tell_keys_of_others(block: Block, kind: str) -> None:
    for key, owner in _OWN_KEYS.items():
        if kind and key in block and owner != kind:
            says = f"“{key}” belongs to steps of kind {owner}; {block.what} is of kind {kind}."
            block.margin.error(
                block.key_place(key), "key-of-another-kind", says, f"Take it out, or write “kind: {owner}”."
            )


def _opens(block: Block, words: Vocabulary) -> tuple[Condition | None, Timing | None]:
    if block.node("opens") is None:
        return None, None
    about = block.inner("opens", f"“opens” of {block.what}", ("when", "on"))
    if about.is_sound and "when" not in about and "on" not in about:
        says = f"{sentence(about.what)} says nothing."
        block.margin.error(about.place, "empty-value", says, "Write “when: {…}”, “on: …” or both, or take it out.")
    return condition_in(about, "when", words), timing_in(about, "on", words)


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


def _approvals(block: Block) -> Literal["all"] | int:
    """How many approvals it takes: `any` is one of them."""
    leaf = block.leaf("approvals")
    text = leaf.text.strip() if leaf else "any"
    if text in {"any", "all"}:
        return "all" if text == "all" else 1
    if leaf and text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= len(list(block.entries("raci"))):
        return int(text)
    if leaf:
        says = f"{quoted(text)} does not say how many approvals it takes."
        mend = "Write “any”, “all”, or a number of them, at most as many as there are roles in “raci”."
        block.margin.error(leaf.place, "bad-approvals", says, mend)
    return 1


def _evidence(block: Block) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            name=name,
            title=about.title("title", title_of(name)),
            kind=cast("Literal['link', 'upload', 'link or upload']", about.one_of("kind", _EVIDENCE, "link or upload")),
            required=about.yes_no("required", default=True),
        )
        for name, about in block.declared("evidence", "evidence", ("title", "kind", "required"))
    )


def _reopens(block: Block, key: str, words: Vocabulary) -> tuple[str, ...]:
    if block.node(key) is None:
        return ()
    about = block.inner(key, f"“{key}” of {block.what}", ("reopen",))
    about.needs("reopen")
    return words.steps_in(about, "reopen")
