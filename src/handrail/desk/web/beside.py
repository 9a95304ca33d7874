"""Two customers side by side, and choosing the other one. What is asked for stands in the address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.queries.customer.beside import beside, others_named
from handrail.desk.web.asked import text
from handrail.desk.web.customers import customer_of


@require_safe
def chosen(request: HttpRequest, customer_id: int) -> HttpResponse:
    asked = text(request.GET, "q")
    context = {"customer": customer_of(customer_id), "text": asked, "found": others_named(asked, customer_id)}
    return render(request, "customers/beside_choose.html", context)


@require_safe
def shown(request: HttpRequest, customer_id: int, other_id: int) -> HttpResponse:
    if customer_id == other_id:
        raise Http404("A customer does not stand beside itself.")
    only = request.GET.get("only") == "differences"
    view = beside(customer_of(customer_id), customer_of(other_id), timezone.now(), differences_only=only)
    return render(request, "customers/beside.html", {"view": view, "only": only})
