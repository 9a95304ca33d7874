"""The company's calendars: what each says in words, who works on it, and what a year on it looks like."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo

from handrail.desk import models
from handrail.desk.calendars import UnreadableCalendar, calendar_of, countries, public_holidays, regions
from handrail.desk.recounting import followed_versions, roles_apart
from handrail.runbook.words import listed
from handrail.worktime.calendar import Calendar
from handrail.worktime.written import week_words

_DAY = timedelta(days=1)
_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class UsedBy:
    """Who works on a calendar; `roles` are those whose runbooks name it by its key."""

    teams: tuple[str, ...]
    people: tuple[str, ...]
    runbooks: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """Empty where nobody does."""
        return listed([one for one in chain.from_iterable(self.parts) if one])

    @property
    def parts(self) -> Iterator[tuple[str, ...]]:
        yield tuple(f"the team {one}" for one in self.teams)
        yield self.people if len(self.people) <= _FEW else (f"{len(self.people)} people",)
        yield tuple(f"the runbook “{one}”" for one in self.runbooks)
        yield self.roles


_FEW = 3
_NOBODY = UsedBy(teams=(), people=(), runbooks=(), roles=())


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    """`fault` is why nothing can be counted on it, for whoever looks after it."""

    id: int
    key: str
    name: str
    zone: str
    hours: str
    holidays: str
    used_by: UsedBy
    fault: str = ""


def calendar_rows() -> tuple[CalendarRow, ...]:
    rows = list(models.Calendar.objects.order_by("name", "pk").prefetch_related("closing_days"))
    users = _users()
    return tuple(_row(row, users.get(row.key, _NOBODY)) for row in rows)


def used_by(row: models.Calendar) -> UsedBy:
    return _users().get(row.key, _NOBODY)


def _row(row: models.Calendar, users: UsedBy) -> CalendarRow:
    hours, fault = "", ""
    try:
        hours = week_words(calendar_of(row).week)
    except UnreadableCalendar as found:
        fault = str(found)
    return CalendarRow(
        id=row.pk,
        key=row.key,
        name=row.name,
        zone=row.zone,
        hours=hours,
        holidays=holidays_words(row.country, row.region),
        used_by=users,
        fault=fault,
    )


def holidays_words(country: str, region: str) -> str:
    """`Germany, Bayern`"""
    place = countries().get(country, country)
    return f"{place}, {regions(country).get(region, region)}" if region else place


def _users() -> dict[str, UsedBy]:
    """By the key of the calendar: five queries, however many there are."""
    found: dict[str, dict[str, list[str]]] = {}

    def note(key: str | None, sort: str, name: str) -> None:
        if key:
            names = found.setdefault(key, {}).setdefault(sort, [])
            names.extend([] if name in names else [name])

    for key, name in models.Team.objects.order_by("name").values_list("calendar__key", "name"):
        note(key, "teams", name)
    active = models.Person.objects.filter(is_active=True, calendar__isnull=False).order_by("name")
    for key, name in active.values_list("calendar__key", "name"):
        note(key, "people", name)
    for version in models.RunbookVersion.objects.select_related("calendar").defer("source").order_by("title", "pk"):
        note(version.calendar.key, "runbooks", version.title)
    for version, role in roles_apart(followed_versions()):
        note(role.calendar, "roles", f"the {role.title} of “{version.title}”")
    empty: Mapping[str, list[str]] = {"teams": [], "people": [], "runbooks": [], "roles": []}
    return {key: UsedBy(**{sort: tuple(names) for sort, names in {**empty, **by}.items()}) for key, by in found.items()}


# ------------------------------------------------------------------------------------------------- what it looks like


Look = Literal["worked", "off", "holiday", "closed"]
_LOOKS = {"holiday": "public holiday", "closed": "closed", "off": "not worked", "worked": ""}


@dataclass(frozen=True, kw_only=True)
class DayCell:
    """`says` is the name of a holiday or closing day."""

    day: date
    look: Look
    says: str = ""
    is_today: bool = False

    @property
    def words(self) -> str:
        return ": ".join(one for one in (_LOOKS[self.look], self.says) if one)


@dataclass(frozen=True, kw_only=True)
class Month:
    """`weeks` from Monday to Sunday; None where a day is of another month."""

    title: str
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Year:
    """The twelve months from this one on. `free` are the days on which work stops that would else be worked, in order;
    `elsewhere` how many more holidays fall on days that are not worked anyway."""

    hours: str
    worked: int
    first: date
    last: date
    months: tuple[Month, ...]
    free: tuple[DayCell, ...]
    elsewhere: int


def year_of(calendar: Calendar, row: models.Calendar, own: Mapping[date, str], now: datetime) -> Year:
    """`own` are the names of the closing days, which may not be saved yet."""
    today = calendar.day_of(now)
    first = today.replace(day=1)
    last = _month_later(first, _MONTHS) - _DAY
    names = public_holidays(row.country, row.region)
    days = [first + _DAY * at for at in range((last - first).days + 1)]
    cells = {day: _cell(calendar, day, names, own, today) for day in days}
    stops = [cell for cell in cells.values() if cell.look in {"holiday", "closed"}]
    free = tuple(cell for cell in stops if calendar.week[cell.day.weekday()])
    return Year(
        hours=week_words(calendar.week),
        worked=sum(cell.look == "worked" for cell in cells.values()),
        first=first,
        last=last,
        months=tuple(_month(cells, _month_later(first, at)) for at in range(_MONTHS)),
        free=free,
        elsewhere=len(stops) - len(free),
    )


def _cell(calendar: Calendar, day: date, names: Mapping[date, str], own: Mapping[date, str], today: date) -> DayCell:
    look: Look = "worked" if calendar.is_worked(day) else "off"
    if day in own:
        look = "closed"
    elif day in names:
        look = "holiday"
    return DayCell(day=day, look=look, says=own.get(day) or names.get(day, ""), is_today=day == today)


def _month(cells: Mapping[date, DayCell], first: date) -> Month:
    until = _month_later(first, 1)
    monday = first - _DAY * first.weekday()
    weeks = []
    while monday < until:
        week = (monday + _DAY * at for at in range(7))
        weeks.append(tuple(cells[day] if first <= day < until else None for day in week))
        monday += _DAY * 7
    return Month(title=f"{first:%B} {first.year}", weeks=tuple(weeks))


def _month_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def tried(calendar: Calendar, begins: datetime, hours: int) -> str:
    """`Mon 15 Mar 2027, 10:00` by the calendar's clocks: what so many working hours after `begins` is."""
    at = calendar.after(begins.replace(tzinfo=ZoneInfo(calendar.zone)), timedelta(hours=hours))
    local = at.astimezone(ZoneInfo(calendar.zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local.tzname() or ''}".strip()
