"""Random lives of handoffs: any commands by anybody at rising times, on the shipped runbook and on those of the manual.

One rule: most commands make sense where the handoff stands, so that lives get somewhere; the others are anything.
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from handrail.handoff import commands as c
from handrail.handoff.company import Company, Member, Squad
from handrail.handoff.events import Answer, Recorded
from handrail.handoff.history import Handoff, evolve
from handrail.handoff.life import Outcome, acts_for, decide, recorded, wake_at
from handrail.handoff.people import Actor
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Records,
    Several,
    Text,
    Written,
    YesNo,
)
from handrail.runbook.loading import load
from handrail.worktime.calendar import Calendar
from tests.core.sensible_commands import OPERATIONS, PERSONS, sensible
from tests.spec.chapter import RUNBOOKS, chapters, stories_of
from tests.spec.office import OFFICE
from tests.thorough import examples

BEGIN = datetime(2027, 1, 4, 14, tzinfo=UTC)
_KEYS = st.sampled_from([f"key-{number}" for number in range(30)])
# Some work in other zones, on other days, and one of them by night; of the others nothing is known.
COMPANY = Company(
    members={1: Member("Ana", calendar="berlin"), 2: Member("Bo", team="finance"), 3: Member("Cy", calendar="night")},
    squads={"finance": Squad("Finance", calendar="auckland")},
    calendars={
        "berlin": Calendar(
            name="berlin", zone="Europe/Berlin", closed=frozenset({date(2027, 1, 6), date(2027, 3, 26)})
        ),
        "auckland": Calendar(name="auckland", zone="Pacific/Auckland", closed=frozenset({date(2027, 1, 25)})),
        "night": Calendar(name="night", zone="America/Los_Angeles", opens=time(18), closes=time(0)),
    },
)
# A value that no kind but text reads.
UNFIT = "what?"


@dataclass(frozen=True)
class Moment:
    """`history` are the events before it; `after` is the handoff as evolving it event by event leaves it."""

    command: c.Command
    now: datetime
    before: Handoff
    history: tuple[Recorded, ...]
    outcome: Outcome
    added: tuple[Recorded, ...]
    after: Handoff


@dataclass(frozen=True)
class Life:
    plan: Plan
    moments: tuple[Moment, ...]

    @property
    def history(self) -> tuple[Recorded, ...]:
        return tuple(one for moment in self.moments for one in moment.added)

    @property
    def end(self) -> Handoff:
        return self.moments[-1].after

    @property
    def last(self) -> datetime:
        return self.moments[-1].now

    def __repr__(self) -> str:
        lines = [f"{moment.now:%Y-%m-%d %H:%M} {moment.command} → {moment.outcome}" for moment in self.moments]
        return "\n".join([f"Life of {self.plan.runbook.name}:", *lines])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis shows a failing life by this."""
        printer.text(repr(self))


def plans() -> list[Plan]:
    """The runbooks of the manual, each once, the shipped ones included."""
    texts = dict.fromkeys(story.runbook for path in chapters() for story in stories_of(path))
    shipped = [path.read_text(encoding="utf-8") for path in sorted(RUNBOOKS.glob("*.yaml"))]
    return [_plan(text) for text in dict.fromkeys([*texts, *shipped])]


@cache
def _plan(text: str) -> Plan:
    runbook = load(text, "runbook.yaml").runbook
    assert runbook is not None
    return Plan(runbook, OFFICE, COMPANY)


THORNS = (Path(__file__).parent / "thorns.yaml").read_text(encoding="utf-8")
PLANS = [_plan(THORNS), *plans()]
MUCH = [plan for plan in PLANS if len(plan.runbook.steps) > 7]


@st.composite
def lives(draw: st.DrawFn, *, most: int = 30) -> Life:
    plan = draw(st.sampled_from([*PLANS, *MUCH * 3]))
    moments: list[Moment] = []
    handoff, now, over = Handoff(), BEGIN, 0
    history: tuple[Recorded, ...] = ()
    for number in range(draw(st.integers(1, most))):
        now, command = _next(draw, plan, handoff, now) if number else (BEGIN, draw(_starts(plan)))
        moment = live(plan, handoff, history, command, now)
        moments.append(moment)
        handoff, history = moment.after, (*history, *moment.added)
        over += handoff.is_over
        if over > 3:
            break
    return Life(plan, tuple(moments))


