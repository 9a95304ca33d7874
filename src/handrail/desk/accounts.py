"""How people get in: by the e-mail address and password of an account that somebody made for them; no other way.

One rule: the audit tells of every try, and no password is ever told, not even a wrong one.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest

from handrail.desk import audit
from handrail.desk.models import Person
from handrail.desk.web.caller import network_of


class InvitedOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: an account is made by the import, the demo or an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _tell("locked out", request, _address(request, credentials))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        _tell("failed", request, _address(request, credentials))


@receiver(user_logged_in, dispatch_uid="audit-signed-in")
def _signed_in(request: HttpRequest, user: Person, **_: Any) -> None:
    _tell("signed in", request, user.email, audit.person(user))


def _address(request: HttpRequest, credentials: dict[str, Any]) -> str:
    """What was typed; who says again who they are types none."""
    return str(credentials.get("email") or credentials.get("username") or getattr(request.user, "email", ""))


def _tell(action: str, request: HttpRequest, address: str, by: audit.By | None = None) -> None:
    where = network_of(request)
    says = f"From {where}." if where else ""
    audit.write(action=action, about="sign-in", key=address.lower(), name=address, says=says, by=by)
