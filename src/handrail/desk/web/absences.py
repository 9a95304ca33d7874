"""When somebody is away: their own page of it, and that of whoever tells it for them."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk import models
from handrail.desk.permissions import records_absences
from handrail.desk.queries.teams import coming
from handrail.desk.staff import Away, away_too, day_words, end_absence, make_absence
from handrail.desk.web.gate import me, require
from handrail.desk.web.person_form import who_works_here
from handrail.handoff.refusal import Refused

_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])


class AbsenceForm(forms.Form):
    first_day = forms.DateField(
        label="First day",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Choose the first day."},
    )
    last_day = forms.DateField(
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Choose the last day."},
    )
    delegate = forms.ModelChoiceField(
        queryset=models.Person.objects.none(),
        label="Who stands in",
        required=False,
        empty_label="Nobody",
    )
    note = forms.CharField(label="Note", required=False, max_length=200, help_text="Everybody can read it.")

    def __init__(self, person: models.Person, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["delegate"].queryset = who_works_here().exclude(pk=person.pk)  # type: ignore[attr-defined]


@_reads_and_sends
def mine(request: HttpRequest) -> HttpResponse:
    return _absences(request, me(request))


@_reads_and_sends
def of_person(request: HttpRequest, person_id: int) -> HttpResponse:
    person = models.Person.objects.select_related("team").filter(pk=person_id, is_active=True).first()
    if person is None:
        raise Http404("There is no such person who works here.")
    require(records_absences(me(request), person))
    return _absences(request, person)


def _absences(request: HttpRequest, person: models.Person) -> HttpResponse:
    form = AbsenceForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = make_absence(person.pk, Away(**form.cleaned_data), by=me(request), now=timezone.now())
        if isinstance(outcome, models.Absence):
            _tell(request, outcome)
            return redirect(request.path)
        for mistake in outcome.mistakes:
            form.add_error(mistake.field, mistake.says)
    context = {
        "person": person,
        "is_me": person.pk == me(request).pk,
        "form": form,
        "days": coming([person.pk], timezone.now()).get(person.pk, ()),
    }
    return render(request, "people/absences.html", context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, absence: models.Absence) -> None:
    days = f"{day_words(absence.first_day)} to {day_words(absence.last_day)}"
    messages.success(request, f"{_who_is(request, absence)} away from {days}.")
    if warning := away_too(absence):
        messages.warning(request, warning)


@require_POST
def end(request: HttpRequest, absence_id: int) -> HttpResponse:
    absence = models.Absence.objects.select_related("person__team").filter(pk=absence_id).first()
    if absence is None:
        raise Http404("There is no such absence.")
    require(records_absences(me(request), absence.person))
    refused = end_absence(absence, now=timezone.now())
    if isinstance(refused, Refused):
        messages.error(request, refused.says)
    else:
        messages.success(
            request, f"{_who_is(request, absence)} here again." if _has_begun(absence) else "It is called off."
        )
    if absence.person_id == me(request).pk:
        return redirect("my-absences")
    return redirect("person-absences", absence.person_id)


def _who_is(request: HttpRequest, absence: models.Absence) -> str:
    return "You are" if absence.person_id == me(request).pk else f"{absence.person.name} is"


def _has_begun(absence: models.Absence) -> bool:
    return absence.first_day <= timezone.now().date()
