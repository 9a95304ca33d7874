"""The mail that tells notices: one of them, or a digest of many, grouped by customer, what is late first.

One rule: every entry says what, why its reader, by when, and leads to the very thing; whatever is in the words of
others, it is text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from handrail.desk import mail, models
from handrail.desk.queries.due import Due, due
from handrail.worktime.calendar import Calendar

_LONGEST_SUBJECT = 150


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`in_place_of` is for whom, where its reader stands in for somebody."""

    title: str
    why: str
    due: Due | None
    link: str
    is_breach: bool
    in_place_of: str


@dataclass(frozen=True, kw_only=True)
class Group:
    customer: str
    entries: tuple[Entry, ...]


def letter(rows: list[models.Notice], calendar: Calendar, now: datetime) -> EmailMultiAlternatives:
    """All the `rows` are one person's. Times are those of the calendar on which they work."""
    person = rows[0].person
    groups = _groups(rows, calendar.zone, now)
    entries = [one for group in groups for one in group.entries]
    context = {
        "name": person.get_short_name(),
        "groups": groups,
        "late": sum(one.is_breach for one in entries),
        "count": len(entries),
        "centre": _absolute(reverse("notices")),
        "settings": _absolute(reverse("notice-settings")),
    }
    made = EmailMultiAlternatives(
        subject=_subject(groups, entries),
        body=render_to_string("notices/mail.txt", context),
        to=[person.email],
        headers=mail.headers(f"notice.{_name(rows)}"),
    )
    made.attach_alternative(render_to_string("notices/mail.html", {**context, "subject": made.subject}), "text/html")
    return made


def _name(rows: Iterable[models.Notice]) -> str:
    """Another for other notices, the same for the same ones."""
    keys = sorted(f"{row.person_id}/{row.key}" for row in rows)
    return sha256("\n".join(keys).encode()).hexdigest()[:24]


def _groups(rows: list[models.Notice], zone: str, now: datetime) -> tuple[Group, ...]:
    """What is late comes first, of the groups and in each of them."""
    ordered = sorted(rows, key=lambda row: (row.sort != "breach", row.pk))
    found: dict[int | None, list[models.Notice]] = {}
    for row in ordered:
        found.setdefault(row.handoff_id, []).append(row)
    return tuple(
        Group(customer=_customer(some[0]), entries=tuple(_entry(row, zone, now) for row in some))
        for some in found.values()
    )


def _customer(row: models.Notice) -> str:
    return row.handoff.customer.name if row.handoff else "Handrail"


def _entry(row: models.Notice, zone: str, now: datetime) -> Entry:
    return Entry(
        title=row.title,
        why=row.why,
        due=due(row.due_at, zone, now, with_time=True),
        link=_absolute(reverse("notice", args=[row.pk])),
        is_breach=row.sort == "breach",
        in_place_of=row.on_behalf_of.name if row.on_behalf_of else "",
    )


def _subject(groups: tuple[Group, ...], entries: list[Entry]) -> str:
    """What and which customer; of several how many, with those that are late."""
    if len(entries) == 1:
        return _shortened(f"{groups[0].customer}: {entries[0].title}")
    late = sum(one.is_breach for one in entries)
    what = f"{len(entries)} things to know{f', {late} of them late' if late else ''}"
    return _shortened(f"{_customers(groups)}: {what}")


def _customers(groups: tuple[Group, ...]) -> str:
    names = list(dict.fromkeys(group.customer for group in groups))
    return " and ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} other customers"


def _shortened(subject: str) -> str:
    line = mail.in_a_line(subject)
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1].rstrip()}…"


def _absolute(path: str) -> str:
    return f"{settings.ADDRESS}{path}"
