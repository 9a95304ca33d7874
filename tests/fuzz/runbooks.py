"""Spoil runbooks in every way and check them: `make fuzz` (FUZZ=1000000 texts, on every core).

One rule: any text at all gives a runbook or problems, never an exception. What broke is printed with its seed and kept.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from handrail.runbook.inquiry import Inquiry
from handrail.runbook.loading import load

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"```yaml runbook\n(.*?)```", re.DOTALL)
_WORDS = (
    "no", "yes", "1.10", "2024-08-01", "-", "not(", "[0..", "..", "&a", "*a", "!!int", "|", ">-", "{", "}", "[", "]",
    ":",
    "\t", "\x00", "\ufeff", "é", "𝔘", '"', "'", "%", "#", "?", "when", "kind", "money", "list", "unique", "collect sum",
    "9" * 40, "-0", "1e400", "999999999 working days after start", "given", "missing", "---", "...", "<<",
)  # fmt: skip


def seeds() -> list[str]:
    """The shipped runbooks, and the short ones that the language manual is told with."""
    chapters = sorted((ROOT / "tests" / "spec" / "cases").rglob("*.md"))
    short = [text for chapter in chapters for text in _FENCE.findall(chapter.read_text(encoding="utf-8"))]
    # The shipped ones are long; the more short ones there are, the more texts a minute.
    return [*short, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "runbooks").glob("*.yaml"))[:1])]


def spoiled(text: str, chance: random.Random) -> str | bytes:
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(_SPOILING)(text, chance)
    return text if chance.random() > 0.02 else text.encode("utf-16" if chance.random() > 0.5 else "latin-1", "replace")


def _drop_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines) or 1) : chance.randrange(len(lines) or 1) + 1]
    return "".join(lines)


def _repeat_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = chance.randrange(len(lines))
    return "".join([*lines[:at], lines[at] * chance.choice([2, 3, 50]), *lines[at:]])


def _swap_lines(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "".join(lines)


def _put_word(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_WORDS) + text[at:]


def _swap_words(text: str, chance: random.Random) -> str:
    words = re.split(r"(\W+)", text)
    first, second = chance.randrange(len(words)), chance.randrange(len(words))
    words[first], words[second] = words[second], words[first]
    return "".join(words)


def _drop_character(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + 1 :]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


_SPOILING: tuple[Callable[[str, random.Random], str], ...] = (
    _drop_line, _repeat_line, _swap_lines, _put_word, _put_word, _swap_words, _swap_words, _drop_character, _cut,
)  # fmt: skip


def broken_by(seed: int, texts: list[str]) -> str | None:
    """What broke on the text that this seed makes, None where nothing did."""
    chance = random.Random(seed)
    text = spoiled(chance.choice(texts), chance)
    try:
        loaded = load(text, "fuzz.yaml")
        assert (loaded.runbook is None) == any(problem.severity == "error" for problem in loaded.problems)
        for name in loaded.runbook.decisions if loaded.runbook else ():
            Inquiry(loaded.runbook, name).ask({})  # type: ignore[arg-type]
    except Exception:
        kept = Path(tempfile.gettempdir()) / f"handrail-fuzz-{seed}.yaml"
        kept.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return f"seed {seed}, kept in {kept}:\n{traceback.format_exc()}"
    return None


def _span(span: tuple[int, int]) -> tuple[int, list[str]]:
    texts = seeds()
    found = [told for seed in range(*span) if (told := broken_by(seed, texts)) is not None]
    return span[1] - span[0], found


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--texts", type=int, default=1_000_000)
    reader.add_argument("--first", type=int, default=0, help="the first seed")
    given = reader.parse_args()
    spans = [
        (at, min(at + 1_000, given.first + given.texts)) for at in range(given.first, given.first + given.texts, 1_000)
    ]
    done = broken = 0
    with multiprocessing.Pool() as pool:
        for count, found in pool.imap_unordered(_span, spans):
            done += count
            broken += len(found)
            print(*found[:3], sep="\n", end="" if not found else "\n", file=sys.stderr)
            if done % 50_000 == 0:
                print(f"{done:,} texts, {broken} broke", flush=True)
    print(f"{done:,} texts, {broken} broke")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
