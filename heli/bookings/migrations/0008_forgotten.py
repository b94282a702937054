"""The people of a booking may be forgotten: emptied, and never exchanged."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("bookings", "0007_sealed_details")]
    operations = [
        migrations.RunSQL((SQL / "forgotten.sql").read_text(encoding="utf-8")),
    ]
