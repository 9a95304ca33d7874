"""Who is told what when something happens in a handoff, in whole messages; and what holds in any life."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.company import NOBODY_KNOWN, Company, Member
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide, recorded, wake_at
from handrail.handoff.notices import ACTING, SORTS, Duty, Notice, duty_of, notices, renamed
from handrail.handoff.notices.digest import next_opening
from handrail.handoff.owed import owed
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.loading import load
from tests.core.random_lives import LIVES, Life, Moment, lives
from tests.core.sensible_commands import PERSONS
from tests.spec.office import OFFICE, instant

RUNBOOK = """\
runbook: told
version: "1"
facts:
  mrr: {title: MRR, kind: money, currency: USD, at_least: 0, owed_by: im}
roles:
  pm: {title: Project Manager}
  im: {title: Implementation Manager}
  lead: {title: Client Services lead}
  csm: {title: Customer Success Manager}
  head: {title: Head of Services}
decisions:
  support:
    title: Kind of support
    inputs: [mrr]
    outputs: {days: {kind: number, whole: yes, at_least: 0}}
    rules:
      - {when: ["< 5000"], then: [30]}
      - {when: [">= 5000"], then: [90]}
    override: {asked_by: [pm], approved_by: lead}
stages: [work]
steps:
  summary: {stage: work, title: Write the summary, kind: task, raci: {im: RA, csm: I}}
  contract: {stage: work, title: Find the contract, kind: task, raci: {pm: RA}}
  plan:
    stage: work
    title: Plan the go-live
    kind: task
    warn: 2 working hours before due
    due: 1 working day after opened
    escalate: [{to: head, on: 1 working day after due}]
    raci: {pm: R, lead: A}
  approve:
    stage: work
    title: Approve the summary
    kind: approval
    needs: [summary]
    on_reject: {reopen: [summary]}
    raci: {lead: RA, csm: I}
  accept:
    stage: work
    title: Take the customer over
    kind: acceptance
    needs: [approve, contract, plan]
    raci: {csm: RA, pm: I}
    may_refuse: [the summary is thin]
    on_refuse: {reopen: [summary]}
    disagreement: {by: [im], ladder: [lead, head], climbs: after 2 working days}
ends:
  over: {when: {accept: done}}
