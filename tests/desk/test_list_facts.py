"""Facts that are lists, instants or persons, on the desk: given, corrected, refused, taken over, filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from django.test import Client

from handrail.desk import ledger, models
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.handoff.history import Handoff
from handrail.runbook.kinds import Written
from tests.desk.company import NOW, Company, browser_of, done
from tests.desk.test_handoff_pages import state_of, step_url

pytestmark = pytest.mark.django_db

RUNBOOK = """\
runbook: lists
version: "1"
facts:
  types:
    title: Invoice types
    kind: list
    of: {name: text, from: date, owner: person, colour: {kind: choice, of: [red, green]}, video: link}
    at_least: 1
    owed_by: pm
  cases: {title: Open cases, kind: list, of: {case: text}, owed_by: pm}
  kicked_off: {title: Kicked off, kind: instant, owed_by: pm}
  sponsor: {kind: person, owed_by: pm}
  remark: {kind: text, owed_by: pm}
roles:
  pm: {title: Project Manager}
  lead: {title: Client Services lead}
forms:
  card:
    sections:
      - title: Card
        fields: {types: {shows: types}, cases: {shows: cases}, sponsor: {shows: sponsor}}
stages: [work]
steps:
  fill: {stage: work, kind: form, form: card, raci: {pm: RA}}
  look: {stage: work, kind: task, when: {cases: given}, raci: {pm: RA}}
  accept: {stage: work, kind: acceptance, needs: [fill], raci: {lead: RA}}
ends:
  over: {when: {accept: done}}
