"""The customers: the list, from which handoffs are started, as a page and as a file; and the page of one."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.absences import today_of
from handrail.desk.comments import Subject
from handrail.desk.company import company
from handrail.desk.entitled import balance_of
from handrail.desk.models import Customer
from handrail.desk.people import actor_of
from handrail.desk.permissions import imports_customers, makes_transfers, sees_orders, writes_orders
from handrail.desk.queries.comments import thread_of
from handrail.desk.queries.crm import records_of_customer
from handrail.desk.queries.customer import customer_row, customer_view
from handrail.desk.queries.customers import NOBODY, SORTS, Wanted, all_customers, customers
from handrail.desk.queries.orders import orders_of_customer
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import few_choices
from handrail.desk.queries.shares import shares_of
from handrail.desk.queries.teams import team_choices
from handrail.desk.queries.transfers import open_transfer_of
from handrail.desk.web.asked import identity, text
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me

MOST_ORDERS = 5


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    wanted = wanted_of(request.GET)
    context = {
        "page": customers(wanted, page_number(request.GET.get("page", ""))),
        "wanted": wanted,
        "owners": few_choices(me(request).pk, wanted.owner_id),
        "teams": team_choices(wanted.team),
        "may_import": imports_customers(me(request)) is None,
        "may_transfer": makes_transfers(me(request)) is None,
    }
    return render(request, "customers/list.html", context)


@require_safe
def exported(request: HttpRequest) -> StreamingHttpResponse:
    tell_of_export(request, "customers.csv")
    response = StreamingHttpResponse(csv_lines(_table(wanted_of(request.GET))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customers-{timezone.now():%Y-%m-%d}.csv"'
    return response


@require_safe
def shown(request: HttpRequest, customer_id: int) -> HttpResponse:
    row, now = customer_of(customer_id), timezone.now()
    view = customer_view(row, actor_of(request.user, now), now, text(request.GET, "all"))
    context = {
        "view": view,
        "may_import": imports_customers(me(request)) is None,
        "may_transfer": makes_transfers(me(request)) is None,
        "transfer": open_transfer_of(row.pk),
        "shares": shares_of(row, me(request), now),
        "bought": balance_of(row.pk, today_of(me(request).pk, company(), now)),
        "records": records_of_customer(row.pk),
        "orders": orders_of_customer(row.pk, MOST_ORDERS) if sees_orders(me(request)) is None else None,
        "most_orders": MOST_ORDERS,
        "writes_orders": writes_orders(me(request)) is None,
        "thread": thread_of(Subject(customer=row.pk), me(request)),
    }
    return render(request, "customers/customer.html", context)


def customer_of(customer_id: int) -> Customer:
    row = customer_row(customer_id)
    if row is None:
        raise Http404("There is no such customer.")
    return row


def wanted_of(asked: QueryDict) -> Wanted:
    """What the query string asks for; what it cannot mean is left out."""
    sort, owner = asked.get("sort", ""), asked.get("owner", "")
    return Wanted(
        text=text(asked, "q"),
        owner=owner if owner == NOBODY else str(identity(owner) or ""),
        team=text(asked, "team"),
        idle=asked.get("idle") == "yes",
        sort=sort if sort.removeprefix("-") in SORTS else "name",
    )


def _table(wanted: Wanted) -> Iterator[tuple[str, ...]]:
    yield ("Customer", "Key", "Account owner", "Owner’s e-mail", "Running handoffs", "Changed")
    for row, running in all_customers(wanted):
        changed = f"{row.changed_at:%Y-%m-%dT%H:%M:%SZ}"
        yield (row.name, row.key, row.owner, row.owner_email, str(running), changed)
