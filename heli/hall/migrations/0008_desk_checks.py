"""Checks in person at the desk, which let somebody go on by themselves."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hall", "0007_histories"),
        ("places", "0004_asks_household_address"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskCheck",
            fields=[
                ("verification", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.BinaryField(unique=True)),
                ("wrong", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("at", models.DateTimeField()),
                ("really_at", models.DateTimeField(db_index=True)),
                ("expires_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hall.staff",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="places.office",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["office", "-at"], name="hall_desk_checks_of_office")
                ],
            },
        ),
    ]
