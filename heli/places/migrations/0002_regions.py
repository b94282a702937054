"""The regions of GB/T 2260, from heli/places/data/regions.csv."""

import csv
from pathlib import Path

from django.db import migrations, models

TABLE = Path(__file__).resolve().parent.parent / "data" / "regions.csv"


def load_regions(apps, schema_editor):
    Region = apps.get_model("places", "Region")
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [
            Region(
                code=row["code"],
                name=row["name"],
                path=row["path"],
                pinyin=row["pinyin"],
                initials=row["initials"],
                latitude=float(row["latitude"]) if row["latitude"] else None,
                longitude=float(row["longitude"]) if row["longitude"] else None,
            )
            for row in csv.DictReader(file)
        ]
    Region.objects.using(schema_editor.connection.alias).bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.AlterField("office", "as_of", models.CharField(max_length=120)),
        migrations.RunPython(load_regions, migrations.RunPython.noop),
    ]
