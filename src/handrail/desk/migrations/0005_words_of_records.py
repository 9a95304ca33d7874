from typing import Any

from django.db import migrations

from handrail.desk.likeness import words

CHUNK = 1000


def keep_words(apps: Any, schema_editor: Any) -> None:
    """What is known of customers can be compared from now on."""
    facts = apps.get_model('desk', 'CustomerFact').objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(facts.filter(pk__gt=last).order_by('pk')[:CHUNK]):
        for row in rows:
            row.words = words(row.value)
        facts.bulk_update(rows, ['words'])
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0004_beyond'),
    ]

    operations = [
        migrations.RunPython(keep_words, migrations.RunPython.noop),
    ]
