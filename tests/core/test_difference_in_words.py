"""What is told of all that everything.yaml does not say: whole sentences, in both directions.

The changes stand here, and what is told of each stands under its name in `cases_of_whole_model.txt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from typing import Any

import pytest

from handrail.runbook import model as m
from handrail.runbook.kinds import Date
from tests.core.difference_text import cases, told
from tests.core.whole_model import DUE, GO_LIVE, HAS_OPEN, IS_LIVE, IS_OPEN, cell, fact, timing, whole, with_changed

LETTERS = {"pm": frozenset({"A"}), "lead": frozenset({"R"})}
LAST_HOUR = timing(1, "working days", "before", GO_LIVE, session="hour")
FIRST_CLINIC = timing(1, "working days", "after", GO_LIVE, session="clinic")
A_DAY_LATER = timing(1, "working days", "after", GO_LIVE)
AFTER_OPENING = timing(3, "calendar days", "after", m.Anchor(source="opened"))
HANDED_OVER = m.Write(field="Handed over", ref=fact("signed_on"), kind=Date())
OWNED = m.Write(field="Owner {id}", ref=fact("owner"))
DEED = m.Evidence(name="deed", title="Deed", kind="upload")
PLAN = m.Evidence(name="plan", title="Plan", kind="link", owed_by="pm")
TO_LEAD = m.Escalation(to="lead", at=timing(8, "working hours", "after", DUE))
TO_PM = m.Escalation(to="pm", at=timing(1, "working days", "after", DUE))
BACKWARDS = m.DaysBetween(unit="calendar days", of=(fact("go_live"), fact("signed_on")))
A_DAY = m.Lapse(amount=1, unit="calendar days")
EIGHT_HOURS = m.Lapse(amount=8, unit="working hours")


def of_dates(gathering: Any, text: str) -> m.OfFacts:
    return m.OfFacts(gathering=gathering, of=("go_live", "signed_on"), cell=cell(text, Date()))


def of_records(gathering: Any, of: str, column: str = "", where: tuple[m.Test, ...] = ()) -> m.OfRecords:
    return m.OfRecords(gathering=gathering, of=of, column=column, where=where)


def derived(name: str, how: m.Derivation, **changes: Any) -> m.Runbook:
    return with_changed("derived", name, how=how, **changes)


def step(name: str, **changes: Any) -> m.Runbook:
    return with_changed("steps", name, **changes)


def without(**names: str) -> m.Runbook:
    """The whole without one thing of each group."""
    book = whole()
    kept = {
        group: {key: one for key, one in getattr(book, group).items() if key != name} for group, name in names.items()
    }
    return replace(book, **kept)  # type: ignore[arg-type]


CHANGES: Mapping[str, m.Runbook] = {
    "all records are counted": derived("open_cases", of_records("count", "cases"), says=""),
    "whether there is none": derived("open_cases", of_records("none", "bills", where=IS_OPEN.tests)),
    "the greatest instead of the sum": derived("spent", of_records("max", "bills", "hours"), title="Time"),
    "the least of some": derived("spent", of_records("min", "cases", "hours", IS_OPEN.tests)),
    "whether all facts are so": derived("dates", of_dates("all", "given")),
    "whether no fact is so": derived("dates", of_dates("none", "missing")),
    "whether no customer is like this one": derived("earlier", m.OfCustomers(gathering="none", like=("care",))),
    "whether any customer is live": derived("earlier", m.OfCustomers(gathering="any", like=(), live="signed_on")),
    "whether another phase is over": derived("beside", m.OfPhases(gathering="any", that_are="over")),
    "whether no other phase is running": derived("beside", m.OfPhases(gathering="none", that_are="running")),
    "a ratio instead of a difference": derived("short", m.RatioOf(of=(fact("mrr"), fact("billed")))),
    "other days between": derived("notice", BACKWARDS),
    "three agree": derived("agrees", m.Agreement(of=("mrr", "billed", "seats"))),
    "whether all records are so": derived("agrees", of_records("all", "cases", where=IS_OPEN.tests)),
    "whether there is any record": derived("agrees", of_records("any", "cases")),
    "a role goes to whoever has the least to do": with_changed("roles", "tsm", fill="least load", chosen_by=None),
    "somebody else chooses": with_changed("roles", "tsm", chosen_by="pm"),
    "another fact names the person": with_changed("roles", "am", filled_from=fact("region")),
    "a session on other days": with_changed("sessions", "clinic", weekdays=(4,), every=1, first=None, seats=None),
    "a session at another time": with_changed(
        "sessions", "clinic", first=date(2026, 1, 12), starts=time(9, 15), zone="Europe/Paris", seats=25, says=""
    ),
    "a window of other days": with_changed("windows", "early", days=m.FirstDays(count=1, of="month"), says=""),
    "a longer season": with_changed("windows", "winter", days=m.Season(first=(12, 1), last=(2, 28))),
    "a message": with_changed("messages", "leaflet", to=("csm", "am"), subject="Hello", body="Here we are."),
    "a happening": with_changed("events", "refreshed", reported_by=("pm", "lead"), title="Test refreshed"),
    "a milestone": with_changed("milestones", "quiet", when=IS_LIVE, title="Silent"),
    "a step is needed once": step("papers", each=None, discretionary=False),
    "a step for each record of another list": step("papers", each="bills"),
    "another session before": step("papers", due=LAST_HOUR),
    "the session after": step("papers", due=FIRST_CLINIC),
    "a day instead of a session": step("papers", due=A_DAY_LATER),
    "evidence that somebody owes": step("papers", evidence=(DEED, PLAN)),
    "fewer meetings in another session": step(
        "meet", quota=m.Quota(at_least=3), session="hour", attendees=("csm", "pm")
    ),
    "one meeting without a session": step("meet", quota=None, session=None, attendees=()),
    "more meetings before a day": step("see", quota=m.Quota(at_least=4, before=GO_LIVE), attendees=("pm",)),
    "who attends follows from the letters": step("see", raci=LETTERS),
    "another message by hand": step("tell", message="farewell", automatic=False, opens_on=None),
    "other fields of another system": step(
        "record", system="Zendesk", writes=(HANDED_OVER, m.Write(field="Status", text="Done"), OWNED)
    ),
    "evidence is checked": step("look", check="evidence-complete"),
    "the document is checked": step("look", check="document-complete"),
    "a wait for another happening": step("rest", until_event="outage", opens_in=("winter",)),
    "a wait outside of a window": step("rest", until_event=None, opens_in=(), opens_not_in=("early",)),
    "a step for another happening": step(
        "tend", on_event="outage", after_end=False, needs_at_least=1, opens_not_in=("early",)
    ),
    "a step for no happening": step("tend", on_event=None, needs_at_least=None, opens_not_in=()),
    "a step that waits for nothing": step("tend", needs=()),
    "all of three are all": step("tend", needs_at_least=3),
    "no warning and no escalation": step("tend", due=AFTER_OPENING, warn=None, escalations=()),
    "other warnings and escalations": step(
        "tend", warn=timing(1, "hours", "before", DUE), escalations=(TO_LEAD, TO_PM)
    ),
    "repeated sooner": step("tend", repeat=m.Repeat(after=A_DAY, until=HAS_OPEN)),
    "not repeated": step("tend", repeat=None),
    "all approve in any order": step("sign", approvals="all", in_order=False, fresh_evidence=False, silence=None),
    "silence rejects": step("sign", silence=m.Silence(answer="rejects", after=EIGHT_HOURS)),
    "silence refuses": step("take", silence=m.Silence(answer="refuses", after=A_DAY)),
    "no disagreement": step("take", disagreement=None),
    "another ladder": step("take", disagreement=m.Disagreement(by=("csm", "am"), ladder=("tsm",))),
    "a meeting no more": step("meet", kind="task", session=None, quota=None, attendees=()),
    "another kind of step": step("take", kind="wait"),
    "one thing less of each": without(
        derived="beside", sessions="hour", windows="winter", messages="farewell", events="outage", milestones="quiet",
        steps="papers",
    ),
    "others in front": replace(whole(), phases=m.Phases(front=("csm", "am"))),
    "no phases": replace(whole(), phases=None),
}  # fmt: skip
TOLD = {case.name: case for case in cases("cases_of_whole_model.txt")}


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_told_in_whole_sentences(name: str) -> None:
    assert told(whole(), CHANGES[name]) == TOLD[name].told
    assert told(CHANGES[name], whole()) == TOLD[name].back


def test_every_case_is_a_change() -> None:
    assert [*TOLD] == [*CHANGES]


# ------------------------------------------------------------------------------------------------------- told once only


def test_fact_that_is_derived_now_is_told_where_it_is_declared() -> None:
    """Not by whatever speaks of it: conditions, tables that look at it, what is written elsewhere."""
    book = whole()
    known = m.Fact(name="open_cases", title="Open cases", kind=book.derived["open_cases"].kind, place=book.place)
    old = _speaking_of_facts(without(derived="open_cases"))
    assert told(replace(old, facts={**old.facts, "open_cases": known}), book) == (
        "facts, Open cases: No longer asked for.",
        "derived, Open cases: New: the number of records of “Cases” where Status is open.",
    )


def _speaking_of_facts(value: Any) -> Any:
    """The same with every derived fact that is spoken of a fact."""
    match value:
        case m.Ref(source="derived", name="open_cases"):
            return replace(value, source="fact")
        case Mapping():
            return {key: _speaking_of_facts(one) for key, one in value.items()}
        case tuple():
            return tuple(_speaking_of_facts(one) for one in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{one.name: _speaking_of_facts(getattr(value, one.name)) for one in fields(value)})
        case _:
            return value


def test_order_in_which_equals_are_named_is_no_change() -> None:
    book = whole()
    tend, rest, earlier = book.steps["tend"], book.steps["rest"], book.derived["earlier"]
    turned = {
        "tend": replace(tend, needs=tend.needs[::-1], escalations=tend.escalations[::-1]),
        "rest": replace(rest, opens_in=rest.opens_in[::-1]),
    }
    assert isinstance(earlier.how, m.OfCustomers)
    how = replace(earlier.how, like=earlier.how.like[::-1])
    new = replace(book, steps={**book.steps, **turned}, derived={**book.derived, "earlier": replace(earlier, how=how)})
    assert new != book
    assert told(book, new) == ()


def test_default_that_is_written_down_is_no_change() -> None:
    assert told(step("see", quota=None), step("see", quota=m.Quota())) == ()
    assert told(step("see", attendees=()), step("see", attendees=("pm",))) == ()
    assert told(step("tend", needs_at_least=None), step("tend", needs_at_least=3)) == ()


def test_amount_says_nothing_beside_a_session() -> None:
    due = whole().steps["papers"].due
    assert due is not None
    assert told(whole(), step("papers", due=replace(due, amount=7, unit="calendar days"))) == ()
