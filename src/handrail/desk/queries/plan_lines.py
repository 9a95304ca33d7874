"""The steps of a handoff as lines of its plan, by stage.

One rule: all of it follows from the folded state; there is no query here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.due import Due, due
from handrail.desk.queries.opened import Holder, Opened, holder
from handrail.handoff.calendars import calendar_of
from handrail.handoff.duty import doers
from handrail.handoff.history import Handoff
from handrail.handoff.holders import each_acting
from handrail.handoff.items import in_order, known_step
from handrail.handoff.people import Actor, by_words
from handrail.handoff.plan import Plan
from handrail.handoff.standing import Blocker, blockers
from handrail.handoff.timing import due_at
from handrail.runbook.model import Step


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """`look` is the state as it is shown (an open step may be late or due soon); `blocked_by` says all that a waiting
    step waits for, `waits` the same in one line; `missing` are the facts and decisions among them that are not known.
    `mine` is whether I may do it, `for_whom` whom I stand in for where I may only so. `has_records` of the step that
    stands for those of all the records of a list, `of_record` of each of these; `comments` counts what was said on it.
    """

    name: str
    title: str
    kind: str
    state: str
    look: str
    does: tuple[Holder, ...]
    due: Due | None
    done_at: datetime | None
    done_by: str
    outcome: str
    note: str
    blocked_by: tuple[str, ...]
    waits: str
    missing: tuple[str, ...]
    mine: bool
    for_whom: str = ""
    has_records: bool = False
    of_record: bool = False
    comments: int = 0

    @property
    def told(self) -> tuple[str, ...]:
        """Who does it, and until when; of one that is done only who."""
        who = tuple(one.called for one in self.does)
        if self.due is None or self.state == "done":
            return who
        far = f", {self.due.words}" if self.state == "open" else ""
        return (*who, f"Due {self.due.text}{f' {self.due.zone}' if self.due.zone else ''}{far}")


@dataclass(frozen=True, kw_only=True)
class StageLines:
    """`look` is done, current or to come."""

    name: str
    title: str
    steps: tuple[StepLine, ...]
    done: int
    needed: int
    look: str


def usable_roles(opened: Opened, me: Actor) -> dict[str, str]:
    """The roles that I may use, each with whom I stand in for: nobody, where it is my own."""
    found: dict[str, str] = {}
    for acting in each_acting(opened.plan, opened.state, me):
        for role in acting.roles:
            found.setdefault(role, acting.away.name if acting.away else "")
    return found


def with_headings(plan: Plan, state: Handoff) -> Iterator[Step]:
    """The steps in order; before those of the records of a list the one that stands for them all."""
    told: set[str] = set()
    for step in in_order(plan, state):
        name = step.name.partition("@")[0]
        if name != step.name and name not in told:
            told.add(name)
            yield plan.runbook.steps[name]
        yield step
    yield from (step for step in plan.runbook.steps.values() if step.each and step.name not in told)


def step_line(opened: Opened, step: Step, mine: Mapping[str, str], now: datetime) -> StepLine:
    """`mine` are the roles that whoever looks may use, each with whom they stand in for."""
    plan, state = opened.plan, opened.state
    known = state.steps.get(step.name)
    stands = state.state_of(step.name)
    counts = stands in {"open", "waiting"} and state.hold is None  # while the clock stands nothing is due
    until = _due(plan, state, step, now) if counts and step.each is None else None
    waits = blockers(plan, state, step, now) if stands == "waiting" and not state.is_over else ()
    done = known if known is not None and stands == "done" else None
    return StepLine(
        name=step.name,
        title=step.title,
        kind=step.kind,
        state=stands,
        look=until.state if until and stands == "open" else stands,
        does=tuple(holder(opened, role) for role in (step.roles_with("R") or step.roles_with("A"))),
        due=until,
        done_at=done.since if done else None,
        done_by=by_words(done.by, done.on_behalf_of) if done else "",
        outcome=known.outcome if known else "",
        note=known.note if known else "",
        blocked_by=tuple(one.says for one in waits),
        waits=_waits(plan, state, waits),
        missing=tuple(one.name for one in waits if one.kind == "missing"),
        mine=step.each is None and any(role in mine for role in doers(step)),
        for_whom=_for_whom(step, mine),
        has_records=step.each is not None,
        of_record="@" in step.name,
    )


def _for_whom(step: Step, mine: Mapping[str, str]) -> str:
    whose = [mine[role] for role in doers(step) if role in mine]
    return whose[0] if whose and all(whose) else ""


def _due(plan: Plan, state: Handoff, step: Step, now: datetime) -> Due | None:
    with_time = step.due is not None and (step.due.in_hours or bool(step.due.session))
    zone = calendar_of(plan, state, step).zone
    return due(due_at(plan, state, step), zone, now, with_time=with_time, told_in=plan.calendar.zone)


def _waits(plan: Plan, state: Handoff, waits: tuple[Blocker, ...]) -> str:
    """What a step waits for, in one line: the steps together, then the rest."""
    titles = [f"“{known_step(plan, state, one.name).title}”" for one in waits if one.kind == "step"]
    others = [one.says for one in waits if one.kind != "step"]
    named = titles if len(titles) <= 2 else [titles[0], f"{len(titles) - 1} other steps"]
    return " ".join([*([f"Waits for {' and '.join(named)}."] if named else []), *others])


def stages_of(opened: Opened, lines: dict[str, StepLine]) -> Iterator[StageLines]:
    stages = {name: opened.plan.runbook.steps[name.partition("@")[0]].stage for name in lines}
    for stage in opened.plan.runbook.stages:
        needed = tuple(line for name, line in lines.items() if stages[name] == stage and line.state != "not needed")
        if needed:
            counted = [line for line in needed if not line.has_records]
            done = sum(1 for line in counted if line.state == "done")
            look = "done" if done == len(counted) else "current" if stage == opened.row.stage else "to come"
            yield StageLines(
                name=stage, title=stage.capitalize(), steps=needed, done=done, needed=len(counted), look=look
            )
