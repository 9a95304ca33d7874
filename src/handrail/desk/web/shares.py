"""Who looks after an account beside its owner: ended, prolonged, or taken from its pool, on the account's page.

One rule: whoever it concerns may, and who makes transfers.
"""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from handrail.desk import models
from handrail.desk.permissions import shares_accounts
from handrail.desk.transfers import sharing
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused


@require_POST
def changed(request: HttpRequest, customer_id: int, share_id: int) -> HttpResponse:
    rows = models.Share.objects.select_related("customer", "person", "team")
    share = rows.filter(pk=share_id, customer=customer_id).first()
    if share is None:
        raise Http404("There is no such share of this account.")
    require(shares_accounts(me(request), share))
    refused = _changed(request, share)
    if refused is not None:
        messages.error(request, refused.says)
    else:
        messages.success(request, "Done.")
    return redirect("customer", customer_id)


def _changed(request: HttpRequest, share: models.Share) -> Refused | None:
    now, by = timezone.now(), me(request)
    match request.POST.get("do", ""):
        case "take":
            return sharing.take_from_pool(share.pk, by, by=by, now=now)
        case "prolong":
            try:
                until = date.fromisoformat(request.POST.get("until", ""))
            except ValueError:
                return Refused(code="unfit", says="Write the day as in 2026-12-31.")
            return sharing.prolong(share.pk, until, by=by, now=now)
        case _:
            return sharing.end_by_hand(share.pk, by=by, now=now)
