"""The voucher on a sheet of paper and as a picture for a telephone.

Title and file name say 预约 and nothing else; names are masked. Chinese or English, as the active
language is.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heli.bookings.codes import in_groups
from heli.bookings.vouchers import Voucher
from heli.ground.clock import day_of
from heli.ground.words import moment_in_words
from heli.law.documents import Paper, papers
from heli.papers import qr, typesetting
from heli.papers.maps import map_link

LAYOUT = "voucher"
PAPER, TELEPHONE = "paper", "telephone"


def voucher_pdf(voucher: Voucher) -> bytes:
    """One page of A4, tagged, with its fonts."""
    content = _content(voucher, PAPER)
    return typesetting.pdf(LAYOUT, content, changed_at=voucher.issued_at)


def voucher_png(voucher: Voucher) -> bytes:
    """A picture 1080 pixels wide and as high as it has to be."""
    return typesetting.png(LAYOUT, _content(voucher, TELEPHONE))


def _content(voucher: Voucher, page: str) -> dict[str, Any]:
    booking, office = voucher.booking, voucher.office
    is_for_two = len(booking.parties) > 1
    return {
        "page": page,
        "language": "zh" if _speaks_chinese() else "en",
        "region": "cn" if _speaks_chinese() else None,
        "title": _("预约凭证"),
        "qr": qr.image(voucher.qr),
        "qr_label": _("签到二维码"),
        "code_label": _("预约编号"),
        "code": in_groups(booking.code),
        "moment": moment_in_words(voucher.starts_at),
        "office": office.name,
        "address": office.address,
        "phone_label": _("电话"),
        "phone": office.phone,
        "map_label": _("在地图中打开"),
        "map": map_link(office),
        "people_label": _("双方") if is_for_two else _("本人"),
        "people": [party.name_masked for party in booking.parties],
        "bring_label": _("要带什么"),
        "bring": [_in_words(paper) for paper in _papers(voucher)],
        "notes_label": _("请留意"),
        "notes": [*voucher.notes, _come_or_cancel(voucher)],
    }


def _papers(voucher: Voucher) -> tuple[Paper, ...]:
    return papers(voucher.booking.service, day_of(voucher.starts_at))


def _in_words(paper: Paper) -> dict[str, str]:
    if _speaks_chinese():
        return {"name": paper.zh, "how": f"{paper.who_zh} · {paper.form_zh}"}
    return {"name": paper.en, "how": f"{paper.who} · {paper.form}"}


def _come_or_cancel(voucher: Voucher) -> str:
    if voucher.office.phone:
        return _("到大厅出示二维码或报预约编号。来不了的话，请提前取消或给登记处打电话。")
    return _("到大厅出示二维码或报预约编号。来不了的话，请提前取消。")


def _speaks_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")
