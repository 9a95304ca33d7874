"""One thing that was bought: how it stands, what was used of it, and what can be done with it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.desk import models
from handrail.desk.orders.tidying import WORDS, Tidy, give, incomplete, why_not
from handrail.desk.queries.entitlements import lines_of, uses_of
from handrail.desk.web.commanding import status_of
from handrail.desk.web.entitlements.cleaning import day_of
from handrail.desk.web.entitlements.listed import ICONS, today_for
from handrail.desk.web.gate import me
from handrail.handoff.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    rows = models.Entitlement.objects.select_related("customer__owner", "order")
    row = rows.filter(pk=entitlement_id).first()
    if row is None:
        raise Http404("There is no such thing that was bought.")
    if request.method != "POST":
        return _page(request, row)
    name = next((one for one in WORDS if one == request.POST.get("action")), None)
    if name is None:
        raise Http404("There is nothing of that sort to do.")
    act = Tidy(name=name, day=day_of(request.POST.get("day", "")), reason=request.POST.get("reason", "").strip())
    refused = why_not(act, row, me(request)) or incomplete(act, today_for(request))
    if refused is None:
        (outcome,) = give(act, [row.pk], by=me(request), now=timezone.now())
        refused = outcome.refused
    if refused is not None:
        return _page(request, row, act, refused)
    messages.success(request, f"{act.words.did}: {row.title}.")
    return redirect("entitlement", row.pk)


def _page(
    request: HttpRequest, row: models.Entitlement, tried: Tidy | None = None, refused: Refused | None = None
) -> HttpResponse:
    (line,) = lines_of([row], today_for(request))
    asked = {name: why_not(Tidy(name=name), row, me(request)) for name in WORDS}
    context = {
        "row": row,
        "line": line,
        "acts": [(name, ICONS.get(name, "rotate-ccw"), WORDS[name]) for name, why in asked.items() if why is None],
        "why_none": next(iter(asked.values())),
        "uses": uses_of([row.pk]),
        "history": models.AuditEntry.objects.filter(about="entitlement", key=str(row.pk)).order_by("-at", "-id")[:50],
        "tried": tried,
        "written_day": request.POST.get("day", ""),
        "refused": refused if refused and not refused.mistakes else None,
        "mistakes": refused.mistakes if refused else (),
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "today": today_for(request),
    }
    return render(request, "entitlements/one.html", context, status=status_of(refused))
