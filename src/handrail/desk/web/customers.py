"""The customers: the list, from which handoffs are started, and the page of one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.permissions import imports_customers
from handrail.desk.queries.customers import SORTS, customer_view, customers
from handrail.desk.queries.handoffs import handoffs_of
from handrail.desk.queries.pages import page_number
from handrail.desk.web.asked import text
from handrail.desk.web.gate import me


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "name"
    context = {
        "page": customers(text(request.GET, "q"), sort, page_number(request.GET.get("page", ""))),
        "text": text(request.GET, "q"),
        "sort": sort,
        "may_import": imports_customers(me(request)) is None,
    }
    return render(request, "customers/list.html", context)


@require_safe
def shown(request: HttpRequest, customer_id: int) -> HttpResponse:
    view = customer_view(customer_id)
    if view is None:
        raise Http404("There is no such customer.")
    handoffs = handoffs_of(customer_id, timezone.now())
    context = {"view": view, "handoffs": handoffs, "may_import": imports_customers(me(request)) is None}
    return render(request, "customers/customer.html", context)
