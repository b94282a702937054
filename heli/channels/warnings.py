"""Warnings of fakes: published by an operator, in the operator's words alone, and withdrawn."""

from __future__ import annotations

import logging
import uuid
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.channels.fields import Fields, host_of, same_form
from heli.channels.models import ChannelEntry, FakeReport, Warning
from heli.channels.reporting import Decision
from heli.channels.reports import DECIDED, ID_MAX, decide, lock_report
from heli.ground.refusals import NotFound
from heli.ground.turns import wait_for_turn
from heli.places.models import Office

log = logging.getLogger(__name__)

NAME_MAX, PROOF_MAX = 80, 300  # characters

NEITHER = _("请写出它的名称或者域名，至少写一项。")
OFFICIAL_NAME = _("名录里的正式渠道就叫这个名字，警示会误伤它。请改写域名，或写出不同的字。")
OFFICIAL_HOST = _("名录里的正式渠道用的是这个域名。它如果已经不对，请先在名录里停用。")


@transaction.atomic
def publish_warning(
    report_id: uuid.UUID | None,
    *,
    name: str | None,
    host: str | None,
    region: str | None,
    proof: str,
    proof_url: str | None,
    by: str,
    on: date,
    and_same: bool = False,
) -> int:
    """Everybody is warned of a fake from now on. Returns the id of the warning.

    report_id: the report that led to it, which is decided and erased; None for one of the
    operator's own. and_same: the reports that `ReportView.same` counts are decided with it.
    name, host: what the fake calls itself and where it is, one of them at least. host: also as an
    address. proof: why it is a fake. by: the operator's user name. on: the day, business time.
    The same again answers the warning that is there. Raises InvalidInput, also for the name or
    the host of a door that the directory holds; NotFound for a report that was dismissed.
    """
    report = lock_report(report_id) if report_id is not None else None
    if report is not None and report.decision != Decision.OPEN:
        return _published_for(report)
    fields = Fields()
    warning = Warning(
        name=fields.line("name", name, NAME_MAX),
        host=fields.host("host", host),
        region_id=fields.region("region", region),
        proof=fields.line("proof", proof, PROOF_MAX, required=True) or "",
        proof_url=fields.url("proof_url", proof_url),
        report=report,
        published_on=on,
        published_by=by,
    )
    _check_names_a_fake(warning, fields, on=on)
    fields.check()
    wait_for_turn("channels.warnings")
    published = _same_warning(warning) if report is None else None
    if published is not None:
        return int(published.pk)
    warning.save(force_insert=True)
    if report is not None:
        decide(report, Decision.PUBLISHED, by=by, and_same=and_same)
    return int(warning.pk)


@transaction.atomic
def withdraw_warning(warning_id: int, *, by: str, on: date) -> None:
    """Nobody is warned of it any more, from this day on. Repeating it changes nothing: who did it
    first stands.

    by: the operator's user name. Raises NotFound.
    """
    warnings = Warning.objects.select_for_update()
    warning = warnings.filter(pk=warning_id).first() if 0 < warning_id <= ID_MAX else None
    if warning is None:
        raise NotFound()
    if warning.withdrawn_on is None:
        warning.withdrawn_on, warning.withdrawn_by = on, by
        warning.save(update_fields=["withdrawn_on", "withdrawn_by"])
        log.info("warning %s was withdrawn by %s", warning_id, by)


def _published_for(report: FakeReport) -> int:
    warning = Warning.objects.filter(report=report).first()
    if warning is None:
        raise NotFound(DECIDED)
    return int(warning.pk)


def _check_names_a_fake(warning: Warning, fields: Fields, *, on: date) -> None:
    """A warning that names what is official would make everybody distrust it."""
    at_fault = {error.field for error in fields.errors}
    if warning.name is None and warning.host is None and at_fault.isdisjoint({"name", "host"}):
        fields.wrong("name", NEITHER)
    valid = ChannelEntry.objects.valid_on(on)
    doors = list(valid.values_list("name", "url"))
    offices = Office.objects.values_list("name", flat=True)
    official = {same_form(name) for name in (*(name for name, _url in doors), *offices)}
    if warning.name is not None and same_form(warning.name) in official:
        fields.wrong("name", OFFICIAL_NAME)
    hosts = {host for _name, url in doors if url and (host := host_of(url))}
    if warning.host is not None and any(_covers(warning.host, host) for host in hosts):
        fields.wrong("host", OFFICIAL_HOST)


def _covers(warned: str, host: str) -> bool:
    """Whether a warning of a host speaks of this one too: the same, or one that lies below it."""
    return host == warned or host.endswith(f".{warned}")


def _same_warning(warning: Warning) -> Warning | None:
    return Warning.objects.filter(
        name=warning.name,
        host=warning.host,
        region=warning.region_id,
        proof=warning.proof,
        proof_url=warning.proof_url,
        withdrawn_on=None,
    ).first()
