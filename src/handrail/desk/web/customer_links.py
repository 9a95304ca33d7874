"""The links of a handoff's customer: making and revoking them, and the page that the customer sees.

One rule: whoever has an address that is not valid learns nothing, neither why not nor whether it ever was.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.desk import customer_links
from handrail.desk.permissions import gives_customers_links, reads_the_audit
from handrail.desk.queries.customer_links import link_lines
from handrail.desk.queries.customer_part import customer_part
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.queries.opened import open_handoff
from handrail.desk.web.caller import network_of, too_many
from handrail.desk.web.commanding import Visit, status_of, visit
from handrail.desk.web.gate import me, require
from handrail.handoff.holders import roles_of
from handrail.handoff.refusal import Refused

MOST_A_MINUTE = 30  # from one network


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """The links there are. The address of a new one is in the answer to the form that made it, and nowhere else."""
    at = _visited(request, handoff_id)
    if request.method != "POST":
        return _page(request, at)
    label, days = request.POST.get("label", ""), request.POST.get("days", "")
    outcome = customer_links.make(at.opened.row, label, days, me(request), now=at.now)
    if isinstance(outcome, Refused):
        return _page(request, at, refused=outcome)
    return _page(request, at, address=request.build_absolute_uri(reverse("customer-part", args=[outcome])))


@require_POST
def revoke(request: HttpRequest, handoff_id: int, link_id: int) -> HttpResponse:
    at = _visited(request, handoff_id)
    link = customer_links.revoke(handoff_id, link_id, me(request), now=at.now)
    if link is None:
        raise Http404("This handoff has no such link, or it was revoked before.")
    messages.success(request, f"The link of {link.label} is not valid any more. If that was a mistake, make a new one.")
    return redirect("customer-links", handoff_id)


def _visited(request: HttpRequest, handoff_id: int) -> Visit:
    at = visit(request, handoff_id)
    require(gives_customers_links(me(request), bool(roles_of(at.opened.plan, at.opened.state, at.me))))
    return at


def _page(request: HttpRequest, at: Visit, refused: Refused | None = None, address: str = "") -> HttpResponse:
    context = {
        "view": handoff_view(at.opened, at.me, at.now),
        "links": link_lines(at.opened.row.pk, at.now),
        "address": address,
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "label": request.POST.get("label", "") if refused else "",
        "days": request.POST.get("days", "") if refused else customer_links.USUAL_DAYS,
        "most_days": customer_links.MOST_DAYS,
        "runs": at.opened.row.status == "running",
        "reads_the_audit": reads_the_audit(request.user) is None,
    }
    return render(request, "handoff/links.html", context, status=status_of(refused))


@login_not_required
@never_cache
@require_safe
def part(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's page: for whoever has the address, without signing in."""
    if too_many(request, "customer-part", MOST_A_MINUTE):
        return _shown(request, "customer/wait.html", {}, 429)
    agent, now = request.headers.get("User-Agent", ""), timezone.now()
    link = customer_links.look(token, network_of(request), agent, now=now, counts=request.method == "GET")
    if link is None:
        return _shown(request, "customer/invalid.html", {}, 404)
    shown = customer_part(open_handoff(link.handoff_id), link.label, now)
    return _shown(request, "customer/part.html", {"part": shown, "company": settings.COMPANY})


def _shown(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """Nothing keeps it, nothing lists it, and no site that it leads to learns its address."""
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