# Enough for every commit; `HANDRAIL_TEST_LIVES` asks for more.
LIVES = settings(
    max_examples=int(os.environ.get("HANDRAIL_TEST_LIVES") or examples(60)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def live(plan: Plan, before: Handoff, history: tuple[Recorded, ...], command: c.Command, now: datetime) -> Moment:
    outcome = decide(plan, before, command, now)
    by = c.giver(command)
    away = acts_for(plan, before, command) if not isinstance(outcome, Refused) else None
    added = () if isinstance(outcome, Refused) else recorded(outcome, before, now, by, away)
    after = before
    for one in added:
        after = evolve(after, one)
    return Moment(command, now, before, history, outcome, added, after)


# How long until the next command; None is until time alone matters.
_WAITS = st.sampled_from(
    [timedelta(), timedelta(), timedelta(minutes=1), timedelta(hours=5), timedelta(days=1), timedelta(days=12), None]
)


def _next(draw: st.DrawFn, plan: Plan, handoff: Handoff, now: datetime) -> tuple[datetime, c.Command]:
    wait = draw(_WAITS)
    if wait is None:
        return max(now, wake_at(plan, handoff, now) or now), c.Wake()
    return now + wait, _command(draw, plan, handoff, now + wait)


@cache
def _starts(plan: Plan) -> st.SearchStrategy[c.Command]:
    seats = {role: st.sampled_from(PERSONS) for role in plan.runbook.roles}
    people = st.one_of(st.fixed_dictionaries(seats), st.fixed_dictionaries({}, optional=seats))
    return st.builds(
        c.Start,
        by=st.just(OPERATIONS),
        customer_id=st.just(7),
        customer=st.just("Cedar Falls"),
        facts=_facts(plan),
        people=people,
    )


def _facts(plan: Plan) -> st.SearchStrategy[dict[str, Any]]:
    known = {name: _fit(fact.kind) for name, fact in plan.runbook.facts.items()}
    return st.fixed_dictionaries({}, optional=known)


def _fit(kind: Kind) -> st.SearchStrategy[Written]:
    """Texts that the kind reads, mostly near the lines that runbooks draw."""
    match kind:
        case Choice(of=of):
            return st.sampled_from(of)
        case YesNo():
            return st.sampled_from(["yes", "no"])
        case Number() | Money():
            return st.sampled_from(["0", "1", "2", "3", "100", "2999", "3000", "5000", "20000"])
        case Date():
            return st.sampled_from([(date(2027, 1, 1) + timedelta(days=at)).isoformat() for at in range(0, 90, 9)])
        case Instant():
            return st.sampled_from(["2027-01-04T09:00-05:00", "2027-01-04T14:00Z", "2027-02-01T00:00Z"])
        case PersonName():
            return st.sampled_from(["paula@example.com", "Tomas Berg"])
        case Link():
            return st.just("https://example.com/page")
        case Text() | Several():
            return st.sampled_from(["EMEA", "US", "Iowa"])
        case Records(columns=columns):
            rows = st.fixed_dictionaries({name: _fit(column) for name, column in columns.items()})
            first = next(iter(columns))
            return st.lists(rows, max_size=2, unique_by=lambda row: str(row[first]))  # type: ignore[arg-type]


_OFTEN = st.sampled_from([False, True, True, True])


def _command(draw: st.DrawFn, plan: Plan, handoff: Handoff, now: datetime) -> c.Command:
    make_sense = list(sensible(plan, handoff, now))
    if draw(_OFTEN) and make_sense:
        return draw(st.sampled_from(make_sense))
    return draw(_anything(plan))


@cache
def _anything(plan: Plan) -> st.SearchStrategy[c.Command]:
    runbook = plan.runbook
    actors = st.one_of(
        st.builds(Actor, person=st.sampled_from(PERSONS), operations=st.booleans()),
        st.just(OPERATIONS),
        st.builds(
            Actor,
            person=st.sampled_from(PERSONS),
            team=st.sampled_from(["", *(role.team for role in runbook.roles.values())]),
            stands_in_for=st.sampled_from(PERSONS).map(lambda one: (one,)),
        ),
    )
    steps = st.sampled_from([*list(runbook.steps) * 4, "no-such-step", "no-such-step@item"])
    instants = st.sampled_from([BEGIN - timedelta(days=30), BEGIN, BEGIN + timedelta(days=30)])
    keys = st.sampled_from(["meeting-1", "meeting-2"])
    decisions = st.sampled_from([*list(runbook.decisions) * 4, "no-such-decision"])
    words = st.sampled_from(["", "Because.", "open critical issue"])
    seen = st.one_of(st.none(), st.integers(0, 40))
    step = {"by": actors, "step": steps}
    decision = {"by": actors, "decision": decisions}
    return st.one_of(
        st.just(c.Wake()),
        _starts(plan),
        st.builds(c.GiveFacts, by=actors, values=_given(plan), seen=seen),
        st.builds(c.GiveFacts, by=st.just(OPERATIONS), values=_given(plan)),
        st.builds(
            c.FillRole,
            by=actors,
            role=st.sampled_from([*runbook.roles, "no-such-role"]),
            person=st.sampled_from([*PERSONS, None]),
        ),
        st.builds(c.Advise, **step, says=words),
        st.builds(
            c.Succeed,
            by=actors,
            role=st.sampled_from([*runbook.roles, "no-such-role"]),
            person=st.sampled_from([*PERSONS, None]),
        ),
        st.builds(c.Finish, **step, note=words, person=st.sampled_from([*PERSONS, None])),
        st.builds(c.AnswerForm, **step, answers=_answers(plan), seen=seen),
        st.builds(c.Sign, **step, seen=seen),
        st.builds(
            c.Share,
            **step,
            roles=st.lists(st.sampled_from([*runbook.roles, "no-such-role"]), max_size=2).map(tuple),
            note=words,
            seen=seen,
        ),
        st.builds(c.AddAddendum, by=actors, text=words),
        st.builds(
            c.AddEvidence,
            **step,
            key=_KEYS,
            item=st.sampled_from(["", "notes", "what?"]),
            link=st.sampled_from([None, "https://example.com/page", UNFIT]),
            upload=st.sampled_from([None, "upload-1"]),
        ),
        st.builds(c.RemoveEvidence, **step, key=_KEYS),
        st.builds(c.Approve, **step, seen=seen),
        st.builds(c.Reject, **step, reason=words),
        st.builds(c.Accept, **step, seen=seen),
        st.builds(c.Refuse, **step, reason=words),
        st.builds(c.Reopen, **step, reason=words),
        st.builds(c.Reopen, by=st.just(OPERATIONS), step=steps, reason=words),
        st.builds(c.AskOverride, **decision, outputs=_outputs(plan), reason=words),
        st.builds(c.ApproveOverride, **decision),
        st.builds(c.RejectOverride, **decision, reason=words),
        st.builds(c.Cancel, by=actors, reason=words),
        st.builds(c.Hold, by=actors, reason=words),
        st.builds(c.Resume, by=actors, note=words),
        st.builds(c.Begin, **step, note=words),
        st.builds(c.Report, by=actors, happening=st.sampled_from([*runbook.events, "no-such-event"]), note=words),
        st.builds(
            c.WaiveEvidence, **step, item=st.sampled_from(["notes", "what?"]), reason=st.one_of(st.none(), words)
        ),
        st.builds(c.PlanMeeting, **step, key=keys, meets_at=instants, note=words),
        st.builds(c.HoldMeeting, **step, key=keys, met_at=instants, note=words),
        st.builds(c.CallOffMeeting, **step, key=keys, reason=words),
        st.builds(c.ReplaceAttendee, **step, key=keys, was=st.sampled_from(["", "Ana Lima"]), becomes=words),
        st.builds(c.Send, **step, body=words),
        st.builds(c.Disagree, **step, reason=words),
        st.builds(c.Settle, **step, upholds=st.booleans(), note=words),
    )


def _given(plan: Plan) -> st.SearchStrategy[dict[str, Any]]:
    """New values, withdrawn ones, and some that are unfit or unknown."""
    if not plan.runbook.facts:
        return st.just({"no_such_fact": "1"})
    fit = [
        st.tuples(st.just(name), st.one_of(_fit(fact.kind), _fit(fact.kind), st.sampled_from([None, "", UNFIT])))
        for name, fact in plan.runbook.facts.items()
    ]
    return st.lists(st.one_of(fit), min_size=1, max_size=3).map(dict)


def _answers(plan: Plan) -> st.SearchStrategy[dict[str, Answer | None]]:
    fields = [field for step in plan.runbook.steps for field in plan.fields_of(step)]
    if not fields:
        return st.just({"no_such_field": None})
    some = [
        st.tuples(
            st.just(field.name),
            st.one_of(
                _fit(field.kind).map(lambda value: Answer(value=value)),
                st.sampled_from([None, Answer(value=UNFIT), Answer(reason="They have none."), Answer(reason=" ")]),
            ),
        )
        for field in fields
    ]
    return st.lists(st.one_of(some), min_size=1, max_size=3).map(dict)


def _outputs(plan: Plan) -> st.SearchStrategy[dict[str, Any]]:
    outputs = [
        st.fixed_dictionaries({one.name: st.one_of(_fit(one.kind), st.just(UNFIT)) for one in decision.outputs})
        for decision in plan.runbook.decisions.values()
    ]
    return st.one_of(outputs) if outputs else st.just({})
