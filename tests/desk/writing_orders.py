"""A company that sells: its people by first name, a customer, orders of it, and the form of an order as a browser sends
it."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from handrail.desk import models
from handrail.desk.folding import words_of
from handrail.desk.orders import drafting
from handrail.handoff.refusal import Refused
from handrail.order.purchase import Order
from tests.desk.company import NOW
from tests.desk.kept_company import company_of


class Selling:
    """The demo company with the runbook of orders; its catalogue is `handrail.order.samples`."""

    def __init__(self) -> None:
        company_of("order-validation")
        self.people = {row.email.split(".")[0]: row for row in models.Person.objects.all()}

    def customer(self, name: str = "Altona Media") -> models.Customer:
        made = models.Customer.objects.create(key=name.upper(), name=name)
        words = [models.CustomerWord(customer=made, word=word) for word in set(words_of(made.name, made.key))]
        models.CustomerWord.objects.bulk_create(words)
        return made

    def draft(self, customer: models.Customer | None = None, currency: str = "EUR") -> models.Order:
        whose = customer or self.customer()
        begun = drafting.draft(whose.pk, by=self.people["sam"], now=NOW, currency=currency, language="en")
        assert isinstance(begun, models.Order), begun
        return begun

    def write(self, row: models.Order, order: Order) -> models.Order:
        row.refresh_from_db()
        kept = drafting.write(row.pk, order, revision=row.revision, by=self.people["sam"], now=NOW)
        assert not isinstance(kept, Refused), kept
        return kept


def form_of(browser: Client, order_id: int) -> dict[str, str]:
    """What a browser would send back of the order's page, as it stands."""
    return fields_of(browser.get(reverse("order", args=[order_id])).content.decode())


def fields_of(page: str) -> dict[str, str]:
    found: dict[str, str] = {}
    form = page[page.index('id="order-form"') : page.index("</form>", page.index('id="order-form"'))]
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\S+?)="([^"]*)"', tag))
        is_off = given.get("type") == "checkbox" and " checked" not in tag
        if "name" in given and not is_off:
            found[given["name"]] = unescape(given.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)", options)
        found[name] = unescape((chosen[1] if chosen[1] is not None else chosen[2]) if chosen else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text)
    return found
