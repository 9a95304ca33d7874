"""Looking again at where a customer uses what it bought (S4.15).

One rule: what came of it is kept in the audit with who looked, and says when it is looked at the next time.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from handrail.desk import audit, ledger, models
from handrail.desk.orders.holding import held, wrote
from handrail.desk.people import actor_of
from handrail.desk.queries.orders import USED
from handrail.handoff import commands as c
from handrail.handoff.refusal import Mistake, Refused

State = models.Order.State
# Ours: the source says that it is followed up, and not when.
USUAL = timedelta(days=182)
OUTCOMES = {"as agreed": "Used as agreed", "used elsewhere": "Used elsewhere"}
_LONGEST_NOTE = 800
_HAPPENING = "used-elsewhere"  # what the runbook of orders calls it


def record(
    order_id: int, *, outcome: str, note: str, next_on: date | None, by: models.Person, now: datetime
) -> Refused | None:
    """What the look at the territory showed; without `next_on` it is not looked at again. Use elsewhere is told to the
    order's handoff, where there is one, which opens the step that settles it. Raises `models.Order.DoesNotExist`."""
    refused = _wrong(outcome, note.strip(), next_on, now.date())
    if refused is not None:
        return refused
    with transaction.atomic():
        at = held(order_id)
        if at.row.state not in USED:
            says = "The customer does not have this order yet: its territory is looked at once it does."
            return Refused(code="state", says=says)
        if at.row.territory_check_on is None:
            return Refused(code="not-due", says="Nothing is to be looked at: somebody did already, or no day is set.")
        was = at.row.territory_check_on
        if at.row.handoff_id is not None and outcome == "used elsewhere":
            told = c.Report(by=actor_of(by, now), happening=_HAPPENING, note=note.strip())
            answer = ledger.record(at.row.handoff_id, told, now=now)
            if isinstance(answer, Refused):
                return answer
            at.row.refresh_from_db()
        wrote(at.row, replace(at.order, territory_check_on=next_on), now)
        audit.write(
            action="checked territory",
            about="order",
            key=at.row.pk,
            name=f"{at.row.number}, {at.row.customer.name}",
            says=f"{OUTCOMES[outcome]}. {note.strip()}".strip(),
            changes=audit.changes(
                {"Territory is looked at again": was.isoformat()},
                {"Territory is looked at again": next_on.isoformat() if next_on else ""},
            ),
            by=audit.person(by),
            at=now,
        )
    return None


def _wrong(outcome: str, note: str, next_on: date | None, today: date) -> Refused | None:
    mistakes = []
    if outcome not in OUTCOMES:
        mistakes.append(Mistake(field="outcome", says="Say what the look at the territory showed."))
    if outcome == "used elsewhere" and not note:
        mistakes.append(Mistake(field="note", says="Say where it is used, and what was agreed about it."))
    if len(note) > _LONGEST_NOTE:
        mistakes.append(Mistake(field="note", says=f"Write at most {_LONGEST_NOTE} characters."))
    if next_on is not None and next_on <= today:
        mistakes.append(Mistake(field="next", says="The next look is on a day to come, or never."))
    if not mistakes:
        return None
    return Refused(code="invalid", says=" ".join(one.says for one in mistakes), mistakes=tuple(mistakes))
