"""Finding anything by a few letters: a page of its own, and what the palette shows under its field."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from handrail.desk.folding import words_of
from handrail.desk.queries.choices import colleagues_like
from handrail.desk.queries.finding import found
from handrail.desk.web.asked import text
from handrail.desk.web.gate import me
from handrail.desk.web.places import places, places_named


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    asked = text(request.GET, "q")
    words, person = words_of(asked), me(request)
    context = {
        "asked": asked,
        "found": found(asked),
        "places": places_named(person, words) if words else tuple(places(person)),
    }
    within = request.headers.get("HX-Request") == "true"
    response = render(request, "finding/results.html" if within else "finding/page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Whom a field for a person suggests for what was typed into it."""
    return render(request, "finding/suggested.html", {"people": colleagues_like(text(request.GET, "q"))})
