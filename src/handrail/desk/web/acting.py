"""Who acts while a request is answered: what the audit writes then is theirs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from handrail.desk import audit
from handrail.desk.models import Person

Answer = Callable[[HttpRequest], HttpResponseBase]


def acting(answer: Answer) -> Answer:
    """Middleware, to stand after those that know who is signed in; they are asked only when something is told."""

    def within(request: HttpRequest) -> HttpResponseBase:
        with audit.acting(lambda: _who(request)):
            return answer(request)

    return within


def _who(request: HttpRequest) -> audit.By:
    return audit.person(request.user) if isinstance(request.user, Person) else audit.NOT_SIGNED_IN
