"""What holds for the whole catalogue: languages, currencies, kinds of customers, territories, who may see it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.desk.catalogue_drafts import Standing, print_of, settings_of, standing, write_settings
from handrail.desk.permissions import edits_catalogue
from handrail.desk.queries.catalogue import territories_view
from handrail.desk.web.catalogue.frame import opened, page
from handrail.desk.web.catalogue.settings_form import (
    SettingsForm,
    Territories,
    settings_initial,
    settings_typed,
    territories_initial,
)
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest) -> HttpResponse:
    at = opened(request)
    if request.method != "POST":
        return _page(request, at)
    require(edits_catalogue(me(request)))
    form, territories = SettingsForm(request.POST), Territories(request.POST, prefix="territories")
    if not (form.is_valid() & territories.is_valid()):
        return _page(request, at, form, territories, status=422)
    typed = settings_typed(at.catalogue, form, territories)
    refused = write_settings(typed, seen=form.cleaned_data["seen"], by=me(request), now=timezone.now())
    if refused is None:
        messages.success(request, "The settings were changed in the draft.")
        return redirect("catalogue-settings")
    sent = request.POST.copy()
    sent["seen"] = print_of(settings_of(standing().catalogue))
    return _page(request, standing(), SettingsForm(sent), territories, refused, status=409)


def _page(
    request: HttpRequest,
    at: Standing,
    form: SettingsForm | None = None,
    territories: object = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    one = at.catalogue
    begun = {**settings_initial(one), "seen": print_of(settings_of(one))}
    more = {
        "form": form or SettingsForm(initial=begun),
        "territories": territories or Territories(prefix="territories", initial=territories_initial(one.territories)),
        "known": territories_view(one),
        "refused": refused,
    }
    return page(request, at, "catalogue-settings", "catalogue/settings.html", more, status=status)
