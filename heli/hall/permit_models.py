"""What is stored of permits: the word of two members of staff for what nobody does alone."""

from django.db import models
from django.db.models import F, Q

from heli.hall.permit_rules import PermitKind
from heli.places.models import Office


class Permit(models.Model):
    """One member of staff asked for it and another one granted it; good once, and soon over.

    kind, why: words of `permit_rules`. office: whose managers may grant it; null: any. code_hash:
    SHA-256 of the code that the asker brings to the command, which is stored nowhere; null where it
    is used at the desk. used_on: for what business day it was used there, in Shanghai. closed_by:
    who took it back or declined it; null beside a closed_at: an account of the two was closed or
    given anew. Moments are real time, UTC; each is set once (a trigger).
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    why = models.CharField(max_length=20)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, db_index=False)
    code_hash = models.BinaryField(null=True, unique=True)
    asked_by = models.ForeignKey("hall.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_index=True)
    granted_by = models.ForeignKey(
        "hall.Staff", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    granted_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)
    closed_by = models.ForeignKey(
        "hall.Staff", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PermitKind]),
                name="hall_permit_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True, granted_at__isnull=True)
                | (
                    Q(granted_by__isnull=False, granted_at__isnull=False)
                    & ~Q(granted_by=F("asked_by"))
                ),
                name="hall_permit_is_of_two",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True)
                | Q(granted_by__isnull=False, granted_at__isnull=False, closed_at__isnull=True),
                name="hall_permit_is_granted_before_it_is_used",
            ),
        ]
