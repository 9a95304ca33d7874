from typing import Any

from django.db import migrations, models

# Rows of these tables are only ever added. Whatever makes a table anew (SQLite does so for many changes of a column)
# takes its triggers away: a migration that does must end with `protect`, and a test sees to it.
KEPT = {'desk_auditentry': 'An entry of the audit', 'desk_event': 'An event of a handoff'}

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION desk_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed and never removed.', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$"""


def protect(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(_POSTGRESQL, params=None)  # it has a % of its own
        for table, what in KEPT.items():
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION desk_is_kept('{what}')"
            )
        return
    for table, what in KEPT.items():
        for act in ('update', 'delete'):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_kept_at_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{what} is never changed and never removed.'); END"
            )


def let_go(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == 'postgresql':
        for table in KEPT:
            schema_editor.execute(f'DROP TRIGGER {table}_is_kept ON {table}')
        schema_editor.execute('DROP FUNCTION desk_is_kept()')
        return
    for table in KEPT:
        for act in ('update', 'delete'):
            schema_editor.execute(f'DROP TRIGGER {table}_is_kept_at_{act}')


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0008_people_and_duty'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['about', 'key', '-at', '-id'], name='audit_by_thing'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['by', 'about', '-at', '-id'], name='audit_by_person_and_sort'),
        ),
        migrations.RunPython(protect, let_go),
    ]
