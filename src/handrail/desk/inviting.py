"""Inviting people outside to their own pages: a link each, and the mail that tells them what is asked of them.

One rule: the links and the event that tells of the mail are written in one transaction. Whoever has a link that can
still be used is sent that one again.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from handrail.desk import customer_links, ledger, models
from handrail.desk.link_letter import PLACE
from handrail.desk.queries.asked_outside import asked_steps
from handrail.desk.queries.opened import Opened
from handrail.handoff.commands_outside import SendLinks
from handrail.handoff.contacts import Contact, contacts_in, every_contact
from handrail.handoff.events import LinkLetter
from handrail.handoff.items import known_step
from handrail.handoff.outside import outsider
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Mistake, Refused

MOST_AT_ONCE = 100
_LONGEST_SUBJECT = 150


def chosen(opened: Opened, addresses: Iterable[str]) -> tuple[Contact, ...]:
    """The contacts with those addresses."""
    wanted = {address.strip().lower() for address in addresses}
    return tuple(one for one in every_contact(opened.plan, opened.state) if one.email and one.email in wanted)


def asked_people(opened: Opened, step: str) -> tuple[Contact, ...]:
    """Of whom the step is asked."""
    group = known_step(opened.plan, opened.state, step).asked_of
    return contacts_in(opened.plan, opened.state, group) if group else ()


def make_each(
    opened: Opened, contacts: Iterable[Contact], days: str, by: models.Person, *, now: datetime
) -> dict[str, str] | Refused:
    """A new token for each of them, by address, for whoever copies them."""
    tokens: dict[str, str] = {}
    with transaction.atomic():
        for contact in contacts:
            made = customer_links.make(opened.row, contact.name[:200], days, by, now=now, to=outsider(contact))
            if isinstance(made, Refused):
                transaction.set_rollback(True)
                return made
            tokens[contact.email] = made
    return tokens or _nobody()


def invite(
    opened: Opened,
    contacts: Iterable[Contact],
    days: str,
    by: models.Person,
    actor: Actor,
    *,
    now: datetime,
    note: str = "",
) -> int | Refused:
    """To how many the mail goes out. `note` is what a colleague says to them."""
    whom = [one for one in contacts if one.email]
    if not whom or len(whom) > MOST_AT_ONCE:
        return _nobody() if not whom else _too_many()
    with transaction.atomic():
        known = customer_links.open_links(opened.row.pk, now)
        made = make_each(opened, [one for one in whom if one.email not in known], days, by, now=now)
        if isinstance(made, Refused) and len(known.keys() & {one.email for one in whom}) < len(whom):
            return made
        known = customer_links.open_links(opened.row.pk, now)
        letters = tuple(_letter(opened, one, known[one.email], by, note) for one in whom)
        outcome = ledger.record(opened.row.pk, SendLinks(by=actor, letters=letters), now=now)
        if isinstance(outcome, Refused):
            transaction.set_rollback(True)
            return outcome
    return len(letters)


def _nobody() -> Refused:
    says = "Choose at least one contact who has an e-mail address."
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="contact", says=says),))


def _too_many() -> Refused:
    says = f"Choose at most {MOST_AT_ONCE} contacts at once."
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="contact", says=says),))


def _letter(opened: Opened, contact: Contact, link: models.CustomerLink, by: models.Person, note: str) -> LinkLetter:
    company, title = settings.COMPANY, opened.plan.runbook.title
    about = f"{opened.row.customer.name}: {title}"
    asked = [one for one in asked_steps(opened, contact.email) if one.stand in {"open", "asked again"}]
    lines = [f"Hello {contact.name},", ""]
    if note:
        lines += [note, ""]
    if asked:
        lines += [f"{company or 'We'} would like to ask you for this ({about}):", ""]
        lines += [f"- {one.title}{f', by {one.due}' if one.due else ''}" for one in asked]
    else:
        lines += [f"You can follow here where this stands ({about})."]
    until = f"{link.ends_at.day} {link.ends_at:%B %Y}"
    lines += ["", "Your own page:", PLACE, "", "You need no account. The link is only for you, and can be used until"]
    lines[-1] += f" {until}: please do not pass it on."
    lines += ["", by.name, *([company] if company else [])]
    subject = f"What we ask of you: {about}" if asked else f"Your page: {about}"
    return LinkLetter(to=outsider(contact), subject=subject[:_LONGEST_SUBJECT], body="\n".join(lines))