"""

NAMES = {"pm": "Paula", "im": "Ivan", "lead": "Lena", "csm": "Carla", "head": "Hanna", "ops": "Olga", "new": "Nils"}
PEOPLE = {key: Person(number, name) for number, (key, name) in enumerate(NAMES.items(), start=1)}
BEGIN = instant("2027-01-04 09:00")


def actor(key: str) -> Actor:
    return Actor(person=PEOPLE[key], operations=key == "ops")


class Story:
    """A handoff that lives on: `do` answers with what that command gave to tell, by first name."""

    def __init__(self, text: str = RUNBOOK, company: Company = NOBODY_KNOWN) -> None:
        runbook = load(text, "told.yaml").runbook
        assert runbook is not None
        self.plan = Plan(runbook, OFFICE, company)
        self.handoff, self.now = Handoff(), BEGIN
        people = {role: PEOPLE[role] for role, known in runbook.roles.items() if not known.team}
        begin = c.Start(by=actor("ops"), customer_id=1, customer="Cedar Falls", people=people)
        self.began = self.told(begin)

    def told(self, command: c.Command) -> tuple[Notice, ...]:
        outcome = decide(self.plan, self.handoff, command, self.now)
        assert not isinstance(outcome, Refused), outcome
        before, by = self.handoff, c.giver(command)
        added = recorded(outcome, before, self.now, by)
        self.handoff = fold(added, onto=before)
        return told_of(self.plan, before, added, self.handoff, by)

    def do(self, command: c.Command) -> dict[str, list[tuple[str, str, str]]]:
        return by_name(self.told(command))

    def finish(self, who: str, step: str) -> dict[str, list[tuple[str, str, str]]]:
        return self.do(c.Finish(by=actor(who), step=step))

    def wake(self) -> dict[str, list[tuple[str, str, str]]]:
        self.now = wake_at(self.plan, self.handoff, self.now) or self.now
        return self.do(c.Wake())


def told_of(
    plan: Plan, before: Handoff, added: tuple[e.Recorded, ...], after: Handoff, by: Person | None
) -> tuple[Notice, ...]:
    stood = {duty_of(one) for one in owed(plan, before)} if before.number else set()
    return notices(plan, before, after, added, owing=owed(plan, after), owed_before=stood, by=by)


def by_name(told: tuple[Notice, ...]) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in told:
        found.setdefault(one.person.name, []).append((one.sort, one.title, one.why))
    return found


# ------------------------------------------------------------------------------------------------------- whole messages


def test_beginning_is_one_notice_for_each_however_much_there_is_to_do() -> None:
    story = Story()
    assert by_name(story.began) == {
        "Paula": [
            (
                "work",
                "2 things to do now: Plan the go-live; Find the contract",
                "You are the Project Manager. Olga started the handoff of Cedar Falls.",
            )
        ],
        "Ivan": [
            (
                "work",
                "2 things to do now: Write the summary; Find out: MRR",
                "You are the Implementation Manager. Olga started the handoff of Cedar Falls.",
            )
        ],
        "Lena": [("work", "You are the Client Services lead now", "Olga started the handoff of Cedar Falls.")],
        "Carla": [("work", "You are the Customer Success Manager now", "Olga started the handoff of Cedar Falls.")],
        "Hanna": [("work", "You are the Head of Services now", "Olga started the handoff of Cedar Falls.")],
    }
    [paula] = [one for one in story.began if one.person == PEOPLE["pm"]]
    assert (paula.about, paula.name, paula.due_at) == ("handoff", "several", instant("2027-01-05 17:00"))


def test_who_is_informed_and_who_is_next_are_told_and_the_giver_is_not() -> None:
    told = Story().finish("im", "summary")
    assert told == {
        "Lena": [("approval", "Approve the summary", "You are the Client Services lead, who decides on this.")],
        "Carla": [
            (
                "told",
                "Done: Write the summary",
                "Ivan finished it. You are the Customer Success Manager, who is told of this.",
            )
        ],
    }


def test_rejection_is_work_for_who_did_it_and_news_for_who_is_informed() -> None:
    story = Story()
    story.finish("im", "summary")
    assert story.do(c.Reject(by=actor("lead"), step="approve", reason="Too thin")) == {
        "Ivan": [
            (
                "work",
                "Write the summary",
                "Lena rejected “Approve the summary”: Too thin. You are the Implementation Manager, who does this.",
            )
        ],
        "Carla": [
            (
                "told",
                "Rejected: Approve the summary",
                "Lena rejected it: Too thin. You are the Customer Success Manager, who is told of this.",
            )
        ],
    }


def test_approval_is_the_answer_to_who_handed_in() -> None:
    story = Story()
    story.finish("im", "summary")
    told = story.do(c.Approve(by=actor("lead"), step="approve", note="Well done"))
    assert told["Ivan"] == [
        (
            "answer",
            "Approved: Approve the summary",
            "Lena approved it: Well done. You did “Write the summary”, which it is about.",
        )
    ]


def test_warning_lateness_and_escalation_reach_who_owes_it() -> None:
    story = Story()
    assert story.wake() == {
        "Paula": [("warning", "Soon late: Plan the go-live", "You are the Project Manager, who does this.")],
        "Lena": [("warning", "Soon late: Plan the go-live", "You are the Client Services lead, who answers for this.")],
    }
    assert story.wake() == {
        "Paula": [("breach", "Late: Plan the go-live", "You are the Project Manager, who does this.")],
        "Lena": [("breach", "Late: Plan the go-live", "You are the Client Services lead, who answers for this.")],
    }
    assert story.wake() == {
        "Hanna": [
            (
                "breach",
                "See to it that this is done: Plan the go-live",
                "It is not done yet, and so the Head of Services is turned to. You are the Head of Services.",
            )
        ]
    }


def test_what_a_late_worker_finds_is_told_once_by_what_asks_most() -> None:
    story = Story()
    story.now = instant("2027-02-01 12:00")
    told = story.do(c.Wake())
    assert {name: [sort for sort, _, _ in theirs] for name, theirs in told.items()} == {
        "Paula": ["breach"],
        "Lena": ["breach"],
        "Hanna": ["breach"],
    }


def test_role_that_changes_hands_is_told_to_both() -> None:
    told = Story().do(c.FillRole(by=actor("ops"), role="pm", person=PEOPLE["new"]))
    assert told == {
        "Nils": [
            (
                "work",
                "2 things to do now: Plan the go-live; Find the contract",
                "You are the Project Manager. Olga named you.",
            )
        ],
        "Paula": [("role", "You are no longer the Project Manager", "Nils is the Project Manager now.")],
    }


def test_stand_in_is_told_until_when() -> None:
    fill = c.FillRole(by=actor("ops"), role="head", person=PEOPLE["new"], until=date(2027, 1, 8))
    assert Story().do(fill)["Nils"] == [
        ("work", "You are the Head of Services now", "Olga named you. It is yours until 8 January 2027.")
    ]


def test_one_who_holds_the_role_no_more_is_told_that_nobody_does() -> None:
    assert Story().do(c.FillRole(by=actor("ops"), role="head", person=None)) == {
        "Hanna": [("role", "You are no longer the Head of Services", "Nobody is the Head of Services now.")]
    }


def test_override_is_asked_for_and_answered() -> None:
    story = Story()
    story.do(c.GiveFacts(by=actor("ops"), values={"mrr": "3000"}))
    asked = c.AskOverride(by=actor("pm"), decision="support", outputs={"days": "60"}, reason="They asked")
    assert story.do(asked) == {
        "Lena": [
            (
                "approval",
                "Decide on an override: Kind of support",
                "Paula asks for it, and the Client Services lead decides. You are the Client Services lead.",
            )
        ]
    }
    assert story.do(c.RejectOverride(by=actor("lead"), decision="support", reason="No")) == {
        "Paula": [("answer", "Rejected: Kind of support", "Lena rejected what you asked for: No.")]
    }


def refused_story() -> Story:
    story = Story()
    for who, step in (("im", "summary"), ("pm", "contract"), ("pm", "plan")):
        story.finish(who, step)
    told = story.do(c.Approve(by=actor("lead"), step="approve"))
    assert told["Carla"][0] == (
        "approval",
        "Take the customer over",
        "You are the Customer Success Manager, who accepts or refuses this.",
    )
    return story


def test_refusal_disagreement_and_its_ladder_are_told() -> None:
    story = refused_story()
    refusal = story.do(c.Refuse(by=actor("csm"), step="accept", reason="the summary is thin"))
    assert refusal["Ivan"] == [
        (
            "work",
            "Write the summary",
            (
                "Carla refused “Take the customer over”: the summary is thin. "
                "You are the Implementation Manager, who does this."
            ),
        ),
        (
            "answer",
            "Refused: Take the customer over",
            "Carla refused: the summary is thin. You are the Implementation Manager, who may disagree with that.",
        ),
    ]
    assert [one[:2] for one in refusal["Paula"]] == [("answer", "Refused: Take the customer over")]
    assert story.do(c.Disagree(by=actor("im"), step="accept", reason="It is not"))["Lena"] == [
        (
            "approval",
            "Decide whether the refusal stands: Take the customer over",
            "Ivan disagrees with it, and the Client Services lead decides. You are the Client Services lead.",
        )
    ]
    assert story.wake()["Hanna"] == [
        (
            "breach",
            "Decide whether the refusal stands: Take the customer over",
            (
                "Nobody decided in time. Ivan disagrees with it, and the Head of Services decides. "
                "You are the Head of Services."
            ),
        )
    ]


def test_end_is_told_to_everybody_with_a_role() -> None:
    told = refused_story().do(c.Accept(by=actor("csm"), step="accept"))
    assert {name: sorted(sort for sort, _, _ in theirs) for name, theirs in told.items()} == {
        "Paula": ["answer", "told"],
        "Ivan": ["told"],
        "Lena": ["answer", "told"],
        "Hanna": ["told"],
    }
    assert told["Hanna"] == [("told", "The handoff is over: over", "You are the Head of Services.")]


def test_hold_is_told_and_resuming_gives_nobody_their_work_anew() -> None:
    story = Story()
    held = story.do(c.Hold(by=actor("pm"), reason="No budget"))
    assert held["Ivan"] == [
        (
            "told",
            "The handoff is on hold: No budget",
            "Paula put it on hold: nothing is due meanwhile. You are the Implementation Manager.",
        )
    ]
    resumed = story.do(c.Resume(by=actor("pm")))
    assert resumed["Ivan"] == [
        ("told", "The handoff goes on", "Paula resumed it: the clock goes on. You are the Implementation Manager.")
    ]
    assert (set(held), set(resumed)) == (set(resumed), {"Ivan", "Lena", "Carla", "Hanna"})


def test_who_has_left_is_told_nothing() -> None:
    gone = Company(members={PEOPLE["csm"].id: Member("Carla", is_active=False)})
    story = Story()
    story.plan = story.plan.within(gone)
    assert set(story.finish("im", "summary")) == {"Lena"}


def test_same_is_told_under_the_same_key() -> None:
    first, again = Story(), Story()
    assert first.began == again.began
    assert [one.key for one in first.began] == ["e1.work"] * 5


def test_duties_keep_their_people_under_new_names() -> None:
    names = {"steps": {"summary": "write-up"}, "roles": {"im": "builder"}, "decisions": {"support": "care"}}
    moved = e.VersionChanged(version="2", digest="d", names=names, reason="Better")
    event = e.Recorded(number=2, at=BEGIN, by=None, event=moved)
    stood = [Duty("step", "summary@a", "im", 1), Duty("override", "support", "lead", 2)]
    assert renamed(stood, (event,)) == {Duty("step", "write-up@a", "builder", 1), Duty("override", "care", "lead", 2)}


# ---------------------------------------------------------------------------------------------------------- in any life


def told_in(life: Life, moment: Moment, gone: Person | None = None) -> tuple[Notice, ...]:
    members = {gone.id: Member(gone.name, is_active=False)} if gone else {}
    plan = life.plan.within(Company(members=members))
    return told_of(plan, moment.before, moment.added, moment.after, c.giver(moment.command))


@LIVES
@given(lives())
def test_nobody_is_told_twice_nor_what_they_did_nor_after_they_left(life: Life) -> None:
    keys: Counter[tuple[Person, str]] = Counter()
    gone = PERSONS[1]
    for moment in life.moments:
        told = told_in(life, moment, gone)
        keys.update((one.person, one.key) for one in told)
        assert not {one.person for one in told} & {gone, c.giver(moment.command)}
        assert len({(one.person, one.about, one.name) for one in told if one.name}) == len(
            [one for one in told if one.name]
        )
        assert all(one.title and one.why and one.sort in SORTS for one in told)
    assert set(keys.values()) <= {1}


@LIVES
@given(lives())
def test_what_asks_something_of_somebody_is_owed_by_them(life: Life) -> None:
    for moment in life.moments:
        owing = {(one.name, one.person) for one in owed(life.plan, moment.after)}
        for one in told_in(life, moment):
            if one.sort in ACTING and one.about != "role" and one.name != "several" and one.name:
                assert (one.name, one.person) in owing


@LIVES
@given(lives())
def test_whatever_becomes_somebodys_to_do_is_told_them(life: Life) -> None:
    for moment in life.moments:
        if moment.after.hold is not None or moment.before.hold is not None:
            continue
        before = {(one.name, one.person) for one in owed(life.plan, moment.before)} if moment.before.number else set()
        told = {one.person for one in told_in(life, moment) if one.sort in ACTING}
        for one in owed(life.plan, moment.after):
            new = one.sort == "step" and (one.name, one.person) not in before
            if new and one.person is not None and one.person != c.giver(moment.command):
                assert one.person in told


# -------------------------------------------------------------------------------------------------------------- digests


def test_digest_comes_when_a_working_day_begins() -> None:
    friday_evening = instant("2027-01-15 18:00")  # the Monday after it is a holiday
    assert next_opening(OFFICE, (), friday_evening) == instant("2027-01-19 09:00")
    assert next_opening(OFFICE, (), instant("2027-01-19 08:59")) == instant("2027-01-19 09:00")
    assert next_opening(OFFICE, (), instant("2027-01-19 09:00")) == instant("2027-01-20 09:00")


def test_digest_waits_until_its_reader_is_back() -> None:
    away = ((date(2027, 1, 20), date(2027, 1, 22)), (date(2027, 1, 25), date(2027, 1, 25)))
    assert next_opening(OFFICE, away, instant("2027-01-19 12:00")) == instant("2027-01-26 09:00")
    in_delhi = replace(OFFICE, zone="Asia/Kolkata")
    assert next_opening(in_delhi, away, datetime(2027, 1, 19, 12, tzinfo=UTC)) == datetime(
        2027, 1, 26, 9, tzinfo=UTC
    ) - timedelta(hours=5, minutes=30)
