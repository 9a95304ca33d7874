"""Who is invoiced: forms of countries, of e-mail addresses and phone numbers, and what makes it unverified."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handrail.order.addresses import FieldOfForm, countries, form_of, lines_of, wrongs
from handrail.order.invoicing import as_verified, is_email, is_phone, print_of, wrong_with
from handrail.order.purchase import Address, Invoice, Verified

BERLIN = Address(country="DE", company="Altona Media", street="Ufer 1", city="Berlin", postal_code="10115")


def test_address_has_the_fields_of_its_country() -> None:
    assert form_of("DE") == (
        FieldOfForm(name="company", label="Company", required=False),
        FieldOfForm(name="street", label="Street and number", required=True),
        FieldOfForm(name="postal_code", label="Postcode", required=True, example="26133"),
        FieldOfForm(name="city", label="City", required=True),
    )
    american = {one.name: (one.label, one.required, len(one.choices)) for one in form_of("US")}
    assert american["area"] == ("State", True, 62)
    assert american["postal_code"] == ("ZIP code", True, 0)
    assert [one.name for one in form_of("AE")] == ["company", "street", "area"]
    assert form_of("XX") == ()


def test_every_country_that_can_be_chosen_has_a_form() -> None:
    assert [code for code, _ in countries() if not form_of(code)] == []


def test_wrong_address_is_told_field_by_field() -> None:
    found = wrongs(replace(BERLIN, postal_code="1011", street=""))
    assert sorted((one.field, one.says, one.is_missing) for one in found) == [
        ("postal_code", "“1011” is no postcode of Germany. It looks like 26133.", False),
        ("street", "Street and number is missing.", True),
    ]
    assert [one.says for one in wrongs(Address())] == ["Choose the country."]
    assert [one.says for one in wrongs(Address(country="QQ"))] == ["“QQ” is the code of no country."]


def test_address_is_written_as_its_country_writes_it() -> None:
    assert lines_of(BERLIN) == ("Altona Media", "Ufer 1", "10115 BERLIN", "Germany")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("anna@example.com", True), ("anna.b+x@mail.example.co.uk", True), ("anna@example", False),
     ("@example.com", False),
     ("a b@example.com", False), ("anna..b@example.com", False), ("anna@exam_ple.com", True), ("anna@-x.com", False)],
)  # fmt: skip
def test_email_address_has_its_form(text: str, is_one: bool) -> None:
    assert is_email(text) == is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("+49 30 1234567", True), ("(030) 12345-67", True), ("030 1234567 ext. 12", True), ("1234", False),
     ("call me", False), ("+" + "1" * 16, False)],
)  # fmt: skip
def test_phone_number_has_its_form(text: str, is_one: bool) -> None:
    assert is_phone(text) == is_one


def test_invoice_is_unverified_once_a_letter_of_it_is_another() -> None:
    invoice = Invoice(name="Anna", email="anna@example.com", address=BERLIN)
    seen = Verified(at=datetime(2026, 12, 1, tzinfo=UTC), by="Fay Morgan", print=print_of(invoice))
    verified = replace(invoice, verified=seen)
    assert as_verified(verified) == verified
    assert as_verified(replace(verified, email="anne@example.com")).verified is None
    assert wrong_with(verified) == ()
    assert [one.field for one in wrong_with(Invoice(email="x", phone="y"))] == ["name", "email", "phone", "country"]
