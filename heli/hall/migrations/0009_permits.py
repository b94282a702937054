"""Permits: the word of two members of staff."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("hall", "0008_desk_checks"), ("places", "0004_asks_household_address")]
    operations = [
        migrations.CreateModel(
            name='Permit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('why', models.CharField(max_length=20)),
                ('code_hash', models.BinaryField(null=True, unique=True)),
                ('asked_at', models.DateTimeField(db_index=True)),
                ('granted_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('used_on', models.DateField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hall.staff')),
                ('closed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hall.staff')),
                ('granted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hall.staff')),
                ('office', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='places.office')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['rotate_keys', 'drop_key', 'look_up'])), name='hall_permit_kind_is_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('granted_at__isnull', True), ('granted_by__isnull', True)), models.Q(('granted_at__isnull', False), ('granted_by__isnull', False), models.Q(('granted_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='hall_permit_is_of_two'),
                    models.CheckConstraint(condition=models.Q(('used_at__isnull', True), models.Q(('closed_at__isnull', True), ('granted_at__isnull', False), ('granted_by__isnull', False)), _connector='OR'), name='hall_permit_is_granted_before_it_is_used'),
                ],
            },
        ),
        migrations.RunSQL((SQL / "permits.sql").read_text(encoding="utf-8")),
    ]
