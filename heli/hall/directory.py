"""What an operator does for the directory of channels. `channels` decides; the role is asked here.

Who read what people reported, and who changed what, is on record.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from heli.channels import keeping, reports, services, warnings
from heli.channels.keeping import Correction
from heli.channels.reports import ReportView
from heli.ground import clock
from heli.ground.audit.recording import NOTHING, Subject
from heli.hall.deeds import record_deed
from heli.hall.readings import record_reading
from heli.hall.roles import Deed, StaffOnDuty


@transaction.atomic
def confirm_entry(entry_id: int, *, by: StaffOnDuty, at: datetime) -> None:
    """An entry holds as it stands. at: UTC. Raises as `keeping.confirm_entry`, and NotAllowed."""
    by.check_may(Deed.KEEP_CHANNELS)
    record_deed(by, Deed.KEEP_CHANNELS, at=at, subject=_entry(entry_id), step="confirm")
    keeping.confirm_entry(entry_id, by=by.username, on=clock.day_of(at))


@transaction.atomic
def correct_entry(entry_id: int, correction: Correction, *, by: StaffOnDuty, at: datetime) -> int:
    """An entry is otherwise; the id of what takes its place. at: UTC.

    Raises as `keeping.correct_entry`, and NotAllowed.
    """
    by.check_may(Deed.KEEP_CHANNELS)
    record_deed(by, Deed.KEEP_CHANNELS, at=at, subject=_entry(entry_id), step="correct")
    return keeping.correct_entry(entry_id, correction, by=by.username, on=clock.day_of(at))


@transaction.atomic
def end_entry(entry_id: int, *, by: StaffOnDuty, at: datetime) -> None:
    """An entry is no more. at: UTC. Raises as `keeping.end_entry`, and NotAllowed."""
    by.check_may(Deed.KEEP_CHANNELS)
    record_deed(by, Deed.KEEP_CHANNELS, at=at, subject=_entry(entry_id), step="end")
    keeping.end_entry(entry_id, by=by.username, on=clock.day_of(at))


def export_channels(by: StaffOnDuty) -> str:
    """The directory as a channels.yaml. Raises NotAllowed."""
    by.check_may(Deed.KEEP_CHANNELS)
    return services.export_yaml()


@transaction.atomic
def import_channels(text: str, *, by: StaffOnDuty, at: datetime) -> int:
    """Load a channels.yaml; how many entries were new or different. at: UTC.

    Raises LoadRefused, NotAllowed.
    """
    by.check_may(Deed.KEEP_CHANNELS)
    record_deed(by, Deed.KEEP_CHANNELS, at=at, step="import")
    return services.load_channels_text(text, at=at)


@transaction.atomic
def open_reports(by: StaffOnDuty, *, at: datetime) -> tuple[ReportView, ...]:
    """The reports that wait for a decision, the newest first. at: UTC. Raises NotAllowed.

    On record as one reading: the newest of those that were open at its moment.
    """
    by.check_may(Deed.DECIDE_REPORTS)
    waiting = reports.open_reports()
    if waiting:
        record_reading(by, Deed.DECIDE_REPORTS, at=at)
    return waiting


@transaction.atomic
def read_report(report_id: uuid.UUID, *, by: StaffOnDuty, at: datetime) -> ReportView:
    """A report that waits for a decision. at: UTC. Raises NotFound, NotAllowed."""
    by.check_may(Deed.DECIDE_REPORTS)
    report = reports.get_report(report_id)
    record_reading(by, Deed.DECIDE_REPORTS, at=at, report_id=report_id)
    return report


@transaction.atomic
def publish_warning(
    report_id: uuid.UUID | None,
    *,
    name: str | None,
    host: str | None,
    region: str | None,
    proof: str,
    proof_url: str | None,
    by: StaffOnDuty,
    at: datetime,
    and_same: bool = False,
) -> int:
    """Everybody is warned; the id of the warning. at: UTC.

    Raises as `warnings.publish_warning`, and NotAllowed.
    """
    by.check_may(Deed.DECIDE_REPORTS)
    subject = _report(report_id) if report_id is not None else NOTHING
    record_deed(by, Deed.DECIDE_REPORTS, at=at, subject=subject, step="publish")
    return warnings.publish_warning(
        report_id,
        name=name,
        host=host,
        region=region,
        proof=proof,
        proof_url=proof_url,
        by=by.username,
        on=clock.day_of(at),
        and_same=and_same,
    )


@transaction.atomic
def dismiss_report(report_id: uuid.UUID, *, by: StaffOnDuty, and_same: bool = False) -> None:
    """There is no fake. Raises as `reports.dismiss_report`, and NotAllowed."""
    by.check_may(Deed.DECIDE_REPORTS)
    record_deed(by, Deed.DECIDE_REPORTS, at=clock.now(), subject=_report(report_id), step="dismiss")
    reports.dismiss_report(report_id, by=by.username, and_same=and_same)


@transaction.atomic
def withdraw_warning(warning_id: int, *, by: StaffOnDuty, at: datetime) -> None:
    """A warning no longer holds. at: UTC. Raises as `warnings.withdraw_warning`, and NotAllowed."""
    by.check_may(Deed.DECIDE_REPORTS)
    subject = Subject("warning", str(warning_id))
    record_deed(by, Deed.DECIDE_REPORTS, at=at, subject=subject, step="withdraw")
    warnings.withdraw_warning(warning_id, by=by.username, on=clock.day_of(at))


def _entry(entry_id: int) -> Subject:
    return Subject("channel", str(entry_id))


def _report(report_id: uuid.UUID) -> Subject:
    return Subject("report", str(report_id))
