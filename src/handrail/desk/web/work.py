"""My work: what the signed-in person owes, what others owe for whom they may act or are to name somebody, and for CS
Operations what nobody has yet."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.company import company
from handrail.desk.people import actor_of
from handrail.desk.permissions import sees_unfilled_work
from handrail.desk.queries.others import waiting_for_others, watched
from handrail.desk.queries.pages import Page, page_number
from handrail.desk.queries.transfers_waiting import refused, to_answer
from handrail.desk.queries.work import (
    answered_for,
    anybodys_work,
    by_urgency,
    nobodys_work,
    own_work,
    stood_in_work,
    to_be_filled,
)
from handrail.desk.web.gate import me, require
from handrail.handoff.people import Actor
from handrail.runbook.words import listed

SHOWN_OF_OTHERS = 10
SHOWN_BESIDE = 8
_NO_TEAM = "-"  # no key of a team: whoever is in none has the work of none


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    person, now = me(request), timezone.now()
    actor = actor_of(person, now)
    page = own_work(person.pk, page_number(request.GET.get("page", "")), now)
    answers = answered_for(person.pk, 1, now, SHOWN_OF_OTHERS)
    unfilled = nobodys_work(1, now, SHOWN_OF_OTHERS) if sees_unfilled_work(person) is None else None
    context = {
        "page": page,
        "parts": by_urgency(page.rows, now),
        "waiting": waiting_for_others(person.pk, 1, now, SHOWN_BESIDE),
        "watching": watched(person.pk, 1, now, SHOWN_BESIDE),
        "answers": answers,
        "answers_shown": answers.rows,
        "unfilled": unfilled,
        "unfilled_shown": unfilled.rows if unfilled else (),
        **_of_others(actor, now),
        "to_answer": to_answer(person.pk, [one.id for one in actor.stands_in_for], now),
        "refused_lines": refused(person.pk, now),
    }
    return render(request, "work/mine.html", context)


def _of_others(actor: Actor, now: datetime) -> dict[str, object]:
    """The work of whom they stand in for, of their team, and the roles that they are to fill."""
    found: dict[str, object] = {}
    if actor.stands_in_for:
        found["away"], found["absent"] = stood_in_work(actor.stands_in_for, 1, now)
    if actor.team:
        team = anybodys_work(actor.team, 1, now, SHOWN_OF_OTHERS)
        found |= {"team": team, "team_shown": team.rows, "team_name": company().team_name(actor.team)}
    if actor.leads:
        to_fill = to_be_filled(actor.leads, 1, now, SHOWN_OF_OTHERS)
        found |= {"to_fill": to_fill, "to_fill_shown": to_fill.rows}
    found["others"] = any(page.rows for page in found.values() if isinstance(page, Page))
    return found


@require_safe
def for_absent(request: HttpRequest) -> HttpResponse:
    actor, number = actor_of(me(request), timezone.now()), page_number(request.GET.get("page", ""))
    page, absent = stood_in_work(actor.stands_in_for, number, timezone.now())
    names = listed([one.name for one in absent])
    says = f"You stand in for {names}: you may do this for them." if names else "You stand in for nobody now."
    return render(request, "work/others.html", {"page": page, "title": "For those who are away", "says": says})


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    actor, number = actor_of(me(request), timezone.now()), page_number(request.GET.get("page", ""))
    name = company().team_name(actor.team) if actor.team else "a team"
    context = {
        "page": anybodys_work(actor.team or _NO_TEAM, number, timezone.now()),
        "title": f"Anybody of {name}",
        "says": "Anybody of the team may do this: the first to act does it.",
    }
    return render(request, "work/others.html", context)


@require_safe
def to_fill(request: HttpRequest) -> HttpResponse:
    actor, number = actor_of(me(request), timezone.now()), page_number(request.GET.get("page", ""))
    context = {
        "page": to_be_filled(actor.leads, number, timezone.now()),
        "title": "To be filled",
        "says": "Empty roles of the teams that you lead. Name somebody, and what waits is theirs.",
    }
    return render(request, "work/others.html", context)


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    page = answered_for(me(request).pk, page_number(request.GET.get("page", "")), timezone.now())
    context = {
        "page": page,
        "title": "You answer for",
        "says": "Others do this; you answer for it being done, and may do it yourself.",
    }
    return render(request, "work/others.html", context)


@require_safe
def nobodys(request: HttpRequest) -> HttpResponse:
    require(sees_unfilled_work(me(request)))
    page = nobodys_work(page_number(request.GET.get("page", "")), timezone.now())
    context = {
        "page": page,
        "title": "Nobody’s yet",
        "says": "Work of roles that nobody holds. Name somebody, and it is theirs.",
    }
    return render(request, "work/others.html", context)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    context = {
        "page": waiting_for_others(me(request).pk, page_number(request.GET.get("page", "")), timezone.now()),
        "title": "Waiting for others",
        "says": "Handoffs in which you have a role and owe nothing now: it is the turn of somebody else.",
        "empty": "Where it is the turn of somebody else, it stands here.",
    }
    return render(request, "work/handoffs.html", context)


@require_safe
def watching(request: HttpRequest) -> HttpResponse:
    context = {
        "page": watched(me(request).pk, page_number(request.GET.get("page", "")), timezone.now()),
        "title": "Watching",
        "says": "Handoffs that you keep an eye on, those that changed last first.",
        "empty": "Open a handoff and choose Watch: what happens in it is counted here.",
    }
    return render(request, "work/handoffs.html", context)
