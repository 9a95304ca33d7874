"""Who has what an account asks for.

One rule: accounts that ask for the same are one profile, so that ten thousand accounts are compared with two hundred
people as the few sorts of account that they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from handrail.book.account import Account, Member
from handrail.book.policy import TRAITS, Policy, Trait

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

# Whose working days begin at most so far apart share most of a day.
NEAR = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What accounts of one sort ask of whoever owns them."""

    skills: frozenset[str]
    language: str
    region: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class Fit:
    """`profile_of` is the number of each account's profile; `lacks` has by trait, for each profile and member, whether
    the member lacks it."""

    profiles: tuple[Profile, ...]
    profile_of: Numbers
    lacks: dict[Trait, Flags]

    def can(self, policy: Policy, members: Sequence[Member]) -> Flags:
        """By profile and member: whether nothing that has to be is missing."""
        able = np.array([not one.cannot for one in members], bool)
        missing = np.zeros((len(self.profiles), len(members)), bool)
        for trait in policy.must:
            missing |= self.lacks[trait]
        return able[None, :] & ~missing

    def wishes(self, policy: Policy) -> Numbers:
        """By profile and member: the points of the wishes that stay open. What has to be is no wish."""
        shape = next(iter(self.lacks.values())).shape
        points = np.zeros(shape, np.int64)
        for trait, weight in sorted(policy.wishes.items()):
            if trait not in policy.must:
                points += self.lacks[trait] * weight
        return points


def fit_of(accounts: Sequence[Account], members: Sequence[Member], today: date) -> Fit:
    numbers = dict[Profile, int]()
    profile_of = [numbers.setdefault(profile_of_account(one), len(numbers)) for one in accounts]
    profiles = tuple(numbers)
    lacks: dict[Trait, Flags] = {
        trait: np.array(
            [[lacks_trait(trait, profile, member, today) for member in members] for profile in profiles], bool
        ).reshape(len(profiles), len(members))
        for trait in TRAITS
    }
    return Fit(profiles=profiles, profile_of=np.array(profile_of, np.int64), lacks=lacks)


def profile_of_account(one: Account) -> Profile:
    return Profile(
        skills=frozenset(map(_same, one.skills)),
        language=spoken(one.language),
        region=_same(one.region),
        zone=one.zone,
    )


def lacks_trait(trait: Trait, profile: Profile, member: Member, today: date) -> bool:
    match trait:
        case "skills":
            return not profile.skills <= frozenset(map(_same, member.skills))
        case "language":
            return bool(profile.language) and profile.language not in set(map(spoken, member.languages))
        case "region":
            return bool(profile.region) and profile.region != _same(member.region)
        case "zone":
            return bool(profile.zone) and not _is_near(profile.zone, member.zone, today)


def spoken(tag: str) -> str:
    """The language of a tag: `de` of `de-AT`."""
    return _same(tag).replace("_", "-").partition("-")[0]


def _same(word: str) -> str:
    return word.strip().casefold()


def _is_near(one: str, other: str, today: date) -> bool:
    first, second = _offset(one, today), _offset(other, today)
    return one == other or (first is not None and second is not None and abs(first - second) <= NEAR)


def _offset(zone: str, today: date) -> timedelta | None:
    try:
        return datetime.combine(today, time(12), ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such zone, or nothing at all
        return None
