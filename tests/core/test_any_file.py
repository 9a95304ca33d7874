"""Spoiled files through `check`, `decide` and `diff`: a few of those that `make fuzz` makes by the million."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.runbook.exchange.loading import load_any
from tests.fuzz.attempts import Attempt, attempt_of
from tests.fuzz.seeds import SUFFIXES, Suffix, seeds
from tests.fuzz.trying import fault_of, keep
from tests.thorough import examples


@settings(max_examples=examples(80))
@given(seed=st.integers(0), number=st.integers(0))
def test_any_file_is_answered_by_every_command(seed: int, number: int) -> None:
    with TemporaryDirectory() as folder, chdir(folder):
        assert fault_of(attempt_of(seed, number), Path(folder)) is None


def test_attempt_is_the_same_for_the_same_number() -> None:
    assert [attempt_of(1, number) for number in range(20)] == [attempt_of(1, number) for number in range(20)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_seeds_are_sound(suffix: Suffix) -> None:
    loaded = [load_any(seed.content, f"sound{suffix}") for seed in seeds()[suffix]]
    assert loaded
    assert [one.problems for one in loaded if one.runbook is None] == []


def test_input_is_kept_with_the_command_that_takes_it(tmp_path: Path) -> None:
    attempt = Attempt(arguments=("check", "a b.yaml"), files={"a b.yaml": b"runbook: ["})
    kept = keep(attempt, "It ended with 3.", tmp_path / "1-2")
    assert (kept / "a b.yaml").read_bytes() == b"runbook: ["
    assert (kept / "how.txt").read_text(encoding="utf-8") == (
        "In this folder:\n\n    handrail check 'a b.yaml'\n\nIt ended with 3.\n"
    )
