"""The voucher's files as any door hands them out: a neutral name, and nothing kept on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from heli.bookings.codes import clean_code
from heli.bookings.vouchers import voucher
from heli.identity.verified import Known
from heli.papers.calendar_file import calendar_entry, calendar_file
from heli.papers.voucher_sheet import voucher_pdf, voucher_png


class Kind(StrEnum):
    """In which form a booking can be taken along; the value is the ending of the file's name."""

    PDF = "pdf"
    PNG = "png"
    CALENDAR = "ics"


@dataclass(frozen=True)
class PaperFile:
    """A file with what its answer says of it. name: says 预约 in Latin letters, and the code.

    headers: Content-Type and -Disposition; no-store, since telephones and computers are shared.
    """

    name: str
    content: bytes
    content_type: str
    is_shown: bool  # in the browser, where a long press keeps a picture

    @property
    def headers(self) -> dict[str, str]:
        disposition = "inline" if self.is_shown else "attachment"
        return {
            "Content-Type": self.content_type,
            "Content-Disposition": f'{disposition}; filename="{self.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }


def voucher_file(kind: Kind, code: str, *, by: Known, at: datetime) -> PaperFile:
    """The booking of this person as a file.

    Raises NotFound (no party of it), WrongState (not confirmed; a PDF or PNG also once it has
    ended, while a calendar file then takes the entry out again).
    """
    content_type, write = FORMS[kind]
    return PaperFile(
        name=f"yuyue-{clean_code(code)}.{kind.value}",
        content=write(code, by, at),
        content_type=content_type,
        is_shown=kind is Kind.PNG,
    )


def _pdf(code: str, by: Known, at: datetime) -> bytes:
    return voucher_pdf(voucher(code, by=by, at=at))


def _png(code: str, by: Known, at: datetime) -> bytes:
    return voucher_png(voucher(code, by=by, at=at))


def _calendar(code: str, by: Known, at: datetime) -> bytes:
    return calendar_file(calendar_entry(code, by=by, at=at))


FORMS: dict[Kind, tuple[str, Callable[[str, Known, datetime], bytes]]] = {
    Kind.PDF: ("application/pdf", _pdf),
    Kind.PNG: ("image/png", _png),
    Kind.CALENDAR: ("text/calendar; charset=utf-8", _calendar),
}
