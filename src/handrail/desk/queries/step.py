"""What the page of one step shows: what is asked, who does it, what it is made of, and what I can do about it.

One rule: each kind of step has a part of its own, which is empty for all others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from handrail.desk.queries.acting import Action, actions_of
from handrail.desk.queries.advice import AdviceView, advice_of
from handrail.desk.queries.contacts_outside import AskedOutside, asked_outside
from handrail.desk.queries.evidence import EvidenceItem, evidence_of, looked_at
from handrail.desk.queries.form import SectionView, sections_of
from handrail.desk.queries.meeting import MeetingsView, meetings_of
from handrail.desk.queries.message import MessageView, message_view
from handrail.desk.queries.opened import Holder, Opened, holder
from handrail.desk.queries.plan_lines import StepLine, step_line, usable_roles
from handrail.desk.queries.ruling import (
    ApproverLine,
    DisputeView,
    approvers_of,
    dispute_of,
    quorum_words,
    silence_words,
)
from handrail.desk.queries.update import UpdateView, update_of
from handrail.handoff.approvals import still_asked
from handrail.handoff.checkers import findings
from handrail.handoff.escalation import managers, turned_to, words_of
from handrail.handoff.gaps import missing_fields
from handrail.handoff.items import in_order, known_step
from handrail.handoff.people import Actor, by_words
from handrail.handoff.words import condition_words, timing_words
from handrail.runbook.model import Outcome, Step
from handrail.runbook.words import listed


@dataclass(frozen=True, kw_only=True)
class OutcomeView:
    """`leads_to` says what choosing it means, where it means more than that the task is done."""

    name: str
    says: str
    leads_to: str
    asks_reason: bool


@dataclass(frozen=True, kw_only=True)
class StepView:
    """`remarks` say what is to be known about when it is needed and how often it comes; `alarms` that it was warned of,
    and who is turned to; `findings` what a check finds now, `shares` the name of the
    document that it shares."""

    line: StepLine
    says: str
    stage: str
    raci: tuple[Holder, ...]
    due_text: str
    remarks: tuple[str, ...]
    alarms: tuple[str, ...]
    needs: tuple[StepLine, ...]
    followed_by: tuple[StepLine, ...]
    sections: tuple[SectionView, ...]
    missing: int
    evidence: tuple[EvidenceItem, ...]
    outside: AskedOutside | None
    has_contacts: bool
    reasons: tuple[str, ...]
    approved_by: tuple[str, ...]
    still_asked: str
    approvers: tuple[ApproverLine, ...]
    quorum: str
    silence: str
    dispute: DisputeView | None
    advice: AdviceView | None
    reopens: tuple[str, ...]
    outcomes: tuple[OutcomeView, ...]
    fills: Holder | None
    shares: str
    meetings: MeetingsView | None
    message: MessageView | None
    update: UpdateView | None
    findings: tuple[str, ...]
    actions: dict[str, Action]

    @property
    def asks_for_evidence(self) -> bool:
        return any(item.name for item in self.evidence)

    @property
    def has_attachments(self) -> bool:
        """Whether there is anything to show or to do about attachments that nobody asked for."""
        return self.actions["attach"].possible or any(item.attached for item in self.evidence)


def step_view(opened: Opened, name: str, me: Actor, now: datetime) -> StepView:
    """`name` must be a step of the handoff's runbook."""
    plan, state = opened.plan, opened.state
    step = known_step(plan, state, name)
    approved_by, mine = _approved_by(opened, step), usable_roles(opened, me)
    return StepView(
        line=step_line(opened, step, mine, now),
        says=step.says,
        stage=step.stage,
        raci=tuple(
            holder(opened, role, "".join(sorted(letters, key="RACI".index))) for role, letters in step.raci.items()
        ),
        due_text=timing_words(plan, state, step.due) if step.due else "",
        remarks=tuple(_remarks(opened, step)),
        alarms=tuple(_alarms(opened, step)),
        needs=tuple(_line(opened, one, mine, now) for one in step.needs),
        followed_by=tuple(
            step_line(opened, other, mine, now)
            for other in in_order(plan, state)
            if {name, name.partition("@")[0]} & set(other.needs)
        ),
        sections=sections_of(opened, step),
        missing=len(missing_fields(plan, state, name)),
        evidence=looked_at(opened, evidence_of(opened, step)),
        outside=asked_outside(opened, name, now),
        has_contacts=bool(plan.runbook.contacts),
        reasons=step.reasons,
        approved_by=approved_by,
        still_asked=still_asked(plan, state, step) if approved_by else "",
        approvers=approvers_of(opened, step),
        quorum=quorum_words(step),
        silence=silence_words(opened, step, now),
        dispute=dispute_of(opened, step, now),
        advice=advice_of(opened, step),
        reopens=tuple(known_step(plan, state, one).title for one in step.reopens),
        outcomes=tuple(_outcome(opened, one) for one in step.outcomes),
        fills=holder(opened, step.fills) if step.fills else None,
        shares=step.shares or "",
        meetings=meetings_of(opened, step, now),
        message=message_view(opened, step, me, now),
        update=update_of(opened, step),
        findings=findings(plan, state, step),
        actions=actions_of(opened, step, me, now),
    )


