"""Who asks, and turning them away in words: a page's first lines."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from handrail.desk.models import Person
from handrail.handoff.refusal import Refused


def me(request: HttpRequest) -> Person:
    """The signed-in person; the middleware lets nobody else in."""
    assert isinstance(request.user, Person)
    return request.user


def require(refused: Refused | None) -> None:
    """Go on, or answer with the page that says why not."""
    if refused is not None:
        raise PermissionDenied(refused.says)