"""


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def handoff_id(company: Company) -> int:
    version = publish(RUNBOOK, "lists.yaml")
    assert isinstance(version, models.RunbookVersion)
    people = {"pm": company.actor("paula").person, "lead": company.actor("lena").person}
    customer = company.customer("Acme")
    command = c.Start(by=company.actor("olga"), customer_id=customer.pk, customer="Acme", people=people)
    return done(ledger.start(version, command, now=NOW)).handoff_id


@pytest.fixture
def paula(company: Company) -> Client:
    return browser_of(company, "paula")


def known(handoff_id: int) -> dict[str, Written]:
    return {name: fact.value for name, fact in state_of(handoff_id).facts.items()}


def give(client: Client, handoff_id: int, typed: Mapping[str, object]) -> tuple[int, str]:
    """What is answered to the facts, which were seen as they stand."""
    state: Handoff = state_of(handoff_id)
    was = {f"was.{name}": _packed(fact.value) for name, fact in state.facts.items()}
    answer = client.post(f"/handoffs/{handoff_id}/facts/", {**was, "seen": state.number, **typed})
    return answer.status_code, answer.content.decode()


def _packed(value: Written) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def rows(*names: str) -> dict[str, object]:
    """Rows of invoice types with nothing but their names."""
    blank = [""] * len(names)
    others = {f"types.{column}": blank for column in ("from", "owner", "colour", "video")}
    return {"types.name": list(names), **others}


def page_of(client: Client, handoff_id: int) -> str:
    return client.get(f"/handoffs/{handoff_id}/?give=1").content.decode()


def test_list_fact_is_given_as_rows_and_shown_as_a_table(paula: Client, handoff_id: int) -> None:
    typed = {
        "types.name": ["Water", "", "Gas"],
        "types.from": ["2027-03-01", "", ""],
        "types.owner": ["Paula.Park@Example.com", "", ""],
        "types.colour": ["red", "", "green"],
        "types.video": ["https://example.com/water", "", ""],
    }
    assert give(paula, handoff_id, typed)[0] == 302
    water = {
        "name": "Water", "from": "2027-03-01", "owner": "paula.park@example.com", "colour": "red",
        "video": "https://example.com/water",
    }  # fmt: skip
    assert known(handoff_id) == {"types": [water, {"name": "Gas", "colour": "green"}]}
    page = page_of(paula, handoff_id)
    assert "<td>Water</td><td>1 March 2027</td><td>paula.park@example.com</td><td>red</td>" in page
    assert '<a href="https://example.com/water" rel="noopener noreferrer">https://example.com/water</a>' in page
    assert '<input name="types.name" value="Gas" aria-label="Name, row 2">' in page
    assert '<input name="types.name" value="" aria-label="Name, new row 1">' in page
    assert "<option selected>green</option>" in page


def test_rows_are_added_changed_and_removed(paula: Client, handoff_id: int) -> None:
    give(paula, handoff_id, rows("Water", "Gas"))
    give(paula, handoff_id, rows("Water", "", "Power", "Rent"))
    assert known(handoff_id) == {"types": [{"name": "Water"}, {"name": "Power"}, {"name": "Rent"}]}


def test_list_that_is_sent_as_it_stands_is_no_change(paula: Client, handoff_id: int) -> None:
    give(paula, handoff_id, rows("Water"))
    number = state_of(handoff_id).number
    assert give(paula, handoff_id, rows("Water", ""))[0] == 302
    assert state_of(handoff_id).number == number


def test_refused_rows_keep_what_was_typed(paula: Client, handoff_id: int) -> None:
    typed = {**rows("Water", "Gas", "Water"), "types.video": ["", "our folder", ""], "kicked_off": "2027-01-04 09:00"}
    status, page = give(paula, handoff_id, typed)
    assert status == 422
    assert "Invoice types: Row 2, video: “our folder” is not a link." in page
    assert "“2027-01-04 09:00” does not say where clocks show that time." in page
    assert '<input name="types.video" value="our folder" aria-label="Video, row 2" placeholder="https://">' in page
    assert 'value="2027-01-04 09:00"' in page
    assert known(handoff_id) == {}
    status, page = give(paula, handoff_id, rows("Water", "Gas", "Water"))
    assert status == 422
    assert "Rows 1 and 3 have the same name, “Water”. A row is known by it: give each its own, or keep one." in page


def test_that_there_are_none_is_an_answer(paula: Client, handoff_id: int) -> None:
    assert state_of(handoff_id).state_of("look") == "not needed"
    assert give(paula, handoff_id, {"cases.case": ["", ""], "none.cases": "yes"})[0] == 302
    assert known(handoff_id) == {"cases": []}
    assert state_of(handoff_id).state_of("look") == "open"
    page = page_of(paula, handoff_id)
    assert '<span class="preserve">none</span>' in page
    assert 'name="none.cases" value="yes" checked' in page
    assert 'name="none.types"' not in page


def test_rows_say_more_than_the_tick_that_there_are_none(paula: Client, handoff_id: int) -> None:
    give(paula, handoff_id, {"cases.case": ["", ""], "none.cases": "yes"})
    give(paula, handoff_id, {"cases.case": ["0817"], "none.cases": "yes"})
    assert known(handoff_id) == {"cases": [{"case": "0817"}]}


def test_list_without_rows_and_without_the_tick_is_not_known(paula: Client, handoff_id: int) -> None:
    give(paula, handoff_id, {"cases.case": ["0817"]})
    give(paula, handoff_id, {"cases.case": ["", ""]})
    assert known(handoff_id) == {}


def test_list_that_somebody_else_changed_is_not_overwritten(company: Company, paula: Client, handoff_id: int) -> None:
    seen = state_of(handoff_id).number
    give(browser_of(company, "olga"), handoff_id, rows("Water"))
    answer = paula.post(f"/handoffs/{handoff_id}/facts/", {**rows("Gas"), "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed this meanwhile. It is “Water” now." in page
    assert 'value="Gas"' in page
    assert known(handoff_id) == {"types": [{"name": "Water"}]}


def test_newer_list_of_the_customers_record_is_taken_over(paula: Client, handoff_id: int) -> None:
    customer = models.Customer.objects.get()
    newer = NOW.replace(day=2)
    value = [{"name": "Water", "colour": "red"}, {"name": "Gas"}]
    for name, one in {"types": value, "cases": []}.items():
        models.CustomerFact.objects.create(customer=customer, name=name, value=one, source="import of b.csv", at=newer)
    page = page_of(paula, handoff_id)
    assert "<strong>Water, red; Gas</strong>" in page
    assert '<input type="hidden" name="types.colour" value="red">' in page
    assert '<input type="hidden" name="none.cases" value="yes">' in page
    typed = {**rows("Water", "Gas"), "types.colour": ["red", ""], "none.cases": "yes", "source": "the record"}
    assert give(paula, handoff_id, typed)[0] == 302
    assert known(handoff_id) == {"types": value, "cases": []}


def test_people_of_the_company_are_suggested_and_anybody_is_kept(paula: Client, handoff_id: int) -> None:
    page = page_of(paula, handoff_id)
    person = models.Person.objects.get(email__startswith="lena")
    assert f'<option value="{person.email}">{person.name}</option>' in page
    assert 'name="sponsor" value="" list="colleagues" autocomplete="off"' in page
    give(paula, handoff_id, {"sponsor": "Anna  of Acme"})
    assert known(handoff_id) == {"sponsor": "Anna of Acme"}


def test_form_shows_list_facts_and_gives_them(paula: Client, handoff_id: int) -> None:
    give(paula, handoff_id, rows("Water"))
    typed = {
        "do": "answer", "seen": state_of(handoff_id).number, "is.types": "given", "is.cases": "given",
        "none.f.cases": "yes", "f.cases.case": [""],
        **{f"f.{name}": value for name, value in rows("Water", "Gas").items()},
    }  # fmt: skip
    page = paula.get(step_url(handoff_id, "fill")).content.decode()
    assert '<input name="f.types.name" value="Water" aria-label="Name, row 1">' in page
    assert '<datalist id="colleagues">' in page
    assert paula.post(step_url(handoff_id, "fill"), typed).status_code == 302
    assert known(handoff_id) == {"types": [{"name": "Water"}, {"name": "Gas"}], "cases": []}


def test_text_of_several_lines_is_kept_as_it_is(paula: Client, handoff_id: int) -> None:
    give(paula, handoff_id, {"remark": "first\r\nsecond"})
    assert known(handoff_id) == {"remark": "first\nsecond"}
    assert '<textarea id="id_remark" name="remark"' in page_of(paula, handoff_id)
    number = state_of(handoff_id).number
    give(paula, handoff_id, {"remark": "first\r\nsecond", "was.remark": "first\r\nsecond"})
    assert state_of(handoff_id).number == number


def test_history_and_document_tell_lists(company: Company, paula: Client, handoff_id: int) -> None:
    give(paula, handoff_id, {**rows("Water", "Gas"), "none.cases": "yes", "kicked_off": "2027-01-04T09:00-05:00"})
    history = paula.get(f"/handoffs/{handoff_id}/history/").content.decode()
    assert "Invoice types: Water; Gas" in history
    assert "Open cases: none" in history
    assert "Kicked off: 4 January 2027 at 14:00 UTC" in history
    document = paula.get(f"/handoffs/{handoff_id}/document/").content.decode()
    assert '<td class="preserve">Water</td>' in document
    assert '<span class="preserve">none</span>' in document
