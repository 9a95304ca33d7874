"""The margin of the author's text: where problems are written down while it is read.

One rule: writing a problem never stops the reading, so that all of them are told at once.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from handrail.runbook.problem import Place, Problem

MOST_PROBLEMS = 200
_LONGEST_QUOTE = 60


class Margin:
    """Collects problems; beyond `MOST_PROBLEMS` it only notes that there are more."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []
        self._left_out = 0

    @property
    def is_full(self) -> bool:
        return len(self._problems) >= MOST_PROBLEMS

    def error(self, where: Place, code: str, says: str, mend: str) -> None:
        problem = Problem(where=where, code=code, says=says, mend=mend)
        if self.is_full:
            self._left_out += 1
        elif problem not in self._problems:
            self._problems.append(problem)

    def unknown(self, where: Place, code: str, says: str, word: str, known: Collection[str]) -> None:
        """A word that is not among the `known` ones; the mend names the nearest of them."""
        self.error(where, code, says, "" if self.is_full else did_you_mean(word, known))

    def problems(self) -> tuple[Problem, ...]:
        found = sorted(self._problems, key=lambda problem: problem.where)
        if self._left_out:
            found.append(self._the_rest())
        return tuple(found)

    def _the_rest(self) -> Problem:
        return Problem(
            where=Place(file=self.file),
            code="more-problems",
            says=f"{self._left_out:,} more problems are not shown.",
            mend="Mend these first, then read the file again.",
        )


def quoted(text: str) -> str:
    """The author's words, on one line and shortened."""
    line = " ".join(text.split())
    return f"“{line[:_LONGEST_QUOTE]}…”" if len(line) > _LONGEST_QUOTE else f"“{line}”"


def sentence(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]


def counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def listed(words: Iterable[str]) -> str:
    """The first words of a list, and how many more there are."""
    every = [str(word) for word in words]
    shown = ", ".join(every[:12])
    return f"{shown} and {len(every) - 12} more" if len(every) > 12 else shown


def did_you_mean(word: str, known: Collection[str]) -> str:
    if not known:
        return "There is none yet: declare it first."
    near = get_close_matches(word[:_LONGEST_QUOTE], known, n=1)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    return f"{hint}There is: {listed(known)}."
