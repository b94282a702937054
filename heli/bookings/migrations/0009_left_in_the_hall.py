"""Who was checked in and left without an outcome is found when the day is over."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("bookings", "0008_forgotten")]
    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                fields=["starts_at"], name="bookings_in_a_hall", condition=Q(state="checked_in")
            ),
        ),
    ]