def _line(opened: Opened, name: str, mine: Mapping[str, str], now: datetime) -> StepLine:
    return step_line(opened, known_step(opened.plan, opened.state, name), mine, now)


def _approved_by(opened: Opened, step: Step) -> tuple[str, ...]:
    known = opened.state.steps.get(step.name)
    if known is None or known.state != "open":
        return ()
    both = zip_longest(known.approved_by, known.approved_for)
    return tuple(by_words(by, away if away != by else None) for by, away in both)


def _remarks(opened: Opened, step: Step) -> Iterator[str]:
    if step.apart_from:
        titles = (known_step(opened.plan, opened.state, name).title for name in step.apart_from)
        yield f"Whoever did {listed([f'“{title}”' for title in titles], 'or')} may not do this."
    if step.repeat is not None:
        until = condition_words(opened.plan, step.repeat.until)
        yield f"Once it is done, it is to be done again {step.repeat.after} later, until {until}."
    if step.on_event is not None:
        yield f"It is needed each time that “{opened.plan.runbook.events[step.on_event].title}” is reported."
    if step.discretionary:
        yield "It is needed once somebody finds so."
    if step.after_end:
        yield "It can still be done when the handoff is over."


def _alarms(opened: Opened, step: Step) -> Iterator[str]:
    """Of an open step: that it was warned of, and who is turned to because it stays open."""
    known = opened.state.steps.get(step.name)
    if known is None or known.state != "open":
        return
    if known.warned is not None and known.fell_due is None:
        yield f"It was warned of on {known.warned.day} {known.warned:%B %Y}: it is due soon."
    if known.reminded:
        times = "once" if known.reminded == 1 else f"{known.reminded} times"
        yield f"Whoever owes it has been reminded {times}."
    line = dict(managers(step))
    for rung, (one, day) in enumerate(zip(step.escalations, known.escalated, strict=False), start=1):
        for who in _turned_to(opened, step, one.to, line.get(rung, 0)):
            yield f"{who} was turned to on {day.day} {day:%B %Y}."


def _turned_to(opened: Opened, step: Step, role: str | None, level: int) -> tuple[str, ...]:
    """`Lena Fischer, Client Services lead,`; up the manager line, as the company is now."""
    if role is not None:
        who = holder(opened, role)
        return (f"{who.name or 'Nobody yet'}, {who.title},",)
    return tuple(words_of(one.person, one.why) for one in turned_to(opened.plan, opened.state, step, level))


def _outcome(opened: Opened, outcome: Outcome) -> OutcomeView:
    again = f"To be done again after {outcome.again_after} {outcome.unit}." if outcome.again_after is not None else ""
    titles = listed([known_step(opened.plan, opened.state, name).title for name in outcome.reopens])
    leads_to = " ".join(part for part in (again, f"Opens again: {titles}." if titles else "") if part)
    return OutcomeView(name=outcome.name, says=outcome.says, leads_to=leads_to, asks_reason=outcome.asks_reason)
