"""Somebody leaves: what they hold is shown, goes to whom the policy says, and comes back when that is undone."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from handrail.desk import departures, ledger, models
from handrail.desk.leaving import leave
from handrail.desk.queries import opened
from handrail.desk.rebuild import rebuild
from handrail.desk.returning import undo
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.people import Person
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW, Company, done

pytestmark = pytest.mark.django_db

RUNBOOK = """\
runbook: leaving
title: Leaving
version: "1"
facts: {mrr: {title: MRR, kind: money, currency: USD, owed_by: pm}}
decisions:
  care:
    inputs: [mrr]
    outputs: {days: {kind: number, whole: yes}}
    rules: [{when: ["-"], then: [30]}]
    override: {asked_by: [pm], approved_by: im}
roles: {pm: {title: Project Manager}, im: {title: Implementation Manager}}
messages: {hello: {title: Hello, to: [im, pm], subject: Hello, body: We begin.}}
stages: [all]
steps:
  look: {stage: all, kind: approval, raci: {pm: A, im: R}}
  meet: {stage: all, kind: meeting, raci: {pm: RA}, quota: {at_least: 2}}
  greet: {stage: all, kind: message, message: hello, raci: {im: RA}}
  accept: {stage: all, kind: acceptance, needs: [look], raci: {im: RA, pm: I}}
  look_back: {stage: all, kind: task, raci: {pm: RA}, discretionary: yes, after_end: yes}
