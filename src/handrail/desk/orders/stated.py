"""Where an order stands, as other systems read it: above all whether anything of it may be invoiced (S4.3).

One rule: what is not said to be open is shut.
"""

from datetime import datetime

from handrail.desk import models
from handrail.desk.order_states import RELEASE
from handrail.handoff import wire
from handrail.handoff.people import by_words


def state_json(row: models.Order) -> dict[str, object]:
    sent = row.versions.exclude(sent_at=None).order_by("-number").first()
    return {
        "order": row.number,
        "customer": row.customer.key,
        "state": row.state,
        "invoice_trigger": {"state": row.trigger, "since": _at(row.trigger_at), "by": _opened_by(row)},
        "currency": row.currency,
        "value": format(row.value.normalize(), "f"),
        "sent_version": sent.number if sent is not None else None,
        "changed_at": _at(row.changed_at),
    }


def _opened_by(row: models.Order) -> str | None:
    if row.trigger != models.Order.Trigger.OPEN or row.handoff_id is None:
        return None
    state = models.Handoff.objects.values_list("state", flat=True).get(pk=row.handoff_id)
    known = wire.decode_handoff(state).steps.get(RELEASE)
    return by_words(known.by, known.on_behalf_of) if known is not None else None


def _at(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
