"""Whether the desk can answer: its database does, and has every migration of this version."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def is_ready() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False
