"""All handoffs, as a table, a board or a timeline, and as a file. All that is asked for stands in the address."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from handrail.desk.long_work.acts import WORDS, Name
from handrail.desk.models import Handoff, Person
from handrail.desk.permissions import changes_view, imports_customers
from handrail.desk.queries.board import board
from handrail.desk.queries.handoffs import HandoffRow, all_handoffs, handoffs, there_are_any
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import PersonChoice
from handrail.desk.queries.saved_views import BUILT_IN, ViewLine, views_of
from handrail.desk.queries.timeline import timeline, window_of
from handrail.desk.queries.wanted import SPANS, Wanted
from handrail.desk.web.asked import identity
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me
from handrail.desk.web.wanted import LOOKS, canonical, choices_for, look_of, wanted_of

ACT_ICONS: dict[Name, str] = {
    "hold": "circle-pause",
    "resume": "circle-play",
    "cancel": "ban",
    "fill": "user-plus",
    "move": "git-compare-arrows",
    "count": "refresh-cw",
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    person, now = me(request), timezone.now()
    wanted, look = wanted_of(request.GET, person), look_of(request.GET)
    shown = _shown(look, wanted, request.GET, now)
    choices = choices_for(wanted)
    context = {
        **shown,
        "look": look,
        "looks": [(name, image, title) for name, (image, title) in LOOKS.items()],
        "wanted": wanted,
        "is_me": request.GET.get("person") == "me",
        "statuses": Handoff.Status.choices,
        "spans": SPANS.items(),
        "choices": choices,
        "people": _options(choices.people, None if request.GET.get("person") == "me" else wanted.person),
        "query": canonical(request.GET),
        "any": not shown["is_empty"] or there_are_any(),
        "may_import": imports_customers(person) is None,
        **_views(request.GET, person, look),
    }
    return render(request, "handoffs/list.html", context)


def _shown(look: str, wanted: Wanted, asked: QueryDict, now: datetime) -> dict[str, object]:
    """What the chosen look shows."""
    number = page_number(asked.get("page", ""))
    if look == "board":
        found = board(wanted, now)
        return {"board": found, "is_empty": found.is_empty}
    if look == "timeline":
        window = window_of(_day(asked.get("from", "")), now)
        rows = timeline(wanted, window, number, now)
        return {"page": rows, "window": window, "today": f"{window.place(now):.2f}%", "is_empty": not rows.rows}
    page = handoffs(wanted, number, now)
    acts = [(name, ACT_ICONS[name], words.does) for name, words in WORDS.items()]
    return {"page": page, "acts": acts, "is_empty": not page.rows}


def _options(people: Iterable[PersonChoice], chosen: int | None) -> SafeString:
    """Made here at once: there are hundreds, and a template takes longer for them than for the list."""
    rows = ((one.id, " selected" if one.id == chosen else "", escape(one.name)) for one in people)
    return mark_safe("".join(f'<option value="{key}"{selected}>{name}</option>' for key, selected, name in rows))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


# ----------------------------------------------------------------------------------------------------- what is kept


def _views(asked: QueryDict, person: Person, look: str) -> dict[str, object]:
    """Those that can be opened, and which one is."""
    kept, query = views_of(person), canonical(asked)
    opened = next((one for one in kept if one.id == identity(asked.get("view", ""))), None)
    plain = _without_look(asked)
    return {
        "built_in": [
            {"name": name, "query": _with_look(built, look), "is_open": opened is None and plain == built}
            for name, built in BUILT_IN
        ],
        "kept": kept,
        "opened": opened,
        "is_other": opened is not None and opened.query != query,
        "changing": _changing(person, opened),
    }


def _changing(person: Person, opened: ViewLine | None) -> object:
    return changes_view(person, is_mine=opened.is_mine, owner=opened.owner) if opened else None


def _without_look(asked: QueryDict) -> str:
    given = asked.copy()
    for name in ("look", "sort"):
        given.pop(name, None)
    return canonical(given)


def _with_look(query: str, look: str) -> str:
    return "&".join(one for one in (query, "" if look == "table" else f"look={look}") if one)


# ------------------------------------------------------------------------------------------------------- the file


@require_safe
def exported(request: HttpRequest) -> StreamingHttpResponse:
    now = timezone.now()
    tell_of_export(request, "handoffs.csv")
    rows = all_handoffs(wanted_of(request.GET, me(request)), now)
    response = StreamingHttpResponse(csv_lines(_table(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="handoffs-{now:%Y-%m-%d}.csv"'
    return response


def _table(rows: Iterator[HandoffRow]) -> Iterator[tuple[str, ...]]:
    yield (
        "Handoff",
        "Customer",
        "Runbook",
        "Version",
        "Status",
        "Stage",
        "Steps done",
        "Steps needed",
        "Next",
        "Next is with",
        "Due",
        "Started",
        "Changed",
    )
    for row in rows:
        yield (
            str(row.id),
            row.customer,
            row.runbook,
            row.version,
            row.end or row.status,
            row.stage,
            str(row.done),
            str(row.needed),
            row.next_title,
            row.next_person or (f"Anybody of {row.next_team}" if row.next_team else ""),
            row.due.day.isoformat() if row.due else "",
            _instant(row.started_at),
            _instant(row.changed_at),
        )


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
