"""The company's own rows: accounts, teams and absences. Every change of them that a person makes is made here.

One rule: whoever changes the company holds it first, as long as the change is not committed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from handrail.desk import company, models
from handrail.desk.absence_notices import tell_delegate, tell_no_more
from handrail.desk.absences import is_away_within, today_of, within
from handrail.handoff.refusal import Mistake, Refused

MOST_DAYS_AHEAD = 3 * 366


def save_person(person: models.Person) -> None:
    """A new account, or a changed one."""
    with transaction.atomic():
        company.changed()
        person.save()
        # allauth also lets people in by the addresses that it keeps: an old one must not be among them.
        EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()


def save_team(team: models.Team) -> None:
    """A new team, or a changed one."""
    with transaction.atomic():
        company.changed()
        team.save()


def circle_of(person: models.Person, manager: models.Person) -> tuple[str, ...]:
    """The names from the person up to themselves, where they already are above that manager; else nothing."""
    rows = list(models.Person.objects.values_list("pk", "name", "manager_id"))
    names = {pk: name for pk, name, _ in rows}
    return tuple(names[one] for one in line_up(person.pk, manager.pk, {pk: over for pk, _, over in rows}))


def line_up(person_id: int, manager_id: int | None, above: Mapping[int, int | None]) -> tuple[int, ...]:
    """The ids from the person, over that manager, up to the person again; nothing where the line does not come back.
    `above` has everybody's manager."""
    line, at = [person_id], manager_id
    while at is not None and at not in line[1:]:
        line.append(at)
        if at == person_id:
            return tuple(line)
        at = above.get(at)
    return ()


# ------------------------------------------------------------------------------------------------------------ absences


@dataclass(frozen=True, kw_only=True)
class Away:
    """The days on which somebody will be away, and who acts for them."""

    first_day: date
    last_day: date
    delegate: models.Person | None = None
    note: str = ""


def make_absence(person_id: int, away: Away, *, by: models.Person, now: datetime) -> models.Absence | Refused:
    with transaction.atomic():
        company.held(waits=True)
        person = models.Person.objects.select_for_update(no_key=True).get(pk=person_id)
        mistakes = _mistakes(person, away, now)
        if mistakes:
            return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=mistakes)
        made = models.Absence.objects.create(
            person=person,
            first_day=away.first_day,
            last_day=away.last_day,
            delegate=away.delegate,
            note=away.note.strip(),
            made_by=by,
            made_at=now,
        )
        tell_delegate(made, now=now)
        return made


def end_absence(absence: models.Absence, *, now: datetime) -> Refused | None:
    """It counts no more: called off where it had not begun, else cut short."""
    over = absence.last_day < today_of(absence.person_id, company.company(), now)
    with transaction.atomic():
        standing = models.Absence.objects.filter(pk=absence.pk, ended_at=None)
        if over or not standing.update(ended_at=now):
            return Refused(code="over", says="This absence is over already.")
        tell_no_more(absence, now=now)
    return None


def _mistakes(person: models.Person, away: Away, now: datetime) -> tuple[Mistake, ...]:
    today = today_of(person.pk, company.company(), now)
    found = (
        _of_first_day(person, away, today),
        _of_last_day(away, today),
        _of_delegate(person, away.delegate),
    )
    return tuple(one for one in found if one is not None)


def _of_first_day(person: models.Person, away: Away, today: date) -> Mistake | None:
    if away.first_day < today:
        return Mistake(field="first_day", says=f"{day_words(away.first_day)} has passed: name today or a day to come.")
    if away.last_day < away.first_day:
        return None
    other = within(away.first_day, away.last_day).filter(person=person).order_by("first_day").first()
    if other is None:
        return None
    days = f"{day_words(other.first_day)} to {day_words(other.last_day)}"
    says = f"{person.name} is away from {days} already. End that first, or name days beside it."
    return Mistake(field="first_day", says=says)


def _of_last_day(away: Away, today: date) -> Mistake | None:
    if away.last_day < away.first_day:
        return Mistake(field="last_day", says="The last day comes before the first.")
    if (away.last_day - today).days > MOST_DAYS_AHEAD:
        return Mistake(field="last_day", says="That is more than three years ahead.")
    return None


def _of_delegate(person: models.Person, delegate: models.Person | None) -> Mistake | None:
    if delegate is None:
        return None
    if delegate.pk == person.pk:
        return Mistake(field="delegate", says="Nobody stands in for themselves: name somebody else, or nobody.")
    if not models.Person.objects.filter(pk=delegate.pk, is_active=True).exists():
        return Mistake(field="delegate", says=f"{delegate.name} does not work here any more: name somebody who does.")
    return None


def away_too(absence: models.Absence) -> str:
    """A warning where the delegate is away on some of the days too, with who of the team is not; else nothing."""
    delegate = absence.delegate
    if delegate is None or not is_away_within(delegate.pk, absence.first_day, absence.last_day):
        return ""
    instead = _here_instead(absence)
    who = f" {_listed(instead)} {'is' if len(instead) == 1 else 'are'} here on all of them." if instead else ""
    return f"{delegate.name} is away on some of these days too: then nobody stands in.{who}"


def _here_instead(absence: models.Absence, most: int = 3) -> list[str]:
    away = within(absence.first_day, absence.last_day).values("person")
    team = models.Person.objects.filter(team=absence.person.team_id, team__isnull=False, is_active=True)
    rows = team.exclude(pk=absence.person_id).exclude(pk__in=away).order_by("name", "pk")
    return list(rows.values_list("name", flat=True)[:most])


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
