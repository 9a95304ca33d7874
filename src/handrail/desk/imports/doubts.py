"""Whether a value looks like a slip of the pen: told as a doubt, and kept as it is written all the same.

One rule: a doubt rests on a word that is known, or on one that the same column has more often; nothing is corrected.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from holidays.registry import COUNTRIES

from handrail.desk.imports.mapping import folded

_LEAST_LETTERS = 5
_CLOSE = 0.87
# A column with more values than this holds free text, in which values differ by a letter because they are others.
MOST_VALUES = 150

_INDUSTRIES = (
    "agriculture", "apparel", "automotive", "banking", "biotechnology", "chemicals", "communications", "construction",
    "consulting", "education", "electronics", "employment", "energy", "engineering", "entertainment", "environmental",
    "finance", "food and beverage", "government", "healthcare", "hospitality", "insurance", "logistics", "machinery",
    "manufacturing", "marketing", "media", "medical", "not for profit", "pharmaceuticals", "real estate", "recreation",
    "retail", "services", "shipping", "software", "technology", "telecommunications", "transportation", "travel",
    "utilities",
)  # fmt: skip
_OF_INDUSTRY = frozenset({"sector", "industry", "vertical", "branch", "lineofbusiness"})
_OF_COUNTRY = frozenset({"country", "officelocation", "location", "billingcountry", "officecountry"})


@lru_cache(maxsize=1)
def _countries() -> tuple[str, ...]:
    return tuple(name.replace("_", " ").title() for name in COUNTRIES)


def words_known_for(header: str) -> tuple[str, ...]:
    """What values of a column of that name usually are; nothing where nobody can say."""
    name = folded(header)
    if name in _OF_INDUSTRY:
        return _INDUSTRIES
    return _countries() if name in _OF_COUNTRY else ()


def meant(written: str, known: Iterable[str]) -> str:
    """The known word that was meant, where `written` is none of them and nearly one; else nothing."""
    said = folded(written)
    by_fold = {folded(one): one for one in known}
    if written in by_fold.values():
        return ""
    same = by_fold.get(said, "")
    if same:
        return "" if same.casefold() == written.casefold() else same
    return next((one for fold, one in by_fold.items() if _is_near(said, fold)), "")


def _is_near(one: str, other: str) -> bool:
    """They differ by a letter or two, and not in their digits."""
    if min(len(one), len(other)) < _LEAST_LETTERS or abs(len(one) - len(other)) > 2:
        return False
    if re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    return difflib.SequenceMatcher(None, one, other).ratio() >= _CLOSE


def slips(values: Iterable[str], known: Sequence[str] = ()) -> Mapping[str, str]:
    """By value that looks like a slip, what is meant: a known word, or what the column has more often."""
    counts = Counter(one for one in values if one)
    if len(counts) > MOST_VALUES:
        return {}
    found = {}
    for value, count in counts.items():
        oftener = [one for one, times in counts.items() if (times, one) > (count, value)]
        found[value] = meant(value, known) or ("" if value in known else meant(value, oftener))
    return {value: word for value, word in found.items() if word}
