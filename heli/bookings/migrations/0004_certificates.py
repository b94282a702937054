"""Certificate places for both parties of a case."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_dismissed_requests"), ("slots", "0002_reappear")]
    operations = [migrations.RunSQL((SQL / "reserve.sql").read_text(encoding="utf-8"))]
