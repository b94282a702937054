"""What WeChat says later of a message it had taken: that it arrived, or that it did not."""

from __future__ import annotations

import logging

from heli.ground import clock
from heli.ground.events import listens_to
from heli.notices.jobs import send_notice
from heli.notices.models import Sending
from heli.notices.sending import open_next
from heli.notices.ways import SendingState
from heli.wechat.events import Arrival, MessageReported

log = logging.getLogger(__name__)

AWAITING_A_REPORT = (SendingState.TRYING, SendingState.TAKEN, SendingState.NOT_KNOWN)


@listens_to(MessageReported)
def note_report(event: MessageReported) -> None:
    """Note what became of a message; one that did not arrive goes the next way.

    The report may be there before the answer of the call that sent it was noted, or instead of it.
    A report of what was sent by nobody here, or was reported before, changes nothing.
    """
    row = _row_of(event)
    if row is None:
        log.info("a report of a message that nobody here awaits")
        return
    has_arrived = event.arrival == Arrival.DELIVERED
    was = row.state
    row.state = SendingState.DELIVERED if has_arrived else SendingState.FAILED
    row.reported_at = clock.real_now()
    row.reason = "" if has_arrived else f"reported {event.arrival}"
    row.vendor_id = row.vendor_id or event.msgid
    row.save(update_fields=["state", "reported_at", "reason", "vendor_id"])
    log.info("notice %s by %s: %s", row.notice_id, row.way, row.state)
    if not has_arrived and was != SendingState.NOT_KNOWN and (way := open_next(row)):
        send_notice.defer(notice_id=row.notice_id, way=way)


def _row_of(event: MessageReported) -> Sending | None:
    """By WeChat's number; or, where we do not have it (yet), the oldest to this account by this
    template that still awaits a report."""
    if event.account is None:
        return None
    awaiting = (
        Sending.objects.select_for_update()
        .filter(account=event.account, state__in=AWAITING_A_REPORT, reported_at__isnull=True)
        .order_by("id")
    )
    found = awaiting.filter(vendor_id=event.msgid).first() if event.msgid else None
    if found is not None:
        return found
    unnumbered = awaiting.filter(vendor_id="")
    if event.template_id:
        return unnumbered.filter(template_id=event.template_id).first()
    return unnumbered.filter(way="template").first()
