"""Tell the audit of readings, outcomes and check-ins, also of those that are there already."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("hall", "0005_who_is_on_duty"), ("ground", "0002_audit")]
    operations = [migrations.RunSQL((SQL / "audit_tell.sql").read_text(encoding="utf-8"))]
