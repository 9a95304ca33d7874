"""What a customer sees of their handoff.

One rule: nothing that was not meant for them. No fact, note, reason or address; of steps, answers and attachments only
what is asked of them or shared; of people the names of those who look after the customer; a meeting only where its
attendees name whom the link is for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from handrail.desk import models
from handrail.desk.queries.asked_outside import AskedStep, SharedPiece, asked_steps, shared_pieces
from handrail.desk.queries.documents_outside import SharedDocument, documents_for
from handrail.desk.queries.opened import Opened
from handrail.handoff.history import Meeting
from handrail.handoff.items import in_order

_SHOWN_MEETINGS = 20

Look = Literal["done", "now", "next", "later"]


@dataclass(frozen=True, kw_only=True)
class StageOfCustomer:
    title: str
    look: Look


@dataclass(frozen=True, kw_only=True)
class MeetingOfCustomer:
    """`key` is that of its calendar file."""

    when: str
    key: str


@dataclass(frozen=True, kw_only=True)
class CustomerPart:
    """Days and times are in the zone, and as they are read there; `people` are (role, name)."""

    customer: str
    title: str
    phase: str
    is_over: bool
    is_on_hold: bool
    stages: tuple[StageOfCustomer, ...]
    milestones: tuple[tuple[str, str], ...]
    meetings: tuple[MeetingOfCustomer, ...]
    asked: tuple[AskedStep, ...]
    shared: tuple[SharedPiece, ...]
    documents: tuple[SharedDocument, ...]
    people: tuple[tuple[str, str], ...]
    zone: str
    changed: str


def customer_part(opened: Opened, label: str, now: datetime, address: str = "") -> CustomerPart:
    """With an `address` it is the page of a contact, of whom something may be asked."""
    zone = opened.plan.calendar.zone
    return CustomerPart(
        customer=opened.row.customer.name,
        title=opened.plan.runbook.title,
        phase=opened.row.phase,
        is_over=opened.row.status == models.Handoff.Status.OVER,
        is_on_hold=opened.state.hold is not None,
        stages=tuple(_stages(opened)),
        milestones=tuple(_milestones(opened, zone)),
        meetings=tuple(
            MeetingOfCustomer(when=_moment(one.meets_at, zone), key=one.key)
            for one in meetings_of(opened, label, now, address)
        ),
        asked=asked_steps(opened, address) if address else (),
        shared=shared_pieces(opened) if address else (),
        documents=documents_for(opened, address) if address else (),
        people=tuple(_people(opened)),
        zone=zone.replace("_", " "),
        changed=_moment(opened.row.changed_at, zone),
    )


def _stages(opened: Opened) -> Iterator[StageOfCustomer]:
    """Of those that come to something for this customer: done, or in hand, or the one that is next, or later."""
    ahead: Look = "next"
    for stage, states in _states(opened).items():
        if opened.state.is_over:
            if "done" in states:
                yield StageOfCustomer(title=stage.capitalize(), look="done")
        elif states == {"done"}:
            yield StageOfCustomer(title=stage.capitalize(), look="done")
        elif states & {"open", "done"}:
            yield StageOfCustomer(title=stage.capitalize(), look="now")
        else:
            yield StageOfCustomer(title=stage.capitalize(), look=ahead)
            ahead = "later"


def _states(opened: Opened) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {stage: set() for stage in opened.plan.runbook.stages}
    for step in in_order(opened.plan, opened.state):
        found[step.stage].add(opened.state.state_of(step.name))
    return {stage: states - {"not needed"} for stage, states in found.items() if states - {"not needed"}}


def _milestones(opened: Opened, zone: str) -> Iterator[tuple[str, str]]:
    for one in opened.plan.runbook.milestones.values():
        reached = opened.state.milestones.get(one.name)
        if reached is not None:
            yield one.title, _day(reached, zone)


def meetings_of(opened: Opened, label: str, now: datetime, address: str = "") -> tuple[Meeting, ...]:
    """Those to come that name them or invite their address; they are shown when they are, and not what they are called
    inside."""
    every = [one for meetings in opened.state.meetings.values() for one in meetings]
    ahead = [one for one in every if one.state == "planned" and one.meets_at > now]
    theirs = [one for one in ahead if _is_invited(one, address) or _invites(one.attendees, label)]
    return tuple(sorted(theirs, key=lambda one: one.meets_at)[:_SHOWN_MEETINGS])


def _is_invited(meeting: Meeting, address: str) -> bool:
    return bool(address) and address.lower() in {one.email.lower() for one in meeting.invited}


def _invites(attendees: tuple[str, ...], label: str) -> bool:
    return bool(_name(label)) and _name(label) in {_name(one) for one in attendees}


def _name(written: str) -> str:
    """`Dana Fox, CFO` and `Dana Fox (client)` are Dana Fox."""
    return " ".join(re.split(r"[,(<]", written, maxsplit=1)[0].casefold().split())


def _people(opened: Opened) -> Iterator[tuple[str, str]]:
    """Those whom the runbook puts before the customer; where it names none, those who answer for what is open now."""
    for role in opened.plan.front or _answering(opened):
        holder = opened.state.people.get(role)
        if holder is not None:
            yield opened.plan.role_title(role), holder.name


def _answering(opened: Opened) -> list[str]:
    steps = in_order(opened.plan, opened.state)
    open_ones = [step for step in steps if opened.state.state_of(step.name) == "open"]
    answering = {role for step in open_ones for role in step.roles_with("A")}
    return [role for role in opened.plan.runbook.roles if role in answering]


def _day(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def _moment(at: datetime, zone: str) -> str:
    """`Tuesday 1 December 2026, 14:05`"""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"
