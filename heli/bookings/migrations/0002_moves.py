"""The moves of a place as SQL functions, and the guards below them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


def _load(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((SQL / name).read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("ground", "0001_initial")]
    operations = [
        _load("deadline.sql"),
        _load("take.sql"),
        _load("give_back.sql"),
        _load("swap.sql"),
        _load("guards.sql"),
    ]
