"""The one draft of the catalogue: who changes what of it, publishing, and what stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from handrail.desk import catalogue, catalogue_drafts, models, runbooks
from handrail.desk.catalogue_drafts import (
    catalogue_print,
    discard,
    print_of,
    publish,
    remove_product,
    settings_of,
    write_product,
    write_products,
    write_settings,
    write_tables,
)
from handrail.handoff.refusal import Refused
from handrail.order import samples
from handrail.order.catalogue import Product, Territory
from tests.desk.catalogues import drafted, sold_from
from tests.desk.company import Company

STILL_HERE = "What you typed is still here: look at what it is now, and save again."
pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> models.Person:
    company = Company()
    sold_from()
    return company.people["olga"]


def write(product: Product, olga: models.Person, seen: str | None = None) -> Refused | None:
    before = drafted().products.get(product.sku)
    given = seen if seen is not None else print_of(before) if before else ""
    return write_product(product, seen=given, by=olga, now=timezone.now())


def revision() -> int:
    row = catalogue_drafts.draft()
    assert row is not None
    return row.revision


def published(olga: models.Person, says: str = "") -> Refused | None:
    now = timezone.now()
    return publish(revision=revision(), says=says, by=olga, now=now, on=now.date())


def test_first_change_begins_the_draft_and_publishing_ends_it(olga: models.Person) -> None:
    before = catalogue.current()
    assert before is not None
    dearer = replace(drafted().products["WS-SEO"], quantities=(1, 2, 4, 8))
    assert write(dearer, olga) is None
    assert [one.says for one in catalogue_drafts.standing().changes] == [
        "Sold 1, 2 or 4 times became 1, 2, 4 or 8 times."
    ]
    assert catalogue.current_catalogue() == samples.catalogue()
    assert published(olga, "More workshops") is None
    current = catalogue.current()
    assert current is not None
    assert (current.number, current.says, current.by_name, catalogue_drafts.draft()) == (
        2,
        "More workshops",
        "Olga Lind",
        None,
    )
    assert catalogue.version(before.pk).products["WS-SEO"].quantities == (1, 2, 4)
    assert drafted().products["WS-SEO"].quantities == (1, 2, 4, 8)
    told = models.AuditEntry.objects.filter(about="catalogue").order_by("pk").values_list("action", "key", "says")
    assert list(told)[-2:] == [
        ("changed", "draft", "WS-SEO: Sold 1, 2 or 4 times became 1, 2, 4 or 8 times."),
        ("published", "2", "More workshops"),
    ]


def test_who_saw_something_else_is_refused_and_who_changes_another_product_is_not(olga: models.Person) -> None:
    seo, kickoff = drafted().products["WS-SEO"], drafted().products["WS-KICKOFF"]
    seen = print_of(seo)
    assert write(replace(seo, unit="half day"), olga, seen) is None
    assert write(replace(kickoff, unit="two days"), olga, print_of(kickoff)) is None
    refused = write(replace(seo, unit="hour"), olga, seen)
    assert refused is not None
    assert (refused.code, refused.says) == (
        "clash",
        f"Somebody else has changed WS-SEO meanwhile. {STILL_HERE}",
    )
    again = write(seo, olga, "")
    assert (again and again.says, drafted().products["WS-SEO"].unit) == (
        "There is a product WS-SEO already.",
        "half day",
    )


def test_refused_change_begins_no_draft(olga: models.Person) -> None:
    assert write_tables("x", seen="what nobody saw", by=olga, now=timezone.now()) is not None
    settings = settings_of(drafted())
    assert write_settings(settings, seen="what nobody saw", by=olga, now=timezone.now()) is not None
    assert write_settings(settings, seen=print_of(settings), by=olga, now=timezone.now()) is None
    row = catalogue_drafts.draft()
    assert row is None or row.revision == 0


def test_what_was_published_is_retired_and_what_is_new_can_be_taken_out(olga: models.Person) -> None:
    new = replace(drafted().products["WS-SEO"], sku="WS-NEW")
    assert write(new, olga) is None
    refused = remove_product("WS-SEO", seen=print_of(drafted().products["WS-SEO"]), by=olga, now=timezone.now())
    assert refused is not None
    assert refused.says == "WS-SEO was published: retire it, so that it stays readable."
    assert remove_product("WS-NEW", seen=print_of(drafted().products["WS-NEW"]), by=olga, now=timezone.now()) is None
    assert "WS-NEW" not in drafted().products


def test_errors_and_nothing_new_keep_it_from_being_published(olga: models.Person) -> None:
    seo = drafted().products["WS-SEO"]
    assert write(replace(seo, replaced_by="WS-GONE", retired_on=timezone.now().date()), olga) is None
    refused = published(olga)
    assert refused is not None
    assert (refused.code, refused.says) == ("errors", "It cannot be published yet: mend the errors first.")
    assert write(seo, olga) is None
    refused = published(olga)
    assert refused is not None
    assert refused.says == "Nothing in it is new: there is nothing to publish."


def test_draft_that_was_changed_since_is_neither_published_nor_discarded(olga: models.Person) -> None:
    seo = drafted().products["WS-SEO"]
    assert write(replace(seo, unit="half day"), olga) is None
    looked_at = revision()
    assert write(replace(seo, unit="hour"), olga) is None
    now = timezone.now()
    says = "Olga Lind has changed the draft since you looked at it. Look at what is new, then say it again."
    refused = publish(revision=looked_at, says="", by=olga, now=now, on=now.date())
    assert (refused and refused.says) == says
    refused = discard(revision=looked_at, by=olga, now=now)
    assert (refused and refused.says) == says
    assert discard(revision=revision(), by=olga, now=now) is None
    assert drafted() == samples.catalogue()
    refused = discard(revision=0, by=olga, now=now)
    assert (refused and refused.code) == "gone"


def test_draft_of_an_older_catalogue_is_not_published_over_a_newer_one(olga: models.Person) -> None:
    assert write(replace(drafted().products["WS-SEO"], unit="half day"), olga) is None
    catalogue.publish(samples.catalogue(), by=None, now=timezone.now(), says="From elsewhere")
    refused = published(olga)
    assert refused is not None
    assert (refused.code, refused.says.partition(". ")[0]) == (
        "outdated",
        "Catalogue 2 was published since this draft was begun from 1",
    )


def test_more_products_than_fit_are_not_taken_in(olga: models.Person) -> None:
    some = tuple(replace(samples.PRODUCTS[0], sku=f"P-{number}") for number in range(4_992))
    seen = catalogue_print(drafted())
    refused = write_products(some, seen=seen, source="a file", by=olga, now=timezone.now())
    assert (refused and refused.says) == "These would be 5,001 products; at most 5,000 fit."
    assert catalogue_drafts.draft() is None


def test_company_without_a_catalogue_begins_from_what_is_shipped(olga: models.Person) -> None:
    models.CatalogueVersion.objects.all().delete()
    catalogue_drafts.forget()
    first = replace(samples.PRODUCTS[2], sku="ONE")
    assert (catalogue.current_catalogue(), dict(drafted().products)) == (None, {})
    assert write(first, olga) is None
    today = timezone.now().date()
    errors = [one.says for one in catalogue_drafts.standing().problems(today) if one.severity == "error"]
    assert errors[0] == "Rule 1 of “Starter pack” gives WS-KICKOFF, which is not in the catalogue."


def test_territories_that_the_runbook_of_orders_does_not_know_are_told_before_they_are_published(
    olga: models.Person,
) -> None:
    (path,) = (one for one in runbooks.shipped() if one.stem == "order-validation")
    runbooks.publish(path.read_text(encoding="utf-8"), path.name)
    was = drafted()
    mars = Territory(name="Mars")
    settings = settings_of(replace(was, territories=(*was.territories, mars)))
    assert write_settings(settings, seen=print_of(settings_of(was)), by=olga, now=timezone.now()) is None
    found = [one for one in catalogue_drafts.standing().problems(timezone.now().date()) if "Mars" in one.says]
    (one,) = found
    assert (one.severity, one.field) == ("warning", "territories")
    assert one.says == (
        "The runbook “Purchase order validation” 2.0 does not know the territory “Mars”: an order for it could not be "
        "submitted."
    )
    assert one.mend == (
        "Publish a version of it that has it under “Territory of use”: it has Worldwide, Europe, North America, Latin "
        "America, Middle East and Africa and Asia-Pacific."
    )
