"""Requests that only show something look at one company from their first line to their last."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from handrail.desk.company import shown_as_it_is

Answer = Callable[[HttpRequest], HttpResponseBase]
_SHOWS = ("GET", "HEAD")


def showing(answer: Answer) -> Answer:
    """Middleware. What is written is asked for anew each time: others may change the company meanwhile."""

    def within(request: HttpRequest) -> HttpResponseBase:
        if request.method not in _SHOWS:
            return answer(request)
        with shown_as_it_is():
            return answer(request)

    return within
