"""The house itself: locks that name no address, files that name no machine, commands that start without Django."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-bench.lock", "requirements-fuzz.lock"]

# A requirement, with everything up to the next one: `name==1.0 ; marker \` and its indented lines.
REQUIREMENT = re.compile(r"^[A-Za-z0-9][^\n]*(?:\n[ \t]+[^\n]*)*", re.MULTILINE)
# Folders of one machine or one person. Spelt in parts, so that this file does not name them either.
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"]) + r")/\w")


def files_of_the_project() -> list[Path]:
    """What is committed, or would be: all that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "://" in line or line.startswith("-")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_a_version_and_a_hash_of_every_entry(lock: str) -> None:
    entries = REQUIREMENT.findall((ROOT / lock).read_text(encoding="utf-8"))
    assert len(entries) > 20
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_files_name_no_folder_of_a_machine() -> None:
    found = []
    for path in files_of_the_project():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or a spreadsheet
        found += [
            f"{path.relative_to(ROOT)}:{number}" for number, line in enumerate(lines, 1) if OF_A_MACHINE.search(line)
        ]
    assert found == []


@pytest.mark.parametrize(
    "package", ["handrail.command_line", "handrail.worktime", "handrail.runbook", "handrail.handoff"]
)
def test_package_is_imported_without_django(package: str) -> None:
    program = (
        f"import sys, {package}; print([name for name in ('django', 'sqlite3', 'psycopg') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
