"""The desk's settings with what only tests want: quick password hashes, static files without a collecting step."""

import os
from pathlib import Path
from typing import Any

from handrail.desk.settings import *  # noqa: F403
from handrail.desk.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# Each process of a run counts its own files.
MEDIA_ROOT = Path(DATA_DIR) / f"uploads-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there


def _for_tests(database: dict[str, Any]) -> dict[str, Any]:
    """SQLite as a real file behind the gate; no kept connections, which would hold up the removal of the database."""
    on_file = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")} if "sqlite" in database["ENGINE"] else {}
    return {**database, "CONN_MAX_AGE": 0, "TEST": {**database.get("TEST", {}), **on_file}}


DATABASES = {alias: _for_tests(database) for alias, database in DATABASES.items()}
