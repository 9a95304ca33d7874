"""The notices of the signed-in person: the centre, opening one, marking as seen, and how they want to be told.

One rule: a person sees and marks their own notices only; somebody else's do not exist for them.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.desk.models import Notice, Person
from handrail.desk.queries.notices import by_day, has_unseen, next_digest, notices_of
from handrail.desk.queries.pages import page_number
from handrail.desk.transfers.telling import WHOLE
from handrail.desk.web.asked import identity, text
from handrail.desk.web.gate import me
from handrail.desk.web.tags import NOTICES

# How each sort is told on the page of settings.
WORDS = {
    "work": "Something became yours to do, or a role was given to you",
    "approval": "You are asked to approve, to accept or to decide",
    "reminder": "Something still waits for you",
    "warning": "Something of yours is soon late",
    "answer": "What you asked for or handed in was approved, rejected, accepted or refused; somebody outside answered",
    "mention": "Somebody mentions you in a comment",
    "role": "A role is no longer yours",
    "told": "How a step turned out that you are informed of; a handoff stopped, goes on or is over",
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    person, now = me(request), timezone.now()
    sort = text(request.GET, "sort") if request.GET.get("sort") in NOTICES else ""
    only = request.GET.get("matters") == "yes"
    page = notices_of(person.pk, sort, only, page_number(request.GET.get("page", "")), now)
    context = {
        "page": page,
        "days": by_day(page.rows, person.pk, now),
        "sort": sort,
        "sorts": [(name, word) for name, (_, _, word) in NOTICES.items()],
        "only": only,
        "filtered": bool(sort or only),
        "unseen": has_unseen(person.pk),
        "newest": max((row.id for row in page.rows), default=0),
    }
    return render(request, "notices/list.html", context)


@never_cache
@require_safe
def opened(request: HttpRequest, notice_id: int) -> HttpResponse:
    """To the very thing. Whoever comes there has seen the notice; a browser that only looks ahead has not."""
    row = _mine(request).filter(pk=notice_id).first()
    if row is None:
        raise Http404("There is no such notice of yours. It may be older than 90 days.")
    if request.method == "GET" and not _looks_ahead(request):
        _see(_mine(request).filter(pk=notice_id))
    return redirect(place_of(row))


def _looks_ahead(request: HttpRequest) -> bool:
    purpose = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return "prefetch" in purpose or request.headers.get("Sec-Fetch-Dest", "document") != "document"


def place_of(row: Notice) -> str:
    """The comment, the step, the decision, the long work, or the part of the handoff's page that a notice is about."""
    if row.about == "long work":
        return reverse("long-work", args=[row.name])
    if row.about == "comment":
        return reverse("comment", args=[int(row.name)])
    if row.about == "entitlements":
        return reverse("customer-entitlements", args=[int(row.name)])
    if row.about == "transfer":
        return _in_transfer(row.name)
    if row.handoff_id is None:
        return reverse("work")
    handoff = reverse("handoff", args=[row.handoff_id])
    match row.about:
        case "step":
            return reverse("step", args=[row.handoff_id, row.name])
        case "decision":
            return reverse("decision", args=[row.handoff_id, row.name])
        case "facts":
            return f"{handoff}?give=1#facts"
        case "role":
            return f"{handoff}#people"
        case _:
            return handoff


def _in_transfer(name: str) -> str:
    """Where its accounts are answered; or what of them was refused; or the whole."""
    number, _, shown = name.partition(" ")
    if shown == WHOLE:
        return reverse("transfer", args=[int(number)])
    return reverse("transfer-answer", args=[int(number)]) + (f"?show={shown}" if shown else "")


@require_POST
def seen(request: HttpRequest, notice_id: int) -> HttpResponse:
    rows = _mine(request).filter(pk=notice_id)
    if not rows.exists():
        raise Http404("There is no such notice of yours.")
    _see(rows)
    return redirect(_back(request))


@require_POST
def all_seen(request: HttpRequest) -> HttpResponse:
    """All up to the newest that the page showed: what came meanwhile stays unseen."""
    newest = identity(request.POST.get("newest", ""))
    rows = _mine(request)
    _see(rows if newest is None else rows.filter(pk__lte=newest))
    return redirect(_back(request))


def _mine(request: HttpRequest) -> QuerySet[Notice]:
    return Notice.objects.filter(person=me(request))


def _see(rows: QuerySet[Notice]) -> None:
    rows.filter(seen_at=None).update(seen_at=timezone.now())


def _back(request: HttpRequest) -> str:
    """The page of the centre that it was sent from."""
    asked = request.POST.get("back", "")
    own = asked.startswith(reverse("notices")) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if own else reverse("notices")


class SettingsForm(forms.Form):
    mail = forms.ChoiceField(
        label="Tell me by e-mail",
        choices=[
            ("at once", "At once, as it happens"),
            ("daily", "Once a day, when my working day begins"),
            ("off", "Not at all, but for what is late"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the three.", "invalid_choice": "Choose one of the three."},
    )
    sorts = forms.MultipleChoiceField(
        label="Of what", required=False, choices=list(WORDS.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        wanted = [name for name in WORDS if name not in person.muted]
        super().__init__(data, initial={"mail": person.mail, "sorts": wanted})

    @property
    def muted(self) -> list[str]:
        return [name for name in WORDS if name not in self.cleaned_data["sorts"]]


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    person = me(request)
    form = SettingsForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        # Nothing else of the person is written: what an administrator changes meanwhile stays.
        Person.objects.filter(pk=person.pk).update(mail=form.cleaned_data["mail"], muted=form.muted)
        messages.success(request, "You are told as you chose from now on.")
        return redirect("notice-settings")
    context = {"form": form, "next": next_digest(person.pk, timezone.now())}
    return render(request, "notices/settings.html", context, status=422 if form.is_bound else 200)
