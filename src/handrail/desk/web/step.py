"""What is done on the page of one step. Each action goes by the value of the button that was pressed."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from handrail.desk.people import called, named, nobody_called
from handrail.desk.queries.step import step_view
from handrail.desk.web import asking, attaching, filling, letters, meeting
from handrail.desk.web.commanding import Visit, seen, visit
from handrail.desk.web.step_page import do, page
from handrail.handoff import commands as c
from handrail.handoff.items import step_of
from handrail.handoff.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, handoff_id: int, name: str) -> HttpResponse:
    at = visit(request, handoff_id)
    known = step_of(at.opened.plan, at.opened.state, name)
    if known is None:
        raise Http404("This handoff has no such step.")
    if known.each is not None:
        return redirect(f"{reverse('handoff', args=[handoff_id])}#step-{known.name}")
    if request.method != "POST":
        return page(request, at, step_view(at.opened, name, at.me, at.now))
    does = _DOES.get(request.POST.get("do", ""))
    if does is None:
        raise Http404("A step has no such action.")
    return does(request, at, name)


def _finish(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    address = request.POST.get("address", "").strip()
    person = called(address) if address else named(request.POST.get("person", ""))
    if address and person is None:
        view = step_view(at.opened, name, at.me, at.now)
        return page(request, at, view, Refused(code="nobody-named", says=nobody_called(address)))
    command = c.Finish(
        by=at.me,
        step=name,
        outcome=request.POST.get("outcome", ""),
        note=request.POST.get("note", ""),
        person=person,
    )
    return do(request, at, command, name, "Finished.")


def _advise(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Advise(by=at.me, step=name, says=request.POST.get("advice", ""))
    return do(request, at, command, name, "Kept: whoever does this reads your advice first.")


def _begin(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Begin(by=at.me, step=name, note=request.POST.get("note", ""))
    return do(request, at, command, name, "Begun: this is to be done now.")


def _approve(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Approve(by=at.me, step=name, note=request.POST.get("note", ""), seen=seen(request))
    return do(request, at, command, name, "Approved.")


def _reject(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Reject(by=at.me, step=name, reason=request.POST.get("reason", ""))
    return do(request, at, command, name, "Rejected. The steps to do again are open.")


def _accept(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Accept(by=at.me, step=name, note=request.POST.get("note", ""), seen=seen(request))
    return do(request, at, command, name, "Accepted. The handover document is kept as you accepted it.")


def _refuse(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Refuse(by=at.me, step=name, reason=request.POST.get("reason", ""), note=request.POST.get("note", ""))
    return do(request, at, command, name, "Refused. The steps to do again are open.")


def _disagree(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Disagree(by=at.me, step=name, reason=request.POST.get("reason", ""))
    return do(request, at, command, name, "Kept. The refusal stands until it is decided otherwise.")


def _uphold(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Settle(by=at.me, step=name, upholds=True, note=request.POST.get("note", ""))
    return do(request, at, command, name, "Decided: the refusal stands.")


def _overrule(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Settle(by=at.me, step=name, upholds=False, note=request.POST.get("note", ""))
    return do(request, at, command, name, "Decided: the handover counts as accepted.")


def _reopen(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Reopen(by=at.me, step=name, reason=request.POST.get("reason", ""))
    return do(request, at, command, name, "Open again.")


_DOES: dict[str, Callable[[HttpRequest, Visit, str], HttpResponse]] = {
    "answer": filling.answer,
    "sign": filling.sign,
    "finish": _finish,
    "advise": _advise,
    "begin": _begin,
    "send": letters.send,
    "edit": letters.edit,
    "pause": letters.pause,
    "go-on": letters.go_on,
    "skip": letters.skip,
    "send-again": letters.send_again,
    "plan": meeting.plan,
    "move": meeting.plan,
    "hold": meeting.hold,
    "call-off": meeting.call_off,
    "admit": meeting.admit,
    "leave-out": meeting.leave_out,
    "approve": _approve,
    "reject": _reject,
    "accept": _accept,
    "refuse": _refuse,
    "disagree": _disagree,
    "uphold": _uphold,
    "overrule": _overrule,
    "reopen": _reopen,
    "attach": attaching.attach,
    "detach": attaching.detach,
    "waive": attaching.waive,
    "ask-again": attaching.ask_again,
    "share": attaching.share,
    "unshare": attaching.unshare,
    "give-back": asking.give_back,
    "invite": asking.invite,
}
