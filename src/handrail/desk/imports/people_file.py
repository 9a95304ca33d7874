"""A file of people: who works here, for whom, in which team and region.

One rule: managers come before those who report to them, so that whoever is named is there. An empty cell changes
nothing, and nobody gets a password or a right by an import.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from handrail.desk import company, models
from handrail.desk.imports.checking import Checked, Outcome
from handrail.desk.imports.directory import Directory
from handrail.desk.imports.file import Read, Step
from handrail.desk.imports.people_checking import DOMAIN, Checking, Known, WantedPerson
from handrail.desk.imports.plan import Change, Sort
from handrail.desk.imports.problem import Problem, listed
from handrail.desk.ownership import Occasion
from handrail.desk.staff import line_up

_MOST_LEVELS = 20
_MOST_NAMED = 12


@dataclass(frozen=True, kw_only=True)
class Standing:
    """People and teams as they are now. `people` by address, `teams` by name without capitals."""

    people: dict[str, models.Person]
    teams: dict[str, models.Team]


def standing() -> Standing:
    people = models.Person.objects.select_related("team", "manager")
    return Standing(
        people={row.email: row for row in people}, teams={row.name.casefold(): row for row in models.Team.objects.all()}
    )


@dataclass(frozen=True, kw_only=True)
class PeopleFile(Read):
    people: Directory

    @property
    def domain(self) -> str:
        return str(self.settings.get("domain", ""))

    @property
    def teams_by_manager(self) -> bool:
        """Whether those who report to one manager become a team, since the file names no teams."""
        return self.column("team") is None and self.settings.get("teams", "yes") == "yes"

    @property
    def wrong(self) -> tuple[Problem, ...]:
        told = super().wrong
        if self.column("email") is None and not DOMAIN.fullmatch(self.domain):
            says = "The file has no e-mail addresses, by which people sign in."
            mend = "Say below at which domain they are: then they are made like first.last@domain."
            told += (Problem(code="no-domain", says=says, mend=mend, loses="the file"),)
        return told

    @property
    def _known(self) -> Known:
        return Known(people=self.people, domain=self.domain)

    @property
    def notes(self) -> tuple[str, ...]:
        rows = [row for row in self.sheet.rows if not row.ragged]
        known, named = self._known, {self.cell(row, "name").casefold() for row in rows}
        above = dict.fromkeys(self.cell(row, "manager") for row in rows)
        only = [one for one in above if one and one.casefold() not in named and "@" not in one]
        if not only:
            return ()
        rest = f" and {len(only) - _MOST_NAMED} more" if len(only) > _MOST_NAMED else ""
        who = "1 person is" if len(only) == 1 else f"{len(only)} people are"
        named_so = f"{who} named only as managers ({listed(only[:_MOST_NAMED])}{rest})"
        return (f"{named_so}: whoever of them has no account gets one, such as {known.email_of(only[0])}.",)

    def outcomes(self) -> Iterator[Outcome]:
        checking = Checking(read=self, known=self._known, rows=self.sheet.rows)
        return (checking.row(row) for row in self.sheet.rows)

    def gathered(self, found: Iterable[Outcome]) -> Checked:
        checked = super().gathered(found)
        return Checked(
            wanted=tuple(_from_the_top(checked.wanted, self._known)), problems=checked.problems, rows=checked.rows
        )

    def checked(self) -> Checked:
        return self.gathered(self.outcomes())

    def steps(self, wanted: Sequence[Any]) -> Iterator[Step]:
        here = standing()
        for one in wanted:
            row = here.people.get(one.email)
            changes = tuple(self._changes(one, row))
            yield Step(row=one.row, sort=_sort_of(row, changes), key=one.email, name=one.name, changes=changes)

    def _changes(self, wanted: WantedPerson, row: models.Person | None) -> Iterator[Change]:
        before: Mapping[str, str] = {} if row is None else _words_of(row)
        for name, title in _TITLES.items():
            after = self._asked(wanted, before).get(name, "")
            if after and after != before.get(name, "") and not (row is None and name == "name"):
                yield Change(title=title, before=before.get(name, ""), after=after)

    def _asked(self, wanted: WantedPerson, before: Mapping[str, str]) -> Mapping[str, str]:
        manager = self._known.find(wanted.manager) if wanted.manager else None
        return {
            "name": wanted.name,
            "title": wanted.title,
            "region": wanted.region,
            "manager": manager.name if manager else wanted.manager,
            "team": wanted.team or self._team_by_manager(wanted, before),
        }

    def _team_by_manager(self, wanted: WantedPerson, before: Mapping[str, str]) -> str:
        """Somebody who is in a team already stays there."""
        if not self.teams_by_manager or not wanted.manager or before.get("team"):
            return ""
        return _team_of(wanted.manager)

    def write(self, wanted: Sequence[WantedPerson], occasion: Occasion) -> tuple[list[Sort], list[Problem]]:
        company.changed()
        here, sorts, problems = standing(), list[Sort](), list[Problem]()
        for one in wanted:
            row = here.people.get(one.email)
            changes = tuple(self._changes(one, row))
            sorts.append(_sort_of(row, changes))
            if changes or row is None:
                problems += self._write(one, row or models.Person(email=one.email, name=one.name), here)
        return sorts, problems

    def _write(self, wanted: WantedPerson, row: models.Person, here: Standing) -> list[Problem]:
        asked = self._asked(wanted, {} if row._state.adding else _words_of(row))
        row.name = wanted.name
        row.title, row.region = wanted.title or row.title, wanted.region or row.region
        manager = self._manager(wanted.manager, here) if wanted.manager else None
        problems = _circle(wanted, row, manager, here)
        if manager is not None and not problems:
            row.manager = manager
        if asked["team"]:
            row.team = _team(asked["team"], here, None if wanted.team else manager)
        _save(row)
        here.people[row.email] = row
        return problems

    def _manager(self, words: str, here: Standing) -> models.Person:
        """Whoever is named only as a manager is added, and leads the team of those who report to them."""
        email = self._known.email_of(words)
        if email not in here.people:
            here.people[email] = _save(models.Person(email=email, name=words))
            if self.teams_by_manager:
                here.people[email].team = _team(_team_of(words), here, here.people[email])
                here.people[email].save(update_fields=["team"])
        return here.people[email]

    def sums(self, checked: Checked) -> Mapping[str, str]:
        return {}


_TITLES = {"name": "Name", "title": "Title", "region": "Region", "manager": "Manager", "team": "Team"}


def _words_of(row: models.Person) -> Mapping[str, str]:
    return {
        "name": row.name,
        "title": row.title,
        "region": row.region,
        "manager": row.manager.name if row.manager else "",
        "team": row.team.name if row.team else "",
    }


def _sort_of(row: models.Person | None, changes: tuple[Change, ...]) -> Sort:
    return "new" if row is None else "changed" if changes else "same"


def _team_of(manager: str) -> str:
    return f"Team of {manager}"


def _team(name: str, here: Standing, lead: models.Person | None) -> models.Team:
    """The team of that name, which is made where there is none; its key is that of no other."""
    if name.casefold() not in here.teams:
        keys, key = {team.key for team in here.teams.values()}, slugify(name)[:50] or "team"
        number = next(number for number in range(1, 10_000) if _numbered(key, number) not in {*keys, "new"})
        team = models.Team(key=_numbered(key, number), name=name[:200], lead=lead)
        team.save()
        here.teams[name.casefold()] = team
    return here.teams[name.casefold()]


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}-{number}"


def _save(row: models.Person) -> models.Person:
    if row._state.adding:
        row.set_unusable_password()
    row.save()
    return row


def _circle(wanted: WantedPerson, row: models.Person, manager: models.Person | None, here: Standing) -> list[Problem]:
    if row._state.adding or manager is None:
        return []
    line = line_up(row.pk, manager.pk, {one.pk: one.manager_id for one in here.people.values()})
    if not line:
        return []
    says = f"{manager.name} reports to {row.name} already: nobody is above themselves."
    mend = "Mend who reports to whom and import the file again."
    return [Problem(row=wanted.row, column="Manager", value=wanted.manager, code="circle", says=says, mend=mend,
                    loses="the cell")]  # fmt: skip


def _from_the_top(wanted: Sequence[WantedPerson], known: Known) -> Iterator[WantedPerson]:
    """Those to whom others report come before them; a circle is cut anywhere."""
    above = {one.email: known.email_of(one.manager) for one in wanted if one.manager}

    def level(email: str) -> int:
        for deep in range(_MOST_LEVELS):
            if email not in above:
                return deep
            email = above[email]
        return _MOST_LEVELS

    return iter(sorted(wanted, key=lambda one: level(one.email)))
