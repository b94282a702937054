"""Who called a number, so that a second press soon after is answered with the same one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hall", "0011_who_staff_are")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="called_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hall.staff",
            ),
        ),
    ]
