"""The desk follows: what it counts beyond a handoff, whom it finds for a role, and how the phases of a project go on
together."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from handrail.desk import ledger, models
from handrail.desk.jobs import attend_due
from handrail.desk.loads import Load, shared_out
from handrail.desk.rebuild import rebuild
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.events import Counted, RoleFilled
from handrail.handoff.history import Handoff
from handrail.handoff.people import Actor, Person
from handrail.handoff.projects import WHY
from tests.desk.company import NOW, Company, done, refused
from tests.desk.test_ledger import rows_equal_fold

pytestmark = pytest.mark.django_db

RUNBOOK = """\
runbook: beyond
title: Beyond one handoff
version: "1"
facts:
  vertical: {title: Vertical, kind: choice, of: [tax, utilities]}
  integrator: {title: Integrator, kind: text}
  state: {title: State, kind: text}
  go_live: {title: Go-live, kind: date}
  mrr: {title: MRR, kind: money, currency: USD}
  account_manager: {title: Account manager, kind: person}
  needs_tam: {title: Needs a TAM, kind: yes/no}
derived:
  earlier: {count: customers, like: [vertical, integrator], live: go_live}
  first: {none: customers, like: [vertical, integrator]}
  stated: {any: customers, like: [vertical], where: {state: given}}
  running_phases: {count: phases, that_are: running}
  was_one_over: {any: phases, that_are: over}
roles:
  pm: {title: Project Manager}
  im: {title: Implementation Manager}
  tam: {title: TAM, team: tam, fill: least load, when: {needs_tam: "yes"}}
  am: {title: Account Manager, fill: from account_manager}
phases: {front: [pm, im]}
decisions:
  care:
    inputs: [earlier]
    outputs: {much: {kind: choice, of: [extra, usual]}, days: {kind: number, whole: yes}}
    rules:
      - {when: ["< 3"], then: [extra, 90]}
      - {when: [">= 3"], then: [usual, 30]}
stages: [all]
steps:
  work: {stage: all, kind: acceptance, raci: {pm: RA}}
  look_after:
    {stage: all, kind: task, when: {care.much: extra}, raci: {im: RA}, due: care.days calendar days after go_live}
ends:
  over: {when: {work: done}}
"""

PLAIN = """\
runbook: plain
title: Plain
version: "1"
facts:
  mrr: {title: MRR, kind: money, currency: USD, owed_by: pm}
roles: {pm: {title: Project Manager}}
stages: [all]
steps:
  accept: {stage: all, kind: acceptance, when: {mrr: given}, raci: {pm: RA}}
ends:
  over: {when: {accept: done}}
