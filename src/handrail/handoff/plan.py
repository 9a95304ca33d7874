"""What a handoff follows: one version of a runbook made ready to be lived, on a working calendar.

One rule: a plan is pinned by the runbook's digest and never changes; only the calendar and the company beside it may.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import cached_property
from graphlib import TopologicalSorter

from handrail.handoff.company import NOBODY_KNOWN, Company
from handrail.handoff.recurring import sessions_of, window_of
from handrail.runbook.kinds import Kind, Unfit, Value, Written, in_a_line, read, spoken, write
from handrail.runbook.model import (
    All,
    AnyOf,
    Condition,
    Decision,
    Derived,
    Field,
    Form,
    Not,
    OfCustomers,
    OfPhases,
    Ref,
    Runbook,
    Step,
)
from handrail.runbook.tables.deciding import Table
from handrail.worktime.calendar import Calendar
from handrail.worktime.sessions import Sessions
from handrail.worktime.windows import Window

_CACHED_TEXTS = 4096


class Plan:
    def __init__(self, runbook: Runbook, calendar: Calendar, company: Company = NOBODY_KNOWN) -> None:
        self.runbook = runbook
        self.calendar = calendar
        self.company = company
        self.tables: Mapping[str, Table] = {name: Table(decision) for name, decision in runbook.decisions.items()}
        self.kinds: Mapping[str, Kind] = {name: fact.kind for name, fact in runbook.facts.items()}
        self.has_items = any(step.each is not None for step in runbook.steps.values())
        self.sends = any(step.kind == "message" for step in runbook.steps.values())
        self.writes_elsewhere = any(step.writes for step in runbook.steps.values())
        self.counted = tuple(one for one in runbook.derived.values() if one.is_counted)
        self.counts_phases = any(isinstance(one.how, OfPhases) for one in self.counted)
        self.compared = frozenset(name for one in self.counted for name in _compared(one))
        self.found = tuple(role for role in runbook.roles.values() if role.fill in {"least load", "from"})
        self.pooled = tuple(role for role in runbook.roles.values() if role.fill == "anybody of the team")
        self.front = runbook.phases.front if runbook.phases else ()
        self._items: dict[object, Step] = {}
        # By the kind's identity: hashing a kind costs more than reading. Keeping the kind keeps its identity its own.
        self._typed: dict[tuple[int, str], tuple[Kind, Value | Unfit]] = {}

    def within(self, company: Company) -> "Plan":
        """The same plan in the company as it is now."""
        plan = copy(self)
        plan.company = company
        return plan

    @property
    def looks_beyond(self) -> bool:
        """Whether anything in the runbook asks for what lies beyond the handoff."""
        return bool(self.counted or self.found or self.runbook.phases)

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """In an order in which each comes after those that it reads."""
        reads = {
            name: {column.ref.name for column in decision.inputs if column.ref.source == "output"}
            for name, decision in self.runbook.decisions.items()
        }
        return tuple(self.runbook.decisions[name] for name in TopologicalSorter(reads).static_order())

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """In an order in which each comes after those that it waits for."""
        waits = {
            name: set(waited_for(self.runbook, step)) & set(self.runbook.steps)
            for name, step in self.runbook.steps.items()
        }
        return tuple(self.runbook.steps[name] for name in TopologicalSorter(waits).static_order())

    def typed(self, kind: Kind, written: Written) -> Value | None:
        """The value that a stored text stands for; None, and so missing, where this plan's kind cannot read it."""
        if not isinstance(written, str):
            value = read(kind, written)
            return None if isinstance(value, Unfit) else value
        key = (id(kind), written)
        if key not in self._typed:
            if len(self._typed) > _CACHED_TEXTS:
                self._typed.clear()
            self._typed[key] = (kind, read(kind, written))
        _, known = self._typed[key]
        return None if isinstance(known, Unfit) else known

    @cached_property
    def anchor(self) -> str:
        """The fact from which most due days are counted, such as the go-live, the first of several; empty where days
        count from no fact."""
        dues = (step.due.anchor for step in self.runbook.steps.values() if step.due is not None)
        counted = Counter(anchor.name for anchor in dues if anchor.source == "fact")
        return max(counted, key=lambda name: counted[name], default="")

    @cached_property
    def sessions(self) -> Mapping[str, Sessions]:
        return {name: sessions_of(session) for name, session in self.runbook.sessions.items()}

    @cached_property
    def windows(self) -> Mapping[str, Window]:
        return {name: window_of(window) for name, window in self.runbook.windows.items()}

    def remembered_item(self, key: object, make: Callable[[], Step]) -> Step:
        """The step of a record, made once: the same records come again and again."""
        if key not in self._items:
            if len(self._items) > _CACHED_TEXTS:
                self._items.clear()
            self._items[key] = make()
        return self._items[key]

    def form_of(self, step: str) -> Form | None:
        """Of a step by its name, be it that of a record of a list."""
        name = self.runbook.steps[step.partition("@")[0]].form
        return self.runbook.forms[name] if name else None

    def fields_of(self, step: str) -> tuple[Field, ...]:
        form = self.form_of(step)
        return tuple(field for section in form.sections for field in section.fields) if form else ()

    def role_title(self, role: str) -> str:
        return self.runbook.roles[role].title

    def spoken(self, kind: Kind, written: Written) -> str:
        value = self.typed(kind, written)
        if value is None:
            return in_a_line(written)
        return spoken(kind, value)

    def spoken_outputs(self, decision: str, outputs: Mapping[str, str]) -> str:
        """`Type: Transition Success, Days: 90, Meetings: 2`."""
        table = self.runbook.decisions[decision]
        given = ((one.title, table.kind_of(one), outputs[one.name]) for one in table.outputs if one.name in outputs)
        return ", ".join(f"{title}: {self.spoken(kind, written)}" for title, kind, written in given)


def _compared(derived: Derived) -> Iterator[str]:
    """The facts in which other customers are compared with this one."""
    if isinstance(derived.how, OfCustomers):
        yield from (*derived.how.like, *(test.ref.name for test in derived.how.where))
        yield from (derived.how.live,) if derived.how.live else ()


def canonical(kind: Kind, written: Written) -> Written | Unfit:
    """The one way in which a value is stored, so that the same value is always the same text."""
    value = read(kind, written)
    return value if isinstance(value, Unfit) else write(kind, value)


def refs_in(condition: Condition | None) -> Iterator[Ref]:
    match condition:
        case None:
            return
        case All(tests=tests):
            yield from (test.ref for test in tests)
        case AnyOf(of=of):
            for one in of:
                yield from refs_in(one)
        case Not(of=inner):
            yield from refs_in(inner)


def waited_for(runbook: Runbook, step: Step) -> Iterator[str]:
    """The steps whose state this step's own state depends on."""
    yield from step.needs
    for condition in (step.when, step.opens_when, step.held_until):
        yield from _steps_asked(runbook, condition)
    if step.opens_on is not None and step.opens_on.anchor.source == "step":
        yield step.opens_on.anchor.name


def _steps_asked(runbook: Runbook, condition: Condition | None) -> Iterator[str]:
    for ref in refs_in(condition):
        if ref.source in {"step", "answer"}:
            yield ref.name
        elif ref.source == "milestone":
            yield from _steps_asked(runbook, runbook.milestones[ref.name].when)
