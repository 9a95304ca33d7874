"""The pages of lists that are kept under a name: keeping one, changing it, putting other filters in, deleting it.

One rule: what a view holds is said in words before it is kept or changed.
"""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk import saved_views
from handrail.desk.models import SavedView
from handrail.desk.permissions import changes_view
from handrail.desk.queries.saved_views import seen_by
from handrail.desk.web.gate import me, require
from handrail.desk.web.wanted import canonical, choices_for, in_words, wanted_of
from handrail.handoff.refusal import Refused

_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])


class ViewForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=saved_views.LONGEST_NAME,
        error_messages={"required": "Give the view a name."},
    )
    is_shared = forms.BooleanField(
        label="Everybody sees it",
        required=False,
        help_text="Others can open it. Only you and CS Operations change it.",
    )


@_reads_and_sends
def added(request: HttpRequest) -> HttpResponse:
    """`query` is what the list was asked for: in the address, or sent with the form."""
    asked = QueryDict(request.POST["query"]) if "query" in request.POST else request.GET
    query, form = canonical(asked), ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = saved_views.keep(me(request), query=query, now=timezone.now(), **form.cleaned_data)
        if isinstance(outcome, SavedView):
            messages.success(request, f"The view “{outcome.name}” is kept{_for_whom(outcome)}.")
            return redirect(_address(outcome))
        form.add_error("name", outcome.says)
    context = {"form": form, "query": query, "holds": in_words(query, me(request))}
    return render(request, "handoffs/view.html", context, status=422 if form.errors else 200)


@_reads_and_sends
def shown(request: HttpRequest, view_id: int) -> HttpResponse:
    view = _found(request, view_id)
    refused = _changing(request, view)
    if request.method == "POST":
        require(refused)
    form = ViewForm(request.POST if request.method == "POST" else None, initial=_initial(view))
    title, query = view.name, view.query
    if form.is_bound and form.is_valid():
        outcome = saved_views.change(view, **form.cleaned_data)
        if isinstance(outcome, SavedView):
            messages.success(request, f"The view “{outcome.name}” is changed.")
            return redirect(_address(outcome))
        form.add_error("name", outcome.says)
    asked = QueryDict(query)
    context = {
        "view": view,
        "title": title,
        "form": form,
        "query": query,
        "refused": refused,
        "is_mine": view.owner_id == me(request).pk,
        "holds": in_words(query, me(request)),
        "gone": choices_for(wanted_of(asked, me(request))).gone,
        "open_url": _address(view),
    }
    return render(request, "handoffs/view.html", context, status=422 if form.errors else 200)


@require_POST
def overwritten(request: HttpRequest, view_id: int) -> HttpResponse:
    view = _found(request, view_id)
    require(_changing(request, view))
    saved_views.overwrite(view, canonical(QueryDict(request.POST.get("query", ""))))
    messages.success(request, f"The view “{view.name}” now has these filters.")
    return redirect(_address(view))


@require_POST
def deleted(request: HttpRequest, view_id: int) -> HttpResponse:
    view = _found(request, view_id)
    require(_changing(request, view))
    saved_views.delete(view)
    messages.success(request, f"The view “{view.name}” was deleted. No handoff was.")
    return redirect("handoffs")


def _found(request: HttpRequest, view_id: int) -> SavedView:
    view = seen_by(me(request)).filter(pk=view_id).first()
    if view is None:
        raise Http404("There is no such view, or somebody keeps it for themselves.")
    return view


def _changing(request: HttpRequest, view: SavedView) -> Refused | None:
    person = me(request)
    return changes_view(person, is_mine=view.owner_id == person.pk, owner=view.owner.name)


def _initial(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "is_shared": view.is_shared}


def _for_whom(view: SavedView) -> str:
    return ", and everybody sees it" if view.is_shared else ""


def _address(view: SavedView) -> str:
    return f"{reverse('handoffs')}?{'&'.join(one for one in (view.query, f'view={view.pk}') if one)}"
