"""A source row is found by import and number: an index over the import alone is not read."""

import django.db.models.deletion
from django.db import migrations, models

from guanxi.records.indexes import DropColumnIndex


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0002_senders'),
    ]

    operations = [
        DropColumnIndex(
            model_name='sourcerow',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.import'),
        ),
    ]
