"""Mail that a program brings: whether it may, and taking it in.

    X-Handrail-Timestamp: 1798760000
    X-Handrail-Signature: the HMAC-SHA256 of `1798760000.` and the mail, in hexadecimal

One rule: a signature is good for one mail, for five minutes, and once.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError

from handrail.desk import models
from handrail.desk.post.taking_in import Brought, Taken, take_in
from handrail.handoff.refusal import Refused

TOLERANCE = timedelta(minutes=5)
_KEPT = 3 * TOLERANCE
_USED = Refused(code="used", says="This signature was used already. Sign the mail anew, with the time as it is now.")


@dataclass(frozen=True, kw_only=True)
class Call:
    name: str
    timestamp: str
    signature: str
    mail: bytes


def signature_of(secret: str, timestamp: str, mail: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + mail, sha256).hexdigest()


def brought(call: Call, now: datetime) -> Taken | Refused:
    refused = _unsigned(call, now)
    if refused is not None:
        return refused
    signature = call.signature.lower()
    if models.HookCall.objects.filter(signature=signature).exists():
        return _USED
    models.HookCall.objects.filter(at__lt=now - _KEPT).delete()
    try:
        return take_in(call.mail, Brought(by=f"the hook {call.name}", now=now, also=lambda: _used(signature, now)))
    except IntegrityError:
        if models.HookCall.objects.filter(signature=signature).exists():  # at the same time, by somebody else
            return _USED
        raise


def _used(signature: str, now: datetime) -> None:
    models.HookCall.objects.create(signature=signature, at=now)


def _unsigned(call: Call, now: datetime) -> Refused | None:
    """One answer for a name that nobody has and a wrong signature: who guesses names learns nothing."""
    secret = settings.MAIL_HOOKS.get(call.name, "")
    good = signature_of(secret or "nobody's", call.timestamp, call.mail)
    if not hmac.compare_digest(good.encode(), call.signature.lower().encode()) or not secret:
        return Refused(code="unsigned", says="The signature is not the one of this mail. Nothing was taken in.")
    timely = call.timestamp.isascii() and call.timestamp.isdigit() and len(call.timestamp) <= 12
    if not timely or abs(now.timestamp() - int(call.timestamp)) > TOLERANCE.total_seconds():
        return Refused(code="late", says="The signature is more than five minutes old, or the clock is wrong.")
    return None
