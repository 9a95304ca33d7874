"""A desk that sells from the sample catalogue, and what a browser sends to change it."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from handrail.desk import catalogue, catalogue_drafts, models
from handrail.order import samples
from handrail.order.catalogue import Catalogue


def sold_from(one: Catalogue | None = None) -> models.CatalogueVersion:
    """Published anew, whatever was there; nothing that another test had is remembered."""
    models.CatalogueVersion.objects.all().delete()
    catalogue_drafts.forget()
    return catalogue.publish(one or samples.catalogue(), by=None, now=timezone.now(), says="The first.")


def drafted() -> Catalogue:
    return catalogue_drafts.standing().catalogue


def form_of(browser: Client, address: str) -> dict[str, str]:
    """What the page's form would send if nothing were typed: by the forms that the page was made with."""
    context = browser.get(address).context
    typed = context["typed"]
    sent: dict[str, str] = {}
    rows = (*typed.prices.forms, *typed.tiers.forms, typed.prices.management_form, typed.tiers.management_form)
    for bound in (typed.form, *rows):
        for field in bound:
            value = field.value()
            if value is not None and value is not False and value != "":
                sent[field.html_name] = "on" if value is True else str(value)
    return sent
