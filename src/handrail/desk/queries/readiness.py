"""Whether the desk can answer: its database does, and has every migration of this version."""

from typing import Literal

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

Check = Literal["database", "migrations"]


def unready() -> Check | None:
    """The first check that fails, None where all is well."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "database"
    return "migrations" if missing else None
