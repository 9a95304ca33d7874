"""Moving running handoffs to another version of their runbook: what would follow for one, and which could be moved.

One rule: what would follow is what the ledger would record, worked out by the same code and not recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from handrail.desk import models
from handrail.desk.queries.acting import Action
from handrail.desk.queries.comparison import PartView, parts_between
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.desk.queries.runbooks import VersionLine
from handrail.desk.queries.telling import told_of
from handrail.desk.runbooks import plan_of
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.duty import may
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import recorded
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Refused
from handrail.handoff.versions import change_version
from handrail.runbook.model import Runbook
from handrail.runbook.reading.names import title_of

MOST_MOVED = 100


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """A decision that is taken anew, with what it says before and after."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class StepsLine:
    """`look` is a state that a badge can show."""

    look: str
    word: str
    titles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MovingView:
    """What would follow for one handoff; `gone` is what it knows and the other version has no place for."""

    parts: tuple[PartView, ...]
    answers: tuple[AnswerLine, ...]
    steps: tuple[StepsLine, ...]
    gone: tuple[str, ...]
    others: tuple[str, ...]
    move: Action

    @property
    def is_quiet(self) -> bool:
        return not (self.answers or self.steps or self.gone or self.others)


@dataclass(frozen=True, kw_only=True)
class MovableLine:
    handoff_id: int
    customer: str
    started_at: datetime


def can_move(opened: Opened, me: Actor) -> bool:
    """Whether I may move handoffs at all; what is possible with this one is told on the page for it."""
    return may(opened.plan, opened.state, c.ChangeVersion(by=me, reason="…")) is None


def moving_view(opened: Opened, version: models.RunbookVersion, me: Actor, now: datetime) -> MovingView:
    new = plan_of(version)
    outcome = change_version(opened.plan, new, opened.state, c.ChangeVersion(by=me, reason="…"), now)
    parts = parts_between(opened.plan, new)
    if isinstance(outcome, Refused):
        refused = Action(do="move", why_not=outcome.says, code=outcome.code)
        return MovingView(parts=parts, answers=(), steps=(), gone=(), others=(), move=refused)
    after = fold(recorded(outcome, opened.state, now, me.person), onto=opened.state)
    then = replace(opened, plan=new, state=after)
    change, *following = outcome
    assert isinstance(change, e.VersionChanged)
    return MovingView(
        parts=parts,
        answers=tuple(_answers(opened, then, change)),
        steps=tuple(_steps(then, following)),
        gone=tuple(_gone(opened, change)),
        others=tuple(
            told_of(then, one).did for one in following if not isinstance(one, e.Moved | e.Decided | e.LeftUndecided)
        ),
        move=Action(do="move", why_not="", code=""),
    )


def _answers(before: Opened, after: Opened, change: e.VersionChanged) -> Iterator[AnswerLine]:
    """The decisions whose answer is another one, be it because the table or what it reads changed."""
    was = {new: old for old, new in change.names.get("decisions", {}).items()}
    for name, decision in after.plan.runbook.decisions.items():
        own = was.get(name, name)
        old, new = _answer(before, own), _answer(after, name)
        if old != new:
            yield AnswerLine(title=decision.title, old=old, new=new)


def _answer(opened: Opened, decision: str) -> str:
    outputs = opened.state.outputs_of(decision)
    if decision not in opened.plan.runbook.decisions:
        return "not asked"
    return opened.plan.spoken_outputs(decision, outputs) or "undecided"


def _steps(then: Opened, following: list[e.Event]) -> Iterator[StepsLine]:
    moves = [one for one in following if isinstance(one, e.Moved)]
    for look, word, names in (
        ("open", "Open", [step for one in moves for step in one.opened]),
        ("waiting", "Wait", [step for one in moves for step in one.waiting]),
        ("done", "Done by themselves", [step for one in moves for step in one.done]),
        ("not needed", "Not needed", [step for one in moves for step in one.not_needed]),
    ):
        if names:
            yield StepsLine(look=look, word=word, titles=tuple(title_of_step(then, name) for name in names))


def _gone(before: Opened, change: e.VersionChanged) -> Iterator[str]:
    """What the handoff has something of: what it never came to is told by the difference alone."""
    runbook, state = before.plan.runbook, before.state
    for name in change.dropped.get("steps", ()):
        if name in state.steps and state.state_of(name) != "not needed":
            done = state.state_of(name) == "done"
            yield f"The step “{runbook.steps[name].title}”, which is {'done' if done else 'not done'}"
    for name in change.dropped.get("facts", ()):
        if name in state.facts:
            yield f"The fact “{runbook.facts[name].title}”, which is known"
    for name in change.dropped.get("roles", ()):
        if name in state.people:
            yield f"The role “{runbook.roles[name].title}”, which {state.people[name].name} holds"
    for name in change.dropped.get("decisions", ()):
        if name in state.overrides:
            yield f"The override of “{runbook.decisions[name].title}”"
    yield from _gone_answers(runbook, state, change)


def _gone_answers(runbook: Runbook, state: Handoff, change: e.VersionChanged) -> Iterator[str]:
    was = {new: old for old, new in change.names.get("steps", {}).items()}
    for whole in change.dropped.get("fields", ()):
        step, _, field = whole.partition(".")
        own = was.get(step, step)
        answers = [known for name, known in state.answers.items() if name.partition("@")[0] == own]
        if any(field in known and not known[field].is_missing for known in answers):
            yield f"The answer to “{title_of(field)}” in “{runbook.steps[own].title}”"


def movable(old: VersionLine) -> tuple[MovableLine, ...]:
    """The running handoffs that follow the version, the oldest first, no more than are moved at once. One query."""
    rows = models.Handoff.objects.filter(status=models.Handoff.Status.RUNNING, runbook_version=old.id)
    taken = rows.order_by("pk").values_list("pk", "customer__name", "started_at")[:MOST_MOVED]
    return tuple(MovableLine(handoff_id=pk, customer=name, started_at=at) for pk, name, at in taken)
