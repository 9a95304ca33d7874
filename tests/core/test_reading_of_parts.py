"""What reading makes of every part of a runbook: of `everything.yaml`, and of small ones."""

from datetime import date, time
from decimal import Decimal
from typing import Any, Literal

from handrail.runbook import model
from handrail.runbook.cells import Among, Interval, Within
from handrail.runbook.kinds import Date, Money, Number, YesNo
from handrail.runbook.model import All, Anchor, Lapse, Ref, Timing
from tests.core.difference_text import everything, runbook_of
from tests.core.runbook_text import spoiled


def test_derived_facts_have_the_kinds_that_follow() -> None:
    usd = Money(currency="USD")
    assert {name: one.kind for name, one in everything().derived.items()} == {
        "modules_sold": Number(at_least=Decimal(0), whole=True),
        "worth": usd,
        "signs": Number(at_least=Decimal(0), whole=True),
        "alike": Number(at_least=Decimal(0), whole=True),
        "other_phases": YesNo(),
        "open_fee": usd,
        "share": Number(),
        "notice": Number(whole=True),
        "same_fee": YesNo(),
    }


def test_derivations_are_understood() -> None:
    dear = Within((Interval(Decimal(0), False, None, False),), "> 0")
    price = model.Test(ref=Ref(source="item", name="modules", part="price"), kind=Money(currency="USD"), cell=dear)
    many = Within((Interval(Decimal(10), True, None, False),), ">= 10")
    seats = Number(whole=True, at_least=Decimal(1), at_most=Decimal(500))
    fee, mrr = Ref(source="fact", name="fee"), Ref(source="derived", name="worth")
    assert [one.how for one in everything().derived.values()] == [
        model.OfRecords(gathering="count", of="modules", where=(price,)),
        model.OfRecords(gathering="sum", of="modules", column="price"),
        model.OfFacts(gathering="count", of=("board_meets", "risks_kept"), cell=Among(frozenset({True}), False, "yes")),
        model.OfCustomers(
            gathering="count",
            like=("care",),
            where=(model.Test(ref=Ref(source="fact", name="seats"), kind=seats, cell=many),),
            live="go_live",
        ),
        model.OfPhases(gathering="any", that_are="running"),
        model.DifferenceOf(of=(fee, mrr)),
        model.RatioOf(of=(Ref(source="derived", name="open_fee"), fee)),
        model.DaysBetween(
            unit="working days", of=(Ref(source="fact", name="signed_on"), Ref(source="fact", name="go_live"))
        ),
        model.Agreement(of=("mrr", "fee")),
    ]


def test_derived_facts_may_stand_in_any_order() -> None:
    facts = "  a: {kind: number}\n  b: {kind: number, whole: yes}\n"
    derived = "derived: {far: {ratio: [near, a]}, near: {difference: [first, b]}, first: {difference: [b, b]}}\n"
    runbook = runbook_of(spoiled(("facts:\n", f"{derived}facts:\n{facts}")))
    assert list(runbook.derived) == ["far", "near", "first"]
    assert [one.kind for one in runbook.derived.values()] == [Number(), Number(whole=True), Number(whole=True)]


def test_long_chain_of_derived_facts_is_read() -> None:
    chain = "".join(f"  d{n}: {{difference: [d{n + 1}, mrr]}}\n" for n in range(3000))
    runbook = runbook_of(spoiled(("roles:\n", f"derived:\n{chain}  d3000: {{difference: [mrr, mrr]}}\nroles:\n")))
    assert {one.kind for one in runbook.derived.values()} == {Money(currency="USD")}


def test_ways_to_fill_a_seat_are_understood() -> None:
    roles = everything().roles
    assert [(role.fill, role.chosen_by, role.filled_from) for role in roles.values()] == [
        ("by hand", None, None),
        ("account owner", None, None),
        ("by hand", None, None),
        ("least load", None, None),
        ("chosen", "lead", None),
        ("from", None, Ref(source="fact", name="sponsor")),
    ]


def test_sessions_and_windows_are_understood() -> None:
    board, lesson = everything().sessions.values()
    assert (board.title, board.weekdays, board.every, board.first) == ("Board", (0,), 1, None)
    assert (board.starts, board.ends, board.zone, board.seats) == (time(9), time(10), "America/New_York", None)
    assert (lesson.weekdays, lesson.every, lesson.first, lesson.seats) == ((1, 3), 2, date(2026, 1, 6), 20)
    assert [window.days for window in everything().windows.values()] == [
        model.FirstDays(count=5, of="quarter"),
        model.Season(first=(12, 15), last=(1, 5)),
    ]


def test_messages_events_milestones_and_phases_are_understood() -> None:
    runbook = everything()
    leaflet, refreshed, in_use = runbook.messages["leaflet"], runbook.events["refreshed"], runbook.milestones["in-use"]
    assert (leaflet.to, leaflet.first.subject.text, leaflet.first.body.text) == (
        ("csm", "lead"),
        "Welcome",
        "Dear all: welcome.",
    )
    assert (refreshed.title, refreshed.reported_by) == ("Test instance refreshed", ("csm", "pm"))
    assert isinstance(in_use.when, All)
    assert [str(test.ref) for test in in_use.when.tests] == ["go_live", "accept"]
    assert runbook.phases == model.Phases(front=("pm",))


def timing(text: str, amount: int | Ref, unit: model.Unit, anchor: Anchor, **more: Any) -> Timing:
    side: Literal["before", "after"] = "before" if " before " in text else "after"
    return Timing(text=text, amount=amount, unit=unit, side=side, anchor=anchor, **more)


