"""The accounts of a transfer: chosen from the customers, as a whole book or by a spreadsheet; and what is done to many.

One rule: each way to choose them is a page that works by itself.
"""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.book.transfer import cannot_change
from handrail.desk import models
from handrail.desk.imports.limits import MOST_BYTES
from handrail.desk.imports.sheet import too_large
from handrail.desk.people import called, named
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.customers import customers
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import few_choices
from handrail.desk.queries.teams import team_choices
from handrail.desk.queries.transfer import STATES
from handrail.desk.transfers import drafting
from handrail.desk.transfers import lines as acts
from handrail.desk.transfers.adding import Book, Chosen, Filtered, Scope
from handrail.desk.transfers.classifying import classify
from handrail.desk.transfers.sheets import take_in
from handrail.desk.web.asked import identity, text
from handrail.desk.web.customers import wanted_of as wanted_customers_of
from handrail.desk.web.gate import me, require
from handrail.desk.web.transfer import transfer_of, wanted_of
from handrail.desk.web.transfer_drafts import MOST_TICKED, tell_added, words_of
from handrail.desk.web.transfer_form import SheetForm
from handrail.handoff.refusal import Refused

WAYS = (
    ("list", "From the customers", "building-2"),
    ("book", "A whole book", "book-user"),
    ("sheet", "By spreadsheet", "file-spreadsheet"),
)


_SHEETS = 10


