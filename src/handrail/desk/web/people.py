"""The people: who works here, what they may do and what they hold; for administrators, making and changing accounts."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk.models import Person
from handrail.desk.permissions import edits_people, makes_transfers, records_absences, sees_book
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import MAY, Wanted, people
from handrail.desk.queries.person import person_view
from handrail.desk.queries.teams import team_choices
from handrail.desk.web.asked import text
from handrail.desk.web.gate import me, require
from handrail.desk.web.person_form import PersonForm

_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    may = request.GET.get("may", "")
    wanted = Wanted(
        text=text(request.GET, "q"),
        team=text(request.GET, "team"),
        may=may if may in MAY else "",
        former=request.GET.get("former") == "yes",
    )
    context = {
        "page": people(wanted, page_number(request.GET.get("page", "")), timezone.now()),
        "wanted": wanted,
        "teams": team_choices(text(request.GET, "team")),
        "editing": edits_people(me(request)),
    }
    return render(request, "people/list.html", context)


@_reads_and_sends
def added(request: HttpRequest) -> HttpResponse:
    require(edits_people(me(request)))
    return _edited(request, PersonForm(me(request), request.POST or None))


@require_safe
def shown(request: HttpRequest, person_id: int) -> HttpResponse:
    try:
        view = person_view(person_id, timezone.now())
    except (Person.DoesNotExist, OverflowError):
        raise Http404("There is no such person.") from None
    context = {
        "view": view,
        "editing": edits_people(me(request)),
        "may_transfer": view.row.is_active and makes_transfers(me(request)) is None,
        "recording": records_absences(me(request), view.row),
        "booking": sees_book(me(request), view.row),
    }
    return render(request, "people/person.html", context)


@_reads_and_sends
def changed(request: HttpRequest, person_id: int) -> HttpResponse:
    require(edits_people(me(request)))
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise Http404("There is no such person.")
    return _edited(request, PersonForm(me(request), request.POST or None, instance=person))


def _edited(request: HttpRequest, form: PersonForm) -> HttpResponse:
    before = "" if form.is_new else Person.objects.values_list("name", flat=True).get(pk=form.instance.pk)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        if person.pk == me(request).pk:
            update_session_auth_hash(request, person)  # who changes their own password stays signed in
        messages.success(request, f"{person.name} was {'added' if form.is_new else 'changed'}.")
        return redirect("person", person.pk)
    status = 422 if form.is_bound else 200
    return render(request, "people/person_form.html", {"form": form, "name": before}, status=status)
