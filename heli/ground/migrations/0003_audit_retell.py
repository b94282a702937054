"""The audit is told where a row of which it knows loses something whose time is over."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ground", "0002_audit")]
    operations = [migrations.RunSQL((SQL / "audit_retell.sql").read_text(encoding="utf-8"))]
