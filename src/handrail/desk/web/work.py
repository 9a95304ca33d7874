"""My work: what the signed-in person owes, and for CS Operations what nobody has yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.permissions import sees_unfilled_work
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.work import answered_for, by_urgency, nobodys_work, own_work
from handrail.desk.web.gate import me, require

SHOWN_OF_OTHERS = 10


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    person, now = me(request), timezone.now()
    page = own_work(person.pk, page_number(request.GET.get("page", "")), now)
    answers = answered_for(person.pk, 1, now)
    unfilled = nobodys_work(1, now) if sees_unfilled_work(person) is None else None
    context = {
        "page": page,
        "groups": by_urgency(page.rows, now),
        "answers": answers,
        "answers_shown": answers.rows[:SHOWN_OF_OTHERS],
        "unfilled": unfilled,
        "unfilled_shown": unfilled.rows[:SHOWN_OF_OTHERS] if unfilled else (),
    }
    return render(request, "work/mine.html", context)


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
