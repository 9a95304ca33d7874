"""What one customer bought: its balance, recording what it used, what was used, and all of it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.desk import models, uploads
from handrail.desk.entitled import bought_of
from handrail.desk.orders.consuming import Used, What, foreseen, take_back, unfit, use
from handrail.desk.people import person_of
from handrail.desk.permissions import records_consumption
from handrail.desk.queries.entitlements import lines_of, rows_of_customer, uses_of
from handrail.desk.web.asked import identity
from handrail.desk.web.commanding import status_of
from handrail.desk.web.customers import customer_of
from handrail.desk.web.entitlements.cleaning import day_of
from handrail.desk.web.entitlements.listed import today_for
from handrail.desk.web.gate import me
from handrail.handoff.refusal import Mistake, Refused
from handrail.order.entitlement import Balance, Take, balances, written


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was written in the form, and what of it can be read."""

    what: str
    quantity: str
    used_on: str
    evidence: str
    reason: str

    def used(self) -> Used | Refused:
        """Or all that cannot be read."""
        number, day = _number(self.quantity), day_of(self.used_on)
        mistakes = []
        if not self.what:
            mistakes.append(Mistake(field="what", says="Choose what was used."))
        if number is None:
            mistakes.append(Mistake(field="quantity", says="Write how many were used: a number above 0."))
        if day is None:
            mistakes.append(Mistake(field="used_on", says="Write the day on which it was used."))
        if number is None or day is None or mistakes:
            return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=tuple(mistakes))
        return Used(quantity=number, used_on=day, evidence=self.evidence, reason=self.reason)


def _typed(post: QueryDict) -> Typed:
    names = ("what", "quantity", "used_on", "evidence", "reason")
    return Typed(**{name: post.get(name, "").strip() for name in names})


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None


def _what(text: str) -> What:
    """`42`, `sku WS-1` or `title A day with Ann`."""
    number = identity(text)
    if number is not None:
        return What(id=number)
    sort, _, said = text.partition(" ")
    return What(sku=said) if sort == "sku" else What(title=said)


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer, today = customer_of(customer_id), today_for(request)
    rows = rows_of_customer(customer.pk)
    if request.method != "POST":
        return _page(request, customer, rows, today)
    if "together" in request.POST:
        return _take_back(request, customer, rows, today)
    typed = _typed(request.POST)
    used = typed.used()
    if isinstance(used, Refused):
        return _page(request, customer, rows, today, typed=typed, refused=used)
    if request.POST.get("do") == "look":
        takes = foreseen(customer.pk, _what(typed.what), used)
        refused = takes if isinstance(takes, Refused) else None
        takes = () if isinstance(takes, Refused) else takes
        return _page(request, customer, rows, today, typed=typed, refused=refused, takes=takes)
    return _record(request, customer, rows, typed, used)


def _record(
    request: HttpRequest, customer: models.Customer, rows: list[models.Entitlement], typed: Typed, used: Used
) -> HttpResponse:
    today, now = today_for(request), timezone.now()
    refused = records_consumption(request.user, customer.owner_id)
    with_file = used if refused else _with_file(request, used, rows, today, now)
    if isinstance(with_file, Refused):
        refused = with_file
    if refused is None and isinstance(with_file, Used):
        outcome = use(customer.pk, _what(typed.what), with_file, by=me(request), today=today, now=now)
        if not isinstance(outcome, Refused):
            parts = ", ".join(f"{written(one.quantity)} of {one.row.title} ({_dated(one.row)})" for one in outcome)
            messages.success(request, f"Recorded: {written(used.quantity)} used. Drawn from: {parts}.")
            return redirect("customer-entitlements", customer.pk)
        refused = outcome
    return _page(request, customer, rows, today, typed=typed, refused=refused)


def _dated(row: models.Entitlement) -> str:
    return f"by {row.consume_by}" if row.consume_by else f"sold on {row.sold_on}"


def _with_file(
    request: HttpRequest, used: Used, rows: list[models.Entitlement], today: date, now: datetime
) -> Used | Refused:
    """A file is kept with the handoff of the newest order; where there is none, words and links are enough. It is kept
    only once all else fits."""
    file, handoff_id = request.FILES.get("file"), handoff_of(rows)
    if not isinstance(file, UploadedFile) or handoff_id is None:
        return used
    marked = Used(quantity=used.quantity, used_on=used.used_on, evidence=used.evidence or file.name or "…")
    refused = unfit(marked, today)
    if refused is not None:
        return refused
    kept = uploads.keep(file, handoff_id, by=person_of(me(request)), now=now)
    if isinstance(kept, Refused):
        return Refused(code="unfit", says=kept.says, mistakes=(Mistake(field="file", says=kept.says),))
    return Used(quantity=used.quantity, used_on=used.used_on, evidence=used.evidence, reason=used.reason, upload=kept)


def handoff_of(rows: list[models.Entitlement]) -> int | None:
    """The one that the newest order began, else the one that took it through its validation."""
    orders = sorted((row.order for row in rows if row.order is not None), key=lambda one: -one.pk)
    return next((found for one in orders if (found := one.onward_id or one.handoff_id) is not None), None)


def _take_back(
    request: HttpRequest, customer: models.Customer, rows: list[models.Entitlement], today: date
) -> HttpResponse:
    together = request.POST.get("together", "")
    outcome = take_back(customer.pk, together, request.POST.get("back_reason", ""), by=me(request), now=timezone.now())
    if isinstance(outcome, Refused):
        return _page(request, customer, rows, today, refused=outcome, back=together)
    messages.success(request, f"Taken back: {written(outcome)} can be called for again.")
    return redirect("customer-entitlements", customer.pk)


@dataclass(frozen=True, kw_only=True)
class Choice:
    key: str
    title: str


def _page(
    request: HttpRequest,
    customer: models.Customer,
    rows: list[models.Entitlement],
    today: date,
    *,
    typed: Typed | None = None,
    refused: Refused | None = None,
    takes: tuple[Take, ...] = (),
    back: str = "",
) -> HttpResponse:
    bought, by_id = [bought_of(row) for row in rows], {row.pk: row for row in rows}
    found = balances(bought, today)
    context = {
        "row": customer,
        "balances": found,
        "lines": lines_of(rows, today),
        "uses": uses_of([row.pk for row in rows]),
        "reminders": models.Reminder.objects.filter(customer=customer).order_by("-id")[:10],
        "choices": _choices(found),
        "single": [one for one in lines_of(rows, today) if one.left and one.state != "as bought"],
        "typed": typed or Typed(what="", quantity="", used_on=today.isoformat(), evidence="", reason=""),
        "cannot_record": records_consumption(request.user, customer.owner_id),
        "keeps_files": handoff_of(rows) is not None,
        "takes": [(by_id[one.id], one.quantity, bought_of(by_id[one.id]).left - one.quantity) for one in takes],
        "today": today,
        "back": back,
        "refused": refused if refused and not refused.mistakes else None,
        "mistakes": refused.mistakes if refused else (),
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
    }
    return render(request, "entitlements/customer.html", context, status=status_of(refused))


def _choices(found: tuple[Balance, ...]) -> list[Choice]:
    """All that something is left of; which of them is used first is worked out."""
    return [
        Choice(
            key=f"sku {one.sku}" if one.sku else f"title {one.title}",
            title=f"{one.title} ({written(one.left)} left)",
        )
        for one in found
        if one.left and one.is_counted
    ]
