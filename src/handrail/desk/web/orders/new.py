"""Beginning an order: for which customer, in which currency and language."""

from babel import Locale
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.desk import catalogue, models
from handrail.desk.orders import drafting
from handrail.desk.permissions import writes_orders
from handrail.desk.queries.customers import named
from handrail.desk.web.asked import identity, text
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused
from handrail.order.catalogue import Catalogue

_MOST_FOUND = 12


class NewForm(forms.Form):
    currency = forms.ChoiceField(
        label="Currency", help_text="An order is in one currency.", error_messages={"required": "Choose the currency."}
    )
    language = forms.ChoiceField(label="Language of the order", help_text="Products are described in it.")

    def __init__(self, *given: object, known: Catalogue, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        words = Locale("en").languages
        self.fields["currency"].choices = [(one, one) for one in known.currencies]  # type: ignore[attr-defined]
        self.fields["language"].choices = [(one, words.get(one, one)) for one in known.languages]  # type: ignore[attr-defined]
        self.fields["language"].initial = known.language


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Without a customer one is looked for; with one the order is begun."""
    require(writes_orders(me(request)))
    asked = request.POST if request.method == "POST" else request.GET
    customer = models.Customer.objects.filter(pk=identity(asked.get("customer", "")) or 0).first()
    known = catalogue.current_catalogue()
    if known is None:
        context: dict[str, object] = {"refused": drafting.NO_CATALOGUE}
        return render(request, "orders/new.html", context, status=409 if request.method == "POST" else 200)
    if customer is None:
        return _looked_for(request, text(asked, "q"))
    form = NewForm(request.POST if request.method == "POST" else None, known=known)
    if request.method != "POST" or not form.is_valid():
        context = {"customer": customer, "form": form, "before": customer.orders.count()}
        return render(request, "orders/new.html", context, status=422 if request.method == "POST" else 200)
    begun = drafting.draft(
        customer.pk,
        by=me(request),
        now=timezone.now(),
        currency=form.cleaned_data["currency"],
        language=form.cleaned_data["language"],
    )
    if isinstance(begun, Refused):
        form.add_error(None, begun.says)
        return render(request, "orders/new.html", {"customer": customer, "form": form}, status=409)
    return redirect("order", begun.pk)


def _looked_for(request: HttpRequest, words: str) -> HttpResponse:
    found = list(named(words).select_related("owner")[: _MOST_FOUND + 1]) if words else []
    context = {"words": words, "found": found[:_MOST_FOUND], "more": len(found) > _MOST_FOUND}
    return render(request, "orders/new.html", context, status=422 if request.method == "POST" else 200)
