"""All orders against the catalogue: how many are inside it month by month, and checking them all again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.long_work import rechecking
from handrail.desk.permissions import edits_catalogue, sees_orders
from handrail.desk.queries.long_work import progress_of
from handrail.desk.queries.order_share import AIM, rules_of, share_until
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recheck(request: HttpRequest) -> HttpResponse:
    person, now = me(request), timezone.now()
    require(sees_orders(person))
    if request.method == "POST":
        require(edits_catalogue(person))
        outcome = rechecking.begin(by=person, now=now)
        if isinstance(outcome, Refused):
            messages.warning(request, outcome.says)
        return redirect("orders-recheck")
    work = models.LongWork.objects.filter(sort=rechecking.NAME).order_by("-at", "-pk").first()
    context = {
        "share": share_until(now.date()),
        "aim": AIM,
        "current": catalogues.current(),
        "work": work,
        "progress": progress_of(work, now) if work is not None else None,
        "counts": work.report.get("counts", {}) if work is not None else {},
        "rules": rules_of(work),
        "cannot_recheck": edits_catalogue(person),
        "may_open_work": person.is_operations or (work is not None and work.by_id == person.pk),
    }
    return render(request, "orders/recheck.html", context)
