"""The whole of a runbook, put together from its parts.

One rule: first everything is declared, then everything is read; so the order in which an author writes does not matter.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from handrail.runbook.kinds import LONGEST_TEXT, Date, Kind, Unfit, read_scalar
from handrail.runbook.model import STEP_STATES, All, Change, End, Ref, Runbook, step_states
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.decisions import DecisionSoFar, decisions_of, declared_decisions
from handrail.runbook.reading.facts import FactSoFar, declared_facts, facts_of
from handrail.runbook.reading.forms import FormRead, forms_of
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.names import LONGEST_TITLE, is_label, is_name, tell_bad_label, tell_bad_name, title_of
from handrail.runbook.reading.roles import declared_roles, roles_of
from handrail.runbook.reading.steps import StepSoFar, declared_steps, steps_of
from handrail.runbook.reading.timings import START
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Meaning, Vocabulary

KEYS = (
    "runbook", "title", "version", "about", "says", "history", "terms", "notes", "calendar", "facts", "roles",
    "decisions", "forms", "stages", "steps", "ends",
)  # fmt: skip
_RESERVED = {START, "not"}


def runbook_of(top: Block, digest: str) -> Runbook:
    """What the text says. Where a problem was told, the parts it touches stand empty: then nobody may use it."""
    top.needs("runbook", "version", "roles", "stages", "steps", "ends")
    facts, decisions, roles = declared_facts(top), declared_decisions(top), declared_roles(top)
    forms, steps = forms_of(top, facts, roles), declared_steps(top)
    spoken_of = _facts_and_decisions(facts, decisions)
    words = Vocabulary(
        meanings={**spoken_of, **_steps_and_answers(steps, forms), **spoken_of},
        families=_families(decisions),
        unsure=_unsure(decisions, forms, steps),
        unreadable=_unreadable(top),
        roles=roles,
        forms=forms,
        stages=_stages(top),
    )
    _tell_shared_names(facts, decisions, steps)
    name = _checked_name(top, "runbook")
    return Runbook(
        name=name,
        title=top.title("title", title_of(name)),
        version=top.text("version", longest=LONGEST_TITLE),
        about=top.text("about", "account", LONGEST_TITLE),
        says=top.text("says"),
        digest=digest,
        history=_history(top),
        terms=_terms(top),
        notes=tuple(bounded(leaf, LONGEST_TEXT, top.margin) for leaf in top.texts("notes")),
        calendar=_checked_name(top, "calendar"),
        facts=facts_of(facts, words),
        roles=roles_of(roles, words),
        decisions=decisions_of(decisions, words),
        forms={form: read.form for form, read in forms.items()},
        stages=tuple(words.stages),
        steps=steps_of(steps, words),
        ends=_ends(top, words),
        place=top.place,
    )


def _facts_and_decisions(facts: Mapping[str, FactSoFar], decisions: Mapping[str, DecisionSoFar]) -> dict[str, Meaning]:
    found = {
        name: Meaning(ref=Ref(source="fact", name=name), kind=fact.kind, title=fact.title)
        for name, fact in facts.items()
    }
    for name, decision in decisions.items():
        for output, kind in decision.answers.items():
            ref = Ref(source="output", name=name, part=output)
            found[f"{name}.{output}"] = Meaning(ref=ref, kind=kind, title=decision.titles[output])
        own = _own_output(name, decision)
        if own and name not in found:
            found[name] = found[f"{name}.{own}"]
    return found


def _own_output(name: str, decision: DecisionSoFar) -> str | None:
    """The output that the decision's name alone stands for."""
    outputs = list(decision.outputs)
    return name if name in outputs else outputs[0] if len(outputs) == 1 else None


def _steps_and_answers(steps: Mapping[str, StepSoFar], forms: Mapping[str, FormRead]) -> dict[str, Meaning]:
    found = {}
    for name, step in steps.items():
        states: Kind = step_states(step.outcomes) if step.outcomes else STEP_STATES
        found[name] = Meaning(ref=Ref(source="step", name=name), kind=states, title=step.title)
        form = forms.get(step.form.text.strip()) if step.form else None
        for field, kind in form.kinds.items() if form else ():
            ref = Ref(source="answer", name=name, part=field)
            found[f"{name}.{field}"] = Meaning(ref=ref, kind=kind, title=form.titles[field] if form else field)
    return found


def _families(decisions: Mapping[str, DecisionSoFar]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(f"{name}.{output}" for output in decision.outputs)
        for name, decision in decisions.items()
        if len(decision.outputs) > 1 and name not in decision.outputs
    }


