"""Who is told of what is a team's, in whole messages: work that anybody of it may do, and roles that its lead fills."""

from __future__ import annotations

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.company import Company, Member, Squad
from handrail.handoff.notices import Duty, renamed
from handrail.handoff.people import Actor, Person
from tests.core.test_notices import BEGIN, PEOPLE, Story, actor, by_name

RUNBOOK = """\
runbook: teams
version: "1"
facts:
  terms: {title: Terms of payment, kind: text, owed_by: finance}
roles:
  pm: {title: Project Manager}
  head: {title: Head of Services}
  finance: {title: Finance desk, team: finance, fill: anybody of the team}
  books: {title: Bookkeeper, team: books, fill: anybody of the team}
  csm: {title: Success Manager, team: success, fill: chosen by the team lead}
stages: [all]
steps:
  draft: {stage: all, title: Draft the order, kind: task, raci: {pm: RA}}
  bill:
    stage: all
    title: Send the bill
    kind: task
    needs: [draft]
    warn: 2 working hours before due
    due: 1 working day after opened
    escalate: [{to: head, on: 1 working day after due}, {to: books, on: 2 working days after due}]
    raci: {finance: RA, books: I}
  check:
    stage: all
    title: Check the order
    kind: approval
    needs: [draft]
    on_reject: {reopen: [draft]}
    raci: {finance: RA}
  accept:
    stage: all
    title: Take the customer over
    kind: acceptance
    needs: [bill, check]
    raci: {csm: RA}
    may_refuse: [no terms]
    on_refuse: {reopen: [bill]}
    disagreement: {by: [finance], ladder: [head], climbs: after 2 working days}
ends:
  over: {when: {accept: done}}
"""

FAY, GUS, LEA, SUE = (Person(number, name) for number, name in enumerate(("Fay", "Gus", "Lea", "Sue"), start=11))
COMPANY = Company(
    members={
        FAY.id: Member("Fay", team="finance"),
        GUS.id: Member("Gus", team="finance"),
        13: Member("Lea"),
        14: Member("Sue", team="success"),
        15: Member("Bo", team="finance", is_active=False),
        16: Member("Kim", team="books"),
    },
    squads={
        "finance": Squad("Finance", lead=LEA.id),
        "success": Squad("Success", lead=SUE.id),
        "books": Squad("Books", lead=16),
    },
)


def of_finance(person: Person) -> Actor:
    return Actor(person=person, team="finance")


def begun() -> Story:
    return Story(RUNBOOK, COMPANY)


def drafted() -> Story:
    story = begun()
    story.finish("pm", "draft")
    return story


FIRST = "Anybody of Finance may do this: the first to act does it."
LEADS = "You lead Finance, of which anybody may do this."


def test_what_anybody_may_do_is_told_to_everybody_of_the_team_and_a_vacancy_to_its_lead() -> None:
    story = begun()
    told = by_name(story.began)
    terms = ("work", "Find out: Terms of payment", f"The Finance desk owes 1 fact about this customer. {FIRST}")
    nobody = "It is to be filled by the lead of Success (Sue), or by CS Operations. You lead Success."
    assert {name: told[name] for name in told.keys() - {"Paula", "Hanna"}} == {
        "Fay": [terms],
        "Gus": [terms],
        "Sue": [("work", "Nobody is Success Manager: name somebody", nobody)],
    }
    [sue] = [one for one in story.began if one.person == SUE]
    assert (sue.about, sue.name) == ("role", "csm")
    assert "Sue" not in story.finish("pm", "draft")


def test_vacancy_without_a_lead_is_told_to_nobody() -> None:
    alone = Company(members=COMPANY.members, squads={"success": Squad("Success"), "finance": Squad("Finance")})
    assert by_name(Story(RUNBOOK, alone).began).keys() == {"Paula", "Hanna", "Fay", "Gus"}


def test_work_and_approvals_that_open_are_told_as_what_they_are_and_not_to_who_opened_them() -> None:
    work = ("work", "Send the bill", f"The Finance desk does this. {FIRST}")
    approval = ("approval", "Check the order", f"The Finance desk decides on this. {FIRST}")
    story = begun()
    assert story.finish("pm", "draft") == {"Fay": [work, approval], "Gus": [work, approval]}
    story.do(c.Finish(by=of_finance(FAY), step="bill"))
    assert story.do(c.Reopen(by=actor("ops"), step="bill", reason="Wrong sum")) == {
        name: [(work[0], work[1], f"Olga reopened it: Wrong sum. {work[2]}")] for name in ("Fay", "Gus")
    }


