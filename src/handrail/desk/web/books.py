"""What people hold and have sold: the credit for sales, a person's book, and the records on an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk import models
from handrail.desk.permissions import sees_book
from handrail.desk.queries import credit, crm
from handrail.desk.queries.pages import page_number
from handrail.desk.web.asked import identity
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.customers import customer_of
from handrail.desk.web.gate import me, require

_ACCOUNTS = "accounts"


@require_safe
def credited(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    view = credit.credit_view(wanted)
    person = models.Person.objects.filter(pk=wanted.person).first() if wanted.person else None
    last = None if view.total.sold or view.total.lost else credit.last_closing(wanted.people)
    context = {
        "wanted": wanted,
        "view": view,
        "person": person,
        "page": credit.credits_page(wanted, page_number(request.GET.get("page", ""))),
        "people": _choices(wanted),
        "last": last,
        "last_month": f"{last:%Y-%m}" if last else "",
        "last_year": f"{last.year - (last.month < 12)}-{last.month % 12 + 1:02}" if last else "",
        "today": timezone.localdate(),
    }
    return render(request, "books/credit.html", context)


@require_safe
def credit_exported(request: HttpRequest) -> StreamingHttpResponse:
    wanted = _wanted(request)
    tell_of_export(request, "credit.csv")
    response = StreamingHttpResponse(csv_lines(_table(wanted)), content_type="text/csv; charset=utf-8")
    name = f"credit-{wanted.first:%Y-%m}-{wanted.last:%Y-%m}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


_HEADS = (
    *("Whose credit", "Since", "Until", "Opportunity", "Title", "Account"),
    *("Stage", "Sold", "Closed on", "Amount", "From"),
)


def _table(wanted: credit.Wanted) -> Iterator[tuple[str, ...]]:
    yield _HEADS
    for one in credit.all_credits(wanted):
        yield (
            one.person,
            one.since.isoformat(),
            one.until.isoformat() if one.until else "",
            one.key,
            one.title,
            one.customer,
            one.stage,
            "yes" if one.is_sold else "no",
            one.closed_on.isoformat() if one.closed_on else "",
            one.amount.replace(",", ""),
            one.source,
        )


def _wanted(request: HttpRequest) -> credit.Wanted:
    """What the address asks for; whoever sees only their own credit is asked for no other."""
    asked, today = request.GET, timezone.localdate()
    seen = credit.people_seen_by(me(request))
    person = identity(asked.get("person", "")) if seen is None or len(seen) > 1 else me(request).pk
    if person is not None:
        row = models.Person.objects.select_related("team").filter(pk=person).first()
        if row is None:
            raise Http404("There is no such person.")
        require(sees_book(me(request), row))
    first = _month(asked, "from") or today.replace(day=1)
    last = _month(asked, "to") or max(first, today.replace(day=1) if not asked.get("from") else first)
    return credit.Wanted(
        first=min(first, last), last=max(first, last), on=_day(asked, "on") or today, people=seen, person=person
    )


def _month(asked: QueryDict, name: str) -> date | None:
    return _of_text(f"{asked.get(name, '')[:7]}-01")


def _day(asked: QueryDict, name: str) -> date | None:
    return _of_text(asked.get(name, ""))


def _of_text(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 9000 else None


def _choices(wanted: credit.Wanted) -> tuple[tuple[int, str], ...]:
    """Whom one can look at: those whom one sees; of everybody, whoever has sold something in these months."""
    if wanted.people is None:
        return ()
    rows = models.Person.objects.filter(pk__in=wanted.people).order_by("name", "pk")
    return tuple(rows.values_list("pk", "name")[: credit.MOST_PEOPLE]) if len(wanted.people) > 1 else ()


@require_safe
def book(request: HttpRequest, person_id: int) -> HttpResponse:
    person = models.Person.objects.select_related("team", "manager").filter(pk=person_id).first()
    if person is None:
        raise Http404("There is no such person.")
    require(sees_book(me(request), person))
    number, today = page_number(request.GET.get("page", "")), timezone.localdate()
    totals = crm.totals_of(models.CrmRecord.objects.filter(owner=person))
    accounts = models.Customer.objects.filter(owner=person).count()
    tabs = [_ACCOUNTS, *(one.name for one in totals), crm.LOOSE]
    first = _ACCOUNTS if accounts or not totals else totals[0].name
    show = request.GET.get("show", "")
    show = show if show in tabs else first
    month = today.replace(day=1)
    context = {
        "person": person,
        "totals": totals,
        "accounts": accounts,
        "loose": crm.loose_count(person.pk),
        "sold": credit.credit_view(credit.Wanted(first=month, last=month, on=today, person=person.pk)).total,
        "month": month,
        "show": show,
        "page": crm.accounts_of(person.pk, number) if show == _ACCOUNTS else crm.held_records(person.pk, show, number),
        "of_sort": next((one for one in totals if one.name == show), None),
    }
    return render(request, "books/book.html", context)


@require_safe
def of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    row = customer_of(customer_id)
    totals = crm.totals_of(models.CrmRecord.objects.filter(customer=row))
    asked = request.GET.get("sort", "")
    sort = next((one for one in totals if one.name == asked), totals[0] if totals else None)
    context = {
        "row": row,
        "totals": totals,
        "of_sort": sort,
        "page": crm.customer_records(row.pk, sort.name, page_number(request.GET.get("page", ""))) if sort else None,
    }
    return render(request, "books/customer.html", context)
