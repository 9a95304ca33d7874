"""The key that signs sessions: one for all who start at once, long, kept, and for its owner's eyes only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from handrail.desk.secret_key import secret_key


def test_key_is_the_same_for_all_who_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as starting:
        keys = set(starting.map(secret_key, [tmp_path / "data"] * 64))
    assert len(keys) == 1
    assert secret_key(tmp_path / "data") in keys
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]


def test_key_is_long_and_its_owners_only(tmp_path: Path) -> None:
    assert len(secret_key(tmp_path)) > 80
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert secret_key(tmp_path / "one") != secret_key(tmp_path / "two")
