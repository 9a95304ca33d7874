"""What is done with the message of a step: sent, edited, paused, skipped; and what failed sent again.

One rule: what may arrive a second time is sent again only where a person says that they know that.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from handrail.desk import audit, models, outbox
from handrail.desk.queries.step import step_view
from handrail.desk.web.commanding import Visit
from handrail.desk.web.step_page import do, page
from handrail.handoff import commands as c
from handrail.handoff.duty import may
from handrail.handoff.items import known_step
from handrail.handoff.messaging import message_of
from handrail.handoff.refusal import Mistake, Refused

_SURE = "Say that you know that it may arrive twice."


def send(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    words = _words(request, at, name)
    subject, body = words.pop("", ("", ""))
    command = c.Send(by=at.me, step=name, subject=subject, body=body, wordings=words)
    return do(request, at, command, name, "Sent: it goes out to each person now, as is told below.")


def edit(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Edit(by=at.me, step=name, wordings=_words(request, at, name))
    return do(request, at, command, name, "Kept: these words are sent to this customer.")


def pause(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Pause(by=at.me, step=name, reason=request.POST.get("reason", ""))
    return do(request, at, command, name, "Paused: it does not send itself until somebody lets it go on.")


def go_on(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    return do(request, at, c.GoOn(by=at.me, step=name), name, "It goes on: it sends itself when its time comes.")


def skip(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Skip(by=at.me, step=name, reason=request.POST.get("reason", ""))
    return do(request, at, command, name, "Skipped: it is not sent to this customer.")


def send_again(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    number = request.POST.get("delivery", "")
    rows = models.Delivery.objects.filter(handoff=at.opened.row.pk, step=name).select_related("person")
    row = rows.filter(pk=int(number)).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
    if row is None:
        raise Http404("This step has no such delivery.")
    refused = may(at.opened.plan, at.opened.state, c.Send(by=at.me, step=name)) or _risk(request, row)
    if refused is not None:
        return page(request, at, step_view(at.opened, name, at.me, at.now), refused)
    if outbox.send_again(row.pk, at.now, though_unknown=row.state == models.Delivery.State.UNKNOWN):
        _tell(at, name, row)
        messages.success(request, f"It is on its way to {row.to[0]} again.")
    return redirect("step", at.opened.row.pk, name)


def _risk(request: HttpRequest, row: models.Delivery) -> Refused | None:
    if row.state != models.Delivery.State.UNKNOWN or request.POST.get("sure"):
        return None
    return Refused(code="unfit", says=_SURE, mistakes=(Mistake(field="sure", says=_SURE),))


def _tell(at: Visit, name: str, row: models.Delivery) -> None:
    title = known_step(at.opened.plan, at.opened.state, name).title
    was = "Nobody could tell whether it had arrived." if row.state == models.Delivery.State.UNKNOWN else row.error
    audit.write(
        action="sent again",
        about="handoff",
        key=at.opened.row.pk,
        name=at.opened.state.customer,
        says=f"“{title}” to {row.to[0]}. {was}",
    )


def _words(request: HttpRequest, at: Visit, name: str) -> dict[str, tuple[str, str]]:
    """By language, as far as they are typed."""
    post, step = request.POST, known_step(at.opened.plan, at.opened.state, name)
    if step.kind != "message":
        return {}
    languages = [one.language for one in message_of(at.opened.plan, step).wordings]
    fields = {one: f".{one}" if one else "" for one in languages}
    words = {one: (post.get(f"subject{end}", ""), _lines(post.get(f"body{end}", ""))) for one, end in fields.items()}
    return {one: both for one, both in words.items() if any(both)}


def _lines(text: str) -> str:
    """Browsers end lines with two characters."""
    return text.replace("\r\n", "\n")
