"""Whether the desk can answer: its database does, and has every migration of this version."""

from functools import lru_cache
from typing import Literal

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Check = Literal["database", "migrations"]


def unready() -> Check | None:
    """The first check that fails, None where all is well."""
    try:
        applied = set(MigrationRecorder.Migration.objects.using(connection.alias).values_list("app", "name"))
    except DatabaseError:
        return "migrations" if _answers() else "database"
    return None if _every() <= applied else "migrations"


@lru_cache(maxsize=1)
def _every() -> frozenset[tuple[str, str]]:
    """App and name of each migration that this version has: they are files of it."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _answers() -> bool:
    """A database in which nothing was ever made has no table of migrations."""
    try:
        with connection.cursor() as cursor:
            return not connection.introspection.table_names(cursor)
    except DatabaseError:
        return False
