"""Who owes what: nothing that is open is on nobody's desk."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from handrail.handoff import commands as c
from handrail.handoff.company import Company, Member
from handrail.handoff.duty import acts_for, doers, may
from handrail.handoff.gaps import missing_fields
from handrail.handoff.items import step_of, steps_in
from handrail.handoff.owed import Owed, owed
from handrail.handoff.people import Actor, Person
from handrail.handoff.timing import due_at
from handrail.handoff.unknown import unknown_name
from tests.core.random_lives import LIVES, Life, Moment, lives
from tests.core.sensible_commands import PERSONS

# The entries that are about a step, and due with it.
OF_STEPS = ("step", "answers for", "consult", "fields", "evidence", "escalation")


@LIVES
@given(lives())
def test_every_open_step_is_owed_by_those_who_do_it(life: Life) -> None:
    for moment in _running(life):
        entries = owed(life.plan, moment.after)
        owing = {(one.name, one.role) for one in entries if one.sort in {"step", "answers for"}}
        for step in steps_in(life.plan, moment.after):
            if moment.after.state_of(step.name) != "open" or step.in_order:
                continue
            known = moment.after.steps[step.name]
            asked = set(step.roles_with("R")) - set(known.approved_as)
            roles = {role for role in asked if moment.after.people.get(role) not in known.approved_by}
            assert {role for name, role in owing if name == step.name} >= roles


@LIVES
@given(lives())
def test_what_nobody_owes_is_a_vacancy_or_about_to_be_filled(life: Life) -> None:
    """Nothing is on nobody's desk: CS Operations has each empty role, or an open step's doer is to name somebody."""
    for moment in _running(life):
        entries = owed(life.plan, moment.after)
        vacant = {one.role for one in entries if one.sort == "vacancy"}
        filling = {
            step.fills
            for step in steps_in(life.plan, moment.after)
            if moment.after.state_of(step.name) == "open" and set(doers(step)) & set(moment.after.people)
        }
        nobodys = {one.role for one in entries if one.person is None and not _is_up_the_line(one)}
        assert nobodys <= vacant | filling


def _is_up_the_line(one: Owed) -> bool:
    """CS Operations is turned to where nobody is above who owes it, although the role is not empty."""
    return one.sort == "escalation" and "^" in one.role


@LIVES
@given(lives())
def test_who_owes_a_step_may_do_it(life: Life) -> None:
    for moment in _running(life):
        for one in owed(life.plan, moment.after):
            if one.sort in {"step", "answers for"} and one.person is not None:
                refused = may(life.plan, moment.after, _doing(life, one))
                assert refused is None or "and may not:" in one.why, (one, refused)


def _doing(life: Life, one: Owed) -> c.Command:
    assert one.person is not None
    by = Actor(person=one.person)
    match life.plan.runbook.steps[one.name.partition("@")[0]].kind:
        case "task" | "document" | "meeting" | "message" | "update" | "check" | "wait":
            return c.Finish(by=by, step=one.name)
        case "form":
            return c.Sign(by=by, step=one.name)
        case "approval":
            return c.Approve(by=by, step=one.name)
        case "acceptance":
            return c.Accept(by=by, step=one.name)


@LIVES
@given(lives())
def test_who_owes_facts_may_give_them(life: Life) -> None:
    for moment in _running(life):
        for one in owed(life.plan, moment.after):
            if one.sort == "facts" and one.person is not None:
                missing = [
                    fact.name
                    for fact in life.plan.runbook.facts.values()
                    if fact.owed_by == one.role and fact.name not in moment.after.facts
                ]
                command = c.GiveFacts(by=Actor(person=one.person), values=dict.fromkeys(missing))
                assert may(life.plan, moment.after, command) is None, one


@LIVES
@given(lives())
def test_every_missing_field_of_an_open_form_is_owed(life: Life) -> None:
    """By those who do the form, or by another role, which is told the fields that it owes."""
    for moment in _running(life):
        for step in steps_in(life.plan, moment.after):
            if moment.after.state_of(step.name) == "open" and missing_fields(life.plan, moment.after, step.name):
                entries = [one for one in owed(life.plan, moment.after) if one.name == step.name]
                assert {one.sort for one in entries} <= {*OF_STEPS}
                assert entries


@LIVES
@given(lives())
def test_request_for_an_override_is_on_a_desk_until_it_is_decided(life: Life) -> None:
    """And so is a case that the table leaves to people, until one of them has asked for an answer."""
    for moment in _running(life):
        overrides, decisions = moment.after.overrides, life.plan.runbook.decisions
        asked = {name for name, override in overrides.items() if override.state == "asked"}
        left = {
            name
            for name, taken in moment.after.decisions.items()
            if not taken.is_decided and not taken.missing and decisions[name].override is not None
            if name not in overrides or overrides[name].state == "rejected"
        }
        assert {one.name for one in owed(life.plan, moment.after) if one.sort == "override"} == asked | left


@LIVES
@given(lives())
def test_entries_are_told_once_and_due_with_their_step(life: Life) -> None:
    for moment in _running(life):
        entries = owed(life.plan, moment.after)
        assert len({(one.sort, one.name, one.role) for one in entries}) == len(entries)
        for one in entries:
            step = step_of(life.plan, moment.after, one.name) if one.sort in OF_STEPS else None
            assert one.due_at == (due_at(life.plan, moment.after, step) if step else None)
            assert one.person == moment.after.people.get(one.role)


@LIVES
@given(lives())
def test_nothing_is_owed_when_it_is_over_but_what_outlives_it(life: Life) -> None:
    for moment in life.moments:
        if moment.after.is_over:
            steps = [step_of(life.plan, moment.after, one.name) for one in owed(life.plan, moment.after)]
            assert all(step is not None and step.after_end for step in steps)
            assert not (moment.after.cancelled and steps)


@LIVES
@given(lives())
def test_while_it_is_on_hold_only_the_hold_is_owed(life: Life) -> None:
    for moment in life.moments:
        if moment.after.hold is not None and not moment.after.is_over:
            [entry] = owed(life.plan, moment.after)
            assert (entry.sort, entry.person, entry.due_at) == ("hold", moment.after.hold.by, None)


@LIVES
@given(lives(), st.sampled_from(PERSONS))
def test_nobody_who_has_left_owes_anything(life: Life, gone: Person) -> None:
    """And what was theirs is on the desk of whoever fills empty roles, or is to be filled in an open step."""
    company = Company(members={gone.id: Member(gone.name, is_active=False)})
    plan = life.plan.within(company)
    for moment in life.moments:
        entries = owed(plan, moment.after)
        assert gone.id not in {one.person.id for one in entries if one.person is not None}
        vacant = {one.role for one in entries if one.sort == "vacancy"}
        filling = {step.fills for step in steps_in(plan, moment.after) if moment.after.state_of(step.name) == "open"}
        # Above nobody is CS Operations, who see it without anybody being named.
        nobodys = {one.role for one in entries if one.person is None and one.sort != "hold" and "^" not in one.role}
        assert moment.after.is_over or nobodys <= vacant | filling


@LIVES
@given(lives())
def test_delegate_may_what_who_is_away_may_and_no_more(life: Life) -> None:
    nobody = Person(77, "Zed")
    for moment in life.moments:
        command = moment.command
        if isinstance(command, c.BY_NOBODY) or unknown_name(life.plan, moment.before, command) is not None:
            continue
        away = command.by.person
        own = may(life.plan, moment.before, replace(command, by=Actor(person=away)))
        delegate = replace(command, by=Actor(person=nobody, stands_in_for=(away,)))
        assert (may(life.plan, moment.before, delegate) is None) == (own is None), moment
        assert acts_for(life.plan, moment.before, delegate) in {None, away}


def _running(life: Life) -> list[Moment]:
    """The moments after which the clock runs."""
    return [
        moment
        for moment in life.moments
        if moment.after.started_at is not None and not moment.after.is_over and moment.after.hold is None
    ]