def _unsure(
    decisions: Mapping[str, DecisionSoFar], forms: Mapping[str, FormRead], steps: Mapping[str, StepSoFar]
) -> frozenset[str]:
    """What is declared but could not be read far enough to know its parts."""
    murky = [name for name, decision in decisions.items() if not decision.outputs]
    for name, step in steps.items():
        form = forms.get(step.form.text.strip()) if step.form else None
        if not step.block.is_sound or (step.form and (form is None or not form.is_whole)):
            murky.append(name)
    return frozenset(murky)


def _unreadable(top: Block) -> frozenset[str]:
    needed = {key for key in ("roles", "stages", "steps") if not top.is_readable(key)}
    return frozenset(
        needed | {key for key in ("facts", "decisions", "forms") if key in top and not top.is_readable(key)}
    )


def _tell_shared_names(*declared: Mapping[str, FactSoFar | DecisionSoFar | StepSoFar]) -> None:
    """Facts, decisions and steps share one space, so that a condition's words mean one thing."""
    seen: dict[str, Block] = {}
    for block, name in sorted(_named_blocks(declared), key=lambda one: one[0].place):
        if name in _RESERVED:
            says = f"“{name}” is a word of the language and cannot name anything."
            block.margin.error(block.place, "reserved-name", says, "Choose another name.")
        elif name in seen:
            says = f"“{name}” is also the name of {seen[name].what}, on line {seen[name].place.line}."
            mend = "Give one of the two another name: facts, decisions and steps are told apart by their names."
            block.margin.error(block.place, "name-taken", says, mend)
        seen.setdefault(name, block)


def _named_blocks(
    declared: Iterable[Mapping[str, FactSoFar | DecisionSoFar | StepSoFar]],
) -> Iterable[tuple[Block, str]]:
    return ((so_far.block, name) for group in declared for name, so_far in group.items())


def _checked_name(top: Block, key: str) -> str:
    leaf = top.leaf(key)
    if leaf is None:
        return ""
    if not is_name(leaf.text.strip()):
        tell_bad_name(leaf, top.margin)
    return leaf.text.strip()


def _stages(top: Block) -> tuple[str, ...]:
    found: dict[str, Leaf] = {}
    for leaf in top.texts("stages"):
        name = leaf.text.strip()
        if not is_label(name):
            tell_bad_label(leaf, top.margin)
        if name in found:
            says = f"The stage {quoted(name)} is listed twice."
            top.margin.error(leaf.place, "name-taken", says, "Keep one of the two.")
        found.setdefault(name, leaf)
    return tuple(found)


def _history(top: Block) -> tuple[Change, ...]:
    blocks = [
        Block(node, "an entry of “history”", ("version", "date", "says"), top.margin) for node in top.items("history")
    ]
    return tuple(_change(block) for block in blocks)


def _change(block: Block) -> Change:
    block.needs("version", "date", "says")
    day = _day(block.leaf("date"), block)
    return Change(version=block.text("version", longest=LONGEST_TITLE), date=day, says=block.text("says"))


def _day(leaf: Leaf | None, block: Block) -> date:
    if leaf is None:
        return date.min
    day = read_scalar(Date(), leaf.text)
    if isinstance(day, Unfit):
        block.margin.error(leaf.place, "unfit-value", day.says, "Write the day on which the version began to hold.")
        return date.min
    assert isinstance(day, date)  # the kind is a date
    return day


def _terms(top: Block) -> dict[str, str]:
    found = {}
    for entry in top.entries("terms"):
        if isinstance(entry.value, Leaf) and not entry.value.is_empty:
            found[bounded(entry.key, LONGEST_TITLE, top.margin)] = bounded(entry.value, LONGEST_TEXT, top.margin)
        else:
            says = f"The term {quoted(entry.key.text)} has no explanation."
            top.margin.error(entry.key.place, "expected-text", says, "Write what it means after the colon, in quotes.")
    return found


def _ends(top: Block, words: Vocabulary) -> tuple[End, ...]:
    return tuple(
        _end(
            entry.key,
            Block(entry.value, f"the end “{entry.key.text}”", ("when", "says"), top.margin, entry.key.place),
            words,
        )
        for entry in top.entries("ends")
    )


def _end(key: Leaf, block: Block, words: Vocabulary) -> End:
    if not is_label(key.text.strip()):
        tell_bad_label(key, block.margin)
    block.needs("when")
    when = condition_in(block, "when", words)
    return End(name=key.text.strip(), when=when or All(tests=()), says=block.text("says"), place=block.place)
