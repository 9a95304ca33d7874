"""The people: the list, and what an administrator may and may not do to an account."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import models
from handrail.desk.queries.people import Wanted, holding_of, people
from tests.desk.company import NOW, Company, browser_of

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "seven quiet otters"


@pytest.fixture
def company() -> Company:
    return Company()


def account(person: models.Person, **changes: object) -> dict[str, object]:
    """What the form sends to leave the person as they are, but for the changes."""
    flags = {name: "on" for name in ("is_operations", "is_administrator") if getattr(person, name)}
    sent: dict[str, object] = {
        "name": person.name,
        "email": person.email,
        "title": person.title,
        "team": person.team_id or "",
        "manager": person.manager_id or "",
        "calendar": person.calendar_id or "",
        "skills": ", ".join(person.skills),
        "languages": ", ".join(person.languages),
        "region": person.region,
        "capacity": "" if person.capacity is None else person.capacity,
        "password": "",
        **flags,
    }
    sent.update(changes)
    return {name: value for name, value in sent.items() if value is not None}


def errors_of(company: Company, person: models.Person, **changes: object) -> dict[str, list[str]]:
    answer = browser_of(company, "adam").post(reverse("person-edit", args=[person.pk]), account(person, **changes))
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def test_people_are_listed_by_team_with_what_they_hold(company: Company) -> None:
    company.start()
    rows = {row.name: row for row in people(Wanted(), 1, NOW).rows}
    assert list(rows) == [
        "Carla Santos",
        "Dev Patel",
        "Lena Fischer",
        "Tom Okafor",
        "Adam Ford",
        "Olga Lind",
        "Marco Bruno",
        "Nina Kovac",
        "Talia Romero",
        "Vera Costa",
        "Fay Morgan",
        "Frank Weber",
        "Emma Laurent",
        "Ivan Petrov",
        "Paula Reyes",
        "Sara Nilsson",
        "Theo Brandt",
        "Iris Novak",
        "Greta Olsen",
        "Dirk Jansen",
        "Mona Haddad",
        "Piet Visser",
        "Sam Keller",
        "Stella Byrne",
        "Rita Moreau",
        "Sven Aalto",
        "Amara Diallo",
    ]
    assert (rows["Paula Reyes"].load.seats, rows["Tom Okafor"].load.seats) == (1, 0)
    assert rows["Ivan Petrov"].load.work == models.Work.objects.filter(person__name="Ivan Petrov").count() > 0


def test_people_take_as_many_queries_for_all_as_for_one(company: Company) -> None:
    company.start()

    def queries(text: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            people(Wanted(text=text), 1, NOW)
        return len(counted)

    queries("")  # which reads what is kept in memory from then on
    assert queries("") == queries("paula")


def test_account_is_made_and_its_person_signs_in(company: Company) -> None:
    team = company.people["tom"].team_id
    sent = {"name": " Nora  Berg ", "email": "Nora.Berg@Example.com", "team": team, "password": GOOD_PASSWORD}
    answer = browser_of(company, "adam").post(reverse("person-new"), sent)
    made = models.Person.objects.get(email="nora.berg@example.com")
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{made.pk}/")
    assert (made.name, made.team_id, made.is_active, made.is_operations) == ("Nora Berg", team, True, False)
    signed_in = Client().post(
        reverse("account_login"), {"login": "nora.berg@example.com", "password": GOOD_PASSWORD}, follow=True
    )
    assert signed_in.context["user"] == made


def test_account_without_a_password_lets_nobody_in_with_an_empty_one(company: Company) -> None:
    browser_of(company, "adam").post(reverse("person-new"), {"name": "Nora", "email": "nora@example.com"})
    made = models.Person.objects.get(email="nora@example.com")
    assert (made.has_usable_password(), made.check_password("")) == (False, False)


def test_what_is_wrong_with_an_account_is_said_at_its_field(company: Company) -> None:
    tom = company.people["tom"]
    assert errors_of(company, tom, name="") == {"name": ["This field is required."]}
    assert errors_of(company, tom, email="not an address") == {"email": ["Enter a valid email address."]}
    assert errors_of(company, tom, email="PAULA.reyes@example.com") == {
        "email": ["Paula Reyes has an account with this address."]
    }
    assert errors_of(company, tom, password="short") == {
        "password": ["This password is too short. It must contain at least 12 characters."]
    }
    assert errors_of(company, tom, name="Rumpel Stiltskin", password="Rumpel Stiltskin") == {
        "password": ["The password is too similar to the name."]
    }


def test_person_page_shows_everybody_what_somebody_holds(company: Company) -> None:
    company.start()
    ivan = company.people["ivan"]
    assert holding_of(ivan.pk).in_words == "1 role in a running handoff and 3 open pieces of work"
    answer = browser_of(company, "paula").get(reverse("person", args=[ivan.pk]))
    view = answer.context["view"]
    assert [(line.customer, line.roles) for line in view.lines] == [("Cedar Falls Water", "Implementation Manager")]
    assert (view.row.manager.name, view.row.skills, view.departure) == ("Emma Laurent", ["integrations"], None)
    assert "Edit" not in answer.content.decode().partition("<main")[2].partition("</h1>")[0]
    emma = browser_of(company, "paula").get(reverse("person", args=[company.people["emma"].pk])).context["view"]
    assert [one.name for one in emma.reports][:2] == ["Ivan Petrov", "Paula Reyes"]


def test_what_people_can_do_is_kept_in_order(company: Company) -> None:
    ivan, browser = company.people["ivan"], browser_of(company, "adam")
    sent = account(ivan, skills=" tax ,  SAP  ERP, Tax,, ", languages="EN, pt-BR, en", region=" Iowa ", capacity="12")
    assert browser.post(reverse("person-edit", args=[ivan.pk]), sent).status_code == 302
    ivan.refresh_from_db()
    assert (ivan.skills, ivan.languages) == (["tax", "SAP ERP"], ["en", "pt-br"])
    assert (ivan.region, ivan.capacity) == ("Iowa", 12)
    assert errors_of(company, ivan, languages="en, English") == {
        "languages": ["“english” is no code of a language: write en, de or pt-br."]
    }
    assert errors_of(company, ivan, skills="x" * 61) == {"skills": ["At most 30 of 60 characters are kept."]}


def test_nobody_comes_to_be_above_themselves(company: Company) -> None:
    emma, ivan = company.people["emma"], company.people["ivan"]
    assert errors_of(company, emma, manager=ivan.pk) == {
        "manager": ["Nobody is above themselves: Emma Laurent → Ivan Petrov → Emma Laurent."]
    }
    assert "manager" in errors_of(company, emma, manager=emma.pk)


def test_administrator_does_not_lock_out_themselves_or_everybody(company: Company) -> None:
    adam = company.people["adam"]
    assert errors_of(company, adam, is_administrator=None) == {
        "is_administrator": ["Adam Ford is the only administrator. Make somebody else one first."],
    }
    models.Person.objects.filter(pk=company.people["olga"].pk).update(is_administrator=True)
    answer = browser_of(company, "adam").post(
        reverse("person-edit", args=[adam.pk]), account(adam, is_administrator=None), follow=False
    )
    assert answer.status_code == 302


def test_changed_address_is_the_only_one_that_lets_in(company: Company) -> None:
    tom = company.people["tom"]
    EmailAddress.objects.create(user=tom, email=tom.email, primary=True, verified=True)
    sent = account(tom, email="t.okafor@example.com", password=GOOD_PASSWORD)
    browser_of(company, "adam").post(reverse("person-edit", args=[tom.pk]), sent)

    def gets_in(address: str) -> bool:
        answer = Client().post(reverse("account_login"), {"login": address, "password": GOOD_PASSWORD})
        return answer.status_code == 302

    assert (gets_in("tom.okafor@example.com"), gets_in("t.okafor@example.com")) == (False, True)


def test_new_password_signs_everybody_else_of_the_account_out(company: Company) -> None:
    tom, theirs = company.people["tom"], browser_of(company, "tom")
    browser_of(company, "adam").post(reverse("person-edit", args=[tom.pk]), account(tom, password=GOOD_PASSWORD))
    assert theirs.get("/").status_code == 302


def test_administrator_who_changes_their_own_password_stays_signed_in(company: Company) -> None:
    adam, browser = company.people["adam"], browser_of(company, "adam")
    browser.post(reverse("person-edit", args=[adam.pk]), account(adam, password=GOOD_PASSWORD))
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("query", ["q=zzz", "page=abc", "page=200", "q=%00%01", "former=maybe"])
def test_people_page_takes_any_address(company: Company, query: str) -> None:
    assert browser_of(company, "paula").get(f"{reverse('people')}?{query}").status_code == 200
