"""What a customer buys in a year from anyone, and the initials its name is matched by."""

from django.db import migrations, models

import guanxi.conditions.initials

BATCH = 2_000


def fill_initials(apps, schema_editor):
    """Derive the initials of every name that is there, batch by batch."""
    customers = apps.get_model("customers", "Customer").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(customers.filter(pk__gt=last).order_by("pk").only("pk", "name")[:BATCH]):
        for row in rows:
            row.name_initials = guanxi.conditions.initials.initials(row.name)
        customers.bulk_update(rows, ["name_initials"])
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='demand',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='What the customer buys of our kind in a year, from anyone.', max_digits=18, null=True, verbose_name='yearly demand'),
        ),
        migrations.AddField(
            model_name='customer',
            name='name_initials',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.RunPython(fill_initials, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['demand', 'id'], name='customer_demand'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['name_initials'], name='customer_initials'),
        ),
    ]
