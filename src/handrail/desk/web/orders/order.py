"""The page of an order: reading it, and changing it while it is written.

One rule: whatever button is pressed, what was typed is saved with it, or is still there with what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from babel import Locale
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.audit import changes
from handrail.desk.orders import drafting, invoicing
from handrail.desk.orders.holding import cannot_change
from handrail.desk.permissions import verifies_invoices, writes_orders
from handrail.desk.web.asked import identity, text
from handrail.desk.web.gate import me, require
from handrail.desk.web.orders import form as forms
from handrail.desk.web.orders import shown
from handrail.desk.web.orders.choosing import country_options
from handrail.desk.web.orders.frame import Opened, opened, page
from handrail.desk.web.orders.staff import Staff, staff_with
from handrail.handoff.refusal import Refused
from handrail.order.addresses import country_name, form_of, lines_of
from handrail.order.catalogue import Catalogue
from handrail.order.invoicing import is_empty, print_of, wrong_with
from handrail.order.pack import as_listed, line_of
from handrail.order.pricing import totals
from handrail.order.purchase import Order

_EMPTY = Catalogue(version=0, products={})


@dataclass(frozen=True, kw_only=True)
class At:
    """An order as it is looked at: with the catalogue that it is held against, and who may write it."""

    opened: Opened
    catalogue: Catalogue
    staff: Staff
    cannot_write: Refused | None

    @property
    def row(self) -> models.Order:
        return self.opened.row

    @property
    def order(self) -> Order:
        return self.opened.order


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    at = _at(request, order_id)
    return _change(request, at) if request.method == "POST" else _page(request, at)


@require_POST
def priced(request: HttpRequest, order_id: int) -> JsonResponse:
    """What follows from what is typed so far; nothing is kept."""
    at = _at(request, order_id)
    require(at.cannot_write)
    typed = forms.typed_of(request.POST)
    found = forms.applied(typed, at.order, at.catalogue, at.staff)
    given = forms.given_after(found, typed)
    lines = shown.lines_of(at.row, found.order, at.catalogue, given, found.wrong)
    return JsonResponse(
        {
            "lines": {
                one.number: {
                    **{cell.name: {"value": cell.value, "wrong": cell.wrong} for cell in _cells(one)},
                    f"line-{one.number}": {"value": one.held, "wrong": ""},
                    "list": one.list_amount,
                    "sold": one.sold,
                }
                for one in lines
            },
            "totals": _totals(found.order),
        }
    )


def _cells(line: shown.LineView) -> tuple[shown.Cell, ...]:
    return (line.quantity, line.percent, line.amount, line.by)


@require_POST
def verified(request: HttpRequest, order_id: int) -> HttpResponse:
    at = _at(request, order_id)
    require(verifies_invoices(request.user))
    revision = identity(request.POST.get("revision", "")) or 0
    refused = invoicing.verify(order_id, revision=revision, by=me(request), now=timezone.now())
    if refused is not None:
        return _page(request, at, refused=refused, status=409 if refused.code != "incomplete" else 422)
    messages.success(request, "Invoice contact and address are verified.")
    return redirect(f"{reverse('order', args=[order_id])}#invoice")


def _at(request: HttpRequest, order_id: int) -> At:
    found = opened(request, order_id)
    cannot = writes_orders(request.user) or cannot_change(found.row)
    known = catalogues.current_catalogue() if cannot is None or found.row.catalogue_id is None else None
    if known is None and found.row.catalogue_id is not None:
        known = catalogues.version(found.row.catalogue_id)
    work = found.order.work
    staff = staff_with(work.author_id, work.specialist_id) if work else staff_with()
    return At(opened=found, catalogue=known or _EMPTY, staff=staff, cannot_write=cannot)


def _change(request: HttpRequest, at: At) -> HttpResponse:
    require(writes_orders(request.user))
    typed = forms.typed_of(request.POST)
    revision = identity(typed.get("revision") or "0") or 0
    found = forms.applied(typed, at.order, at.catalogue, at.staff)
    refused = cannot_change(at.row)
    if refused is not None:
        return _page(request, at, typed=typed, found=found, refused=refused, status=409)
    if revision != at.row.revision:
        return _clash(request, at, typed, found)
    if found.wrong:
        return _page(request, at, typed=typed, found=found, status=422)
    then, place = _acted(at, found.order, typed.get("do"))
    if isinstance(then, Refused):
        return _page(request, at, typed=typed, found=found, refused=then, status=422)
    kept = drafting.write(at.row.pk, then, revision=revision, by=me(request), now=timezone.now())
    if isinstance(kept, Refused):
        if kept.code == "clash":
            return _clash(request, _at(request, at.row.pk), typed, found)
        return _page(request, at, typed=typed, found=found, refused=kept, status=409)
    if typed.get("do") in {"", "save"}:
        messages.success(request, "Saved.")
    asked = f"?{urlencode({'find': typed.get('find')})}" if typed.get("find") else ""
    return redirect(f"{reverse('order', args=[at.row.pk])}{asked}{place or ('#add' if asked else '')}")


def _acted(at: At, order: Order, do: str) -> tuple[Order | Refused, str]:
    """The order with what the button does, and where on the page that is seen."""
    what, _, which = do.partition(":")
    match what:
        case "add":
            return _added(at, order, which), "#add"
        case "delete" | "up" | "down":
            return _moved(order, what, identity(which) or 0)
        case "catalogue":
            return _as_listed(at, order, identity(which) or 0), f"#line-{which}"
        case "last-verified":
            party = invoicing.last_verified(at.row.customer_id)
            return (replace(order, invoice=party) if party is not None else order), "#invoice"
        case "country":
            return order, "#invoice"
        case _:
            return order, ""


def _added(at: At, order: Order, sku: str) -> Order | Refused:
    product = at.catalogue.products.get(sku)
    if product is None or not product.is_sold(order.ordered_on):
        return Refused(code="not-sold", says=f"{sku} is not sold now. Search the catalogue for what is.")
    return forms.with_lines(order, *order.lines, line_of(order, product, at.catalogue))


def _as_listed(at: At, order: Order, number: int) -> Order:
    known = at.catalogue.products
    lines = (
        as_listed(one, known[one.sku], order) if one.number == number and one.sku in known else one
        for one in order.lines
    )
    return forms.with_lines(order, *lines)


def _moved(order: Order, what: str, number: int) -> tuple[Order, str]:
    lines, at = list(order.lines), number - 1
    if not 0 <= at < len(lines):
        return order, "#lines"
    line = lines.pop(at)
    if what == "delete":
        return forms.with_lines(order, *lines), "#lines"
    to = max(0, at - 1) if what == "up" else min(len(lines), at + 1)
    lines.insert(to, line)
    return forms.with_lines(order, *lines), f"#line-{to + 1}"


def _clash(request: HttpRequest, at: At, typed: forms.Typed, found: forms.Applied) -> HttpResponse:
    """Theirs is what is kept, mine what the form still shows: saving again takes mine."""
    mine, theirs = drafting.said(found.order), drafting.said(at.order)
    differ = [(name, was, now) for name, (was, now) in changes(theirs, mine).items()]
    last = models.AuditEntry.objects.filter(about="order", key=str(at.row.pk)).order_by("-at", "-pk").first()
    return _page(request, at, typed=typed, found=found, differ=differ, last=last, status=409)


def _page(
    request: HttpRequest,
    at: At,
    *,
    typed: forms.Typed | None = None,
    found: forms.Applied | None = None,
    refused: Refused | None = None,
    differ: list[tuple[str, str, str]] | None = None,
    last: models.AuditEntry | None = None,
    status: int = 200,
) -> HttpResponse:
    order = found.order if found else at.order
    wrong = found.wrong if found else {}
    given = forms.given_after(found, typed) if found and typed else forms.shown_of(order)
    cannot_verify = verifies_invoices(request.user) or invoicing.cannot_verify(at.row, at.order.invoice)
    more = {
        "writing": at.cannot_write is None,
        "cannot_change": at.cannot_write,
        "refused": refused,
        "differ": differ,
        "lost": found.lost if found else (),
        "last": last,
        "given": given,
        "wrong": wrong,
        "mistakes": _mistakes(wrong),
        "lines": shown.lines_of(at.row, order, at.catalogue, given, wrong),
        "findings": shown.of_whole(at.row),
        "totals": _totals(order),
        "room": shown.room_left(order),
        "waits_for_kind": order.new_customer and not order.customer_kind and bool(at.catalogue.customer_kinds),
        **_choices(at, order, given),
        **_invoice(at, order, given, wrong),
        "cannot_verify": cannot_verify,
        "shows_verify": verifies_invoices(request.user) is None and at.row.state in invoicing.VERIFIED_IN,
        **_search(request, at, order, typed),
    }
    return page(request, at.opened, "order", "orders/order.html", more, status)


def _mistakes(wrong: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"field": name, "says": f"{_where(name)}{says}"} for name, says in wrong.items()]


def _where(name: str) -> str:
    kind, _, number = name.rpartition("-")
    return f"Line {number}: " if number.isdigit() and kind in forms.CELLS else ""


def _totals(order: Order) -> dict[str, str]:
    sums = totals(order)
    return {
        "list": shown.words(sums.list, order.currency),
        "discount": shown.words(sums.discount, order.currency),
        "sold": shown.words(sums.sold, order.currency),
    }


def _choices(at: At, order: Order, given: Mapping[str, str]) -> dict[str, object]:
    names = Locale("en").languages
    known = at.catalogue
    languages = dict.fromkeys((*known.languages, order.language))
    return {
        "currencies": tuple(dict.fromkeys((*known.currencies, order.currency))),
        "languages": [(code, names.get(code, code)) for code in languages],
        "kinds": tuple(dict.fromkeys((*known.customer_kinds, *filter(None, (order.customer_kind,))))),
        "territories": tuple(one.name for one in known.territories),
        "own_territory": order.territory if order.territory and known.territory(order.territory) is None else "",
        "country_options": country_options(given.get("country", "")),
        "invoice_country_options": country_options(given.get("invoice-country", "")),
        "country_of_customer": country_name(order.country) if order.country else "",
        "language_name": names.get(order.language, order.language),
        "staff": at.staff.choices,
    }


def _invoice(at: At, order: Order, given: Mapping[str, str], wrong: Mapping[str, str]) -> dict[str, object]:
    invoice = order.invoice
    party = invoicing.last_verified(at.row.customer_id) if at.cannot_write is None else None
    fields = [
        {
            "of": one,
            "name": f"invoice-{one.name}",
            "value": given.get(f"invoice-{one.name}", ""),
            "wrong": wrong.get(f"invoice-{one.name}", ""),
        }
        for one in form_of(given.get("invoice-country", ""))
    ]
    return {
        "invoice": invoice,
        "invoice_fields": fields,
        "invoice_missing": [one.says for one in wrong_with(invoice) if one.is_missing] if not is_empty(invoice) else [],
        "invoice_wrong": [one.says for one in wrong_with(invoice) if not one.is_missing],
        "invoice_lines": lines_of(invoice.address),
        "party": party if party is not None and print_of(party) != print_of(invoice) else None,
        "party_lines": lines_of(party.address) if party is not None else (),
    }


def _search(request: HttpRequest, at: At, order: Order, typed: forms.Typed | None) -> dict[str, object]:
    asked = typed.get("find") if typed else text(request.GET, "find")
    found, count = shown.found_products(order, at.catalogue, asked)
    return {"find": asked, "found": found, "found_count": count, "found_more": max(0, count - len(found))}
