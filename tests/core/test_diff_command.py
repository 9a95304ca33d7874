"""`handrail diff`, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handrail.command_line import main
from tests.core.runbook_text import SMALL, spoiled

CHANGED = spoiled(
    ('version: "1"', 'version: "2"\nsays: Two teams.'),
    ("days: 90, type", "days: 60, type"),
    ("due: 5 working days before", "due: 3 working days before"),
)

EXAMPLE = """\
Small, version 1 to version 2: 4 changes

The runbook
  Small
    - Now version 2 (was 1).
    - What it says at its head is new.
        now: Two teams.

Decisions
  Support
    - Rule 3: Where Vertical is utilities and Mrr is from 3,000 USD, Days is now 60 (was 90).

Steps
  Fill
    - Now due 3 working days before Go live (was 5 working days before Go live).
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return _file(tmp_path / "old.yaml", SMALL)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return _file(tmp_path / "new.yaml", CHANGED)


def _file(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_changes_are_told_part_by_part(old: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out == EXAMPLE


def test_how_to_shows_what_the_command_prints() -> None:
    how_to = Path(__file__).parents[2] / "docs" / "how-to" / "compare-versions.md"
    assert f"```text\n{EXAMPLE}```\n" in how_to.read_text(encoding="utf-8")


def test_one_change_is_one(old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = _file(tmp_path / "new.yaml", spoiled(('version: "1"', 'version: "2"')))
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "Small, version 1 to version 2: 1 change"


def test_files_that_say_the_same_have_no_difference(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = _file(tmp_path / "same.yaml", "# Only a comment.\n" + SMALL)
    assert main(["diff", str(old), str(same)]) == 0
    assert capsys.readouterr().out == "Small: both versions say the same.\n"
    assert main(["diff", str(old), str(same), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []


def test_json_has_each_change_with_old_and_new(old: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(old), str(new), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["old"]["version"], said["new"]["version"], said["same"]) == ("1", "2", False)
    assert said["changes"][-1] == {
        "part": "steps",
        "name": "fill",
        "title": "Fill",
        "sort": "changed",
        "says": "Now due 3 working days before Go live (was 5 working days before Go live).",
        "old": "5 working days before Go live",
        "new": "3 working days before Go live",
    }


def test_problems_of_both_files_are_told(old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faulty = _file(tmp_path / "faulty.yaml", spoiled(("needs: [fill]", "needs: [fil]")))
    missing = tmp_path / "missing.yaml"
    assert main(["diff", str(missing), str(faulty)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[0] == f"{missing} cannot be read: No such file or directory."
    assert told.err.splitlines()[1].startswith(f"{faulty}:30:73: error: No step is called “fil”.")
    assert main(["diff", str(faulty), str(old)]) == 2


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"runbook: [", b"- 1\n- 2\n"])
def test_any_file_has_problems_and_no_traceback(
    old: Path, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "odd.yaml"
    odd.write_bytes(content)
    assert main(["diff", str(old), str(odd)]) == 2
    assert capsys.readouterr().err.startswith(f"{odd}")
