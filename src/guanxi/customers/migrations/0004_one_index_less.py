"""Owner, team and an interaction's customer stand first in indexes over more columns: one of their own is not read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from guanxi.records.indexes import DropColumnIndex


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_merges'),
        ('customers', '0003_contact_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        DropColumnIndex(
            model_name='customer',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        DropColumnIndex(
            model_name='customer',
            name='team',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.team', verbose_name='team'),
        ),
        DropColumnIndex(
            model_name='interaction',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='customers.customer', verbose_name='customer'),
        ),
    ]
