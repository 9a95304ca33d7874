"""What templates can say beyond Django's own words: icons, badges, dates, navigation. Loaded into every template.

One rule: a state is never a colour alone; its badge has an icon and a word.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.html import escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from handrail.desk.models import Person
from handrail.desk.queries.customer.handoffs import HandoffLine
from handrail.desk.queries.drawing import RailLine
from handrail.desk.queries.due import Due
from handrail.desk.queries.handoffs import HandoffRow
from handrail.desk.queries.notices import MOST_COUNTED, unseen_count
from handrail.desk.queries.work import Group, WorkRow
from handrail.desk.web.addresses import address
from handrail.desk.web.icons import drawn
from handrail.desk.web.navigation import sections
from handrail.desk.web.places import Place, places
from handrail.order.entitlement import written
from handrail.order.money import grouped as in_groups

register = template.Library()

# What each state looks like: its icon and its word.
STATES = {
    "waiting": ("circle-dashed", "Waiting"),
    "open": ("circle-dot", "Open"),
    "due soon": ("clock", "Due soon"),
    "late": ("clock-alert", "Late"),
    "done": ("circle-check", "Done"),
    "waived": ("circle-slash-2", "Waived"),
    "held": ("circle-pause", "On hold"),
    "not needed": ("circle-minus", "Not needed"),
    "refused": ("hand", "Refused"),
    "rejected": ("undo-2", "Rejected"),
    "missing": ("circle-alert", "Missing"),
    "not applicable": ("circle-slash-2", "Not applicable"),
    "given": ("check", "Given"),
    "running": ("circle-play", "Running"),
    "over": ("flag", "Over"),
    "cancelled": ("ban", "Cancelled"),
    "undecided": ("circle-question-mark", "Undecided"),
    "note": ("info", "Note"),
    "warning": ("triangle-alert", "Warning"),
    "error": ("octagon-alert", "Error"),
    "success": ("circle-check", "Success"),
}
# What each sort of notice looks like: the state whose colours it has, its icon and its word.
NOTICES = {
    "breach": ("late", "clock-alert", "Late"),
    "approval": ("open", "gavel", "To decide"),
    "work": ("open", "circle-dot", "To do"),
    "reminder": ("due soon", "bell-ring", "Reminder"),
    "warning": ("due soon", "clock", "Soon late"),
    "answer": ("done", "reply", "Answer"),
    "mention": ("note", "at-sign", "Mention"),
    "role": ("note", "users", "Role"),
    "told": ("note", "info", "For your information"),
}
_SAME_COLOUR = {"rejected": "refused", "undecided": "missing"}


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A lucide icon, hidden from screen readers: the words beside it say the same."""
    return _svg(name + "", size)


@lru_cache(maxsize=512)
def _svg(name: str, size: int) -> SafeString:
    return mark_safe(drawn(name, size))  # drawn once, then kept


@register.simple_tag
def badge(state: str, text: str = "") -> SafeString:
    """The state with its icon and word; `text` replaces the word. Hyphens and spaces in the state are the same."""
    return _badge(state + "", text + "")


@lru_cache(maxsize=1024)
def _badge(state: str, text: str) -> SafeString:
    name = state.replace("-", " ")
    image, word = STATES[name]
    return format_html('<span class="badge is-{}">{}{}</span>', tone(name), _svg(image, 14), text or word)


@register.simple_tag
def notice_badge(sort: str) -> SafeString:
    state, image, word = NOTICES.get(sort, NOTICES["told"])
    return format_html('<span class="badge is-{}">{}{}</span>', tone(state), _svg(image, 14), word)


@register.simple_tag(takes_context=True)
def unseen_notices(context: Context) -> str:
    """How many notices the signed-in person has not seen, as the bell shows it; empty where none."""
    user = context["request"].user
    count = unseen_count(user.pk) if isinstance(user, Person) else 0
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


