"""The keys under which a contact is found again by phone and e-mail address."""

from django.db import migrations, models

from guanxi.customers.keys import derive_contact_keys

BATCH = 2_000


def fill_keys(apps, schema_editor):
    """Derive the keys of every contact that is there, batch by batch."""
    contacts = apps.get_model("customers", "Contact").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(contacts.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for row in rows:
            derive_contact_keys(row)
        contacts.bulk_update(rows, ["phone_key", "email_key"])
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_initials_and_demand'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='phone_key',
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name='contact',
            name='email_key',
            field=models.CharField(blank=True, editable=False, max_length=254),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['phone_key'], name='contact_phone'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['email_key'], name='contact_email'),
        ),
    ]
