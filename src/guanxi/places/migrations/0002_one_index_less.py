"""A place's customer has had two indexes that say the same."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='place',
            name='place_of_customer',
        ),
    ]