"""

ALIKE = {"vertical": "utilities", "integrator": "Northgate Systems"}
LIVE = {**ALIKE, "go_live": "2026-11-01"}
TODAY = date(2026, 12, 1)


def published(text: str) -> models.RunbookVersion:
    version = publish(text, "runbook.yaml")
    assert isinstance(version, models.RunbookVersion), version
    return version


class Desk:
    """The company with the runbook, and short ways to start and to look."""

    def __init__(self) -> None:
        self.company = Company()
        self.version, self.plain = published(RUNBOOK), published(PLAIN)
        self.olga = self.company.actor("olga")
        models.Team.objects.get_or_create(key="tam", defaults={"name": "TAM"})

    def person(self, first_name: str) -> Person:
        return self.company.actor(first_name).person

    def command(self, customer: models.Customer, facts: dict[str, str], phase: str = "", **people: str) -> c.Start:
        return c.Start(
            by=self.olga,
            customer_id=customer.pk,
            customer=customer.name,
            facts=facts,
            people={role: self.person(name) for role, name in people.items()},
            phase=phase,
        )

    def start(self, name: str, facts: dict[str, str], now: datetime = NOW, **people: str) -> int:
        customer = self.company.customer(name)
        return done(ledger.start(self.version, self.command(customer, facts, **people), now=now)).handoff_id

    def phase(self, project_id: int, phase: str, facts: dict[str, str] | None = None, **people: str) -> int:
        customer = models.Customer.objects.get(handoffs=project_id)
        command = self.command(customer, facts or {}, phase, **people)
        return done(ledger.start(self.version, command, now=NOW, project_id=project_id)).handoff_id

    def give(self, handoff_id: int, **facts: str) -> ledger.Change:
        return done(ledger.record(handoff_id, c.GiveFacts(by=self.olga, values=facts), now=NOW))

    def in_team(self, *first_names: str) -> None:
        for name in first_names:
            models.Person.objects.filter(pk=self.person(name).id).update(
                team=models.Team.objects.get(key="tam"), capacity=None
            )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def state_of(handoff_id: int) -> Handoff:
    return wire.decode_handoff(models.Handoff.objects.get(pk=handoff_id).state)


def counted(handoff_id: int, *names: str) -> tuple[object, ...]:
    known = state_of(handoff_id).counted
    return tuple(known.get(name) for name in names)


def holders(handoff_id: int) -> dict[str, str]:
    seats = models.Seat.objects.filter(handoff=handoff_id)
    return dict(seats.values_list("role", "person__name"))


# ------------------------------------------------------------------------------------------------------ customers


def test_customers_that_are_alike_and_live_are_counted_at_the_start(desk: Desk) -> None:
    desk.start("Live", LIVE)
    desk.start("Live today", {**ALIKE, "go_live": "2026-12-01"})
    desk.start("Not yet", {**ALIKE, "go_live": "2026-12-02"})
    desk.start("Without a day", ALIKE)
    desk.start("Another integrator", {**LIVE, "integrator": "Southgate"})
    desk.start("Another vertical", {**LIVE, "vertical": "tax"})
    handoff_id = desk.start("Cedar Falls", ALIKE)
    assert counted(handoff_id, "earlier", "first", "stated") == ("2", "no", "no")
    assert state_of(handoff_id).outputs_of("care") == {"much": "extra", "days": "90"}
    assert rows_equal_fold(handoff_id)


def test_customer_counts_once_by_handoff_or_else_by_record(desk: Desk) -> None:
    twice = desk.start("Twice", LIVE)
    desk.phase(twice, "Phase 2", LIVE)
    desk.company.customer("By record", LIVE)
    # The record says otherwise than the handoff does: the handoff is what is known.
    corrected = desk.company.customer("Corrected", LIVE)
    later = desk.command(corrected, {**ALIKE, "go_live": "2027-05-01"})
    done(ledger.start(desk.version, later, now=NOW))
    assert counted(desk.start("Cedar Falls", ALIKE), "earlier") == ("2",)


def test_cancelled_handoff_tells_nothing_of_its_customer(desk: Desk) -> None:
    gone = desk.start("Gone", LIVE)
    assert models.LikeFact.objects.filter(handoff=gone).count() == 3
    done(ledger.record(gone, c.Cancel(by=desk.olga, reason="They withdrew"), now=NOW))
    assert models.LikeFact.objects.filter(handoff=gone).count() == 0
    assert counted(desk.start("Cedar Falls", ALIKE), "earlier", "first") == ("0", "yes")
    assert rows_equal_fold(gone)


def test_customers_who_fulfil_a_test_are_counted(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", ALIKE)
    assert counted(handoff_id, "stated") == ("no",)
    desk.company.customer("By record", {"vertical": "utilities", "state": "Iowa"})
    assert counted(desk.start("Harbor", ALIKE), "stated") == ("yes",)
    desk.start("By handoff", {"vertical": "tax", "state": "Ohio"})
    assert counted(desk.start("Tax office", {"vertical": "tax"}), "stated") == ("yes",)


def test_what_cannot_be_compared_is_not_counted(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", {"vertical": "utilities"})
    assert counted(handoff_id, "earlier", "stated") == (None, "no")
    assert state_of(handoff_id).decisions["care"].is_decided is False


def test_customers_are_counted_anew_when_a_fact_changes(desk: Desk) -> None:
    desk.start("Live", LIVE)
    handoff_id = desk.start("Cedar Falls", {**ALIKE, "integrator": "Southgate"})
    assert counted(handoff_id, "earlier") == ("0",)
    change = desk.give(handoff_id, integrator="Northgate Systems")
    assert [type(one.event).__name__ for one in change.events] == ["FactsGiven", "Counted"]
    assert [one.by for one in change.events] == [desk.olga.person, None]
    assert counted(handoff_id, "earlier") == ("1",)
    withdrawn = done(ledger.record(handoff_id, c.GiveFacts(by=desk.olga, values={"integrator": None}), now=NOW))
    assert counted(handoff_id, "earlier") == (None,)
    assert [type(one.event).__name__ for one in withdrawn.events] == ["FactsGiven", "Counted", "LeftUndecided", "Moved"]


def test_old_count_stands_until_the_handoff_is_written_or_the_day_is_over(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", ALIKE)
    desk.start("Live", LIVE)
    assert counted(handoff_id, "earlier") == ("0",)
    at = models.Handoff.objects.get(pk=handoff_id).attend_at
    assert at is not None
    assert NOW < at <= NOW + timedelta(days=1)
    assert attend_due(at - timedelta(seconds=1)) == 0
    assert attend_due(at) == 2
    assert counted(handoff_id, "earlier") == ("1",)
    assert attend_due(at) == 0
    assert models.Handoff.objects.get(pk=handoff_id).attend_at == at + timedelta(days=1)


def test_attending_without_news_records_nothing(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", ALIKE)
    number = models.Handoff.objects.get(pk=handoff_id).number
    assert ledger.attend(handoff_id, now=NOW).events == ()
    assert models.Handoff.objects.get(pk=handoff_id).number == number


def test_handoff_that_is_over_is_not_attended_to(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", ALIKE, pm="paula")
    done(ledger.record(handoff_id, c.Accept(by=desk.company.actor("paula"), step="work"), now=NOW))
    desk.start("Live", LIVE)
    assert models.Handoff.objects.get(pk=handoff_id).attend_at is None
    assert ledger.attend(handoff_id, now=NOW).events == ()
    assert counted(handoff_id, "earlier") == ("0",)


def test_counting_takes_as_many_queries_among_three_customers_as_among_one(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", ALIKE)

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            ledger.attend(handoff_id, now=NOW)
        return len(taken)

    desk.company.customer("One", {**LIVE, "state": "Iowa"})
    desk.start("By handoff", LIVE)
    ledger.attend(handoff_id, now=NOW)
    first = queries()
    for name in ("Two", "Three"):
        desk.company.customer(name, {**LIVE, "state": "Iowa"})
        desk.start(f"{name} by handoff", LIVE)
    ledger.attend(handoff_id, now=NOW)
    assert queries() == first


def test_runbook_that_looks_at_nothing_beyond_costs_no_query_more(desk: Desk) -> None:
    customer = desk.company.customer("Plain")
    handoff_id = done(ledger.start(desk.plain, desk.command(customer, {}, pm="paula"), now=NOW)).handoff_id

    def tables() -> set[str]:
        command = c.GiveFacts(by=desk.company.actor("paula"), values={"mrr": "7000"})
        with CaptureQueriesContext(connection) as taken:
            done(ledger.record(handoff_id, command, now=NOW))
        return {
            name for name in ("likefact", "customerfact", "person") for one in taken if f"desk_{name}" in one["sql"]
        }

    assert tables() == set()
    assert models.Handoff.objects.get(pk=handoff_id).attend_at is None


def test_rebuild_makes_the_compared_facts_anew(desk: Desk) -> None:
    first, second = desk.start("Live", LIVE), desk.start("Cedar Falls", ALIKE)
    models.LikeFact.objects.filter(handoff=first, name="vertical").update(words="tax")
    models.LikeFact.objects.filter(handoff=second).delete()
    assert rebuild().mended == [first, second]
    assert rebuild().mended == []
    assert counted(desk.start("Harbor", ALIKE), "earlier") == ("1",)


def test_long_value_is_compared_whole(desk: Desk) -> None:
    long = "Northgate " * 200
    desk.start("Live", {**LIVE, "integrator": f"{long} One"})
    assert counted(desk.start("Cedar Falls", {**ALIKE, "integrator": f"{long} One"}), "earlier") == ("1",)
    assert counted(desk.start("Harbor", {**ALIKE, "integrator": f"{long} Two"}), "earlier") == ("0",)


# ---------------------------------------------------------------------------------------------------------- seats


def test_whoever_of_the_team_has_the_fewest_seats_is_found(desk: Desk) -> None:
    desk.in_team("tom", "dev")
    tom, dev = sorted(("tom", "dev"), key=lambda name: desk.person(name).id)
    one = desk.start("One", {"needs_tam": "yes"})
    two = desk.start("Two", {"needs_tam": "yes"})
    three = desk.start("Three", {"needs_tam": "yes"})
    found = [holders(handoff_id)["tam"] for handoff_id in (one, two, three)]
    assert found == [desk.person(name).name for name in (tom, dev, tom)]
    [seated] = [event.event for event in ledger.history_of(three) if isinstance(event.event, RoleFilled)]
    assert seated.why == "Held 1 seat in running handoffs; nobody of the team held fewer."
    assert rows_equal_fold(three)


def test_seats_of_handoffs_that_are_over_do_not_count(desk: Desk) -> None:
    desk.in_team("tom", "dev")
    first = sorted(("tom", "dev"), key=lambda name: desk.person(name).id)[0]
    one = desk.start("One", {"needs_tam": "yes"})
    done(ledger.record(one, c.Cancel(by=desk.olga, reason="They withdrew"), now=NOW))
    assert set(models.Seat.objects.filter(handoff=one).values_list("is_running", flat=True)) == {False}
    assert holders(desk.start("Two", {"needs_tam": "yes"}))["tam"] == desk.person(first).name
    models.Seat.objects.update(is_running=True)
    assert rebuild().mended == [one]
    assert set(models.Seat.objects.filter(handoff=one).values_list("is_running", flat=True)) == {False}


def test_role_is_filled_only_where_it_is_needed_and_empty(desk: Desk) -> None:
    desk.in_team("tom")
    handoff_id = desk.start("Cedar Falls", {"needs_tam": "no"})
    assert "tam" not in holders(handoff_id)
    desk.give(handoff_id, needs_tam="yes")
    assert holders(handoff_id)["tam"] == "Tom Okafor"
    by_hand = c.FillRole(by=desk.olga, role="tam", person=desk.person("paula"))
    assert len(done(ledger.record(handoff_id, by_hand, now=NOW)).events) == 1
    assert holders(handoff_id)["tam"] == "Paula Reyes"


def test_team_without_anybody_leaves_the_role_empty_and_says_so(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", {"needs_tam": "yes"})
    work = models.Work.objects.get(handoff=handoff_id, sort="vacancy", name="tam")
    assert (work.title, work.why) == (
        "Nobody is TAM",
        "Nobody is in the team that fills it. An empty role is CS Operations’ to fill.",
    )


def test_who_is_away_or_can_hold_no_more_is_not_found_until_they_can(desk: Desk) -> None:
    desk.in_team("tom", "dev")
    ids = {name: desk.person(name).id for name in ("tom", "dev")}
    tom = models.Person.objects.get(pk=ids["tom"])
    tom.capacity = 1
    tom.save()
    models.Absence.objects.create(person_id=ids["dev"], first_day=TODAY, last_day=TODAY)
    one, two = (desk.start(name, {"needs_tam": "yes"}) for name in ("One", "Two"))
    assert (holders(one)["tam"], "tam" in holders(two)) == ("Tom Okafor", False)
    [seated] = [event.event for event in ledger.history_of(one) if isinstance(event.event, RoleFilled)]
    assert seated.why == (
        "Held 0 of 1 roles in running handoffs; nobody of the team who is here held less for what they can hold."
    )
    assert models.Work.objects.get(handoff=two, sort="vacancy", name="tam").why == (
        "Everybody of Tam is away or at capacity. An empty role is CS Operations’ to fill."
    )
    attend_due(NOW + timedelta(days=1))
    assert holders(two)["tam"] == "Dev Patel"
    assert rows_equal_fold(two)


def test_whoever_can_hold_more_is_given_more() -> None:
    def load(person_id: int, limit: int | None) -> Load:
        return Load(person_id=person_id, name=f"P{person_id}", held=0, limit=limit)

    given = shared_out(9, [load(1, 2), load(2, 4), load(3, None)])
    assert [one.person_id if one else None for one in given] == [1, 2, 3, 2, 3, 1, 2, 3, 2]
    assert [one.person_id if one else None for one in shared_out(3, [load(1, 2)])] == [1, 1, None]


@pytest.mark.django_db(transaction=True)
def test_fifty_who_start_at_once_give_everybody_the_same() -> None:
    desk = Desk()
    desk.in_team("tom", "dev", "paula", "ivan", "lena")
    customers = [desk.company.customer(f"Customer {number}") for number in range(50)]
    mistakes: list[BaseException] = []
    begun = threading.Barrier(50)

    def start(customer: models.Customer) -> None:
        try:
            begun.wait()
            done(ledger.start(desk.version, desk.command(customer, {"needs_tam": "yes"}), now=NOW))
        except BaseException as mistake:
            mistakes.append(mistake)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start, args=[customer]) for customer in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mistakes == []
    held = models.Seat.objects.filter(role="tam").values_list("person__name", flat=True)
    assert Counter(held) == dict.fromkeys(["Tom Okafor", "Dev Patel", "Paula Reyes", "Ivan Petrov", "Lena Fischer"], 10)


def test_vacancy_tells_whom_the_fact_names(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", {"account_manager": "Nobody Known"})
    work = models.Work.objects.get(handoff=handoff_id, sort="vacancy", name="am")
    assert work.title == "Nobody is Account Manager"
    assert work.why == (
        "Account manager is “Nobody Known”. The company knows nobody by that name or address, or more than one. "
        "An empty role is CS Operations’ to fill."
    )


@pytest.mark.parametrize("written", ["carla@example.com", "Carla Santos", "carla santos"])
def test_role_goes_to_whom_a_fact_names(desk: Desk, written: str) -> None:
    models.Person.objects.filter(pk=desk.person("carla").id).update(email="carla@example.com")
    handoff_id = desk.start("Cedar Falls", {"account_manager": written})
    assert holders(handoff_id)["am"] == "Carla Santos"
    [seated] = [event.event for event in ledger.history_of(handoff_id) if isinstance(event.event, RoleFilled)]
    assert seated.why == f"Account manager is “{written}”."


def test_role_follows_the_fact_until_somebody_else_is_named(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", {"account_manager": "Carla Santos"})
    desk.give(handoff_id, account_manager="Dev Patel")
    assert holders(handoff_id)["am"] == "Dev Patel"
    done(ledger.record(handoff_id, c.FillRole(by=desk.olga, role="am", person=desk.person("paula")), now=NOW))
    desk.give(handoff_id, account_manager="Carla Santos")
    assert holders(handoff_id)["am"] == "Paula Reyes"


def test_whom_the_company_does_not_know_or_knows_twice_leaves_the_role_empty(desk: Desk) -> None:
    models.Person.objects.create_user("carla.two@example.com", name="Carla Santos")
    for written in ("Nobody Known", "Carla Santos"):
        handoff_id = desk.start(f"For {written}", {"account_manager": written, "vertical": "tax"})
        assert "am" not in holders(handoff_id)
    models.Person.objects.create_user("nobody@example.com", name="Nobody Known")
    first = models.Handoff.objects.order_by("pk").first()
    assert first is not None
    assert ledger.attend(first.pk, now=NOW).handoff.people["am"].name == "Nobody Known"


# --------------------------------------------------------------------------------------------------------- phases


def test_second_handoff_is_refused_unless_it_is_another_phase(desk: Desk) -> None:
    project = desk.start("Cedar Falls", ALIKE)
    customer = models.Customer.objects.get(handoffs=project)
    again = refused(ledger.start(desk.version, desk.command(customer, {}), now=NOW))
    assert again.says == "Cedar Falls has a handoff of this runbook that still runs, started 01 December 2026."
    second = desk.phase(project, "Phase 2")
    rows = models.Handoff.objects.filter(project=project).order_by("pk").values_list("pk", "phase", "status")
    assert list(rows) == [(project, "", "running"), (second, "Phase 2", "running")]
    assert state_of(second).phase == "Phase 2"


@pytest.mark.parametrize(
    ("phase", "says"),
    [
        (" ", "Give the phase a name, such as “Phase 2”."),
        ("Phase 2", "This project has a phase “Phase 2” already. Give this one another name."),
        ("x" * 61, "The name of a phase has at most 60 characters."),
    ],
)
def test_phase_must_have_a_name_of_its_own(desk: Desk, phase: str, says: str) -> None:
    project = desk.start("Cedar Falls", ALIKE)
    desk.phase(project, "Phase 2")
    customer = models.Customer.objects.get(handoffs=project)
    outcome = refused(ledger.start(desk.version, desk.command(customer, {}, phase), now=NOW, project_id=project))
    assert (outcome.code, outcome.says) == ("unfit", says)
    assert models.Handoff.objects.count() == 2


def test_phase_joins_only_a_project_of_its_own_customer_and_runbook(desk: Desk) -> None:
    project = desk.start("Cedar Falls", ALIKE)
    second = desk.phase(project, "Phase 2")
    customer, other = models.Customer.objects.get(handoffs=project), desk.company.customer("Other")

    def says(version: models.RunbookVersion, customer: models.Customer, project_id: int) -> str:
        command = desk.command(customer, {}, "Phase 3")
        return refused(ledger.start(version, command, now=NOW, project_id=project_id)).says

    no_project = "There is no such project of this customer."
    assert says(desk.version, other, project) == no_project
    assert says(desk.version, customer, 10_000) == no_project
    assert says(desk.plain, customer, project) == no_project
    assert says(desk.version, customer, second) == "A project is known by its first handoff."
    plain = done(ledger.start(desk.plain, desk.command(other, {}), now=NOW)).handoff_id
    assert says(desk.plain, other, plain) == "Plain 1 is not gone through in phases."


def test_who_has_no_part_in_it_starts_no_phase(desk: Desk) -> None:
    project = desk.start("Cedar Falls", ALIKE, pm="paula")
    customer = models.Customer.objects.get(handoffs=project)

    def as_by(first_name: str) -> ledger.Change | object:
        by = Actor(person=desk.person(first_name))
        command = c.Start(by=by, customer_id=customer.pk, customer=customer.name, phase=f"By {first_name}")
        return ledger.start(desk.version, command, now=NOW, project_id=project)

    outcome = as_by("tom")
    assert getattr(outcome, "says", "") == "Only CS Operations, or a person with a role in it, starts a handoff."
    assert isinstance(as_by("paula"), ledger.Change)  # who stands before the customer has a role in every phase


def test_phases_count_one_another(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula")
    assert counted(one, "running_phases", "was_one_over") == ("0", "no")
    two = desk.phase(one, "Phase 2")
    three = desk.phase(one, "Phase 3")
    assert [counted(pk, "running_phases", "was_one_over") for pk in (one, two, three)] == [("2", "no")] * 3
    done(ledger.record(one, c.Accept(by=desk.company.actor("paula"), step="work"), now=NOW))
    assert [counted(pk, "running_phases", "was_one_over") for pk in (two, three)] == [("1", "yes")] * 2
    done(ledger.record(three, c.Cancel(by=desk.olga, reason="Put off"), now=NOW))
    assert counted(two, "running_phases", "was_one_over") == ("0", "yes")
    assert all(rows_equal_fold(pk) for pk in (one, two, three))
    assert rebuild().mended == []


def test_front_is_the_same_in_every_running_phase(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula", im="ivan")
    two = desk.phase(one, "Phase 2", pm="tom")
    assert holders(two) == {"pm": "Paula Reyes", "im": "Ivan Petrov"}
    done(ledger.record(two, c.FillRole(by=desk.olga, role="pm", person=desk.person("tom")), now=NOW))
    assert (holders(one)["pm"], holders(two)["pm"]) == ("Tom Okafor", "Tom Okafor")
    [seated] = [event.event for event in ledger.history_of(one) if isinstance(event.event, RoleFilled)]
    assert seated == RoleFilled(role="pm", person=desk.person("tom"), why=WHY)
    done(ledger.record(one, c.FillRole(by=desk.olga, role="im", person=None), now=NOW))
    assert holders(two) == {"pm": "Tom Okafor"}
    assert all(rows_equal_fold(pk) for pk in (one, two))


def test_who_stands_in_before_the_customer_does_so_in_every_phase(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula", im="ivan")
    two = desk.phase(one, "Phase 2")
    until = TODAY + timedelta(days=3)
    lent = c.FillRole(by=desk.olga, role="pm", person=desk.person("tom"), until=until)
    done(ledger.record(one, lent, now=NOW))
    assert (holders(one)["pm"], holders(two)["pm"]) == ("Tom Okafor", "Tom Okafor")
    done(ledger.record(one, c.Wake(), now=datetime(2026, 12, 5, 15, tzinfo=UTC)))
    assert (holders(one)["pm"], holders(two)["pm"]) == ("Paula Reyes", "Paula Reyes")


def test_phase_that_is_over_keeps_its_people(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula", im="ivan")
    done(ledger.record(one, c.Accept(by=desk.company.actor("paula"), step="work"), now=NOW))
    two = desk.phase(one, "Phase 2", pm="tom")
    assert (holders(one)["pm"], holders(two)) == ("Paula Reyes", {"pm": "Tom Okafor"})


def test_phases_keep_their_own_facts_and_days(desk: Desk) -> None:
    one = desk.start("Cedar Falls", {**ALIKE, "mrr": "5000", "go_live": "2027-02-01"})
    two = desk.phase(one, "Phase 2", {**ALIKE, "mrr": "9000", "go_live": "2027-06-01"})
    desk.give(two, mrr="9500")
    known = [{name: state_of(pk).facts[name].value for name in ("mrr", "go_live")} for pk in (one, two)]
    assert known == [{"mrr": "5000", "go_live": "2027-02-01"}, {"mrr": "9500", "go_live": "2027-06-01"}]


def test_what_does_not_concern_other_phases_takes_no_more_queries_with_three(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula")
    desk.phase(one, "Phase 2")

    def queries(mrr: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            desk.give(one, mrr=mrr)
        return len(taken)

    first = queries("1")
    for number in (3, 4):
        desk.phase(one, f"Phase {number}")
    assert queries("2") == first


@pytest.mark.django_db(transaction=True)
def test_phases_are_written_at_the_same_time_without_waiting_for_one_another_in_a_circle() -> None:
    desk = Desk()
    one = desk.start("Cedar Falls", ALIKE, pm="paula", im="ivan")
    two = desk.phase(one, "Phase 2")
    mistakes: list[BaseException] = []

    def name(handoff_id: int, *first_names: str) -> None:
        try:
            for turn in range(6):
                command = c.FillRole(by=desk.olga, role="pm", person=desk.person(first_names[turn % 2]))
                done(ledger.record(handoff_id, command, now=NOW))
        except BaseException as mistake:
            mistakes.append(mistake)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=name, args=args) for args in ((one, "tom", "paula"), (two, "dev", "carla"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mistakes == []
    assert holders(one) == holders(two)
    assert all(rows_equal_fold(pk) for pk in (one, two))


def test_counted_events_are_nobodys(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", ALIKE)
    assert [one.by for one in ledger.history_of(handoff_id) if isinstance(one.event, Counted)] == [None]
