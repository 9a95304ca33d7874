"""Who wants no more messages: the page on which somebody outside says so, and the list for CS Operations.

One rule: nothing happens by looking. Programs follow links in mail to see whether they are safe; only what is posted
counts (RFC 8058), and that needs neither a cookie nor a page that was looked at before.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from handrail.desk import unsubscribing
from handrail.desk.permissions import sees_mail
from handrail.desk.post import subscriptions
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.post import unsubscribed_page
from handrail.desk.web.asked import text
from handrail.desk.web.caller import too_many
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused

MOST_A_MINUTE = 30  # from one network


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    require(sees_mail(me(request)))
    if request.method != "POST":
        return _list(request)
    address = request.POST.get("address", "")
    refused = subscriptions.take_back(address, request.POST.get("reason", ""), me(request), now=timezone.now())
    if refused is not None:
        return _list(request, refused, address)
    messages.success(request, f"{address} gets messages again.")
    return redirect("unsubscribed")


def _list(request: HttpRequest, refused: Refused | None = None, address: str = "") -> HttpResponse:
    looked_for = text(request.GET, "q")
    context = {
        "page": unsubscribed_page(looked_for, page_number(request.GET.get("page", ""))),
        "looked_for": looked_for,
        "refused": refused,
        "address": address,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "post/unsubscribed.html", context, status=status_of(refused))


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the address, without signing in."""
    if too_many(request, "unsubscribe", MOST_A_MINUTE):
        return _shown(request, "customer/wait.html", 429)
    delivery, reminder = unsubscribing.delivery_of(token), unsubscribing.reminder_of(token)
    if reminder is None and (delivery is None or delivery.person_id is not None):
        return _shown(request, "customer/invalid.html", 404)
    address = reminder.address if reminder else delivery.to[1] if delivery else ""
    if request.method == "POST":
        how = "with one click" if request.POST.get("List-Unsubscribe") == "One-Click" else "through a link"
        if reminder is not None:
            subscriptions.leave_reminders(reminder, how, now=timezone.now())
        elif delivery is not None:
            subscriptions.leave(delivery, how, now=timezone.now())
    is_out = unsubscribing.is_unsubscribed(address)
    return _shown(request, "post/unsubscribe.html", 200, address=address, is_out=is_out)


def _shown(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    response = render(request, template, {"company": settings.COMPANY, **context}, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
