"""The versions of the catalogue, each as it was: what was new in it, its products, its settings and tables."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.desk import catalogue, models
from handrail.desk.queries.catalogue import (
    SOLD,
    grouped_changes,
    product_page,
    product_view,
    shown_currencies,
    territories_view,
    version_numbered,
    version_rows,
)
from handrail.desk.queries.pages import page_number
from handrail.desk.web.catalogue.frame import opened, page, today
from handrail.desk.web.catalogue.products import asked_products
from handrail.order.catalogue import KINDS, Catalogue

_MOST_CHANGED = 100


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    at = opened(request)
    return page(request, at, "catalogue-versions", "catalogue/versions.html", {"versions": version_rows()})


@require_safe
def shown(request: HttpRequest, number: int) -> HttpResponse:
    at, row, one = opened(request), *_version(number)
    assert row.published_at is not None
    earlier = version_numbered(number - 1)
    groups = grouped_changes(catalogue.new_in(row.pk, earlier.pk if earlier else None))
    wanted = asked_products(request)
    more = {
        "version": row,
        "shown": one,
        "groups": groups[:_MOST_CHANGED],
        "groups_left": max(0, len(groups) - _MOST_CHANGED),
        "territories": territories_view(one),
        "wanted": wanted,
        "kinds": KINDS,
        "codes": shown_currencies(one),
        "sold": [each for each in SOLD.items() if each[0] != "changed"],
        "page": product_page(one, wanted, page_number(request.GET.get("page", "")), on=today()),
    }
    return page(request, at, "catalogue-versions", "catalogue/version.html", more)


@require_safe
def product(request: HttpRequest, number: int, sku: str) -> HttpResponse:
    at, row, one = opened(request), *_version(number)
    found = one.products.get(sku)
    if found is None:
        raise Http404("There is no such product in this version of the catalogue.")
    more = {"view": product_view(found, one, on=today()), "product": found, "version": row}
    return page(request, at, "catalogue-versions", "catalogue/product.html", more)


def _version(number: int) -> tuple[models.CatalogueVersion, Catalogue]:
    row = version_numbered(number)
    if row is None:
        raise Http404("There is no such version of the catalogue.")
    return row, catalogue.version(row.pk)
