"""What else can come about in a handoff: happenings to report, steps that somebody may find needed, milestones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.acting import Action, can
from handrail.desk.queries.opened import Opened
from handrail.handoff import commands as c
from handrail.handoff.items import in_order
from handrail.handoff.people import Actor


@dataclass(frozen=True, kw_only=True)
class HappeningLine:
    """`begins` are the titles of the steps that it makes needed; `last_at` is when it was reported last."""

    name: str
    title: str
    says: str
    begins: tuple[str, ...]
    last_at: datetime | None
    last_note: str
    report: Action


@dataclass(frozen=True, kw_only=True)
class DiscretionLine:
    """A step that could be begun."""

    name: str
    title: str
    says: str


@dataclass(frozen=True, kw_only=True)
class MilestoneLine:
    title: str
    says: str
    reached_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CourseView:
    happenings: tuple[HappeningLine, ...]
    discretionary: tuple[DiscretionLine, ...]
    milestones: tuple[MilestoneLine, ...]


def course_view(opened: Opened, me: Actor, now: datetime) -> CourseView:
    return CourseView(
        happenings=tuple(_happenings(opened, me, now)),
        discretionary=tuple(_discretionary(opened, me, now)),
        milestones=tuple(
            MilestoneLine(title=one.title, says=one.says, reached_at=opened.state.milestones.get(one.name))
            for one in opened.plan.runbook.milestones.values()
        ),
    )


def _happenings(opened: Opened, me: Actor, now: datetime) -> Iterator[HappeningLine]:
    for one in opened.plan.runbook.events.values():
        last = opened.state.happened.get(one.name)
        yield HappeningLine(
            name=one.name,
            title=one.title,
            says=one.says,
            begins=tuple(step.title for step in opened.plan.runbook.steps.values() if step.on_event == one.name),
            last_at=last.at if last else None,
            last_note=last.note if last else "",
            report=can(opened, c.Report(by=me, happening=one.name), now),
        )


def _discretionary(opened: Opened, me: Actor, now: datetime) -> Iterator[DiscretionLine]:
    for step in in_order(opened.plan, opened.state):
        if step.discretionary and can(opened, c.Begin(by=me, step=step.name), now).possible:
            yield DiscretionLine(name=step.name, title=step.title, says=step.says)
