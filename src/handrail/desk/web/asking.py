"""What a colleague does with a step that is asked outside: reminding those of whom it is asked, and giving it back."""

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from handrail.desk import customer_links, inviting, ledger
from handrail.desk.permissions import gives_customers_links
from handrail.desk.queries.opened import open_handoff
from handrail.desk.web.commanding import Visit
from handrail.desk.web.gate import me, require
from handrail.desk.web.step_page import fresh, page
from handrail.handoff import commands_outside as o
from handrail.handoff.holders import roles_of
from handrail.handoff.refusal import Refused


def invite(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    """Send everybody of whom the step is asked the link to their page: the first time, or to remind them."""
    require(gives_customers_links(me(request), bool(roles_of(at.opened.plan, at.opened.state, at.me))))
    sent = _sent(request, at, name, "")
    if isinstance(sent, Refused):
        again, view = fresh(request, at, name)
        return page(request, again, view, sent)
    messages.success(request, f"The link to their page goes out to {sent} contact{'' if sent == 1 else 's'}.")
    return redirect("step", at.opened.row.pk, name)


def give_back(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    """Those who have a link are told by mail, in the colleague's words."""
    reason = request.POST.get("again", "")
    outcome = ledger.record(at.opened.row.pk, o.AskAgain(by=at.me, step=name, reason=reason), now=at.now)
    if isinstance(outcome, Refused):
        again, view = fresh(request, at, name)
        return page(request, again, view, outcome)
    known = customer_links.open_links(at.opened.row.pk, at.now)
    told = _sent(request, at, name, reason, only=known.keys())
    by_mail = f" {told} of them told by mail." if isinstance(told, int) else " Nobody has a link: send them one."
    messages.success(request, f"Given back: it is asked for again.{by_mail}")
    return redirect("step", at.opened.row.pk, name)


def _sent(request: HttpRequest, at: Visit, name: str, note: str, only: Collection[str] | None = None) -> int | Refused:
    opened = open_handoff(at.opened.row.pk)
    whom = [one for one in inviting.asked_people(opened, name) if only is None or one.email in only]
    days = str(customer_links.USUAL_DAYS)
    return inviting.invite(opened, whom, days, me(request), at.me, now=at.now, note=note)
