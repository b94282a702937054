"""Two indexes serve every question about slots, and a booking writes no more of them."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("places", "0002_regions"), ("slots", "0003_start_stands")]
    operations = [
        migrations.RemoveIndex(model_name="slot", name="slots_by_release"),
        migrations.AlterField(
            model_name="slot",
            name="office",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="places.office"
            ),
        ),
        migrations.RunSQL((SQL / "reappear.sql").read_text(encoding="utf-8")),
    ]
