"""What the directory holds of people: what they reported, and a mark of their address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heli.channels.models import FakeReport, Remark
from heli.channels.reporting import Decision
from heli.ground import clock
from heli.ground.turns import wait_for_turn
from heli.keeping.batches import batch
from heli.keeping.holdings import Holding

BY_PERIOD = "heli"  # who decided, where nobody did in time
NOBODY = b""


@transaction.atomic
def forget_reports(before: datetime) -> int:
    """Empty a batch of reports made before the moment (real time, UTC); remarks as old go.

    What nobody decided by then is dismissed. A warning that was published stands without it.
    """
    wait_for_turn("channels.reports")
    Remark.objects.filter(at__lt=before).delete()
    due = batch(FakeReport.objects.filter(at__lt=before).exclude(by=NOBODY))
    rows = FakeReport.objects.filter(pk__in=due)
    rows.filter(decision=Decision.OPEN).update(
        decision=Decision.DISMISSED,
        decided_at=clock.real_now(),
        decided_by=BY_PERIOD,
        told_sealed=None,
    )
    rows.update(by=NOBODY)
    return len(due)


HOLDINGS = (Holding("report", forget=forget_reports),)
