"""People in lists, put together without a template for each: who they are, what they hold and what they owe.

One rule: a row's words and order stand here and nowhere else; what a person wrote is escaped where it is put in.
"""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from handrail.desk.queries.load import Load
from handrail.desk.queries.people import PersonRow
from handrail.desk.queries.team import HeldRole, MemberRow
from handrail.desk.queries.teams import Days
from handrail.desk.web.addresses import address
from handrail.desk.web.tags import badge, day, icon, initials

register = template.Library()


@register.simple_tag
def person_row(row: PersonRow) -> SafeString:
    """A row of people/list.html."""
    gone = "cancelled", "Left"
    state = gone if not row.is_active else ("due soon", "Away now") if row.is_away else None
    may = (" · Administrator" if row.is_administrator else "") + (" · CS Operations" if row.is_operations else "")
    named = f'{_name(row)}{f" {badge(*state)}" if state else ""}<span class="sub">{escape(row.email)}{may}</span>'
    return mark_safe(
        f"<tr>{_who(row.name, named)}"
        f'<td data-label="Title">{escape(row.title)}</td>'
        f'<td data-label="Roles held">{roles_held(row.load.seats, row.limit, _handoffs_of(row))}</td>'
        f'<td data-label="Work open">{work_open(row.load)}</td></tr>\n'
    )


@register.simple_tag
def member_row(row: MemberRow) -> SafeString:
    """A row of people/team.html: which roles they hold, and when they are away."""
    manager = f"reports to {escape(row.manager)}" if row.manager else ""
    stands = " · ".join(one for one in (escape(row.title), manager) if one)
    below = "".join(f'<span class="sub">{one}</span>' for one in (stands, escape(row.skills)) if one)
    return mark_safe(
        f"<tr>{_who(row.name, f'{_name(row)}{below}')}"
        f'<td data-label="Roles held">{roles_held(row.load.seats, row.limit, _handoffs_of(row))}</td>'
        f'<td data-label="Which"><div class="roles-held">{_which(row.roles)}</div></td>'
        f'<td data-label="Work open">{work_open(row.load)}</td>'
        f'<td data-label="Away">{_away(row)}</td></tr>\n'
    )


@register.simple_tag
def roles_held(seats: int, limit: int | None, url: str = "") -> SafeString:
    """How many roles somebody holds, and how many they can; `url` leads to the handoffs."""
    number = f'<a href="{escape(url)}">{seats}</a>' if url and seats else str(seats)
    muted = "" if seats else ' class="muted"'
    if not limit:
        return mark_safe(f'<span class="progress"><span{muted}>{number}</span></span>')
    bar = f'<progress max="{limit}" value="{seats}" aria-hidden="true"></progress>'
    full = f" {badge('warning', 'Full')}" if seats >= limit else ""
    return mark_safe(f'<span class="progress">{bar}<span{muted}>{number} of {limit}</span>{full}</span>')


@register.simple_tag
def work_open(load: Load) -> SafeString:
    """What somebody owes."""
    if not load.work:
        return mark_safe('<span class="muted">0</span>')
    late = f' <span class="load-late">{icon("clock-alert", 14)}{load.late} late</span>' if load.late else ""
    week = f'<span class="sub">{load.week} due this week</span>' if load.week else ""
    return mark_safe(f"<span>{load.work}{late}{week}</span>")


@register.simple_tag
def days_away(days: Days) -> SafeString:
    """An absence in words."""
    stands_in = f"{escape(days.delegate)} stands in" if days.delegate else "Nobody stands in"
    note = f'<span class="sub">{escape(days.note)}</span>' if days.note else ""
    return mark_safe(f'{day(days.first_day)} to {day(days.last_day)}<span class="sub">{stands_in}</span>{note}')


def _name(row: PersonRow | MemberRow) -> str:
    return f'<a class="title-link" href="{address("person", row.id)}">{escape(row.name)}</a>'


def _who(name: str, words: str) -> str:
    avatar = f'<span class="avatar" aria-hidden="true">{escape(initials(name))}</span>'
    return f'<th scope="row"><span class="with-avatar">{avatar}<span>{words}</span></span></th>'


def _handoffs_of(row: PersonRow | MemberRow) -> str:
    return f"{address('handoffs')}{row.url_ending}"


def _which(roles: tuple[HeldRole, ...]) -> str:
    words = (f'{escape(one.title)} <span class="muted">{one.count}</span>' for one in roles)
    return "<br>".join(words) or '<span class="muted">None</span>'


def _away(row: MemberRow) -> str:
    if row.away:
        return f"<div>{badge('due soon', 'Away now')} {days_away(row.away)}</div>"
    return f"<div>{days_away(row.next_away)}</div>" if row.next_away else ""
