"""How people get in: by the e-mail address and password of an account that somebody made for them; no other way."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: an account is made by the import, the demo or an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
