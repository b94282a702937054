"""A typed reason may be emptied when its time is over; a reading says of which report it was."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0003_who_withdrew"),
        ("ground", "0003_audit_retell"),
        ("hall", "0009_permits"),
    ]

    operations = [
        migrations.AddField(
            model_name="staffreading",
            name="report",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="channels.fakereport",
            ),
        ),
        migrations.AddIndex(
            model_name="outcome",
            index=models.Index(
                condition=models.Q(("reason__isnull", False)),
                fields=["at"],
                name="hall_outcome_with_reason",
            ),
        ),
        migrations.RunSQL((SQL / "forgotten.sql").read_text(encoding="utf-8")),
    ]
