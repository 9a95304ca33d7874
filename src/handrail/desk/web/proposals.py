"""Who gets which account of a transfer: the policy, what it proposes, choosing by hand, and scenarios side by side."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.book.policy import MEASURES, Measure
from handrail.book.transfer import cannot_change
from handrail.desk import models
from handrail.desk.long_work import proposing as long_proposing
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.long_work import progress_of
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import choices
from handrail.desk.transfers import policies, proposing, scenarios, weighing
from handrail.desk.transfers.policies import Asked
from handrail.desk.web.asked import identity, text
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.desk.web.policy_form import PolicyForm, policy_lines
from handrail.handoff.refusal import Refused

_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])

MOST_TICKED = 200


@_reads_and_sends
def proposal(request: HttpRequest, transfer_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    transfer = _transfer(transfer_id)
    if request.method == "POST":
        return _chosen(request, transfer) if request.POST.get("does") == "choose" else _proposed(request, transfer)
    return _page(request, transfer, _form(request, transfer))


def _transfer(transfer_id: int) -> models.Transfer:
    row = models.Transfer.objects.select_related("giver").filter(pk=transfer_id).first()
    if row is None:
        raise Http404("There is no such transfer.")
    return row


def _form(request: HttpRequest, transfer: models.Transfer) -> PolicyForm:
    """As the transfer's policy says, or that of a scenario whose policy is copied."""
    copied = identity(text(request.GET, "from"))
    row = transfer.scenarios.only("policy").filter(pk=copied).first() if copied else None
    asked = policies.of_json(row.policy if row else transfer.policy)
    return PolicyForm(request.POST or None, asked=asked, name=proposing.name_for(transfer.pk))


