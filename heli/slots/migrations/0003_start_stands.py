"""A slot keeps its beginning."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("slots", "0002_reappear")]
    operations = [migrations.RunSQL((SQL / "start_guard.sql").read_text(encoding="utf-8"))]