@register.filter
def tone(state: str) -> str:
    """The state as the end of a class name: `is-due-soon`."""
    name = state.replace("-", " ")
    return _SAME_COLOUR.get(name, name).replace(" ", "-")


@register.filter
def callout_state(level: str) -> str:
    """Django's words for the level of a message, as ours."""
    return {"info": "note", "debug": "note", "danger": "error"}.get(level, level)


@register.simple_tag
def state_icon(state: str, size: int = 16) -> SafeString:
    return _svg(STATES[state.replace("-", " ")][0], size)


@register.filter
def grouped(number: int) -> str:
    """2,000"""
    return f"{number:,}"


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """1,900.00, with the places that the currency has"""
    return in_groups(amount, currency)


@register.filter
def units(quantity: Decimal) -> str:
    """`1.5`, and `20` for 20.0000."""
    return written(quantity)


@register.filter
def cents(amount: int) -> str:
    """4,200 of 420000 cents; the cents are told where there are any."""
    return f"{amount // 100:,}" if amount % 100 == 0 else f"{amount / 100:,.2f}"


_CHANGES = {
    "new": "plus",
    "removed": "minus",
    "renamed": "tag",
    "moved": "arrow-up-down",
    "changed": "pencil",
    "reworded": "text-cursor-input",
    "decides": "split",
}


@register.simple_tag
def change_icon(sort: str) -> SafeString:
    """What sort of change a sentence tells of; the sentence says the same."""
    return _svg(_CHANGES[sort], 16)


@register.simple_tag
def due(item: Due | None) -> SafeString:
    """The day and how far off it is. Put together here, since a list has hundreds of them."""
    if item is None:
        return mark_safe('<span class="muted">No date</span>')
    zone = format_html('<span class="small muted">{}</span>', item.zone) if item.zone else ""
    return format_html(
        '<span class="due"><time datetime="{}">{}</time>{}{}</span>', item.day.isoformat(), item.text, zone, _far(item)
    )


def _far(item: Due) -> SafeString:
    if item.state == "open":
        return format_html('<span class="small muted">{}</span>', item.words)
    return badge(item.state, item.words)


@register.simple_tag
def person(name: str, anybody: str = "") -> SafeString:
    """Somebody by name; or a team of which it is anybody; or words for nobody."""
    if name:
        return format_html(
            '<span class="inline-icon"><span class="avatar" aria-hidden="true">{}</span><span>{}</span></span>',
            initials(name),
            name,
        )
    if anybody:
        return format_html('<span class="inline-icon">{}<span>Anybody of {}</span></span>', _svg("users", 16), anybody)
    return format_html('<span class="inline-icon muted">{}Nobody yet</span>', _svg("user-x", 16))


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """1 Dec 2026"""
    if value is None:
        return ""
    return _day(date(value.year, value.month, value.day))


@lru_cache(maxsize=4096)
def _day(value: date) -> SafeString:
    return format_html('<time datetime="{}">{} {}</time>', value.strftime("%Y-%m-%d"), value.day, f"{value:%b %Y}")


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """1 Dec 2026, 14:05 UTC; a script, where there is one, writes it in the reader's own zone."""
    if at is None:
        return ""
    utc = at.astimezone(ZoneInfo("UTC"))
    return format_html(
        '<time datetime="{}" data-local>{} {}, {} UTC</time>',
        f"{utc:%Y-%m-%dT%H:%M:%SZ}",
        utc.day,
        f"{utc:%b %Y}",
        f"{utc:%H:%M}",
    )


@register.simple_tag
def progress(done: int, needed: int, size: str = "") -> SafeString:
    return format_html(
        '<span class="progress{}"><progress max="{}" value="{}" aria-label="Steps done"></progress>'
        "<span>{} of {}</span></span>",
        f" progress-{size}" if size else "",
        needed or 1,
        done,
        done,
        needed,
    )


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """The field's control without grey words in it: its label says the same."""
    attributes = {name: value for name, value in field.field.widget.attrs.items() if name != "placeholder"}
    field.field.widget.attrs = attributes
    return field.as_widget()