def _proposed(request: HttpRequest, transfer: models.Transfer) -> HttpResponse:
    form = _form(request, transfer)
    if not form.is_valid():
        return _page(request, transfer, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    asked, name, takes = form.asked(), form.cleaned_data["name"], request.POST.get("does") != "try"
    refused = _begun(request, transfer, asked, name, takes=takes)
    if refused is not None:
        form.add_error("name" if "scenario" in refused.says else None, refused.says)
        return _page(request, transfer, form, status=status_of(refused))
    return redirect("transfer-proposal" if takes else "transfer-scenarios", transfer.pk)


def _begun(request: HttpRequest, transfer: models.Transfer, asked: Asked, name: str, *, takes: bool) -> Refused | None:
    """At once where there are few accounts, else as long work."""
    by, now = me(request), timezone.now()
    if weighing.lines_of(transfer).count() > proposing.AT_ONCE:
        work = long_proposing.begin(transfer.pk, asked, name=name, takes=takes, by=by, now=now)
        return work if isinstance(work, Refused) else None
    made = proposing.propose(transfer.pk, asked, name=name, by=by, now=now)
    if isinstance(made, Refused):
        return made
    if takes:
        return proposing.take(made.pk, by=by, now=now)
    messages.success(request, f"“{name}” stands beside the other scenarios.")
    return None


def _chosen(request: HttpRequest, transfer: models.Transfer) -> HttpResponse:
    ids = [pk for pk in map(identity, request.POST.getlist("line")[:MOST_TICKED]) if pk is not None]
    to, adapt = text(request.POST, "receiver"), request.POST.get("adapt") == "yes"
    now, by = timezone.now(), me(request)
    refused = _choice(transfer, ids, to, by, adapt=adapt)
    if refused is not None:
        return _page(request, transfer, _form_of_get(transfer), refused=refused, ticked=ids, status=status_of(refused))
    count = f"{len(ids)} account{'' if len(ids) == 1 else 's'}"
    said = f"{count} chosen by hand." if to != "nobody" else f"{count} let go of."
    messages.success(request, f"{said}{' The rest adapts to it.' if adapt else ''}")
    if adapt and weighing.lines_of(transfer).count() > proposing.AT_ONCE:
        asked = policies.of_json(transfer.policy)
        long_proposing.begin(transfer.pk, asked, name=proposing.ADAPTED, takes=True, by=by, now=now)
    return redirect("transfer-proposal", transfer.pk)


def _form_of_get(transfer: models.Transfer) -> PolicyForm:
    return PolicyForm(None, asked=policies.of_json(transfer.policy), name=proposing.name_for(transfer.pk))


def _choice(transfer: models.Transfer, ids: list[int], to: str, by: models.Person, *, adapt: bool) -> Refused | None:
    """`to` is somebody's number, or `nobody`."""
    receiver = identity(to)
    if receiver is None and to != "nobody":
        return Refused(code="unfit", says="Choose who gets the ticked accounts, or that they are let go of.")
    is_small = weighing.lines_of(transfer).count() <= proposing.AT_ONCE
    return proposing.choose(transfer.pk, ids, receiver, by=by, now=timezone.now(), adapt=adapt and is_small)


def _page(
    request: HttpRequest,
    transfer: models.Transfer,
    form: PolicyForm,
    *,
    refused: Refused | None = None,
    ticked: list[int] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    work = long_proposing.under_way(transfer.pk)
    taken, measure = scenarios.taken_of(transfer.pk), _measure(request)
    show = text(request.GET, "show")
    rows, more = scenarios.books(taken, measure) if taken else ((), 0)
    context = {
        "row": transfer,
        "form": form,
        "cannot": cannot_change(transfer.state),  # type: ignore[arg-type]
        "progress": progress_of(work, timezone.now()) if work else None,
        "taken": taken,
        "distance": scenarios.distance(taken.quality) if taken else "",
        "policy": policy_lines(policies.of_json(taken.policy)) if taken else (),
        "chosen_since": taken is not None and scenarios.chosen_since(transfer, taken),
        "measures": _measures(measure),
        "measure": scenarios.TITLES[measure],
        "books": rows,
        "more_books": more,
        "tallies": scenarios.tallies(transfer),
        "show": show or "all",
        "page": scenarios.lines(transfer, show, page_number(request.GET.get("page", ""))),
        "people": choices(),
        "refused": refused,
        "ticked": ticked or (),
        "scenarios": transfer.scenarios.count(),
    }
    return render(request, "transfers/proposal.html", context, status=status)


def _measure(request: HttpRequest) -> Measure:
    asked = text(request.GET, "measure")
    return next((one for one in MEASURES if one == asked), "accounts")


def _measures(open_one: Measure) -> list[tuple[str, str, bool]]:
    return [(one, scenarios.TITLES[one], one == open_one) for one in MEASURES]


# ------------------------------------------------------------------------------------------------------ side by side


@_reads_and_sends
def side_by_side(request: HttpRequest, transfer_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    transfer = _transfer(transfer_id)
    if request.method == "POST":
        return _done(request, transfer)
    return _scenarios(request, transfer)


def _scenarios(
    request: HttpRequest, transfer: models.Transfer, refused: Refused | None = None, wrong: int | None = None
) -> HttpResponse:
    every = scenarios.scenarios_of(transfer.pk)
    wanted = {pk for pk in map(identity, request.GET.getlist("show")) if pk is not None}
    shown = [one for one in every if one.pk in wanted] or every
    measure = _measure(request)
    work = long_proposing.under_way(transfer.pk)
    compared = scenarios.compared(shown[: scenarios.MOST_COLUMNS], measure)
    context = {
        "row": transfer,
        "cannot": cannot_change(transfer.state),  # type: ignore[arg-type]
        "progress": progress_of(work, timezone.now()) if work else None,
        "every": every,
        "shown": {one.id for one in compared.columns},
        "compared": compared,
        "policies": [policy_lines(one.asked) for one in compared.columns],
        "measures": _measures(measure),
        "measure": scenarios.TITLES[measure],
        "most": scenarios.MOST_COLUMNS,
        "refused": refused,
        "wrong": wrong,
        "typed": text(request.POST, "name"),
    }
    return render(request, "transfers/scenarios.html", context, status=status_of(refused))


def _done(request: HttpRequest, transfer: models.Transfer) -> HttpResponse:
    scenario = transfer.scenarios.only("name").filter(pk=identity(text(request.POST, "scenario")) or 0).first()
    if scenario is None:
        raise Http404("There is no such scenario.")
    match request.POST.get("does"):
        case "take":
            refused = proposing.take(scenario.pk, by=me(request), now=timezone.now())
            if refused is None:
                messages.success(request, f"The accounts go to whom “{scenario.name}” says.")
                return redirect("transfer-proposal", transfer.pk)
        case "delete":
            refused = proposing.forget(scenario.pk)
            if refused is None:
                messages.success(request, f"“{scenario.name}” is deleted.")
        case _:
            refused = proposing.rename(scenario.pk, text(request.POST, "name"))
    if refused is not None:
        return _scenarios(request, transfer, refused, scenario.pk)
    return redirect("transfer-scenarios", transfer.pk)
