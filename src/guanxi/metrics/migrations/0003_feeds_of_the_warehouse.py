from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0002_metrics_of_the_team"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=40, unique=True)),
                ("fed_at", models.DateTimeField()),
                ("is_whole", models.BooleanField()),
                ("customers", models.PositiveIntegerField()),
                ("rows", models.PositiveBigIntegerField()),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
    ]
