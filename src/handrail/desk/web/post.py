"""Mail that came in: the list of what is nobody's, one mail, and what came with it.

One rule: nothing of a mail is shown as anything but text, and what came with it is handed out as a download only.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import models, uploads
from handrail.desk.permissions import sees_mail
from handrail.desk.post import claiming, keeping, reading
from handrail.desk.queries.finding import found
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.post import (
    VIEWS,
    claimable,
    mail_page,
    mail_row,
    mail_view,
    offered_for,
)
from handrail.desk.web.asked import identity, text
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused


@never_cache
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    require(sees_mail(me(request)))
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "nobodys"
    page = mail_page(view, page_number(request.GET.get("page", "")))
    views = [(name, title) for name, (_, title) in VIEWS.items()]
    return render(request, "post/list.html", {"page": page, "view": view, "views": views})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, key: str) -> HttpResponse:
    row = _mail(request, key)
    if request.method != "POST":
        return _page(request, row)
    require(sees_mail(me(request)))
    outcome = _done(request, row)
    if isinstance(outcome, Refused):
        return _page(request, _mail(request, key), outcome)
    messages.success(request, _SAYS[models.Mail.State(outcome.state)])
    return redirect("mail", key) if outcome.state != models.Mail.State.PUT_AWAY else redirect("mail-inbox")


_SAYS = {
    models.Mail.State.CLAIMED: "Assigned: it stands in the handoff, whose people are told.",
    models.Mail.State.PUT_AWAY: "Put away. It can be taken up again.",
    models.Mail.State.UNCLAIMED: "Taken up again: it waits to be assigned.",
}


def _mail(request: HttpRequest, key: str) -> models.Mail:
    """Whoever sees handoffs sees their mail; what is nobody's only who sorts it."""
    row = mail_row(key)
    if row is None or row.handoff_id is None:
        require(sees_mail(me(request)))
    if row is None:
        raise Http404("There is no such mail.")
    return row


def _done(request: HttpRequest, row: models.Mail) -> models.Mail | Refused:
    post, by, now = request.POST, me(request), timezone.now()
    match post.get("do"):
        case "assign":
            asked = claiming.Claim(
                handoff=post.get("handoff", "").strip(),
                contact=post.get("contact", ""),
                step=post.get("step", ""),
                reason=post.get("reason", ""),
            )
            return claiming.claim(row.key, asked, by, now=now)
        case "put away":
            return claiming.put_away(row.key, post.get("reason", ""), by, now=now)
        case "take up":
            return claiming.take_up(row.key, by, now=now)
        case _:
            raise Http404("A mail has no such action.")


def _page(request: HttpRequest, row: models.Mail, refused: Refused | None = None) -> HttpResponse:
    asked = request.POST if refused else request.GET
    chosen = identity(asked.get("handoff", "").strip().removeprefix("#"))
    sorts = row.state == models.Mail.State.UNCLAIMED and sees_mail(me(request)) is None
    looked_for = text(request.GET, "find")
    context = {
        "view": mail_view(row),
        "sorts": sorts,
        "may_sort": sees_mail(me(request)) is None,
        "offered": offered_for(row) if sorts else (),
        "chosen": claimable(chosen) if sorts and chosen else None,
        "looked_for": looked_for,
        "found": found(looked_for).handoffs if sorts and looked_for else (),
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "typed": request.POST if refused else {},
    }
    return render(request, "post/mail.html", context, status=status_of(refused))


@require_safe
def file(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What it says it is, or it is not handed out."""
    row = _mail(request, key)
    told = next((one for one in row.files if one["number"] == number), None)
    raw = keeping.kept(row.key) if told else None
    content = reading.file_in(raw, number) if raw is not None else None
    if told is None or content is None:
        raise Http404("No such file came with this mail, or it is not in the data folder any more.")
    name = uploads.safe_name(str(told["name"]))
    refused = uploads.unwelcome(SimpleUploadedFile(name, content), name)
    if refused is not None:
        raise Http404(f"It is not handed out. {refused.says}")
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
