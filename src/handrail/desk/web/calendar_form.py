"""The form with which an administrator makes a calendar and changes one.

One rule: what is typed is a whole calendar before it is saved; until then it can be looked at, and nothing is kept.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from handrail.desk import company, models, recounting
from handrail.desk.calendars import UnreadableCalendar, calendar_of, countries, regions
from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import MIDNIGHT, WEEKDAYS, Period
from handrail.worktime.written import periods_words, read_periods

_OFFICE_HOURS = ((time(9), time(17)),)
# What stands for a calendar in the roles of runbooks.
_TAKEN_WORDS = {"runbook", "team", "holder"}
_MOST_HOURS = 100_000


class CalendarForm(forms.Form):
    name = forms.CharField(label="Name", max_length=200, help_text="What people call it, such as Berlin office.")
    zone = forms.CharField(
        label="Time zone",
        max_length=60,
        help_text="Like Europe/Berlin or America/New_York: the clocks by which it opens and closes.",
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "class": "control-medium"}),
    )
    country = forms.ChoiceField(label="Country", required=False)
    region = forms.ChoiceField(label="Region", required=False)
    pasted = forms.CharField(
        label="More closing days",
        required=False,
        help_text="One a line, the day first: 2027-12-24 Christmas Eve",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    begins = forms.DateTimeField(
        label="From",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "form": "calendar"}, format="%Y-%m-%dT%H:%M"),
    )
    hours = forms.IntegerField(
        label="Working hours",
        required=False,
        min_value=0,
        max_value=_MOST_HOURS,
        widget=forms.NumberInput(attrs={"class": "control-short", "form": "calendar"}),
    )

    def __init__(self, row: models.Calendar, *args: Any, **kwargs: Any) -> None:
        self.row, self.is_new = row, row.pk is None
        super().__init__(*args, **kwargs)
        for weekday, name in enumerate(WEEKDAYS):
            self.fields[f"day_{weekday}"] = forms.CharField(label=name, max_length=200, required=False)
        country = str(self["country"].value() or "")
        self.fields["country"].choices = [("", "No country"), *countries().items()]  # type: ignore[attr-defined]
        self.fields["region"].choices = [("", "The whole country"), *regions(country).items()]  # type: ignore[attr-defined]
        self.fields["region"].help_text = "" if regions(country) else self._why_no_region(country)

    def _why_no_region(self, country: str) -> str:
        return "No region of it has holidays of its own." if country else "Choose a country, then show what it means."

    @property
    def day_fields(self) -> Iterator[forms.BoundField]:
        return (self[f"day_{weekday}"] for weekday in range(7))

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"]).strip()
        if zone not in available_timezones():
            raise ValidationError(f"There is no time zone “{zone}”; write it like America/New_York.")
        return zone

    def clean_region(self) -> str:
        return str(self.cleaned_data["region"])

    def clean_pasted(self) -> dict[date, str]:
        lines = [line.strip() for line in str(self.cleaned_data["pasted"]).splitlines() if line.strip()]
        found, wrong = {}, []
        for line in lines:
            day, _, name = line.partition(" ")
            try:
                found[date.fromisoformat(day)] = name.strip()[:200]
            except ValueError:
                wrong.append(f"“{line[:60]}” does not begin with a day like 2027-12-24.")
        if wrong:
            raise ValidationError(wrong)
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        week = [self._periods(weekday) for weekday in range(7)]
        if not any(week) and not any(f"day_{weekday}" in self.errors for weekday in range(7)):
            self.add_error("day_0", "Say for one day of the week at least from when to when it is worked.")
        given["week"] = week
        return given

    def _periods(self, weekday: int) -> tuple[Period, ...]:
        try:
            periods = read_periods(str(self.cleaned_data.get(f"day_{weekday}", "")))
            if periods:
                Calendar(name="", zone="UTC", weekdays=frozenset(), periods={weekday: periods})
        except ValueError as fault:
            self.add_error(f"day_{weekday}", str(fault))
            return ()
        return periods


class ClosingDayForm(forms.Form):
    day = forms.DateField(
        label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label="Name", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("name") and not given.get("day") and "day" not in self.errors:
            self.add_error("day", "Say which day.")
        return given


ClosingDays = forms.formset_factory(ClosingDayForm, extra=2, can_delete=True, max_num=500)


def initial_of(row: models.Calendar) -> dict[str, Any]:
    """What the form shows of a calendar before anything is typed."""
    try:
        week = calendar_of(row).week if row.pk else (_OFFICE_HOURS,) * 5 + ((), ())
    except UnreadableCalendar:
        week = ((),) * 7
    return {
        "name": row.name,
        "zone": row.zone,
        "country": row.country,
        "region": row.region,
        **{f"day_{weekday}": periods_words(periods) for weekday, periods in enumerate(week)},
    }


def closing_days_of(row: models.Calendar) -> dict[date, str]:
    return {one.day: one.name for one in row.closing_days.order_by("day")} if row.pk else {}


def days_given(formset: Any, pasted: dict[date, str]) -> dict[date, str]:
    """Of those that stand in the rows, without those to be removed, and of those that were pasted."""
    rows = [one.cleaned_data for one in formset.forms if one.cleaned_data.get("day")]
    kept = {one["day"]: one["name"].strip() for one in rows if not one.get("DELETE")}
    return dict(sorted({**kept, **pasted}.items()))


def typed(row: models.Calendar, given: dict[str, Any], own: dict[date, str]) -> Calendar:
    """The calendar that was typed: the row takes it on, and is not saved. Raises UnreadableCalendar."""
    week: list[tuple[Period, ...]] = given["week"]
    usual = _usual(week)
    row.name, row.zone, row.country, row.region = given["name"], given["zone"], given["country"], given["region"]
    row.opens, row.closes = usual
    row.weekdays = [weekday for weekday in range(7) if week[weekday]]
    row.periods = {
        str(weekday): [[f"{begins:%H:%M}", f"{ends:%H:%M}"] for begins, ends in periods]
        for weekday, periods in enumerate(week)
        if periods and periods != (usual,)
    }
    return calendar_of(row, own.keys())


def _usual(week: list[tuple[Period, ...]]) -> Period:
    """The hours of most days that have no break; else from the first opening to the last closing."""
    plain = Counter(periods[0] for periods in week if len(periods) == 1)
    if plain:
        return plain.most_common(1)[0][0]
    opens = min(begins for periods in week for begins, _ in periods)
    closes = max((ends for periods in week for _, ends in periods), key=lambda ends: (ends == MIDNIGHT, ends))
    return opens, closes


def save(row: models.Calendar, own: dict[date, str], *, moves: bool, now: Any) -> int:
    """How many running handoffs are to be counted anew; none where nothing `moves`."""
    with transaction.atomic():
        if row.pk is None:
            row.key = free_key(row.name)
        row.revision = (row.revision or 0) + 1
        row.save()
        row.closing_days.all().delete()
        models.ClosingDay.objects.bulk_create(
            models.ClosingDay(calendar=row, day=day, name=name) for day, name in own.items()
        )
        company.changed()
        concerned = recounting.counting_on(row) if moves else ()
        recounting.begin(concerned, now=now)
    return recounting.how_many(concerned)


def free_key(name: str) -> str:
    """A key that runbooks can name it by: small letters, a letter first, and nobody else's."""
    begun = slugify(name)[:50] or "calendar"
    begun = begun if begun[0].isalpha() else f"calendar-{begun}"
    taken = set(models.Calendar.objects.values_list("key", flat=True)) | _TAKEN_WORDS
    return next(key for key in _keys(begun) if key not in taken)


def _keys(begun: str) -> Iterator[str]:
    yield begun
    number = 2
    while True:
        yield f"{begun}-{number}"
        number += 1
