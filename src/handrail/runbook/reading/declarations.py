"""All that a runbook declares by name, as far as it is read before anything can speak about it.

One rule: facts, derived facts, decisions, steps and milestones share one space of names, so that a condition's words
mean one thing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.runbook.kinds import Kind, Records
from handrail.runbook.model import MILESTONE_STATES, STEP_STATES, Ref, Session, Window, step_states
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.contacts import declared_contacts
from handrail.runbook.reading.decisions import DecisionSoFar, declared_decisions
from handrail.runbook.reading.derived import DerivedSoFar, declared_derived
from handrail.runbook.reading.derived_keys import CUSTOMERS, PHASES
from handrail.runbook.reading.documents import declared_documents
from handrail.runbook.reading.facts import FactSoFar, declared_facts
from handrail.runbook.reading.forms import FormRead, forms_of
from handrail.runbook.reading.happenings import declared_events
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.messages import declared_messages
from handrail.runbook.reading.milestones import declared_milestones
from handrail.runbook.reading.names import is_label, tell_bad_label, title_of
from handrail.runbook.reading.promises import declared_promises
from handrail.runbook.reading.roles import declared_roles
from handrail.runbook.reading.sessions import sessions_of
from handrail.runbook.reading.steps import StepSoFar, declared_steps
from handrail.runbook.reading.timings import OWN, START
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Declared, Meaning, Vocabulary
from handrail.runbook.reading.windows import windows_of

_RESERVED = {CUSTOMERS, PHASES, START, *OWN, "not"}
# The keys under which something is declared by name: those that every runbook has, and the others.
_NEEDED = ("roles", "steps")
_MAY_HAVE = (
    "facts", "derived", "contacts", "promises", "documents", "decisions", "forms", "sessions", "windows", "messages",
    "events", "milestones",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Declarations:
    facts: Mapping[str, FactSoFar]
    derived: Mapping[str, DerivedSoFar]
    decisions: Mapping[str, DecisionSoFar]
    roles: Mapping[str, Block]
    contacts: Mapping[str, Block]
    promises: Mapping[str, Block]
    documents: Mapping[str, Block]
    forms: Mapping[str, FormRead]
    steps: Mapping[str, StepSoFar]
    milestones: Mapping[str, Block]
    sessions: Mapping[str, Session]
    windows: Mapping[str, Window]
    messages: Mapping[str, Block]
    events: Mapping[str, Block]
    stages: tuple[str, ...]

    def vocabulary(self, top: Block) -> Vocabulary:
        values = _values(self)
        return Vocabulary(
            # Where a name is taken twice, which is told, it stands for the fact or decision.
            meanings={**values, **_states(self), **values},
            columns=_columns(self.facts),
            repeated=_repeated(self),
            families=_families(self.decisions),
            unsure=_unsure(self),
            unreadable=_unreadable(top),
            declared=Declared(
                roles=self.roles,
                contacts=self.contacts,
                promises=self.promises,
                documents=self.documents,
                forms=self.forms,
                stages=self.stages,
                sessions=self.sessions,
                windows=self.windows,
                messages=self.messages,
                events=self.events,
            ),
        )


def declared_in(top: Block) -> Declarations:
    facts, roles = declared_facts(top), declared_roles(top)
    return Declarations(
        facts=facts,
        derived=declared_derived(top, facts),
        decisions=declared_decisions(top),
        roles=roles,
        contacts=declared_contacts(top),
        promises=declared_promises(top),
        documents=declared_documents(top),
        forms=forms_of(top, facts, roles),
        steps=declared_steps(top),
        milestones=declared_milestones(top),
        sessions=sessions_of(top),
        windows=windows_of(top),
        messages=declared_messages(top),
        events=declared_events(top),
        stages=_stages(top),
    )


def _values(named: Declarations) -> dict[str, Meaning]:
    """What has a value: facts, derived facts, and the outputs of decisions."""
    found = {}
    for name, fact in named.facts.items():
        found[name] = Meaning(ref=Ref(source="fact", name=name), kind=fact.kind, title=fact.title)
    for name, derived in named.derived.items():
        meaning = Meaning(ref=Ref(source="derived", name=name), kind=derived.kind, title=derived.title)
        found.setdefault(name, meaning)
    for name, decision in named.decisions.items():
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


def _columns(facts: Mapping[str, FactSoFar]) -> dict[str, Meaning]:
    return {
        f"{name}.{column}": Meaning(
            ref=Ref(source="item", name=name, part=column), kind=kind, title=f"{fact.title}, {title_of(column).lower()}"
        )
        for name, fact in facts.items()
        if isinstance(fact.kind, Records)
        for column, kind in fact.kind.columns.items()
    }


def _states(named: Declarations) -> dict[str, Meaning]:
    """How steps and milestones stand, and what was answered in the forms of steps."""
    found = {}
    for name, step in named.steps.items():
        states: Kind = step_states(step.outcomes) if step.outcomes else STEP_STATES
        found[name] = Meaning(ref=Ref(source="step", name=name), kind=states, title=step.title)
        form = _form_of(step, named.forms)
        if form is not None and step.each is None:
            found.update(_answers(name, form))
    for name in named.milestones:
        meaning = Meaning(ref=Ref(source="milestone", name=name), kind=MILESTONE_STATES, title=title_of(name))
        found.setdefault(name, meaning)
    return found


def _answers(step: str, form: FormRead) -> Iterator[tuple[str, Meaning]]:
    for field, kind in form.kinds.items():
        ref = Ref(source="answer", name=step, part=field)
        yield f"{step}.{field}", Meaning(ref=ref, kind=kind, title=form.titles[field])


def _repeated(named: Declarations) -> dict[str, str]:
    """The answers that are given once for each record of a list, by their words, with the list."""
    found = {}
    for name, step in named.steps.items():
        form = _form_of(step, named.forms)
        if form is not None and step.each is not None:
            found.update({f"{name}.{field}": step.each.text.strip() for field in form.kinds})
    return found


def _form_of(step: StepSoFar, forms: Mapping[str, FormRead]) -> FormRead | None:
    return forms.get(step.form.text.strip()) if step.form else None


def _families(decisions: Mapping[str, DecisionSoFar]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(f"{name}.{output}" for output in decision.outputs)
        for name, decision in decisions.items()
        if len(decision.outputs) > 1 and name not in decision.outputs
    }


def _unsure(named: Declarations) -> frozenset[str]:
    """What is declared but could not be read far enough to know its parts."""
    murky = [name for name, decision in named.decisions.items() if not decision.outputs]
    murky += [name for name, fact in named.facts.items() if fact.kind is None]
    for name, step in named.steps.items():
        form = _form_of(step, named.forms)
        if not step.block.is_sound or (step.form and (form is None or not form.is_whole)):
            murky.append(name)
    return frozenset(murky)


def _unreadable(top: Block) -> frozenset[str]:
    listed = {"stages"} if not top.is_list_of_texts("stages") else set()
    needed = {key for key in _NEEDED if not top.is_mapping(key)}
    return frozenset(listed | needed | {key for key in _MAY_HAVE if key in top and not top.is_mapping(key)})


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


def tell_shared_names(named: Declarations) -> None:
    seen: dict[str, Block] = {}
    for block, name in sorted(_named_blocks(named), key=lambda one: one[0].place):
        if name in _RESERVED:
            says = f"“{name}” is a word of the language and cannot name anything."
            block.margin.error(block.place, "reserved-name", says, "Choose another name.")
        elif name in seen:
            says = f"“{name}” is also the name of {seen[name].what}, on line {seen[name].place.line}."
            mend = (
                "Give one of the two another name: facts, derived facts, decisions, steps and milestones are told "
                "apart by their names."
            )
            block.margin.error(block.place, "name-taken", says, mend)
        seen.setdefault(name, block)


def _named_blocks(named: Declarations) -> Iterator[tuple[Block, str]]:
    for group in (named.facts, named.derived, named.decisions, named.steps):
        yield from ((so_far.block, name) for name, so_far in group.items())
    yield from ((block, name) for name, block in named.milestones.items())
