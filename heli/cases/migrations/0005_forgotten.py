"""What an office decided may be forgotten with the people of the case: emptied, never exchanged."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0008_forgotten"),
        ("cases", "0004_fewer_indexes"),
        ("places", "0004_asks_household_address"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="cases_registered_has_a_certificate",
        ),
        migrations.AddField(
            model_name="case",
            name="certificate_mark",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "registered"),
                    models.Q(
                        ("certificate_mark__isnull", True), ("certificate_number__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="cases_certificate_is_of_a_registered",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("certificate_mark",), name="cases_one_per_certificate_mark"
            ),
        ),
        migrations.RunSQL((SQL / "forgotten.sql").read_text(encoding="utf-8")),
    ]
