"""Searches for doubles that came to their end, with the weights they were fitted to."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own."""

    dependencies = [("duplicates", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DuplicateSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_whole", models.BooleanField(default=True)),
                ("customers", models.PositiveIntegerField(default=0)),
                ("pairs", models.PositiveIntegerField(default=0)),
                ("weights", models.JSONField(default=dict)),
            ],
            options={"get_latest_by": ("at", "pk")},
        ),
    ]
