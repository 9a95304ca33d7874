"""The catalogue that customers see, without signing in: a list by kind, and a page of each product that stays (S4.13).

One rule: it says the same to everybody, so that it can be kept by whoever fetches it until another version is published
or another day begins.
"""

import hashlib
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from handrail.desk import catalogue, models
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.public_catalogue import Reader, public_page, public_product, reader_of
from handrail.desk.web.asked import text
from handrail.desk.web.catalogue.frame import today
from handrail.order.catalogue import KINDS, Catalogue
from handrail.order.catalogue_checks import language_name
from handrail.order.catalogue_words import put

_ASKED = ("language", "currency", "q", "kind", "page", "all")


def _etag(request: HttpRequest, sku: str = "") -> str:
    row = catalogue.current()
    asked = "&".join(
        f"{name}={text(request.GET, name)}" for name in ("language", "currency", "q", "kind", "page", "all")
    )
    stands = f"{row.pk if row else 0} {row.published_at if row else ''}"
    whole = f"{stands}\n{today()}\n{request.path}\n{asked}\n{settings.COMPANY}"
    return f'"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


@login_not_required
@require_safe
@condition(etag_func=_etag)
def listed(request: HttpRequest) -> HttpResponse:
    row, on = catalogue.current(), today()
    one = catalogue.version(row.pk) if row else None
    reader = _reader(request, one, on)
    if row is None or one is None or not one.is_public:
        return _page(request, row, one, reader, "catalogue/public_none.html", {}, status=404 if one else 200)
    asked, is_whole = request.GET, text(request.GET, "all") == "yes"
    number = page_number(asked.get("page", ""))
    page, groups = public_page(
        one, reader, text=text(asked, "q"), kind=text(asked, "kind"), number=number, is_whole=is_whole
    )
    more = {
        "page": page,
        "groups": groups,
        "q": text(asked, "q"),
        "kind": text(asked, "kind"),
        "kinds": [(kind, reader.words.kinds[kind]) for kind in KINDS],
    }
    return _page(request, row, one, reader, "catalogue/public_list.html", more)


@login_not_required
@require_safe
@condition(etag_func=_etag)
def shown(request: HttpRequest, sku: str) -> HttpResponse:
    row, on = catalogue.current(), today()
    one = catalogue.version(row.pk) if row else None
    reader = _reader(request, one, on)
    product = one.products.get(sku) if one and one.is_public else None
    if row is None or one is None or product is None:
        return _page(request, row, one, reader, "catalogue/public_none.html", {"sku": sku}, status=404)
    more = {"product": public_product(one, product, reader)}
    return _page(request, row, one, reader, "catalogue/public_product.html", more)


def _reader(request: HttpRequest, one: Catalogue | None, on: date) -> Reader:
    return reader_of(one, text(request.GET, "language"), text(request.GET, "currency"), on)


def _page(
    request: HttpRequest,
    row: models.CatalogueVersion | None,
    one: Catalogue | None,
    reader: Reader,
    template: str,
    more: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    is_shown = one is not None and one.is_public
    context = {
        "reader": reader,
        "words": reader.words,
        "company": settings.COMPANY,
        "catalogue": one if is_shown else None,
        "languages": _named(one) if one and is_shown else (),
        "version": put(reader.words.version, str(row.number), reader.day(row.published_at))
        if row and row.published_at and is_shown
        else "",
        **more,
    }
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _named(one: Catalogue) -> tuple[tuple[str, str], ...]:
    """Each language by its own name: Deutsch, français."""
    return tuple((code, _name(code)) for code in one.languages)


def _name(code: str) -> str:
    name = language_name(code, code)
    return name[:1].upper() + name[1:]
