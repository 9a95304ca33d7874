"""The working calendars: which there are and who works on them; for administrators, making, changing and deleting one.

One rule: before anything is saved, the page shows what the calendar would mean for the coming year.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.desk import models
from handrail.desk.calendars import UnreadableCalendar, calendar_of
from handrail.desk.permissions import deletes_calendar, edits_calendars
from handrail.desk.queries.calendars import Year, calendar_rows, tried, used_by, year_of
from handrail.desk.web.calendar_form import (
    CalendarForm,
    ClosingDays,
    closing_days_of,
    days_given,
    initial_of,
    save,
    typed,
)
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused
from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import WEEKDAYS

_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(kw_only=True)
class Looked:
    """The forms as they were sent or begun, and the calendar that they amount to, where they do."""

    row: models.Calendar
    form: CalendarForm
    days: Any
    calendar: Calendar | None
    own: dict[date, str]
    fault: str = ""

    @property
    def is_sound(self) -> bool:
        return self.calendar is not None and not self.fault


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    context = {"rows": calendar_rows(), "editing": edits_calendars(me(request))}
    return render(request, "calendars/list.html", context)


@_reads_and_sends
def added(request: HttpRequest) -> HttpResponse:
    require(edits_calendars(me(request)))
    return _edited(request, models.Calendar())


@_reads_and_sends
def shown(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """For administrators the form too; for everybody what the calendar is."""
    editing = edits_calendars(me(request))
    if request.method == "POST":
        require(editing)
    return _edited(request, _found(calendar_id), editing)


@require_POST
def deleted(request: HttpRequest, calendar_id: int) -> HttpResponse:
    require(edits_calendars(me(request)))
    row = _found(calendar_id)
    refused = deletes_calendar(used_by(row).in_words)
    if refused is None:
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError:  # somebody has begun to work on it in between
            refused = deletes_calendar("somebody, as of just now")
    if refused is not None:
        return _page(request, _looked(_found(calendar_id), None), None, refused, status=409)
    messages.success(request, f"{row.name} was deleted.")
    return redirect("calendars")


def _found(calendar_id: int) -> models.Calendar:
    row = models.Calendar.objects.filter(pk=calendar_id).first()
    if row is None:
        raise Http404("There is no such calendar.")
    return row


def _edited(request: HttpRequest, row: models.Calendar, editing: Refused | None = None) -> HttpResponse:
    before = _known(row)
    looked = _looked(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and "look" not in request.POST and looked.is_sound:
        return _saved(request, looked, before)
    status = 422 if request.method == "POST" and not looked.is_sound else 200
    return _page(request, looked, editing, status=status)


def _known(row: models.Calendar) -> Calendar | None:
    try:
        return calendar_of(row) if row.pk else None
    except UnreadableCalendar:
        return None


def _looked(row: models.Calendar, sent: Any) -> Looked:
    own = closing_days_of(row)
    form = CalendarForm(row, sent, initial=initial_of(row))
    days = ClosingDays(sent, prefix="days", initial=[{"day": day, "name": name} for day, name in own.items()])
    if sent is None:
        return Looked(row=row, form=form, days=days, calendar=_known(row), own=own)
    if not (form.is_valid() & days.is_valid()):
        return Looked(row=row, form=form, days=days, calendar=None, own=own)
    own = days_given(days, form.cleaned_data["pasted"])
    try:
        return Looked(row=row, form=form, days=days, calendar=typed(row, form.cleaned_data, own), own=own)
    except UnreadableCalendar as fault:
        form.add_error(None, str(fault))
        return Looked(row=row, form=form, days=days, calendar=None, own=own, fault=str(fault))


def _saved(request: HttpRequest, looked: Looked, before: Calendar | None) -> HttpResponse:
    is_new = looked.form.is_new
    moves = is_new or before is None or _counts(before) != _counts(looked.calendar)
    handoffs = save(looked.row, looked.own, moves=moves, now=timezone.now())
    says = f"{looked.row.name} was {'added' if is_new else 'changed'}."
    if handoffs:
        whose = f"{handoffs:,} running handoff{'' if handoffs == 1 else 's'}"
        says += f" Due days of {whose} are being worked out anew."
    messages.success(request, says)
    return redirect("calendar", looked.row.pk)


def _counts(calendar: Calendar | None) -> object:
    """What a calendar counts by, whatever it is called."""
    return (calendar.zone, calendar.week, calendar.opens, calendar.closes, calendar.closed) if calendar else None


def _page(
    request: HttpRequest, looked: Looked, editing: Refused | None, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    row = looked.row
    users = used_by(row) if row.pk else None
    context = {
        "row": row,
        "name": "" if looked.form.is_new else models.Calendar.objects.values_list("name", flat=True).get(pk=row.pk),
        "form": looked.form,
        "days": looked.days,
        "year": _year(looked),
        "is_looked_at": "look" in request.POST and looked.is_sound,
        "tried": _tried(looked),
        "editing": editing,
        "users": users,
        "deleting": refused or (deletes_calendar(users.in_words) if users else None),
        "is_refused": refused is not None,
        "zones": sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
        "weekdays": [(name[:2], name) for name in WEEKDAYS],
    }
    return render(request, "calendars/calendar.html", context, status=status)


def _year(looked: Looked) -> Year | None:
    if looked.calendar is None:
        return None
    return year_of(looked.calendar, looked.row, looked.own, timezone.now())


def _tried(looked: Looked) -> str:
    given = looked.form.cleaned_data if looked.form.is_bound and looked.calendar else {}
    begins, hours = given.get("begins"), given.get("hours")
    if begins is None or hours is None or looked.calendar is None:
        return ""
    try:
        return tried(looked.calendar, begins.replace(tzinfo=None), hours)
    except OverflowError:
        return "beyond the year 2299"
