"""What of a handoff's events reaches outside: mail with links to people, links of those who are gone, and attached
links that are to be looked at.

One rule: all of it in the transaction that records the events, and with no statement where there is nothing to do.
"""

from collections.abc import Iterable
from datetime import datetime

from handrail.desk import customer_links, models
from handrail.handoff import events as e
from handrail.handoff.contacts import every_contact
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan

_LONGEST_LINK = 2000


def follow(handoff_id: int, plan: Plan, after: Handoff, added: Iterable[e.Recorded]) -> None:
    for one in added:
        match one.event:
            case e.LinksSent(letters=letters):
                _enqueue(handoff_id, one, letters)
            case e.FactsGiven() | e.VersionChanged() if plan.runbook.contacts or isinstance(
                one.event, e.VersionChanged
            ):
                known = [contact.email for contact in every_contact(plan, after) if contact.email]
                customer_links.end_those_gone(handoff_id, known, one.at)
            case e.EvidenceAdded(key=key, link=str() as link) if len(link) <= _LONGEST_LINK:
                row = models.LinkCheck(handoff_id=handoff_id, key=key, url=link, next_at=one.at)
                models.LinkCheck.objects.bulk_create([row], ignore_conflicts=True)
            case e.EvidenceRemoved(key=key):
                models.LinkCheck.objects.filter(handoff=handoff_id, key=key).delete()


def _enqueue(handoff_id: int, one: e.Recorded, letters: Iterable[e.LinkLetter]) -> None:
    models.Delivery.objects.bulk_create(_delivery(handoff_id, one.number, letter, one.at) for letter in letters)


def _delivery(handoff_id: int, number: int, letter: e.LinkLetter, now: datetime) -> models.Delivery:
    return models.Delivery(
        handoff_id=handoff_id,
        number=number,
        step="",
        name=letter.to.name[:300],
        address=letter.to.address,
        next_at=now,
        changed_at=now,
    )
