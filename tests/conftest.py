"""What every test runs in: the chosen database, and a data folder that is thrown away.

Its one rule: the environment is set before Django reads it. `tests/spec` and `tests/core` need no Django and get none;
where they run together with the others, the database is blocked for them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import pytest_django

from tests.thorough import examples

HERE = Path(__file__).parent
WITHOUT_DJANGO = (HERE / "spec", HERE / "core")

# The same cases in every run, so that a green suite stays green; HANDRAIL_TEST_RANDOM=1 looks for new ones, and
# HANDRAIL_TEST_EXAMPLES for more (`make soak-properties`).
# Nothing is timed: a busy machine is not a fault.
_at_random = os.environ.get("HANDRAIL_TEST_RANDOM") == "1"
hypothesis.settings.register_profile("handrail", derandomize=not _at_random, deadline=None, max_examples=examples(40))
hypothesis.settings.load_profile("handrail")

_while_running = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="the database of tests/desk and tests/journey; HANDRAIL_TEST_DATABASE_URL names a PostgreSQL that runs",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before pytest-django's own turn, which sets Django up from what it finds."""
    if not _needs_django(config):
        return
    if not hasattr(config, "workerinput"):
        # Only in the process that starts the run: xdist's workers inherit the environment.
        _set_environment(config.getoption("--database"))
    from django.conf import settings

    settings.DATABASES  # noqa: B018 - settings are read now


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys first: they take longest, and of two processes neither shall wait for the other at the end."""
    items.sort(key=lambda item: "journey" not in item.path.parts)


def pytest_unconfigure() -> None:
    _while_running.close()


@pytest.fixture(autouse=True)
def nothing_of_another_catalogue() -> None:
    """Versions of the catalogue are kept in memory under numbers that the next test may give to others."""
    for name in ("handrail.desk.catalogue", "handrail.desk.catalogue_drafts"):
        if name in sys.modules:
            sys.modules[name].forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The tests' database is a copy of that with all tables, to which Django's own way has nothing to add."""
    from django.db import connection

    from tests.prepared import source

    if connection.vendor == "sqlite":
        _begin_with(source(), type(connection.creation))
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = source()


def _begin_with(file: str, creation: Any) -> None:
    clear = creation._create_test_db

    def _create_test_db(self: Any, *given: Any, **named: Any) -> str:
        name: str = clear(self, *given, **named)
        shutil.copyfile(file, name)
        return name

    creation._create_test_db = _create_test_db


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """SQLite is emptied after a test by deleting, which its triggers refuse of what is never to be changed: they are
    taken away meanwhile. PostgreSQL truncates, which fires none."""
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            _empty_without_triggers(type(connection.ops))


def _empty_without_triggers(operations: Any) -> None:
    empty = operations.execute_sql_flush

    def execute_sql_flush(self: Any, statements: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            empty(self, statements)
            for _, statement in triggers:
                cursor.execute(statement)

    operations.execute_sql_flush = execute_sql_flush


def _needs_django(config: pytest.Config) -> bool:
    paths = [(config.invocation_params.dir / str(argument).split("::")[0]).resolve() for argument in config.args]
    return not all(any(path.is_relative_to(folder) for folder in WITHOUT_DJANGO) for path in paths)


def _set_environment(database: str) -> None:
    folder = _while_running.enter_context(tempfile.TemporaryDirectory(prefix="handrail-test-"))
    for name in [name for name in os.environ if name.startswith("HANDRAIL_") and "_TEST_" not in name]:
        # What a developer's shell says about their own installation is not for tests. Where the browser and the
        # export of a CRM are, is.
        if name not in {"HANDRAIL_CHROMIUM", "HANDRAIL_CRM_EXPORT"}:
            del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    os.environ["HANDRAIL_DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    if database == "postgresql":
        os.environ["DATABASE_URL"] = _postgresql()
    from tests.prepared import prepared

    _while_running.enter_context(prepared(Path(folder) / "prepared", os.environ.get("DATABASE_URL")))


def _postgresql() -> str:
    named = os.environ.get("HANDRAIL_TEST_DATABASE_URL")
    if named:
        return named
    from tests.postgres import running_server

    return _while_running.enter_context(running_server())
