"""One act for many handoffs: what it would do to each, and then, confirmed, the long work that does it.

One rule: nothing is done before somebody has seen the preview and says so.
"""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from handrail.desk import models
from handrail.desk.long_work import acts
from handrail.desk.long_work.acts import Act
from handrail.desk.long_work.bulk import Selection, begin
from handrail.desk.long_work.previewing import Looked, look, preview
from handrail.desk.people import actor_of, named
from handrail.desk.queries.people import choices
from handrail.desk.web.asked import identity
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me
from handrail.desk.web.wanted import wanted_by
from handrail.handoff.people import Person
from handrail.handoff.refusal import Mistake, Refused

NOBODY = "nobody"


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    selection = _selection(request.POST, me(request))
    name = next((one for one in acts.WORDS if one == request.POST.get("action")), None)
    looked = look(selection, now)
    if name is None or not looked.total:
        context = {"none_ticked": not looked.total, "query": request.POST.get("query", "")}
        return render(request, "bulk/nothing.html", context, status=422)
    person = named(request.POST.get("person", ""))
    act = Act(
        name=name, reason=request.POST.get("reason", "").strip(), role=request.POST.get("role", ""), person=person
    )
    refused = _incomplete(act, looked, request.POST)
    if refused is None and request.POST.get("do") == "confirm":
        work = begin(act, selection, looked.number, by=me(request), now=now)
        return redirect("long-work", work.pk)
    return _page(request, act, selection, looked, refused)


def _selection(post: QueryDict, person: models.Person) -> Selection:
    """Those that are there, in the order of their ids."""
    if post.get("all") == "yes":
        return Selection(wanted=wanted_by(post.get("query", ""), person))
    ticked = {found for one in post.getlist("handoff") if (found := identity(one)) is not None}
    return Selection(
        ids=tuple(models.Handoff.objects.filter(pk__in=ticked).order_by("pk").values_list("pk", flat=True))
    )


def _incomplete(act: Act, looked: Looked, post: QueryDict) -> Refused | None:
    """All that has yet to be said."""
    refused = acts.incomplete(act)
    mistakes = list(refused.mistakes or [Mistake(field="reason", says=refused.says)]) if refused else []
    if act.name == "fill":
        mistakes += _about_role(act.role, act.person, post.get("person", ""), looked)
    if not mistakes:
        return None
    return Refused(code="incomplete", says=" ".join(one.says for one in mistakes), mistakes=tuple(mistakes))


def _about_role(role: str, person: Person | None, written: str, looked: Looked) -> list[Mistake]:
    found = []
    if role not in dict(looked.roles):
        found.append(Mistake(field="role", says="Choose which role."))
    if person is None and written != NOBODY:
        found.append(Mistake(field="person", says="Choose who gets it, or that it is to be empty."))
    return found


def _page(
    request: HttpRequest, act: Act, selection: Selection, looked: Looked, refused: Refused | None
) -> HttpResponse:
    """Where it comes from the list, nothing is wrong yet: what is to be said is asked for, without a word of blame."""
    now, asked = timezone.now(), "do" in request.POST
    can_tell = act.name != "fill" or not _about_role(act.role, act.person, request.POST.get("person", ""), looked)
    told = refused if asked else None
    context = {
        "act": act,
        "words": act.words,
        "looked": looked,
        "selection": selection,
        "query": request.POST.get("query", ""),
        "preview": preview(act, looked, actor_of(request.user, now), now) if can_tell else None,
        "people": choices() if act.name == "fill" else (),
        "chosen": request.POST.get("person", ""),
        "nobody": NOBODY,
        "mistakes": told.mistakes if told else (),
        "errors": {one.field: one.says for one in told.mistakes} if told else {},
    }
    return render(request, "bulk/bulk.html", context, status=status_of(told))
