import django.db.models.deletion
from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('hall', '0003_fewer_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='checkin',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='hall.staff'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='issued_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hall.staff'),
        ),
        migrations.RunSQL((SQL / "guard_check_ins.sql").read_text(encoding="utf-8")),
    ]
