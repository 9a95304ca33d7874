"""The form of what holds for the whole catalogue: languages, currencies, kinds of customers, territories.

One rule: languages, currencies and countries are codes that the world knows; anything else is said at its field.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from handrail.desk.catalogue_file.columns import language_code
from handrail.order.catalogue import Catalogue, Territory
from handrail.order.catalogue_checks import MOST_TERRITORIES, country_names, is_language
from handrail.order.money import is_currency

_MOST_WORDS = 60


def _codes(text: str) -> list[str]:
    return list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


class SettingsForm(forms.Form):
    language = forms.CharField(
        label="Its own language",
        max_length=12,
        help_text="Which every product is written in.",
        widget=forms.TextInput(attrs={"class": "control-short"}),
    )
    languages = forms.CharField(
        label="All languages", max_length=400, help_text="That orders are written in: codes like en, de, pt-BR."
    )
    currencies = forms.CharField(
        label="Currencies", max_length=400, help_text="That it sells in: codes like EUR, USD. The first is shown first."
    )
    customer_kinds = forms.CharField(
        label="Kinds of customers",
        required=False,
        max_length=4_000,
        help_text="One a line. The starter pack may go by them.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_public = forms.BooleanField(
        label="Everybody can see the catalogue, without signing in",
        required=False,
        help_text="Products, prices and what comes with them. Never who may discount, the work they make or the team.",
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_language(self) -> str:
        return language_code(str(self.cleaned_data["language"]).strip())

    def clean_languages(self) -> tuple[str, ...]:
        return _known([language_code(one) for one in _codes(self.cleaned_data["languages"])], is_language, "a language")

    def clean_currencies(self) -> tuple[str, ...]:
        return _known([one.upper() for one in _codes(self.cleaned_data["currencies"])], is_currency, "a currency")

    def clean_customer_kinds(self) -> tuple[str, ...]:
        words = [" ".join(one.split()) for one in str(self.cleaned_data["customer_kinds"]).splitlines()]
        kinds = tuple(dict.fromkeys(one for one in words if one))
        if len(kinds) > _MOST_WORDS:
            raise ValidationError(f"These are {len(kinds)} kinds; at most {_MOST_WORDS} fit.")
        return kinds

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        own, languages = given.get("language"), given.get("languages")
        if own and languages and own not in languages:
            self.add_error("language", f"Add {own} to its languages, or take one of them.")
        return given


def _known(codes: list[str], is_one: Any, what: str) -> tuple[str, ...]:
    wrong = next((one for one in codes if not is_one(one)), "")
    if wrong:
        raise ValidationError(f"“{wrong[:40]}” is not {what}.")
    if len(codes) > _MOST_WORDS:
        raise ValidationError(f"These are {len(codes)}; at most {_MOST_WORDS} fit.")
    return tuple(codes)


class TerritoryForm(forms.Form):
    name = forms.CharField(label="Name", required=False, max_length=100)
    countries = forms.CharField(
        label="Countries",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_countries(self) -> frozenset[str]:
        known = country_names("en")
        codes = [one.upper() for one in _codes(self.cleaned_data["countries"])]
        wrong = [one for one in codes if one not in known]
        if wrong:
            raise ValidationError(f"{', '.join(wrong[:5])[:60]}: no country. Write codes of two letters, like DE, FR.")
        return frozenset(codes)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("countries") and not given.get("name") and not given.get("DELETE"):
            self.add_error("name", "Say what it is called.")
        return given


class _Territories(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        if any(self.errors):
            return
        names = [one.name for one in territories_typed(self)]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            raise ValidationError(f"There are two territories “{twice}”.")
        if not names:
            raise ValidationError("An order has to name a territory: add one at least, such as Worldwide.")


Territories = forms.formset_factory(
    TerritoryForm, formset=_Territories, extra=2, can_delete=True, max_num=MOST_TERRITORIES
)


def settings_initial(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "language": catalogue.language,
        "languages": ", ".join(catalogue.languages),
        "currencies": ", ".join(catalogue.currencies),
        "customer_kinds": "\n".join(catalogue.customer_kinds),
        "is_public": catalogue.is_public,
    }


def territories_initial(territories: Iterable[Territory]) -> list[dict[str, str]]:
    return [{"name": one.name, "countries": " ".join(sorted(one.countries))} for one in territories]


def territories_typed(formset: Any) -> Iterator[Territory]:
    for one in formset.forms:
        given = one.cleaned_data
        if given.get("name") and not given.get("DELETE"):
            yield Territory(name=given["name"], countries=given["countries"])


def settings_typed(before: Catalogue, form: SettingsForm, territories: Any) -> Catalogue:
    given = form.cleaned_data
    return replace(
        before,
        language=given["language"],
        languages=given["languages"],
        currencies=given["currencies"],
        customer_kinds=given["customer_kinds"],
        is_public=given["is_public"],
        territories=tuple(territories_typed(territories)),
    )
