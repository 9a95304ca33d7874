"""Which column of a file means what: the targets there are, the guess from the headers, what is wrong with a choice.

One rule: a target takes at most one column, and a column that means nothing says so.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handrail.desk.imports.problem import Problem, listed, quoted
from handrail.runbook.kinds import Date, Instant, Kind, Money, Records, name_of
from handrail.runbook.model import Fact

KEY, NAME, OWNER, NOTHING = "key", "name", "owner", ""
_FACT = "fact:"

# Targets by column, in the order of the file's columns.
Mapped = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something that a column can mean; `name` is stable, `says` what its cells hold."""

    name: str
    title: str
    says: str
    required: bool = False
    words: frozenset[str] = frozenset()


def header_words(*headers: str) -> frozenset[str]:
    return frozenset(folded(header) for header in headers)


def folded(header: str) -> str:
    """The header without case, accents, spaces and punctuation: `E-Mail of Owner` is `emailofowner`."""
    plain = unicodedata.normalize("NFKD", header.casefold())
    return "".join(character for character in plain if character.isalnum())


_OWN = (
    Target(
        name=KEY,
        title="Account ID",
        says="the customer's id in the CRM",
        required=True,
        words=header_words(
            "key", "id", "account id", "crm id", "crm account id", "account key", "account no", "account number",
            "customer id", "customer key", "customer no", "customer number", "client id", "salesforce id",
            "salesforce account id", "sf id", "sf account id", "sfdc id", "account id 18", "biller id",
        ),
    ),
    Target(
        name=NAME,
        title="Account name",
        says="the customer's name",
        required=True,
        words=header_words(
            "name", "account", "account name", "customer", "customer name", "client", "client name", "company",
            "company name", "biller", "biller name",
        ),
    ),
    Target(
        name=OWNER,
        title="Owner's e-mail",
        says="the e-mail address of the person who looks after the customer",
        words=header_words(
            "owner", "owner mail", "owner e-mail", "owner's e-mail", "owner e-mail address", "owner address",
            "account owner", "account owner e-mail", "csm", "csm e-mail", "csm mail", "new csm", "new csm e-mail",
            "customer owner", "e-mail of owner", "e-mail owner", "assigned to",
        ),
    ),
)  # fmt: skip

_SYNONYMS = {
    "mrr": header_words("monthly recurring revenue", "monthly revenue", "recurring revenue"),
    "golive": header_words(
        "go live date", "golive date", "launch", "launch date", "target go live", "target go live date"
    ),
}


def fact_target(name: str) -> str:
    return _FACT + name


def fact_of(target: str) -> str | None:
    """The fact that a target stands for, None for the customer's own columns."""
    return target.removeprefix(_FACT) if target.startswith(_FACT) else None


def targets(facts: Mapping[str, Fact]) -> tuple[Target, ...]:
    return (*_OWN, *(_of_fact(fact) for fact in facts.values()))


def _of_fact(fact: Fact) -> Target:
    words = header_words(fact.name, fact.title) | _SYNONYMS.get(folded(fact.name), frozenset())
    if isinstance(fact.kind, Date):
        words |= header_words(*(f"{word} date" for word in (fact.name, fact.title)))
    if isinstance(fact.kind, Money):
        words |= header_words(*(f"{word} {fact.kind.currency}" for word in (fact.name, fact.title)))
    return Target(name=fact_target(fact.name), title=fact.title, says=_says(fact.kind), words=words)


def _says(kind: Kind) -> str:
    match kind:
        case Records():
            return "several values, separated by ;"
        case Instant():
            return "instant with its offset, like 2027-01-04T09:00-05:00"
        case _:
            return name_of(kind)


_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]")


def guess(headers: Sequence[str], known: Sequence[Target]) -> Mapped:
    """What the headers say by themselves. Of two columns that could mean the same, the exact title wins, then the
    first."""
    taken: dict[str, int] = {}
    for exactly in (_says_title, _says_word, _says_word_besides):
        for column, header in enumerate(headers):
            if column in taken.values():
                continue
            target = next((one.name for one in known if one.name not in taken and exactly(one, header)), None)
            if target is not None:
                taken[target] = column
    by_column = {column: target for target, column in taken.items()}
    return tuple(by_column.get(column, NOTHING) for column in range(len(headers)))


def _says_title(target: Target, header: str) -> bool:
    return folded(header) == folded(target.title)


def _says_word(target: Target, header: str) -> bool:
    return folded(header) in target.words


def _says_word_besides(target: Target, header: str) -> bool:
    """`MRR (USD)` and `Go-live [planned]`: what stands in brackets is an aside."""
    return folded(_ASIDE.sub("", header)) in target.words


def signature(headers: Sequence[str]) -> str:
    """The same for files with the same columns, in whatever order they stand."""
    return hashlib.sha256(json.dumps(sorted(folded(header) or header for header in headers)).encode()).hexdigest()


def check(mapped: Mapped, headers: Sequence[str], known: Sequence[Target]) -> tuple[Problem, ...]:
    """Everything that is wrong with the choice as a whole; with any of it nothing is imported."""
    return tuple(_problems(mapped, headers, known))


def _problems(mapped: Mapped, headers: Sequence[str], known: Sequence[Target]) -> Iterator[Problem]:
    for target in known:
        columns = [header for header, one in zip(headers, mapped, strict=True) if one == target.name]
        if len(columns) > 1:
            yield _problem(
                "mapped-twice",
                f"{target.title} is taken from {len(columns)} columns: {listed(quoted(one) for one in columns)}.",
                "Choose one of them and leave the others out.",
            )
        if target.required and not columns:
            yield _problem(
                "not-mapped",
                f"No column is {target.title} ({target.says}).",
                "Choose the column that holds it, or add it to the file.",
            )


def _problem(code: str, says: str, mend: str) -> Problem:
    return Problem(code=code, says=says, mend=mend, loses="the file")


def ignored(mapped: Mapped, headers: Sequence[str]) -> tuple[str, ...]:
    return tuple(header for header, target in zip(headers, mapped, strict=True) if target == NOTHING)
