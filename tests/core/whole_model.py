"""The runbook of everything.yaml, and what it does not say: something in every field that the model has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

from handrail.runbook import model as m
from handrail.runbook.cells import Anything, Cell, parse
from handrail.runbook.kinds import Choice, Date, Kind, Money, Number, Records, Text, Unfit, YesNo
from handrail.runbook.problem import Place
from tests.core.difference_text import everything

PLACE = Place(file="")
USD = Money(currency="USD")
COUNT = Number(at_least=Decimal(0), whole=True)
STATES = Choice(of=("open", "closed"))
CASES = Records(columns={"status": STATES, "hours": Number()})


def cell(text: str, kind: Kind) -> Cell:
    found = parse(text, kind)
    assert not isinstance(found, Unfit)
    return found


def fact(name: str) -> m.Ref:
    return m.Ref(source="fact", name=name)


def where(ref: m.Ref, kind: Kind, text: str) -> m.All:
    return m.All(tests=(m.Test(ref=ref, kind=kind, cell=cell(text, kind)),))


def timing(
    amount: int, unit: m.Unit, side: Any, anchor: m.Anchor, *, inclusive: bool = False, session: str = ""
) -> m.Timing:
    return m.Timing(
        amount=amount, unit=unit, side=side, anchor=anchor, inclusive=inclusive, session=session, text="as written"
    )


GO_LIVE = m.Anchor(source="fact", name="go_live")
DUE = m.Anchor(source="due")
IS_OPEN = where(m.Ref(source="item", name="cases", part="status"), STATES, "open")
HAS_OPEN = where(m.Ref(source="derived", name="open_cases"), COUNT, ">= 1")
IS_LIVE = where(m.Ref(source="milestone", name="live"), m.MILESTONE_STATES, "reached")
IN_A_WEEK = m.Lapse(amount=5, unit="working days")


def derived(name: str, title: str, kind: Kind, how: m.Derivation, says: str = "") -> m.Derived:
    return m.Derived(name=name, title=title, kind=kind, how=how, says=says, place=PLACE)


FACTS = (
    m.Fact(name="cases", title="Cases", kind=CASES, place=PLACE),
    m.Fact(name="bills", title="Bills", kind=CASES, place=PLACE),
    m.Fact(name="billed", title="Billed", kind=USD, place=PLACE),
    m.Fact(name="region", title="Region", kind=Text(), place=PLACE),
    m.Fact(name="owner", title="Owner", kind=Text(), place=PLACE),
)
DERIVED = (
    derived(
        "open_cases",
        "Open cases",
        COUNT,
        m.OfRecords(gathering="count", of="cases", where=IS_OPEN.tests),
        "What is still open.",
    ),
    derived("spent", "Hours spent", Number(), m.OfRecords(gathering="sum", of="cases", column="hours")),
    derived(
        "dates",
        "Dates known",
        COUNT,
        m.OfFacts(gathering="count", of=("go_live", "signed_on"), cell=cell("given", Date())),
    ),
    derived(
        "earlier",
        "Earlier customers",
        COUNT,
        m.OfCustomers(
            gathering="count", like=("care", "region"), where=where(fact("mrr"), USD, ">= 100").tests, live="go_live"
        ),
    ),
    derived("beside", "Running phases", COUNT, m.OfPhases(gathering="count", that_are="running")),
    derived("short", "Short by", USD, m.DifferenceOf(of=(fact("mrr"), fact("billed")))),
    derived("part", "Part", Number(), m.RatioOf(of=(m.Ref(source="derived", name="short"), fact("mrr")))),
    derived("notice", "Notice", COUNT, m.DaysBetween(unit="working days", of=(fact("signed_on"), fact("go_live")))),
    derived("agrees", "Bill agrees", YesNo(), m.Agreement(of=("mrr", "billed"))),
)
ROLES = (
    m.Role(name="tsm", title="Support Manager", fill="chosen", chosen_by="lead", place=PLACE),
    m.Role(name="am", title="Account Manager", fill="from", filled_from=fact("owner"), place=PLACE),
)
SESSIONS = (
    m.Session(
        name="clinic",
        title="Clinic",
        weekdays=(0, 2),
        every=2,
        first=date(2026, 1, 5),
        starts=time(9),
        ends=time(10, 30),
        zone="Europe/Berlin",
        seats=20,
        says="For everybody.",
        place=PLACE,
    ),
    m.Session(
        name="hour", title="Open hour", weekdays=(4,), starts=time(14), ends=time(15), zone="Asia/Tokyo", place=PLACE
    ),
)
WINDOWS = (
    m.Window(
        name="early",
        title="Early days",
        days=m.FirstDays(count=5, of="quarter", working=False, last=True),
        says="Few are away.",
        place=PLACE,
    ),
    m.Window(name="winter", title="Winter", days=m.Season(first=(11, 15), last=(1, 5)), place=PLACE),
)
MESSAGES = (
    m.Message(
        name="leaflet", title="Leaflet", to=("csm", "pm"), subject="Welcome", body="We are here.", says="Short.",
        place=PLACE,
    ),
    m.Message(name="farewell", title="Farewell", to=("am",), subject="Goodbye", body="Thank you.", place=PLACE),
)  # fmt: skip
EVENTS = (
    m.Happening(name="refreshed", title="Refreshed", reported_by=("csm", "pm"), says="Of the test.", place=PLACE),
    m.Happening(name="outage", title="Outage", place=PLACE),
)
MILESTONES = (
    m.Milestone(name="live", title="Live", when=where(fact("go_live"), Date(), "given"), says="At last.", place=PLACE),
    m.Milestone(name="quiet", title="Quiet", when=m.All(tests=(*HAS_OPEN.tests, *IS_LIVE.tests)), place=PLACE),
)


def step(name: str, title: str, kind: m.StepKind, **said: Any) -> m.Step:
    raci = said.pop("raci", {"pm": frozenset({"R", "A"}), "csm": frozenset({"I"})})
    return m.Step(name=name, title=title, stage="go live", kind=kind, raci=raci, place=PLACE, **said)


STEPS = (
    step(
        "papers",
        "Papers",
        "document",
        each="cases",
        discretionary=True,
        evidence=(
            m.Evidence(name="deed", title="Deed", kind="upload", may_not_apply=True, owed_by="csm"),
            m.Evidence(name="list", title="List", kind="link", required=False),
        ),
        due=timing(1, "working days", "before", GO_LIVE, session="clinic"),
    ),
    step(
        "meet",
        "Meet",
        "meeting",
        quota=m.Quota(at_least=m.Ref(source="output", name="support", part="days"), before=GO_LIVE),
        session="clinic",
        attendees=("csm", "lead"),
    ),
    step("see", "See each other", "meeting", quota=m.Quota(at_least=2)),
    step("tell", "Tell", "message", message="leaflet", automatic=True, opens_on=timing(2, "hours", "after", DUE)),
    step(
        "record",
        "Record",
        "update",
        system="Salesforce",
        writes=(
            m.Write(field="Handed over", ref=fact("go_live"), kind=Date()),
            m.Write(field="Open", ref=m.Ref(source="derived", name="open_cases"), kind=COUNT),
            m.Write(field="Status", text="Live"),
        ),
    ),
    step("look", "Look", "check", check="roles-filled"),
    step("rest", "Rest", "wait", until_event="refreshed", opens_in=("early", "winter"), when=IS_LIVE),
    step(
        "tend",
        "Tend",
        "task",
        on_event="refreshed",
        after_end=True,
        needs=("papers", "meet", "look"),
        needs_at_least=2,
        opens_not_in=("winter", "early"),
        due=timing(3, "calendar days", "after", m.Anchor(source="opened"), inclusive=True),
        warn=timing(1, "working days", "before", DUE),
        escalations=(
            m.Escalation(to="lead", at=timing(4, "working hours", "after", DUE)),
            m.Escalation(to="tsm", at=timing(2, "working days", "after", DUE)),
        ),
        repeat=m.Repeat(after=m.Lapse(amount=30, unit="calendar days"), until=m.Not(of=HAS_OPEN)),
    ),
    step(
        "sign",
        "Sign",
        "approval",
        approvals=2,
        in_order=True,
        reopens=("papers",),
        fresh_evidence=True,
        silence=m.Silence(answer="approves", after=IN_A_WEEK),
    ),
    step(
        "take",
        "Take over",
        "acceptance",
        reopens=("sign",),
        silence=m.Silence(answer="accepts", after=IN_A_WEEK),
        disagreement=m.Disagreement(by=("pm", "csm"), ladder=("lead", "tsm"), climbs_after=IN_A_WEEK),
    ),
)
LOAD = m.Decision(
    name="load",
    title="Load",
    hit_policy="first",
    inputs=(
        m.Input(name="open_cases", title="Open cases", ref=m.Ref(source="derived", name="open_cases"), kind=COUNT),
    ),
    outputs=(m.Output(name="load", title="Load", kind=Choice(of=("light", "heavy"))),),
    rules=(
        m.Rule(number=1, cells=(cell(">= 10", COUNT),), outputs=("heavy",), place=PLACE),
        m.Rule(number=2, cells=(Anything(),), outputs=("light",), place=PLACE),
    ),
    place=PLACE,
)


@cache
def whole() -> m.Runbook:
    book = everything()
    return replace(
        book,
        facts={**book.facts, **_named(FACTS)},
        derived=_named(DERIVED),
        roles={**book.roles, **_named(ROLES)},
        decisions={**book.decisions, "load": LOAD},
        sessions=_named(SESSIONS),
        windows=_named(WINDOWS),
        messages=_named(MESSAGES),
        events=_named(EVENTS),
        steps={**book.steps, **_named(STEPS)},
        milestones=_named(MILESTONES),
        phases=m.Phases(front=("pm", "csm")),
    )


def _named(things: tuple[Any, ...]) -> dict[str, Any]:
    return {thing.name: thing for thing in things}


def with_changed(group: str, name: str, **changes: Any) -> m.Runbook:
    """The whole with something of one thing changed; `phases` is no group, and has no name."""
    book = whole()
    things = getattr(book, group)
    return replace(book, **{group: {**things, name: replace(things[name], **changes)}})  # type: ignore[arg-type]
