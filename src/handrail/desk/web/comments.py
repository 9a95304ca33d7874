"""Comments on anything: saying, changing and taking back, the place of one, and whom to name.

One rule: every page that shows a thread sends it here and comes back to it; what was refused keeps what was typed.

A page shows a thread with

    {% include "comments/thread.html" with thread=thread %}

where `thread` is `queries.comments.thread_of(Subject(customer=3), me(request))`, and with `comments.css` and
`comments.js` in its head, which `comments/head.html` has.
"""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from handrail.desk import comments, models
from handrail.desk.comments import Said, Subject
from handrail.desk.mentions import suggestions
from handrail.desk.permissions import sees_orders
from handrail.desk.queries.comments import on_of, thread_of
from handrail.desk.queries.opened import open_handoff, title_of_step
from handrail.desk.runbooks import runbook_of
from handrail.desk.web.asked import identity, text
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.handoff.people import Person
from handrail.handoff.refusal import Refused
from handrail.runbook.words import listed


@require_POST
def said(request: HttpRequest) -> HttpResponse:
    subject = _subject(me(request), request.POST.get("on", ""), request.POST.get("about", ""))
    written = request.POST.get("text", "")
    outcome = comments.say(subject, written, by=me(request), now=timezone.now())
    if isinstance(outcome, Refused):
        return _refused(request, subject, outcome, written, None)
    return _answered(request, subject, outcome)


@require_POST
def changed(request: HttpRequest, comment_id: int) -> HttpResponse:
    """`do=take-back` takes it back."""
    row = _row(comment_id)
    subject, written, now = _subject_of(me(request), row), request.POST.get("text", ""), timezone.now()
    if request.POST.get("do") == "take-back":
        refused = comments.take_back(row.pk, by=me(request), now=now)
        return _refused(request, subject, refused, "", row.pk) if refused else _answered(request, subject, row)
    outcome = comments.change(row.pk, written, subject, by=me(request), now=now)
    if isinstance(outcome, Refused):
        return _refused(request, subject, outcome, written, row.pk)
    return _answered(request, subject, outcome)


@require_safe
def place(request: HttpRequest, comment_id: int) -> HttpResponse:
    row = _row(comment_id)
    return redirect(f"{page_of(_subject_of(me(request), row))}#comment-{row.pk}")


@never_cache
@require_safe
def names(request: HttpRequest) -> JsonResponse:
    found = suggestions(text(request.GET, "q"))
    return JsonResponse({"people": [{"name": one.name, "team": one.team, "writes": one.writes} for one in found]})


# ------------------------------------------------------------------------------------------------------------- answers


def _answered(request: HttpRequest, subject: Subject, outcome: Said | models.Comment) -> HttpResponse:
    """Where a script sent it, the thread as it is now; else back to it."""
    says = _kept(outcome.told) if isinstance(outcome, Said) else "Taken back."
    if _by_script(request):
        return _thread(request, subject, says=says)
    messages.success(request, says)
    return redirect("comment", outcome.comment.pk) if isinstance(outcome, Said) else redirect(page_of(subject))


def _kept(told: tuple[Person, ...]) -> str:
    if not told:
        return "Kept."
    return f"Kept. {listed([one.name for one in told])} {'is' if len(told) == 1 else 'are'} told of it."


def _refused(
    request: HttpRequest, subject: Subject, refused: Refused, written: str, changing: int | None
) -> HttpResponse:
    status = status_of(refused)
    if _by_script(request):
        return _thread(request, subject, refused, written, changing)
    context = {"subject": subject, "back": page_of(subject), "says": refused.says, "typed": written}
    context |= {
        "thread": replace(thread_of(subject, me(request)), typed=written, error=refused.says),
        "changing": changing,
    }
    return render(request, "comments/write.html", context, status=status)


def _thread(
    request: HttpRequest,
    subject: Subject,
    refused: Refused | None = None,
    written: str = "",
    changing: int | None = None,
    says: str = "",
) -> HttpResponse:
    thread = thread_of(subject, me(request))
    if refused is not None:
        thread = replace(thread, typed=written, error=refused.says, changing=changing)
    return render(request, "comments/thread.html", {"thread": thread, "says": says}, status=status_of(refused))


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Handrail-Part") == "comments"


# ------------------------------------------------------------------------------------------------- what is spoken of


def _row(comment_id: int) -> models.Comment:
    row = models.Comment.objects.filter(pk=comment_id).first()
    if row is None:
        raise Http404("There is no such comment.")
    return row


def _subject_of(reader: models.Person, row: models.Comment) -> Subject:
    spoken_of = Subject(handoff=row.handoff_id, customer=row.customer_id, order=row.order_id, runbook=row.runbook)
    return _subject(reader, on_of(spoken_of), row.about)


def _subject(reader: models.Person, on: str, about: str) -> Subject:
    """Raises `Http404` where there is nothing of the kind to speak of, `PermissionDenied` where they may not see it."""
    sort, _, name = on.partition(":")
    key = identity(name)
    match sort:
        case "handoff" if key is not None:
            return _in_handoff(key, about)
        case "customer" if key is not None:
            row = models.Customer.objects.filter(pk=key).first()
            if row is not None and _is_about(about, ("fact", "document")):
                return Subject(customer=row.pk, about=about, title=row.name)
        case "order" if key is not None:
            require(sees_orders(reader))
            number = models.Order.objects.filter(pk=key).values_list("number", flat=True).first()
            if number is not None and not about:
                return Subject(order=key, title=f"order {number}")
        case "runbook":
            version = (
                models.RunbookVersion.objects.filter(name=name, is_current=True).select_related("calendar").first()
            )
            if version is not None and _is_about(about, ("step", "decision", "fact")):
                return Subject(runbook=name, about=about, title=runbook_of(version).title)
        case _:
            pass
    raise Http404("There is nothing there to speak of.")


def _is_about(about: str, sorts: tuple[str, ...]) -> bool:
    sort, _, name = about.partition(":")
    return not about or (sort in sorts and bool(name) and len(about) <= 140 and about.isprintable())


def _in_handoff(handoff_id: int, about: str) -> Subject:
    try:
        opened = open_handoff(handoff_id)
    except models.Handoff.DoesNotExist:
        raise Http404("There is no such handoff.") from None
    sort, _, name = about.partition(":")
    runbook, customer = opened.plan.runbook, opened.row.customer.name
    titles = {
        "": lambda: customer,
        "step": lambda: f"“{title_of_step(opened, name)}” of {customer}",
        "decision": lambda: f"{runbook.decisions[name].title if name in runbook.decisions else name} of {customer}",
        "fact": lambda: f"{runbook.facts[name].title if name in runbook.facts else name} of {customer}",
        "document": lambda: f"the handover document of {customer}",
    }
    if sort not in titles or not _is_about(about, tuple(titles)):
        raise Http404("There is nothing there to speak of.")
    return Subject(handoff=handoff_id, about=about, title=titles[sort]())


def page_of(subject: Subject) -> str:
    """The page that shows the thread."""
    sort, _, name = subject.about.partition(":")
    if subject.customer is not None:
        return reverse("customer", args=[subject.customer])
    if subject.order is not None:
        return reverse("order-comments", args=[subject.order])
    if subject.handoff is None:
        return reverse("runbook", args=[subject.runbook])
    match sort:
        case "step":
            return reverse("step", args=[subject.handoff, name])
        case "decision":
            return reverse("decision", args=[subject.handoff, name])
        case "document" if name.isdigit():
            return reverse("signed", args=[subject.handoff, int(name)])
        case _:
            return reverse("handoff", args=[subject.handoff])