GO_LIVE = Anchor(source="fact", name="go_live")


def test_step_of_each_record_and_a_range_of_days_are_understood() -> None:
    papers = everything().steps["papers"]
    assert papers.kind == "document"
    assert papers.each == "modules"
    assert isinstance(papers.when, All)
    assert papers.when.tests[0].ref == Ref(source="item", name="modules", part="price")
    assert papers.opens_on == timing("15 working days before go_live", 15, "working days", GO_LIVE)
    assert papers.due == timing("10 working days before go_live", 10, "working days", GO_LIVE)
    assert papers.warn == timing("1 working day before due", 1, "working days", Anchor(source="due"))
    late = timing("2 working days after due", 2, "working days", Anchor(source="due"))
    later = timing("3 working days after due", 3, "working days", Anchor(source="due"))
    assert papers.escalations == (model.Escalation(to="lead", at=late), model.Escalation(at=later))
    early = timing("3 working days before due", 3, "working days", Anchor(source="due"))
    assert papers.remind == model.Reminder(first=early, every=model.Lapse(amount=1, unit="working days"))
    assert papers.evidence == (
        model.Evidence(name="sheet", title="Sheet", kind="link or upload", may_not_apply=True, owed_by="csm"),
    )


def test_meeting_is_understood() -> None:
    talks = everything().steps["talks"]
    assert (talks.needs, talks.needs_at_least) == (("fill", "call", "papers"), 2)
    assert (talks.opens_in, talks.opens_not_in) == (("quarter-start",), ("year-end",))
    assert talks.due == timing("last board before go_live", 0, "working days", GO_LIVE, session="board")
    days = Ref(source="output", name="support", part="days")
    approved = model.Test(
        ref=Ref(source="step", name="approve"), kind=model.STEP_STATES, cell=Among(frozenset({"done"}), False, "done")
    )
    assert talks.quota == model.Quota(at_least=days, before=GO_LIVE, until=All(tests=(approved,)))
    assert (talks.session, talks.attendees) == ("board", ("pm", "csm"))


def test_meetings_that_go_on_are_asked_for_in_no_number() -> None:
    step = "  meet: {stage: prepare, kind: meeting, quota: {until: {accept: done}}, raci: {pm: RA}}\n"
    quota = runbook_of(spoiled(("ends:\n", f"{step}ends:\n"))).steps["meet"].quota
    assert quota is not None
    assert (quota.at_least, quota.before) == (0, None)


def test_those_who_do_a_meeting_or_are_asked_attend_it() -> None:
    step = "  meet: {stage: prepare, kind: meeting, raci: {lead: I, pm: RA}}\n"
    assert runbook_of(spoiled(("ends:\n", f"{step}ends:\n"))).steps["meet"].attendees == ("pm",)


def test_work_of_the_other_kinds_is_understood() -> None:
    steps = everything().steps
    watch, tell, record, look, rest = (steps[name] for name in ("watch", "tell", "record", "look", "rest"))
    assert (watch.discretionary, watch.on_event, watch.after_end) == (True, "refreshed", True)
    assert watch.due == timing("48 hours after opened", 48, "hours", Anchor(source="opened"))
    assert watch.repeat is not None
    assert watch.repeat.after == Lapse(amount=30, unit="calendar days")
    assert (tell.message, tell.automatic, tell.needs, tell.needs_at_least) == ("leaflet", True, ("accept", "watch"), 1)
    assert tell.due == timing("4 working hours after accept", 4, "working hours", Anchor(source="step", name="accept"))
    assert (record.system, record.writes) == (
        "Salesforce",
        (
            model.Write(field="Handoff date", ref=Ref(source="fact", name="go_live"), kind=Date()),
            model.Write(field="Status", text="Live"),
        ),
    )
    counted = timing("3 working days after start, inclusive", 3, "working days", Anchor(source="start"), inclusive=True)
    assert record.due == counted
    assert look.check == "document-complete"
    kicked_off = Anchor(source="fact", name="kicked_off")
    assert rest.opens_on == timing("2 hours after kicked_off", 2, "hours", kicked_off)
    assert rest.until_event == "refreshed"
    assert isinstance(rest.opens_when, All)


def test_answers_of_approvals_and_acceptances_are_understood() -> None:
    sign, receive = everything().steps["sign"], everything().steps["receive"]
    assert sign.apart_from == ("fill",)
    assert (sign.approvals, sign.in_order, sign.reopens, sign.fresh_evidence) == (2, True, ("fill",), True)
    assert sign.silence == model.Silence(answer="approves", after=Lapse(amount=5, unit="working days"))
    assert receive.silence == model.Silence(answer="refuses", after=Lapse(amount=48, unit="hours"))
    assert (receive.reopens, receive.fresh_evidence) == (("sign",), True)
    assert receive.disagreement == model.Disagreement(
        by=("pm",), ladder=("lead", "patron"), climbs_after=Lapse(amount=2, unit="working days")
    )


def test_wait_and_check_need_no_letters() -> None:
    steps = "  rest: {stage: prepare, kind: wait, until: {on: 2 hours after start}}\n"
    steps += "  look: {stage: prepare, kind: check, check: roles-filled}\n"
    runbook = runbook_of(spoiled(("ends:\n", f"{steps}ends:\n")))
    assert [dict(runbook.steps[name].raci) for name in ("rest", "look")] == [{}, {}]
