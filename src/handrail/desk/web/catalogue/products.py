"""The products: searched, filtered, paged; of the draft where there is one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.desk.queries.catalogue import SOLD, WantedProducts, product_page, shown_currencies, wanted_products
from handrail.desk.queries.pages import page_number
from handrail.desk.web.asked import text
from handrail.desk.web.catalogue.frame import opened, page, today
from handrail.order.catalogue import KINDS


def asked_products(request: HttpRequest) -> WantedProducts:
    asked = request.GET
    return wanted_products(text(asked, "q"), text(asked, "kind"), text(asked, "sold"))


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    at, wanted = opened(request), asked_products(request)
    number = page_number(request.GET.get("page", ""))
    more = {
        "wanted": wanted,
        "kinds": KINDS,
        "codes": shown_currencies(at.catalogue),
        "sold": SOLD.items() if at.draft else [one for one in SOLD.items() if one[0] != "changed"],
        "page": product_page(at.catalogue, wanted, number, on=today(), changes=at.changes),
    }
    return page(request, at, "catalogue-manage", "catalogue/products.html", more)
