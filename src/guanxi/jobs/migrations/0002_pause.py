from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.AddField("job", "pause_requested", models.BooleanField(default=False)),
        migrations.AddField("job", "began_at", models.DateTimeField(null=True)),
        migrations.AddField("job", "began_done", models.PositiveIntegerField(default=0)),
        migrations.AlterField(
            "job",
            "state",
            models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("needs_review", "To review"),
                    ("cancelled", "Cancelled"),
                    ("paused", "Paused"),
                ],
                default="queued",
                max_length=12,
            ),
        ),
    ]
