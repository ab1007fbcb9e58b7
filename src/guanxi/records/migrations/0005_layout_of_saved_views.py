"""Saved views keep grouping, totals and shape."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0004_custom_fields")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="savedview", name="layout", field=models.JSONField(blank=True, default=dict)
        ),
    ]