ends: {over: {when: {accept: done}}}
"""
UNTIL = date(2026, 12, 20)


class Office:
    """Paula is a project manager in many ways; Ivan manages her, Emma leads their team."""

    def __init__(self) -> None:
        self.company = Company()
        version = publish(RUNBOOK, "leaving.yaml")
        assert isinstance(version, models.RunbookVersion), version
        self.version = version
        self.people = self.company.people
        self.paula, self.adam = self.people["paula"], self.people["adam"]
        self.olga = self.company.actor("olga")
        models.Absence.objects.all().delete()
        models.Person.objects.update(manager=None, capacity=None)
        models.Team.objects.update(lead=None)
        self.set("paula", manager=self.people["ivan"])
        self.team = models.Team.objects.get(key="implementation")
        self.team.lead = self.people["emma"]
        self.team.save()

    def set(self, first_name: str, **fields: object) -> None:
        row = models.Person.objects.get(pk=self.people[first_name].pk)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()

    def person(self, first_name: str) -> Person:
        return self.company.actor(first_name).person

    def start(self, name: str, **people: str) -> int:
        customer = self.company.customer(name)
        command = c.Start(
            by=self.olga,
            customer_id=customer.pk,
            customer=name,
            people={role: self.person(first) for role, first in people.items()},
        )
        return done(ledger.start(self.version, command, now=NOW)).handoff_id

    def fill(self, handoff_id: int, role: str, first_name: str, until: date | None = None) -> None:
        command = c.FillRole(by=self.olga, role=role, person=self.person(first_name), until=until)
        done(ledger.record(handoff_id, command, now=NOW))

    def record(self, handoff_id: int, command: c.Command) -> None:
        done(ledger.record(handoff_id, command, now=NOW))

    def meet(self, handoff_id: int, key: str, *attendees: str, at: datetime | None = None) -> None:
        by = self.company.actor(next(row for row in self.people if self.people[row].name == holder(handoff_id, "pm")))
        when = at or NOW + timedelta(days=3)
        self.record(handoff_id, c.PlanMeeting(by=by, step="meet", key=key, meets_at=when, attendees=attendees))

    def greet(self, *ids: int) -> None:
        for handoff_id in ids:
            self.record(handoff_id, c.Send(by=self.company.actor("ivan"), step="greet"))

    def leave(self, **policy: str) -> models.Departure:
        chosen = departures.read_policy(self.fresh("paula"), policy)
        assert not isinstance(chosen, Refused), chosen
        gone = leave(self.paula.pk, chosen, by=self.adam, now=NOW)
        assert isinstance(gone, models.Departure), gone
        return gone

    def fresh(self, first_name: str) -> models.Person:
        return models.Person.objects.select_related("team").get(pk=self.people[first_name].pk)

    def id(self, first_name: str) -> str:
        return str(self.people[first_name].pk)


@pytest.fixture
def office() -> Office:
    return Office()


def state_of(handoff_id: int) -> Handoff:
    return wire.decode_handoff(models.Handoff.objects.get(pk=handoff_id).state)


def holder(handoff_id: int, role: str) -> str:
    person = state_of(handoff_id).people.get(role)
    return person.name if person else ""


def shown_holder(handoff_id: int) -> str:
    """Who is shown as the project manager."""
    return opened.holder(opened.open_handoff(handoff_id), "pm").name


def holds_nothing(person: models.Person) -> bool:
    """No seat of what runs, no work at all, and nothing that would be theirs later."""
    seats = models.Seat.objects.filter(person=person, handoff__status="running")
    work = models.Work.objects.filter(person=person)
    states = map(state_of, models.Handoff.objects.filter(status="running").values_list("pk", flat=True))
    back_to = [loan.back_to.id for state in states for loan in state.loans.values() if loan.back_to]
    return not (seats.exists() or work.exists() or person.pk in back_to)


def attendees(handoff_id: int) -> dict[str, tuple[str, ...]]:
    return {one.key: one.attendees for meetings in state_of(handoff_id).meetings.values() for one in meetings}


def is_still_named(person: models.Person) -> bool:
    """By a meeting to come, or as somebody to whom a message or a mail is on its way."""
    queued = models.Delivery.objects.filter(person=person, state="queued")
    mails = models.Notice.objects.filter(person=person, mail="queued")
    names = [name for pk in models.Handoff.objects.values_list("pk", flat=True) for name in attendees(pk).values()]
    return queued.exists() or mails.exists() or any(person.name in one for one in names)


def many_ways(office: Office) -> dict[str, int]:
    """Paula in everything that she can be in, by what it is."""
    ids = {name: office.start(name, pm="paula", im="ivan") for name in ("plain", "held", "asked", "lent", "over")}
    ids["stand-in"] = office.start("stand-in", pm="sara", im="ivan")
    paula, ivan = office.company.actor("paula"), office.company.actor("ivan")
    office.fill(ids["stand-in"], "pm", "paula", UNTIL)
    office.fill(ids["lent"], "pm", "theo", UNTIL)
    office.meet(ids["plain"], "m", "Paula Reyes", "A customer")
    office.meet(ids["lent"], "m", "Paula Reyes")
    office.greet(ids["plain"])
    office.record(ids["asked"], c.AskOverride(by=paula, decision="care", outputs={"days": "60"}, reason="Hard."))
    office.record(ids["held"], c.Hold(by=paula, reason="They wait."))
    office.record(ids["over"], c.Approve(by=ivan, step="look"))
    office.record(ids["over"], c.Begin(by=office.olga, step="look_back"))
    office.record(ids["over"], c.Accept(by=ivan, step="accept"))
    models.Customer.objects.filter(name__in=["plain", "held"]).update(owner=office.paula)
    office.set("tom", manager=office.paula)
    models.Team.objects.filter(key="support").update(lead=office.paula)
    models.Absence.objects.create(
        person=office.people["sara"], delegate=office.paula, first_day=NOW.date(), last_day=UNTIL
    )
    return ids


def paulas_meetings(office: Office) -> tuple[departures.Invited, ...]:
    return departures.meetings_of(office.person("paula"), NOW)


def told_to_stand_in() -> set[str]:
    """Whom a notice that matters still tells so."""
    return set(models.Notice.objects.filter(about="absence", over_at=None).values_list("person__name", flat=True))


def test_everything_that_somebody_holds_is_counted_before_they_leave(office: Office) -> None:
    ids = many_ways(office)
    policy = departures.read_policy(office.fresh("paula"), {"accounts": "empty", "delegations": office.id("theo")})
    assert not isinstance(policy, Refused)
    shown = {
        one.kind: (one.count, one.title, [(share.name, share.count) for share in one.shares])
        for one in departures.previews(office.fresh("paula"), policy, NOW)
    }
    assert shown == {
        "roles": (6, "roles", [("Ivan Petrov", 6)]),
        "accounts": (2, "accounts", [("", 2)]),
        "reports": (1, "person they manage", [("Ivan Petrov", 1)]),
        "teams": (1, "team they lead", [("Ivan Petrov", 1)]),
        "delegations": (1, "absence in which they stand in", [("Theo Brandt", 1)]),
    }
    assert [(one.handoff_id, one.step, one.meets_at, one.roles) for one in paulas_meetings(office)] == [
        (ids[name], "meet", NOW + timedelta(days=3), ("pm",)) for name in ("plain", "lent")
    ]
    assert departures.work_of(office.paula.pk).count() > 5


def test_who_has_left_holds_nothing_and_others_hold_all_of_it(office: Office) -> None:
    ids = many_ways(office)
    ended = office.start("ended", pm="paula", im="ivan")
    office.record(ended, c.Cancel(by=office.olga, reason="They withdrew."))
    browser = Client()
    browser.force_login(office.fresh("paula"))
    gone = office.leave(roles=office.id("emma"), accounts="lead", delegations=office.id("theo"))
    assert holds_nothing(office.paula)
    assert not is_still_named(office.paula)
    assert [holder(ids[name], "pm") for name in ("plain", "held", "asked", "over", "stand-in", "lent")] == [
        *["Emma Laurent"] * 5,
        "Theo Brandt",
    ]
    lent, stand_in = state_of(ids["lent"]).loans["pm"], state_of(ids["stand-in"]).loans["pm"]
    assert (lent.until, lent.back_to) == (UNTIL, office.person("emma"))
    assert (stand_in.until, stand_in.back_to) == (UNTIL, office.person("sara"))
    assert set(models.Customer.objects.filter(name__in=["plain", "held"]).values_list("owner__name")) == {
        ("Emma Laurent",)
    }
    assert office.fresh("tom").manager == office.people["ivan"]
    assert models.Team.objects.get(key="support").lead == office.people["ivan"]
    assert models.Absence.objects.get(person=office.people["sara"]).delegate == office.people["theo"]
    assert told_to_stand_in() == {"Theo Brandt"}
    assert (office.fresh("paula").is_active, office.fresh("paula").left_at) == (False, NOW)
    assert browser.get("/").status_code == 302
    named, replaced = ledger.history_of(ids["plain"])[-2:]
    assert isinstance(replaced.event, e.AttendeeReplaced)
    assert (named.by, wire.encode(named.event)) == (
        office.person("adam"),
        f'{{"role":"pm","person":[{office.id("emma")},"Emma Laurent"],"reason":"Paula Reyes has left."}}'.encode(),
    )
    assert Counter(move["kind"] for move in gone.moves) == {
        "roles": 6, "accounts": 2, "reports": 1, "teams": 1, "delegations": 1, "meetings": 2, "messages": 1
    }  # fmt: skip
    assert shown_holder(ended) == "Paula Reyes (left)"
    hold = models.Work.objects.get(handoff=ids["held"])
    assert (hold.person, hold.why) == (None, "Paula Reyes put it on hold: They wait.")
    assert rebuild().mended == []


def test_undo_gives_back_what_is_still_where_it_was_put(office: Office) -> None:
    ids = many_ways(office)
    gone = office.leave(roles=office.id("emma"), accounts="lead", delegations=office.id("theo"))
    office.fill(ids["asked"], "pm", "sara")
    models.Customer.objects.filter(name="held").update(owner=office.people["dev"])
    stays = undo(gone.pk, by=office.adam, now=NOW)
    assert not isinstance(stays, Refused)
    assert sorted((move["kind"], move.get("handoff"), move.get("customer")) for move in stays) == [
        ("accounts", None, models.Customer.objects.get(name="held").pk),
        ("roles", ids["asked"], None),
    ]
    assert [holder(ids[name], "pm") for name in ids] == [
        "Paula Reyes", "Paula Reyes", "Sara Nilsson", "Theo Brandt", "Paula Reyes", "Paula Reyes"
    ]  # fmt: skip
    lent, stand_in = state_of(ids["lent"]).loans["pm"], state_of(ids["stand-in"]).loans["pm"]
    assert (lent.back_to, stand_in.back_to) == (office.person("paula"), office.person("sara"))
    assert models.Customer.objects.get(name="plain").owner == office.paula
    assert (office.fresh("tom").manager, models.Team.objects.get(key="support").lead) == (office.paula, office.paula)
    assert models.Absence.objects.get(person=office.people["sara"]).delegate == office.paula
    assert told_to_stand_in() == {"Paula Reyes"}
    assert (office.fresh("paula").is_active, office.fresh("paula").left_at) == (True, None)
    again = undo(gone.pk, by=office.adam, now=NOW)
    assert isinstance(again, Refused)
    assert again.says == "Paula Reyes is back already."
    assert models.Work.objects.get(handoff=ids["held"]).person == office.paula
    assert rebuild().mended == []
    assert isinstance(leave(office.paula.pk, gone.policy, by=office.adam, now=NOW), models.Departure)


def test_roles_that_are_left_empty_are_on_somebodys_desk(office: Office) -> None:
    ids = many_ways(office)
    office.leave(roles="empty", accounts="empty", reports="empty", teams="empty", delegations="empty")
    assert holds_nothing(office.paula)
    assert [holder(ids[name], "pm") for name in ids] == ["", "", "", "Theo Brandt", "", "Sara Nilsson"]
    assert state_of(ids["lent"]).loans["pm"].back_to is None
    vacancies = models.Work.objects.filter(sort="vacancy", name="pm").values_list("handoff", flat=True)
    assert set(vacancies) == {ids["plain"], ids["asked"]}
    assert (office.fresh("tom").manager, models.Absence.objects.get().delegate) == (None, None)


def test_roles_are_spread_over_the_team_within_what_each_can_hold(office: Office) -> None:
    models.Absence.objects.create(person=office.people["theo"], first_day=NOW.date(), last_day=UNTIL)
    office.set("sara", capacity=2)
    office.set("emma", capacity=1)
    office.set("ivan", capacity=8)
    for number in range(7):
        office.start(f"Customer {number}", pm="paula", im="ivan")
    office.leave(roles="spread")
    seats = models.Seat.objects.filter(role="pm").values_list("person__name", flat=True)
    assert Counter(seats) == {"Sara Nilsson": 2, "Emma Laurent": 1, "Ivan Petrov": 1}
    assert models.Work.objects.filter(sort="vacancy", name="pm").count() == 3


def test_nobody_comes_to_be_their_own_manager(office: Office) -> None:
    office.set("sara", manager=office.paula)
    office.set("theo", manager=office.people["sara"])
    office.leave(reports=office.id("theo"))
    assert office.fresh("sara").manager == office.people["ivan"]


def test_who_cannot_leave_is_told_why(office: Office) -> None:
    office.set("dev", is_active=False)
    nothing: departures.Policy = dict.fromkeys(departures.KINDS, "empty")

    def says(first_name: str, by: str = "adam") -> str:
        refused = leave(office.people[first_name].pk, nothing, by=office.people[by], now=NOW)
        assert isinstance(refused, Refused)
        return refused.says

    assert says("adam") == "You cannot close your own account; another administrator can."
    assert says("dev") == "Dev Patel has left already."
    assert says("adam", by="carla") == "Adam Ford is the only administrator. Make somebody else one first."


def test_nothing_goes_to_who_does_not_work_here_or_leaves(office: Office) -> None:
    office.set("dev", is_active=False)
    for value in (office.id("dev"), office.id("paula"), "nonsense", "9" * 20, "spread"):
        refused = departures.read_policy(office.fresh("paula"), {"accounts": value})
        assert isinstance(refused, Refused)
        assert refused.says == "Choose who gets the accounts: somebody who works here, and is not leaving."


@pytest.mark.django_db(transaction=True)
def test_nobody_is_given_work_while_they_leave() -> None:
    """They leave while twenty others give them roles; nobody waits for one another in a circle."""
    office = Office()
    ids = [office.start(f"Customer {number}", pm="sara", im="ivan") for number in range(20)]
    told: list[str] = []
    mistakes: list[BaseException] = []
    begun = threading.Barrier(21)

    def give(handoff_id: int) -> None:
        try:
            begun.wait()
            for role in ("pm", "im"):
                command = c.FillRole(by=office.olga, role=role, person=office.person("paula"))
                outcome = ledger.record(handoff_id, command, now=NOW)
                told.append(outcome.says if isinstance(outcome, Refused) else "given")
        except BaseException as mistake:
            mistakes.append(mistake)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=[handoff_id]) for handoff_id in ids]
    for thread in threads:
        thread.start()
    begun.wait()
    office.leave(roles="spread")
    for thread in threads:
        thread.join()
    connection.close()
    assert mistakes == []
    assert set(told) <= {"given", "Paula Reyes does not work here any more: name somebody who does."}
    assert len(told) == 40
    assert holds_nothing(office.paula)
    assert rebuild().mended == []