def test_warning_lateness_and_escalation_reach_the_team_and_its_lead() -> None:
    story = drafted()
    for sort, title in (("warning", "Soon late"), ("breach", "Late"), ("breach", "Escalated")):
        told = story.wake()
        assert {name: told[name] for name in ("Fay", "Gus", "Lea")} == {
            "Fay": [(sort, f"{title}: Send the bill", f"The Finance desk does this. {FIRST}")],
            "Gus": [(sort, f"{title}: Send the bill", f"The Finance desk does this. {FIRST}")],
            "Lea": [(sort, f"{title}: Send the bill", f"The Finance desk does this. {LEADS}")],
        }
    assert story.wake()["Kim"] == [
        (
            "breach",
            "See to it that this is done: Send the bill",
            (
                "It is not done yet, and so the Bookkeeper is turned to. "
                "Anybody of Books may do this: the first to act does it."
            ),
        )
    ]


def test_what_is_done_is_told_to_the_team_that_is_informed_and_ruled_on_to_who_may_disagree() -> None:
    story = drafted()
    assert story.do(c.Finish(by=of_finance(FAY), step="bill")) == {
        "Kim": [
            ("told", "Done: Send the bill", "Fay finished it. You are in Books: the Bookkeeper is told of this."),
        ]
    }
    story.do(c.Approve(by=of_finance(GUS), step="check"))
    story.do(c.FillRole(by=actor("ops"), role="csm", person=PEOPLE["csm"]))
    refused = story.do(c.Refuse(by=actor("csm"), step="accept", reason="no terms"))
    assert refused["Fay"] == [
        (
            "work",
            "Send the bill",
            f"Carla refused “Take the customer over”: no terms. The Finance desk does this. {FIRST}",
        ),
        (
            "answer",
            "Refused: Take the customer over",
            "Carla refused: no terms. You are in Finance: the Finance desk may disagree with that.",
        ),
    ]


def test_role_that_is_taken_is_news_to_nobody_and_given_back_to_all_who_had_not_the_work() -> None:
    story = drafted()
    assert story.do(c.FillRole(by=of_finance(FAY), role="finance", person=FAY)) == {}
    assert story.do(c.FillRole(by=actor("ops"), role="finance", person=None)) == {
        "Gus": [
            (
                "work",
                "2 things to do now: Send the bill; Find out: Terms of payment",
                "Anybody of Finance may do what the Finance desk does: the first to act does it.",
            ),
            ("approval", "Check the order", f"The Finance desk decides on this. {FIRST}"),
        ],
        "Fay": [
            (
                "role",
                "You are no longer the Finance desk",
                "Anybody of Finance may now do what the Finance desk does.",
            )
        ],
    }


def test_team_with_work_is_told_of_holds_and_ends_and_given_nothing_anew() -> None:
    story = drafted()
    assert story.do(c.Hold(by=actor("pm"), reason="No budget"))["Gus"] == [
        (
            "told",
            "The handoff is on hold: No budget",
            "Paula put it on hold: nothing is due meanwhile. You are in Finance, whose work is part of it.",
        )
    ]
    resumed = story.do(c.Resume(by=actor("pm")))
    assert {name: [sort for sort, _, _ in theirs] for name, theirs in resumed.items()} == {
        "Fay": ["told"],
        "Gus": ["told"],
        "Hanna": ["told"],
    }
    assert "Gus" in story.do(c.Cancel(by=actor("ops"), reason="No deal"))


def test_holder_who_has_left_leaves_the_work_to_the_team() -> None:
    story = drafted()
    story.do(c.FillRole(by=actor("ops"), role="books", person=Person(16, "Kim")))
    left = {16: Member("Kim", team="books", is_active=False), 17: Member("Lin", team="books")}
    story.plan = story.plan.within(Company(members={**COMPANY.members, **left}, squads=COMPANY.squads))
    assert story.do(c.Finish(by=of_finance(FAY), step="bill")).keys() == {"Lin"}


def test_duties_of_teams_keep_their_names_in_another_version() -> None:
    names = {"steps": {"bill": "invoice"}, "roles": {"csm": "success", "finance": "money"}}
    moved = e.VersionChanged(version="2", digest="d", names=names, reason="Better")
    event = e.Recorded(number=2, at=BEGIN, by=None, event=moved)
    stood = [Duty("step", "bill", "finance", 0, "finance"), Duty("vacancy", "csm", "csm", 0, "success")]
    assert renamed(stood, (event,)) == {
        Duty("step", "invoice", "money", 0, "finance"),
        Duty("vacancy", "success", "success", 0, "success"),
    }
