"""The page of a product: for who keeps the catalogue its form, for others what it says.

One rule: what somebody typed is still there when it could not be kept.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk.catalogue_drafts import Standing, print_of, remove_product, standing, write_product
from handrail.desk.permissions import edits_catalogue
from handrail.desk.queries.catalogue import product_view
from handrail.desk.web.catalogue.frame import opened, page, today
from handrail.desk.web.catalogue.product_form import Forms, forms_of
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused
from handrail.order.catalogue import Product
from handrail.order.catalogue_checks import check_product
from handrail.order.catalogue_difference import Change, product_difference

_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])
_MOST_OFFERED = 500


@_reads_and_sends
def added(request: HttpRequest) -> HttpResponse:
    at = opened(request)
    require(edits_catalogue(me(request)))
    return _edited(request, at, None)


@_reads_and_sends
def shown(request: HttpRequest, sku: str) -> HttpResponse:
    at = opened(request)
    refused = edits_catalogue(me(request))
    if request.method == "POST":
        require(refused)
        before = at.catalogue.products.get(sku)
        # Where somebody has taken it out meanwhile, what was typed is still there, as of a new one of that SKU.
        return _edited(request, at, before, sku="" if before else sku)
    product = _product(at, sku)
    if refused is None:
        return _edited(request, at, product)
    more = {"view": product_view(product, at.catalogue, on=today()), "product": product}
    return page(request, at, "catalogue-manage", "catalogue/product.html", more)


@require_POST
def removed(request: HttpRequest, sku: str) -> HttpResponse:
    at = opened(request)
    require(edits_catalogue(me(request)))
    product = _product(at, sku)
    refused = remove_product(sku, seen=request.POST.get("seen", ""), by=me(request), now=timezone.now())
    if refused is not None:
        again = standing()
        return _page(request, again, _forms(again, again.catalogue.products.get(sku, product)), refused, status=409)
    messages.success(request, f"{sku} was taken out of the draft.")
    return redirect("catalogue-manage")


def _product(at: Standing, sku: str) -> Product:
    product = at.catalogue.products.get(sku)
    if product is None:
        raise Http404("There is no such product in the catalogue.")
    return product


def _forms(at: Standing, product: Product | None, sent: object = None) -> Forms:
    seen = print_of(product) if product else ""
    return forms_of(at.catalogue, product, sent, seen=seen, on=today())


def _edited(request: HttpRequest, at: Standing, before: Product | None, sku: str = "") -> HttpResponse:
    """`sku` is that of a new product whose form does not ask for it."""
    if request.method != "POST":
        return _page(request, at, _forms(at, before))
    sent = request.POST.copy()
    if sku:
        sent.setdefault("sku", sku)
    typed = _forms(at, before, sent)
    product = typed.product(today())
    if product is None:
        return _page(request, at, typed, status=422)
    refused = write_product(product, seen=request.POST.get("seen", ""), by=me(request), now=timezone.now())
    if refused is None:
        messages.success(request, f"{product.sku} was {'changed' if before else 'added'} in the draft.")
        return redirect("catalogue-manage-product", product.sku)
    again = standing()
    theirs = again.catalogue.products.get(product.sku)
    sent["seen"] = print_of(theirs) if theirs and before else ""
    typed = _forms(again, theirs if before else None, sent)
    typed.product(today())
    differs = product_difference(theirs, product) if theirs else ()
    return _page(request, again, typed, refused, differs, status=409)


def _page(
    request: HttpRequest,
    at: Standing,
    typed: Forms,
    refused: Refused | None = None,
    differs: tuple[Change, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """`differs` is what saving it now would change of what another has written meanwhile."""
    product, current = typed.before, at.current
    was = current.products.get(product.sku) if current and product else None
    more = {
        "product": product,
        "title": product.title(at.catalogue.language, at.catalogue.language) if product else "",
        "typed": typed,
        "form": typed.form,
        "refused": refused,
        "differs": differs,
        "is_sold": product.is_sold(today()) if product else True,
        "is_published": was is not None,
        "problems": check_product(product, at.catalogue, on=today()) if product else (),
        "changes": product_difference(was, product) if was and product and was != product else (),
        "skus": tuple(at.catalogue.products) if len(at.catalogue.products) <= _MOST_OFFERED else (),
    }
    return page(request, at, "catalogue-manage", "catalogue/product_form.html", more, status=status)
