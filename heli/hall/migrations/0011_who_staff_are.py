"""Whose account it is, so that nobody vouches for themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hall", "0010_forgotten")]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="person",
            field=models.BinaryField(null=True),
        ),
    ]
