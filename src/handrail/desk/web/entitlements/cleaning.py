"""Putting many right at once: what would be done to each, the work that does it, what came of it, and taking it back.

One rule: nothing is done before somebody has seen the preview and says so.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk import models
from handrail.desk.long_work import cleaning
from handrail.desk.long_work.cleaning import AT_ONCE
from handrail.desk.orders.tidying import BULK, Tidy, incomplete, why_not
from handrail.desk.permissions import looks_after_work
from handrail.desk.queries.entitlements import Line, Wanted, count_text, first_of, lines_of, outcomes
from handrail.desk.queries.long_work import progress_of, tallies_of
from handrail.desk.web.asked import identity
from handrail.desk.web.commanding import status_of
from handrail.desk.web.entitlements.listed import today_for, wanted_of
from handrail.desk.web.gate import me, require
from handrail.desk.web.long_work import what_came_of_it
from handrail.handoff.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Those that were ticked, or where `wanted` is there, all that the list shows; `rows` are the first of them."""

    ids: tuple[int, ...]
    wanted: Wanted | None
    rows: list[models.Entitlement]
    number: str

    @property
    def is_sample(self) -> bool:
        return self.number != f"{len(self.rows):,}"


@require_POST
def clean(request: HttpRequest) -> HttpResponse:
    today, now = today_for(request), timezone.now()
    act, selection = _act(request.POST), _selection(request.POST, today)
    if act is None or not selection.rows:
        context = {"none_ticked": not selection.rows, "query": request.POST.get("query", "")}
        return render(request, "entitlements/nothing.html", context, status=422)
    refused = incomplete(act, today)
    if refused is None and request.POST.get("do") == "confirm":
        work = cleaning.begin(act, selection.ids, selection.wanted, selection.number, by=me(request), now=now)
        return redirect("entitlements-cleaned", work.pk)
    return _preview(request, act, selection, refused)


def _act(post: QueryDict) -> Tidy | None:
    name = next((one for one in BULK if one == post.get("action")), None)
    return Tidy(name=name, day=day_of(post.get("day", "")), reason=post.get("reason", "").strip()) if name else None


def day_of(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _selection(post: QueryDict, today: date) -> Selection:
    if post.get("all") == "yes":
        wanted = wanted_of(QueryDict(post.get("query", "")))
        return Selection(ids=(), wanted=wanted, rows=first_of(wanted, today, AT_ONCE), number=count_text(wanted, today))
    ticked = {found for one in post.getlist("entitlement") if (found := identity(one)) is not None}
    rows = list(models.Entitlement.objects.filter(pk__in=ticked).select_related("customer").order_by("pk"))
    return Selection(ids=tuple(row.pk for row in rows), wanted=None, rows=rows, number=f"{len(rows):,}")


def _preview(request: HttpRequest, act: Tidy, selection: Selection, refused: Refused | None) -> HttpResponse:
    """Where it comes from the list, nothing is wrong yet: what is to be said is asked for, without a word of blame."""
    told = refused if "do" in request.POST else None
    person = me(request)
    outcomes = [(row, why_not(act, row, person)) for row in selection.rows]
    reasons = Counter(why.says for _, why in outcomes if why is not None)
    context = {
        "act": act,
        "words": act.words,
        "selection": selection,
        "query": request.POST.get("query", ""),
        "changed": _lines([row for row, why in outcomes if why is None], today_for(request)),
        "reasons": reasons.most_common(),
        "refused_count": sum(reasons.values()),
        "written_day": request.POST.get("day", ""),
        "today": today_for(request),
        "mistakes": told.mistakes if told else (),
        "errors": {one.field: one.says for one in told.mistakes} if told else {},
    }
    return render(request, "entitlements/clean.html", context, status=status_of(told))


def _lines(rows: list[models.Entitlement], today: date) -> tuple[Line, ...]:
    shown = models.Entitlement.objects.filter(pk__in=[row.pk for row in rows])
    return lines_of(shown.select_related("customer__owner", "order").order_by("pk"), today)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cleaned(request: HttpRequest, work_id: int) -> HttpResponse:
    row = models.LongWork.objects.select_related("undoes").filter(pk=work_id, sort__in=_SORTS).first()
    if row is None:
        raise Http404("There is no such clean-up.")
    require(looks_after_work(request.user, row.by_id))
    if request.method == "POST":
        outcome = cleaning.take_back(row.pk, by=me(request), now=timezone.now())
        if isinstance(outcome, Refused):
            messages.warning(request, outcome.says)
            return redirect("entitlements-cleaned", row.pk)
        return redirect("entitlements-cleaned", outcome.pk)
    return render(request, "entitlements/cleaned.html", _cleaned(request, row))


_SORTS = (cleaning.NAME, cleaning.UNDO)


def _cleaned(request: HttpRequest, row: models.LongWork) -> dict[str, object]:
    tallies = tuple(one for one in tallies_of(row) if one.name in {"changed", "refused"})
    return {
        **what_came_of_it(request, row, progress_of(row, timezone.now()), tallies, outcomes),
        "stays": cleaning.why_not(row) if row.sort == cleaning.NAME else None,
        "may_undo": row.sort == cleaning.NAME,
    }
