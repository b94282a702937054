"""The guards below the services."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("hall", "0001_initial")]
    operations = [migrations.RunSQL((SQL / "guards.sql").read_text(encoding="utf-8"))]
