"""The orders of a customer are found by customer and day: an index over the customer alone is not read."""

import django.db.models.deletion
from django.db import migrations, models

from guanxi.records.indexes import DropColumnIndex


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_one_index_less'),
        ('sales', '0002_what_products_and_lines_cost'),
    ]

    operations = [
        DropColumnIndex(
            model_name='order',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='customers.customer', verbose_name='customer'),
        ),
    ]