@require_http_methods(["GET", "HEAD", "POST"])
def chosen(request: HttpRequest, transfer_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    row = transfer_of(request, transfer_id)
    if request.method != "POST":
        return _page(request, row, request.GET.get("by", ""))
    by = request.POST.get("by", "")
    if by == "sheet":
        return _uploaded(request, row)
    scope = _scope(request.POST, by)
    if isinstance(scope, str):
        return _page(request, row, by, wrong=scope, status=422)
    outcome = drafting.add_lines(row.pk, scope, by=me(request), now=timezone.now())
    if isinstance(outcome, Refused):
        return _page(request, row, by, wrong=outcome.says, status=409)
    tell_added(request, outcome)
    return redirect(request.get_full_path() if by == "list" and "all" not in request.POST else row_url(row))


def row_url(row: models.Transfer) -> str:
    return reverse("transfer", args=[row.pk])


def _scope(post: QueryDict, by: str) -> Scope | str:
    """Or what has to be said first."""
    if by == "book":
        written = text(post, "giver")
        person = named(written) or called(written)
        return Book(givers=(person.id,)) if person else "Choose whose book it is."
    if "all" in post:
        wanted = wanted_customers_of(QueryDict(post.get("query", "")))
        return Filtered(wanted=wanted, words=words_of(wanted))
    ticked = [found for one in post.getlist("customer") if (found := identity(one)) is not None]
    return Chosen(customers=tuple(ticked[:MOST_TICKED])) if ticked else "Tick the accounts that are to be added."


def _page(
    request: HttpRequest,
    row: models.Transfer,
    by: str,
    *,
    form: SheetForm | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    by = by if by in {name for name, _, _ in WAYS} else "list"
    context = {
        "row": row,
        "by": by,
        "ways": WAYS,
        "cannot": cannot_change(row.state),  # type: ignore[arg-type]
        "wrong": wrong,
        "form": form or SheetForm(),
        "count": row.lines.exclude(state=models.TransferLine.State.DROPPED).count(),
        **(_of_list(request, row) if by == "list" else {}),
        "people": few_choices(row.giver_id) if by == "book" else (),
        "sheets": _handed_in(row) if by == "sheet" else (),
    }
    return render(request, "transfers/accounts.html", context, status=status)


def _handed_in(row: models.Transfer) -> list[models.TransferSheet]:
    rows = row.sheets.defer("content", "report").select_related("by")
    return list(rows.order_by("-at", "-pk")[:_SHEETS])


def _of_list(request: HttpRequest, row: models.Transfer) -> dict[str, object]:
    """The customers to choose from; of one person's book those of that person, until somebody asks otherwise."""
    asked = request.GET.copy()
    if row.giver_id and "owner" not in asked and "q" not in asked:
        asked["owner"] = str(row.giver_id)
    wanted = wanted_customers_of(asked)
    page = customers(wanted, page_number(request.GET.get("page", "")))
    lines = row.lines.filter(customer__in=[one.id for one in page.rows])
    asked.pop("by", None)
    asked.pop("page", None)
    return {
        "wanted": wanted,
        "page": page,
        "owners": few_choices(me(request).pk, wanted.owner_id),
        "teams": team_choices(wanted.team),
        "query": asked.urlencode(),
        "there": {pk: STATES[state][1] for pk, state in lines.values_list("customer_id", "state")},
    }


def _uploaded(request: HttpRequest, row: models.Transfer) -> HttpResponse:
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, "sheet", form=form, status=422)
    file = form.cleaned_data["file"]
    keeps = form.cleaned_data["keep"] == "good"
    now, size = timezone.now(), file.size or 0
    outcome = (
        (too_large(),)
        if size > MOST_BYTES
        else take_in(row.pk, file.read(), file.name or "", keep_good=keeps, by=me(request), now=now)
    )
    if isinstance(outcome, models.TransferSheet):
        return redirect("transfer-sheet", row.pk, outcome.pk)
    if isinstance(outcome, Refused):
        return _page(request, row, "sheet", form=form, wrong=outcome.says, status=409)
    for problem in outcome:
        form.add_error("file", str(problem))
    return _page(request, row, "sheet", form=form, status=422)


@require_POST
def lines(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """One act for those that are ticked, or for all that the list shows."""
    require(makes_transfers(me(request)))
    row = transfer_of(request, transfer_id)
    query = request.POST.get("query", "")
    if "all" in request.POST:
        selection = acts.Selection(wanted=wanted_of(QueryDict(query)))
    else:
        ticked = [found for one in request.POST.getlist("line") if (found := identity(one)) is not None]
        selection = acts.Selection(ids=tuple(ticked[:MOST_TICKED]))
    outcome = _done(request, row, selection)
    if isinstance(outcome, Refused):
        messages.error(request, outcome.says)
    else:
        messages.success(request, outcome.says)
    return redirect(f"{row_url(row)}{f'?{query}' if query else ''}#lines")


def _done(request: HttpRequest, row: models.Transfer, selection: acts.Selection) -> acts.Done | Refused:
    act, by, now = request.POST.get("action", ""), me(request), timezone.now()
    if not selection.ids and selection.wanted is None and act != "classify":
        return Refused(code="nothing", says="No account is ticked: tick those that are meant.")
    match act:
        case "leave out":
            return _said(acts.leave_out(row.pk, selection, by=by, now=now), "left out")
        case "take in":
            return _said(acts.take_in_again(row.pk, selection, by=by, now=now), "taken in again")
        case "give":
            return _given(request, row, selection)
        case "classify":
            refused = classify(row.pk, now=now, anew=True)
            return refused or acts.Done(count=0, says="The accounts are looked at anew; very many take a moment.")
        case _:
            return Refused(code="nothing", says="Choose what is to be done with them.")


def _given(request: HttpRequest, row: models.Transfer, selection: acts.Selection) -> acts.Done | Refused:
    """To a person, or to everybody of a team as a pool."""
    written, by, now = text(request.POST, "receiver"), me(request), timezone.now()
    person = named(written) or called(written)
    is_team = Q(key=written.removeprefix(POOL)) if written.startswith(POOL) else Q(name__iexact=written)
    team = None if person else models.Team.objects.select_related("lead").filter(is_team).first()
    if team is not None:
        return _said(acts.give_to_pool(row.pk, selection, team, by=by, now=now), f"given to the pool of {team.name}")
    receiver = models.Person.objects.get(pk=person.id) if person else None
    if receiver is None:
        return Refused(code="nobody-named", says="Choose who gets them: a person, or a team that shares them.")
    adapt = request.POST.get("adapt") == "yes"
    outcome = acts.give_to(row.pk, selection, receiver, adapt=adapt, by=by, now=now)
    return _said(outcome, f"given to {receiver.name}")


POOL = "team:"


def _said(outcome: acts.Done | Refused, what: str) -> acts.Done | Refused:
    if isinstance(outcome, Refused):
        return outcome
    count = "One was" if outcome.count == 1 else f"{outcome.count:,} were"
    return acts.Done(count=outcome.count, skipped=outcome.skipped, says=f"{count} {what}. {outcome.says}".strip())