@register.simple_tag
def rail(width: int, lines: Iterable[RailLine]) -> SafeString:
    """A piece of the rail beside the plan, hidden from screen readers: the words beside it say the same. Put together
    by hand, since a plan has hundreds of them, and kept, since handoffs of a runbook are mostly drawn alike."""
    return _rail(width, tuple(lines))


@lru_cache(maxsize=2048)
def _rail(width: int, lines: tuple[RailLine, ...]) -> SafeString:
    drawn = "".join(
        f'<line x1="{one.x1}" y1="{one.y1}" x2="{one.x2}" y2="{one.y2}" data-hub="{escape(one.hub)}" '
        f'data-part="{one.part}"{_ENDS.get(one.part, "")}/>'
        for one in lines
    )
    return mark_safe(f'<svg class="rail" width="{width}" aria-hidden="true" focusable="false">{drawn}</svg>')


_ENDS = {"in": ' marker-end="url(#rail-arrow)"', "out": ' marker-end="url(#rail-knot)"'}


@register.filter
def turn(row: HandoffRow | HandoffLine) -> str:
    """Whose turn it is, of a row of a list: a person's, anybody's of a team, or nobody's."""
    return row.next_person or (f"Anybody of {row.next_team}" if row.next_team else "Nobody yet")


@register.filter
def linked(text: str) -> SafeString:
    """The text with its web addresses as links that vouch for nothing."""
    shown = urlize(text, nofollow=True, autoescape=True)
    return mark_safe(shown.replace(' rel="nofollow"', ' rel="nofollow noopener"'))  # escaped by urlize


@register.filter
def get(known: Mapping[Any, str], name: object) -> str:
    """What a mapping has under a name that is worked out."""
    return str(known.get(name, ""))


@register.filter
def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.simple_tag
def work_url(row: WorkRow) -> str:
    """Where the work is done: the very step, decision or part of the handoff's page."""
    match row.sort:
        case "step" | "answers for" | "fields" | "evidence" | "consult" | "dispute" | "escalation":
            return address("step", row.handoff_id, row.name)
        case "override":
            return address("decision", row.handoff_id, row.name)
        case "facts":
            return address("handoff", row.handoff_id) + "?give=1#facts"
        case "hold":
            return address("handoff", row.handoff_id) + "#hold"
        case _:
            return address("handoff", row.handoff_id) + "#people"


# Where on its page the work of a sort is done: what is opened within a list. Each region says how it stands by
# `data-state`; what stands nowhere here is done on the page itself.
_REGIONS = {
    **dict.fromkeys(("step", "answers for", "fields", "evidence", "consult", "dispute", "escalation"), "#act"),
    "override": "#override",
    "facts": "#facts",
}


@register.simple_tag(takes_context=True)
def work_groups(context: Context) -> tuple[Group, ...]:
    """The `groups` of the context; where there are none, its `rows` as one without a title."""
    return context.get("groups") or (Group(title="", rows=context.get("rows") or ()),)


@register.simple_tag
def work_region(row: WorkRow) -> str:
    return _REGIONS.get(row.sort, "")


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> tuple[object, ...]:
    """The sections that the signed-in person sees, with the one they are in marked."""
    request = context.get("request")
    return sections(request) if isinstance(request, HttpRequest) else ()


@register.simple_tag(takes_context=True)
def places_with_keys(context: Context) -> tuple[Place, ...]:
    """Where the signed-in person gets to by `g` and a letter."""
    user = context["request"].user
    return tuple(one for one in places(user) if one.keys) if isinstance(user, Person) else ()


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The page's query string with some of it changed: `?{% query page=2 %}`. An empty value takes a name away."""
    given = context["request"].GET.copy()
    for name, value in changes.items():
        given.pop(name, None)
        if value not in ("", None):
            given[name] = str(value)
    return urlencode([(name, value) for name, values in given.lists() for value in values if value != ""])
