"""A booking keeps the beginning of its slot, so that the day to close is found without a join."""

from pathlib import Path

from django.db import migrations, models

import heli.bookings.states

SQL = Path(__file__).resolve().parent.parent / "sql"

FILL = """
UPDATE bookings_booking AS booking SET starts_at = slot.starts_at
  FROM slots_slot AS slot WHERE slot.id = booking.slot_id
"""

# What bookings_take returns has changed, which CREATE OR REPLACE refuses.
DROP_TAKE = """
DROP FUNCTION IF EXISTS bookings_take(
    timestamptz[], uuid[], text[], text[], bigint[], bytea[], text[], bytea[], text[], uuid[],
    uuid[], bytea[], bytea[], bytea[], bytea[],
    uuid[], bytea[], bytea[], bytea[], bytea[], bytea[]
)
"""


def _load(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((SQL / name).read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    dependencies = [("bookings", "0004_certificates")]
    operations = [
        migrations.AddField("booking", "starts_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL),
        migrations.AlterField("booking", "starts_at", models.DateTimeField()),
        migrations.AddIndex(
            "booking",
            models.Index(
                fields=["starts_at"],
                name="bookings_to_come",
                condition=models.Q(state=heli.bookings.states.State["CONFIRMED"]),
            ),
        ),
        migrations.RunSQL(DROP_TAKE),
        _load("take.sql"),
        _load("swap.sql"),
        _load("reserve.sql"),
        _load("start_guard.sql"),
    ]
