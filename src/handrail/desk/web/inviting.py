"""Who is invited to a meeting, as it is sent from a form: ticked, or typed with a name and an address.

One rule: nobody is invited by an address that the form did not offer or that was not typed as one.
"""

import re
from collections.abc import Iterable

from django.http import QueryDict

from handrail.desk import models
from handrail.desk.web.commanding import Visit
from handrail.handoff.contacts import every_contact, is_address
from handrail.handoff.events import Invitee

_TYPED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>\s]+)>")
_MOST = 400


def lines(post: QueryDict) -> tuple[str, ...]:
    return tuple(line.strip() for line in post.get("attendees", "").splitlines() if line.strip())


def names_only(post: QueryDict) -> tuple[str, ...]:
    """Those of whom no address was typed."""
    return tuple(one for one in lines(post) if _typed(one) is None)


def invited(post: QueryDict, at: Visit) -> tuple[Invitee, ...]:
    ticked = post.getlist("invite")[:_MOST]
    typed = [one for line in lines(post) if (one := _typed(line)) is not None]
    people = [int(one[2:]) for one in ticked if re.fullmatch(r"p:[0-9]{1,18}", one)]
    emails = [one[2:].lower() for one in ticked if one.startswith("c:")]
    colleagues = _colleagues(people, [one.email for one in typed])
    names = {one.email: one.name for one in _outside(at) if one.email}
    found = [colleagues[person] for person in people if person in colleagues]
    found += [Invitee(name=names[email], email=email) for email in emails if email in names]
    return (*found, *(colleagues.get(one.email, one) for one in typed))


def _typed(line: str) -> Invitee | None:
    """`Ana Lima <ana@cedar.example>`, or the address alone."""
    match = _TYPED.fullmatch(line)
    email = (match["email"] if match else line).lower()
    if match is None and not is_address(email):
        return None
    name = " ".join(match["name"].split()) if match else ""
    return Invitee(name=name or email, email=email)


def _colleagues(ids: Iterable[int], emails: Iterable[str]) -> dict[int | str, Invitee]:
    """By number and by address: whoever works here is invited as a colleague."""
    wanted = list(models.Person.objects.filter(pk__in=list(ids), is_active=True))
    typed = list(emails)
    wanted += models.Person.objects.filter(email__in=typed, is_active=True) if typed else []
    found: dict[int | str, Invitee] = {}
    for row in wanted:
        found[row.pk] = found[row.email.lower()] = Invitee(name=row.name, person=row.pk)
    return found


def _outside(at: Visit) -> Iterable[Invitee]:
    """Whom the handoff knows outside, and whoever was invited before."""
    for one in every_contact(at.opened.plan, at.opened.state):
        yield Invitee(name=one.name, email=one.email)
    for meetings in at.opened.state.meetings.values():
        for meeting in meetings:
            yield from (one for one in meeting.invited if one.person is None)
