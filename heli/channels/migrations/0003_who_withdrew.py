"""A warning says who withdrew it; what was withdrawn before says so no more than it did."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_histories'),
        ('places', '0005_real_name_checks'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='warning',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='warning',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='warning',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='warning',
            name='withdrawn_by',
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='warninghistory',
            name='withdrawn_by',
            field=models.CharField(max_length=64, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='warning',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "channels_warninghistory" ("host", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "proof_url", "published_by", "published_on", "region_id", "report_id", "withdrawn_by", "withdrawn_on") VALUES (NEW."host", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."proof", NEW."proof_url", NEW."published_by", NEW."published_on", NEW."region_id", NEW."report_id", NEW."withdrawn_by", NEW."withdrawn_on"); RETURN NULL;', hash='0f47dae7df6957c9a998cb241a54f0bbae271296', operation='INSERT', pgid='pgtrigger_insert_insert_5c4ec', table='channels_warning', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='warning',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "channels_warninghistory" ("host", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "proof_url", "published_by", "published_on", "region_id", "report_id", "withdrawn_by", "withdrawn_on") VALUES (NEW."host", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."proof", NEW."proof_url", NEW."published_by", NEW."published_on", NEW."region_id", NEW."report_id", NEW."withdrawn_by", NEW."withdrawn_on"); RETURN NULL;', hash='788cc118fb166f31a91dd0a57ed8d643d936946f', operation='UPDATE', pgid='pgtrigger_update_update_223a4', table='channels_warning', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='warning',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "channels_warninghistory" ("host", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "proof_url", "published_by", "published_on", "region_id", "report_id", "withdrawn_by", "withdrawn_on") VALUES (OLD."host", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."proof", OLD."proof_url", OLD."published_by", OLD."published_on", OLD."region_id", OLD."report_id", OLD."withdrawn_by", OLD."withdrawn_on"); RETURN NULL;', hash='6a2f459a38ee262562fbf68275d0400e2992a9b4', operation='DELETE', pgid='pgtrigger_delete_delete_fa68e', table='channels_warning', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='warning',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_by', None), ('withdrawn_on__isnull', False), _connector='OR'), name='channels_warning_withdrawn_by_on'),
        ),
    ]
