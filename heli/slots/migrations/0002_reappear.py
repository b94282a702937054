from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "reappear.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('slots', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"), "DROP FUNCTION slots_reappear(timestamptz)"
        ),
    ]
