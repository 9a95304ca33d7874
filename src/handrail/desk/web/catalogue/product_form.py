"""The form of a product: what it is, its words in every language, its prices by currency and day, its thresholds.

One rule: what the form has no field for (a language or currency that the catalogue has no more) stays as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from handrail.desk import models
from handrail.desk.catalogue_file.cells import words
from handrail.order.catalogue import KINDS, Catalogue, ListPrice, Product, Tier
from handrail.order.catalogue_checks import language_name
from handrail.order.product_checks import LONGEST_SKU, product_problems, sku_fault

_MOST_ROWS = 200
_DAY = {"type": "date"}
_NO_AMOUNT = {"invalid": "Write it in digits, like 1200 or 1200.50."}


def _date(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


def _amount(label: str) -> forms.DecimalField:
    """Not a number input: those lose what is typed where the browser's language writes commas."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=20,
        decimal_places=8,
        widget=widget,
        error_messages=_NO_AMOUNT,
    )


class ProductForm(forms.Form):
    sku = forms.CharField(
        label="SKU",
        max_length=LONGEST_SKU,
        help_text="Like WS-KICKOFF. It stays for ever; the product’s address ends with it.",
        widget=forms.TextInput(attrs={"class": "control-medium", "autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label="Kind", choices=[(one, one.capitalize()) for one in KINDS])
    unit = forms.CharField(label="Unit", max_length=60, help_text="What one of it is, such as day.")
    quantities = forms.CharField(
        label="Sold in numbers of",
        required=False,
        max_length=1000,
        help_text="Like 1, 2, 4. Empty: any number.",
    )
    consume_within_days = forms.IntegerField(
        label="Used up within", required=False, min_value=1, max_value=36_500, help_text="Days from the order."
    )
    consults = forms.BooleanField(label="Customer Success is consulted before it is sold", required=False)
    prepaid = forms.BooleanField(label="Invoiced before it is delivered", required=False)
    effort_hours = _amount("Hours of work")
    team = forms.ChoiceField(label="Carried out by", required=False)
    pricing = forms.ChoiceField(
        label="How thresholds count",
        choices=[
            ("graduated", "Graduated: each unit costs what its own threshold says"),
            ("volume", "Volume: all units cost what the threshold of their number says"),
        ],
    )
    retired_on = _date("Not sold any more from", "The first day. Empty: it is sold.")
    replaced_by = forms.CharField(
        label="Replaced by",
        required=False,
        max_length=LONGEST_SKU,
        help_text="The SKU of another product, or nothing.",
        widget=forms.TextInput(attrs={"list": "skus", "autocomplete": "off"}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, catalogue: Catalogue, before: Product | None, *args: Any, **kwargs: Any) -> None:
        self.catalogue, self.before = catalogue, before
        super().__init__(*args, **kwargs)
        if before is not None:
            del self.fields["sku"]
        teams = dict(models.Team.objects.order_by("name").values_list("key", "name"))
        kept = {before.team: before.team} if before and before.team and before.team not in teams else {}
        self.fields["team"].choices = [("", "Nobody in particular"), *teams.items(), *kept.items()]  # type: ignore[attr-defined]
        self.fields["effort_hours"].help_text = "That one of it makes."
        for language in catalogue.languages:
            is_own = language == catalogue.language
            self.fields[f"title-{language}"] = forms.CharField(label="Title", max_length=300, required=is_own)
            self.fields[f"description-{language}"] = forms.CharField(
                label="Description",
                max_length=5_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
            )

    @property
    def languages(self) -> Iterator[tuple[str, str, forms.BoundField, forms.BoundField]]:
        """Of each language its code, its name, and its two fields."""
        for one in self.catalogue.languages:
            yield one, language_name(one, "en"), self[f"title-{one}"], self[f"description-{one}"]

    def clean_sku(self) -> str:
        sku = str(self.cleaned_data["sku"]).strip()
        fault = sku_fault(sku)
        if fault:
            raise ValidationError(fault)
        taken = next((one for one in self.catalogue.products if one.casefold() == sku.casefold()), "")
        if taken:
            raise ValidationError(f"There is a product {taken} already.")
        return sku

    def clean_quantities(self) -> tuple[int, ...]:
        words = str(self.cleaned_data["quantities"]).replace(";", " ").replace(",", " ").split()
        wrong = next((one for one in words if not (one.isascii() and one.isdigit() and len(one) < 10)), "")
        if wrong:
            raise ValidationError(f"“{wrong[:40]}” is not a whole number. Write numbers like 1, 2, 4.")
        return tuple(int(one) for one in words)


class PriceForm(forms.Form):
    currency = forms.ChoiceField(label="Currency", required=False)
    amount = _amount("Price of one")
    valid_from = _date("Valid from")
    valid_until = _date("Valid until")

    def __init__(self, *args: Any, currencies: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [("", "—"), *((one, one) for one in currencies)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("DELETE") or not self.has_changed() or self.errors:
            return given
        missing = {
            "currency": "Say in which currency.",
            "amount": "Say what one costs, like 1200.50.",
            "valid_from": "Say from which day on.",
        }
        if any(given.get(name) not in (None, "") for name in (*missing, "valid_until")):
            for name, says in missing.items():
                if given.get(name) in (None, ""):
                    self.add_error(name, says)
        return given


class TierForm(forms.Form):
    above = forms.IntegerField(
        label="Above",
        required=False,
        min_value=0,
        max_value=10**12,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, currencies: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currencies = tuple(currencies)
        for code in self.currencies:
            self.fields[f"price-{code}"] = _amount(code)

    @property
    def prices(self) -> Iterator[forms.BoundField]:
        return (self[f"price-{code}"] for code in self.currencies)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        has_prices = any(given.get(f"price-{code}") is not None for code in self.currencies)
        if given.get("DELETE") or self.errors:
            return given
        if has_prices and given.get("above") is None:
            self.add_error("above", "Say beyond which number; the first is above 0.")
        if given.get("above") is not None and not has_prices:
            self.add_error(f"price-{self.currencies[0]}", "Say what one costs beyond it.")
        return given


Prices = forms.formset_factory(PriceForm, extra=2, can_delete=True, max_num=_MOST_ROWS)
Tiers = forms.formset_factory(TierForm, extra=2, can_delete=True, max_num=_MOST_ROWS)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """Of a row, or of all of them; `field` is what its control is called."""

    field: str
    says: str


@dataclass(kw_only=True)
class Forms:
    """Everything of a product's page that is typed."""

    catalogue: Catalogue
    before: Product | None
    form: ProductForm
    prices: Any
    tiers: Any
    of_prices: tuple[str, ...] = ()
    of_tiers: tuple[str, ...] = ()

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return (*self._of("Price", self.prices, self.of_prices), *self._of("Threshold", self.tiers, self.of_tiers))

    def _of(self, what: str, rows: Any, whole: tuple[str, ...]) -> Iterator[Mistake]:
        yield from (Mistake(field="", says=says) for says in whole)
        for number, row in enumerate(rows.forms, start=1):
            for name, faults in row.errors.items():
                label = row.fields[name].label if name in row.fields else ""
                yield from (
                    Mistake(field=f"{row.prefix}-{name}", says=f"{what} {number}, {label}: {says}") for says in faults
                )

    def product(self, on: date) -> Product | None:
        """What was typed as a product, or None with everything that is wrong at its field."""
        if not (self.form.is_valid() & self.prices.is_valid() & self.tiers.is_valid()):
            return None
        made = _made(self)
        wrong = [one for one in product_problems(made, self.catalogue, on=on) if one.severity == "error"]
        for one in wrong:
            name = f"title-{self.catalogue.language}" if one.field == "titles" else one.field
            if name in self.form.fields:
                self.form.add_error(name, f"{one.says} {one.mend}")
        self.of_prices = tuple(f"{one.says} {one.mend}" for one in wrong if one.field == "prices")
        self.of_tiers = tuple(f"{one.says} {one.mend}" for one in wrong if one.field == "tiers")
        return None if wrong else made


def forms_of(catalogue: Catalogue, before: Product | None, sent: Any, *, seen: str, on: date) -> Forms:
    """`sent` is None where nothing was sent yet."""
    codes = tuple(dict.fromkeys((*catalogue.currencies, *_currencies(before))))
    more = {"currencies": codes}
    prices = [_price_initial(one) for one in before.prices] if before else []
    tiers = [_tier_initial(one) for one in before.tiers] if before else []
    return Forms(
        catalogue=catalogue,
        before=before,
        form=ProductForm(catalogue, before, sent, initial={**_initial(before, catalogue), "seen": seen}),
        prices=Prices(sent, prefix="prices", initial=prices, form_kwargs=more),
        tiers=Tiers(sent, prefix="tiers", initial=tiers, form_kwargs=more),
    )


def _currencies(product: Product | None) -> list[str]:
    if product is None:
        return []
    return [one.currency for one in product.prices] + [code for tier in product.tiers for code in tier.prices]


def _initial(product: Product | None, catalogue: Catalogue) -> dict[str, Any]:
    if product is None:
        return {"unit": "each", "pricing": "graduated"}
    plain = ("kind", "unit", "consume_within_days", "consults", "prepaid", "team", "pricing", "retired_on")
    return {
        **{name: getattr(product, name) for name in plain},
        "replaced_by": product.replaced_by,
        "effort_hours": _plain(product.effort_hours),
        "quantities": ", ".join(str(one) for one in product.quantities),
        **{f"title-{one}": product.titles.get(one, "") for one in catalogue.languages},
        **{f"description-{one}": product.descriptions.get(one, "") for one in catalogue.languages},
    }


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _price_initial(price: ListPrice) -> dict[str, Any]:
    return {
        "currency": price.currency,
        "amount": _plain(price.amount),
        "valid_from": price.valid_from,
        "valid_until": price.valid_until,
    }


def _tier_initial(tier: Tier) -> dict[str, Any]:
    return {"above": tier.above, **{f"price-{code}": _plain(amount) for code, amount in tier.prices.items()}}


def _made(typed: Forms) -> Product:
    given, before = typed.form.cleaned_data, typed.before
    base = before or Product(sku=given["sku"], kind="other", titles={})
    plain = ("kind", "quantities", "consume_within_days", "consults", "prepaid", "effort_hours", "team", "pricing")
    return replace(
        base,
        **{name: given[name] for name in plain},
        unit=words(given["unit"]),
        retired_on=given["retired_on"],
        replaced_by=given["replaced_by"].strip(),
        titles=_words(base.titles, given, "title", typed.catalogue),
        descriptions=_words(base.descriptions, given, "description", typed.catalogue),
        prices=tuple(sorted(_typed_prices(typed.prices), key=lambda one: (one.valid_from, one.currency))),
        tiers=tuple(_typed_tiers(typed.tiers)),
    )


def _words(before: Any, given: dict[str, Any], what: str, catalogue: Catalogue) -> dict[str, str]:
    written = {one: words(given[f"{what}-{one}"]) for one in catalogue.languages}
    return {one: text for one, text in {**before, **written}.items() if text}


def _rows(formset: Any) -> Iterator[dict[str, Any]]:
    return (one.cleaned_data for one in formset.forms if one.cleaned_data and not one.cleaned_data.get("DELETE"))


def _typed_prices(formset: Any) -> Iterator[ListPrice]:
    for row in _rows(formset):
        if row.get("currency") and row.get("amount") is not None and row.get("valid_from"):
            yield ListPrice(
                currency=row["currency"],
                amount=row["amount"],
                valid_from=row["valid_from"],
                valid_until=row.get("valid_until"),
            )


def _typed_tiers(formset: Any) -> Iterator[Tier]:
    """From the lowest up, however they were typed."""
    rows = [row for row in _rows(formset) if row.get("above") is not None]
    for row in sorted(rows, key=lambda one: one["above"]):
        amounts = {name.removeprefix("price-"): value for name, value in row.items() if name.startswith("price-")}
        yield Tier(above=row["above"], prices={code: value for code, value in amounts.items() if value is not None})
