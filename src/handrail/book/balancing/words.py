"""The words in which a proposal is told.

One rule: a person’s qualities go on after their name: “Lena speaks German”.
"""

from collections.abc import Sequence
from datetime import date

from handrail.book.account import Account, Member
from handrail.book.policy import Measure, Trait

RULES: dict[Measure, str] = {
    "accounts": "accounts",
    "mrr": "MRR",
    "effort": "effort",
    "handoffs": "open handoffs",
}
# Languages by their tags, as far as they are usual; others are told by their tag.
_LANGUAGES = {
    "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "tr": "Turkish",
    "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip


def language(tag: str) -> str:
    return _LANGUAGES.get(tag.strip().casefold().replace("_", "-").partition("-")[0], tag)


def has(trait: Trait, account: Account) -> str:
    """What whoever has it does; empty where the account asks for nothing of the sort."""
    match trait:
        case "skills":
            skills = sorted(account.skills)
            return f"has the skill{'' if len(skills) == 1 else 's'} {joined(skills)}" if skills else ""
        case "language":
            return f"speaks {language(account.language)}" if account.language else ""
        case "region":
            return f"is of the region {account.region}" if account.region else ""
        case "zone":
            return "works at the customer’s hours" if account.zone else ""


def lacks(trait: Trait, account: Account, member: Member) -> str:
    match trait:
        case "skills":
            missing = sorted(account.skills - member.skills)
            return f"lacks the skill{'' if len(missing) == 1 else 's'} {joined(missing)}"
        case "language":
            return f"does not speak {language(account.language)}"
        case "region":
            return f"is of {f'the region {member.region}' if member.region else 'no region'}, not {account.region}"
        case "zone":
            return "does not work at the customer’s hours"


def amount(measure: Measure, number: float) -> str:
    """With its unit: `48 accounts`, `12,400 MRR`."""
    match measure:
        case "accounts":
            return f"{_count(number)} account{'' if _count(number) == '1' else 's'}"
        case "mrr":
            return f"{number / 100:,.0f} MRR"
        case "effort":
            return f"{number / 10:,.1f} of effort"
        case "handoffs":
            return f"{_count(number)} open handoff{'' if _count(number) == '1' else 's'}"


def _count(number: float) -> str:
    """A share of a few is told with its tenth."""
    tenth = f"{number:,.1f}" if number < 10 else f"{number:,.0f}"
    return tenth.removesuffix(".0")


def joined(words: Sequence[str]) -> str:
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else last


def day(one: date) -> str:
    return f"{one.day} {one:%B %Y}"


def sentence(words: Sequence[str]) -> str:
    """`knows the customer`, `speaks German` → `Knows the customer; speaks German.`"""
    whole = "; ".join(one for one in words if one)
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""
