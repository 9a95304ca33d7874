"""The links of the people outside: making, sending and revoking them.

One rule: an address is shown to whoever made it, once, in the answer to the form that made it.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk import customer_links, inviting
from handrail.desk.permissions import gives_customers_links, reads_the_audit
from handrail.desk.queries.contacts_outside import contact_lines
from handrail.desk.queries.customer_links import link_lines
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.web.commanding import Visit, status_of, visit
from handrail.desk.web.gate import me, require
from handrail.handoff.contacts import Contact
from handrail.handoff.holders import roles_of
from handrail.handoff.refusal import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """The links there are. The address of a new one is in the answer to the form that made it, and nowhere else."""
    at = _visited(request, handoff_id)
    if request.method != "POST":
        return _page(request, at)
    label, days = request.POST.get("label", ""), request.POST.get("days", "")
    if "do" in request.POST:
        return _for_contacts(request, at, days)
    outcome = customer_links.make(at.opened.row, label, days, me(request), now=at.now)
    if isinstance(outcome, Refused):
        return _page(request, at, refused=outcome)
    return _page(request, at, address=request.build_absolute_uri(reverse("customer-part", args=[outcome])))


def _for_contacts(request: HttpRequest, at: Visit, days: str) -> HttpResponse:
    """Links of those who were chosen: sent to them, or made anew to be copied."""
    whom = inviting.chosen(at.opened, request.POST.getlist("contact"))
    if request.POST["do"] == "make":
        made = inviting.make_each(at.opened, whom, days, me(request), now=at.now)
        if isinstance(made, Refused):
            return _page(request, at, refused=made)
        each = [(one, request.build_absolute_uri(reverse("customer-part", args=[made[one.email]]))) for one in whom]
        return _page(request, at, addresses=each)
    sent = inviting.invite(at.opened, whom, days, me(request), at.me, now=at.now)
    if isinstance(sent, Refused):
        return _page(request, at, refused=sent)
    messages.success(request, f"The link to their page goes out to {sent} contact{'' if sent == 1 else 's'}.")
    return redirect("customer-links", at.opened.row.pk)


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


def _page(
    request: HttpRequest,
    at: Visit,
    refused: Refused | None = None,
    address: str = "",
    addresses: Sequence[tuple[Contact, str]] = (),
) -> HttpResponse:
    context = {
        "view": handoff_view(at.opened, at.me, at.now),
        "links": link_lines(at.opened.row.pk, at.now),
        "address": address,
        "addresses": addresses,
        "contacts": contact_lines(at.opened, at.now),
        "chosen": request.POST.getlist("contact") if refused else (),
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "label": request.POST.get("label", "") if refused else "",
        "days": request.POST.get("days", "") if refused else customer_links.USUAL_DAYS,
        "most_days": customer_links.MOST_DAYS,
        "runs": at.opened.row.status == "running",
        "reads_the_audit": reads_the_audit(request.user) is None,
    }
    return render(request, "handoff/links.html", context, status=status_of(refused))
