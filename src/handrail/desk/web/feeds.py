"""The calendar of whoever is signed in: the private addresses of their feeds, and their own calendar elsewhere; and the
feeds themselves, which ask for no account.

One rule: whoever has an address that is not valid learns nothing, neither why not nor whether it ever was.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import calendar_accounts, feeds, models
from handrail.desk.web.caller import too_many
from handrail.desk.web.gate import me
from handrail.handoff.refusal import Refused

MOST_A_MINUTE = 60  # from one network


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The address of a new feed is in the answer to the form that made it, and nowhere else."""
    person, do = me(request), request.POST.get("do", "")
    of_team = request.POST.get("of") == "team"
    if request.method != "POST":
        return _page(request)
    if of_team and person.team is None:
        raise Http404("You are in no team.")
    match do:
        case "make":
            token = feeds.make(person, of_team=of_team, now=timezone.now())
            address = request.build_absolute_uri(reverse("calendar-feed", args=[token]))
            return _page(request, address=address, of_team=of_team)
        case "revoke":
            feeds.revoke(person, of_team=of_team)
            messages.success(request, "The address is not valid any more.")
        case "connect":
            return _connected(request, person)
        case "disconnect":
            calendar_accounts.forget(person)
            messages.success(request, "Forgotten: your calendar is not read or written any more.")
        case _:
            raise Http404("There is no such action.")
    return redirect("my-calendar")


def _connected(request: HttpRequest, person: models.Person) -> HttpResponse:
    post = request.POST
    outcome = calendar_accounts.connect(
        person,
        url=post.get("url", ""),
        user=post.get("user", ""),
        password=post.get("password", ""),
        writes=bool(post.get("writes")),
        now=timezone.now(),
    )
    if isinstance(outcome, Refused):
        return _page(request, refused=outcome)
    messages.success(request, "Kept. Your calendar is read within the next minutes.")
    return redirect("my-calendar")


def _page(
    request: HttpRequest, *, address: str = "", of_team: bool = False, refused: Refused | None = None
) -> HttpResponse:
    person = me(request)
    kept = {row.of_team: row for row in models.CalendarFeed.objects.filter(person=person)}
    kinds = [("own", "Your meetings", "What you have to come to, in all handoffs.", kept.get(False), not of_team)]
    if person.team is not None:
        says = f"What anybody of {person.team.name} has to come to."
        kinds.append(("team", f"Meetings of {person.team.name}", says, kept.get(True), of_team))
    context = {
        "kinds": kinds,
        "address": address,
        "account": models.CalendarAccount.objects.filter(person=person).first(),
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "typed": request.POST if refused else {},
    }
    return render(request, "feeds/mine.html", context, status=422 if refused else 200)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    if too_many(request, "feed", MOST_A_MINUTE):
        return HttpResponse("Too many at once: try again in a minute.", status=429, content_type="text/plain")
    found = feeds.found(token, now)
    if found is None:
        return HttpResponse("Not found.", status=404, content_type="text/plain")
    etag = f'"{found.etag}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(feeds.text_of(found, now), content_type="text/calendar; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer
