"""Beginning a transfer, changing what is said of it as a whole, and giving it up.

One rule: a refusal is shown at its field, with everything that was typed still there.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.book.transfer import cannot_change
from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.customers import NOBODY, Wanted, wanted_customers
from handrail.desk.queries.pages import MOST_COUNTED
from handrail.desk.queries.transfer_lines import name_of
from handrail.desk.transfers import drafting
from handrail.desk.transfers.adding import Added, Book, Chosen, Filtered, Scope
from handrail.desk.web.asked import identity
from handrail.desk.web.commanding import status_of
from handrail.desk.web.customers import wanted_of
from handrail.desk.web.gate import me, require
from handrail.desk.web.transfer import transfer_of
from handrail.desk.web.transfer_form import CancelForm, HeadForm, head_of
from handrail.handoff.refusal import Refused

MOST_TICKED = 1_000
_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Accounts that were chosen elsewhere, before there was a transfer: `ids`, or all of a list, whose address is
    `query`; `named` are the first few."""

    ids: tuple[int, ...] = ()
    wanted: Wanted | None = None
    query: str = ""
    words: str = ""
    count: str = ""
    named: tuple[str, ...] = ()
    giver: int | None = None

    @property
    def scope(self) -> Scope | None:
        if self.wanted is not None:
            return Filtered(wanted=self.wanted, words=self.words)
        return Chosen(customers=self.ids) if self.ids else None


@_reads_and_sends
def made(request: HttpRequest) -> HttpResponse:
    require(makes_transfers(me(request)))
    asked = request.POST if request.method == "POST" else request.GET
    carried = _carried(asked)
    if request.method != "POST":
        giver = identity(asked.get("giver", "")) or carried.giver
        return _new(request, HeadForm(initial={"giver": giver}), carried, takes_book=True)
    form = HeadForm(request.POST)
    takes_book = request.POST.get("whole_book") == "yes"
    if not form.is_valid():
        return _new(request, form, carried, takes_book=takes_book, status=422)
    head, now = form.head(), timezone.now()
    outcome = drafting.make(head, by=me(request), now=now)
    if isinstance(outcome, Refused):
        form.tell(outcome)
        return _new(request, form, carried, takes_book=takes_book, status=status_of(outcome))
    scope = carried.scope or (Book(givers=(head.giver_id,)) if takes_book and head.giver_id else None)
    if scope is None:
        messages.success(request, f"“{outcome.title}” is begun. Choose its accounts.")
        return redirect("transfer-accounts", outcome.pk)
    tell_added(request, drafting.add_lines(outcome.pk, scope, by=me(request), now=now))
    return redirect("transfer", outcome.pk)


def _new(
    request: HttpRequest, form: HeadForm, carried: Carried, *, takes_book: bool, status: int = 200
) -> HttpResponse:
    context = {"form": form, "carried": carried, "takes_book": takes_book}
    return render(request, "transfers/new.html", context, status=status)


def tell_added(request: HttpRequest, outcome: Added | Refused) -> None:
    if isinstance(outcome, Refused):
        messages.error(request, f"Nothing was added. {outcome.says}")
        return
    count = "One line was" if outcome.count == 1 else f"{outcome.count:,} lines were"
    messages.success(request, f"{count} added: {outcome.words[:1].lower()}{outcome.words[1:]}.")
    if outcome.left_out:
        messages.warning(request, outcome.left_out)


def _carried(asked: QueryDict) -> Carried:
    if asked.get("all") == "yes":
        return _of_list(asked.get("query", "") if "query" in asked else asked.urlencode())
    ticked = [found for one in asked.getlist("customer") if (found := identity(one)) is not None][:MOST_TICKED]
    rows = list(models.Customer.objects.filter(pk__in=ticked).order_by("sort_name", "pk").only("name", "owner_id"))
    owners = {row.owner_id for row in rows}
    count = "One account" if len(rows) == 1 else f"{len(rows):,} accounts"
    return Carried(
        ids=tuple(row.pk for row in rows),
        words="Chosen accounts",
        count=count,
        named=tuple(row.name for row in rows[:5]),
        giver=owners.pop() if len(owners) == 1 else None,
    )


def _of_list(query: str) -> Carried:
    wanted = wanted_of(QueryDict(query))
    rows = wanted_customers(wanted)
    total = rows[: MOST_COUNTED + 1].count()
    return Carried(
        wanted=wanted,
        query=urlencode(_asked_of(wanted)),
        words=words_of(wanted),
        count=f"more than {MOST_COUNTED:,} accounts" if total > MOST_COUNTED else f"{total:,} accounts",
        giver=wanted.owner_id,
    )


def _asked_of(wanted: Wanted) -> dict[str, str]:
    asked = {"q": wanted.text, "owner": wanted.owner, "team": wanted.team, "idle": "yes" if wanted.idle else ""}
    return {name: value for name, value in asked.items() if value}


def words_of(wanted: Wanted) -> str:
    """`All customers called “ced”, owned by Carla Santos`."""
    parts = [f"called “{wanted.text}”" if wanted.text else ""]
    if wanted.owner == NOBODY:
        parts.append("that nobody owns")
    elif wanted.owner_id:
        parts.append(f"owned by {name_of(wanted.owner_id, company().members) or 'somebody unknown'}")
    parts.append(f"of the team {company().team_name(wanted.team)}" if wanted.team else "")
    parts.append("without a running handoff" if wanted.idle else "")
    said = ", ".join(filter(None, parts))
    return f"All customers {said}" if said else "All customers"


@_reads_and_sends
def changed(request: HttpRequest, transfer_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    row = transfer_of(request, transfer_id)
    refused = cannot_change(row.state)  # type: ignore[arg-type]
    if request.method != "POST":
        return _change(request, HeadForm(initial=head_of(row), row=row), row, refused)
    form = HeadForm(request.POST, row=row)
    if not form.is_valid():
        return _change(request, form, row, refused, status=422)
    seen = identity(request.POST.get("revision", ""))
    revision = row.revision if seen is None else seen
    outcome = drafting.change(row.pk, form.head(), revision=revision, by=me(request), now=timezone.now())
    if outcome is None:
        messages.success(request, "The transfer was changed.")
        return redirect("transfer", row.pk)
    form.tell(outcome)
    return _change(request, form, transfer_of(request, transfer_id), refused, outcome, status=status_of(outcome))


def _change(
    request: HttpRequest,
    form: HeadForm,
    row: models.Transfer,
    cannot: Refused | None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """After a clash it shows what stands now beside what was typed."""
    clash = head_of(row) if refused is not None and refused.code == "clash" else None
    stands = [(form[name].label, value) for name, value in clash.items() if name != "runbook"] if clash else ()
    differs = [(label, value) for label, value in stands if value not in (None, "")]
    context = {"form": form, "row": row, "cannot": cannot, "stands": differs}
    return render(request, "transfers/edit.html", context, status=status)


@_reads_and_sends
def cancelled(request: HttpRequest, transfer_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    row = transfer_of(request, transfer_id)
    form = CancelForm(request.POST or None)
    outcome = cannot_change(row.state)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        outcome = drafting.cancel(row.pk, form.cleaned_data["reason"], by=me(request), now=timezone.now())
        if outcome is None:
            messages.success(request, "The transfer was cancelled. Nothing of it moves.")
            return redirect("transfer", row.pk)
    status = 422 if form.errors else status_of(outcome) if request.method == "POST" else 200
    return render(request, "transfers/cancel.html", {"form": form, "row": row, "cannot": outcome}, status=status)
