"""Whose value stays in a merge, by default, and which sources are trusted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of one row."""

    dependencies = [("duplicates", "0002_searches")]

    operations = [
        migrations.CreateModel(
            name="MergeRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[(name, name) for name in ("complete", "newest", "longest", "trusted")],
                        max_length=10,
                    ),
                ),
                ("trusted", models.JSONField(default=list)),
            ],
        ),
    ]
