from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The share of orders inside the catalogue is counted by month, from an index alone."""

    dependencies: ClassVar = [("desk", "0035_reminders")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["ordered_on", "state", "is_outside"], name="order_by_day"),
        ),
    ]
