"""What is known of a party is sealed as one, so that a booking seals twice and not eight times."""

import json
from pathlib import Path

from django.db import migrations, models

from heli.vault.sealing import Spot, seal, unseal

SQL = Path(__file__).resolve().parent.parent / "sql"
COLUMNS = ("name", "id_number", "phone", "household_address")

DROP_FUNCTIONS = """
DROP FUNCTION IF EXISTS bookings_take(
    timestamptz[], uuid[], text[], text[], bigint[], bytea[], text[], bytea[], text[], uuid[],
    uuid[], bytea[], bytea[], bytea[], bytea[],
    uuid[], bytea[], bytea[], bytea[], bytea[], bytea[]
);
DROP FUNCTION IF EXISTS bookings_reserve(
    timestamptz, uuid, text, bigint, text, bytea, boolean,
    uuid, bytea, bytea, bytea, bytea, uuid, bytea, bytea, bytea, bytea
);
"""


def seal_as_one(apps, schema_editor):
    for party in apps.get_model("bookings", "Party").objects.all().iterator():
        row = str(party.id)
        sealed = [getattr(party, f"{column}_sealed") for column in COLUMNS]
        details = [
            None if value is None else unseal(value, spot=Spot("bookings_party", column, row))
            for column, value in zip(COLUMNS, sealed, strict=True)
        ]
        text = json.dumps(details, ensure_ascii=False)
        party.details_sealed = seal(text, spot=Spot("bookings_party", "details", row))
        party.save(update_fields=["details_sealed"])


def _load(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((SQL / name).read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_fewer_indexes")]
    operations = [
        migrations.AddField("party", "details_sealed", models.BinaryField(null=True)),
        migrations.RunPython(seal_as_one, elidable=True),
        migrations.AlterField("party", "details_sealed", models.BinaryField()),
        *(migrations.RemoveField("party", f"{column}_sealed") for column in COLUMNS),
        migrations.RunSQL(DROP_FUNCTIONS),
        _load("take.sql"),
        _load("reserve.sql"),
    ]
