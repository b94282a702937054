"""Face checks of Tencent Cloud in a browser: what was asked, and how it came out. No picture."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

LIFE_SECONDS = 7200


@dataclass
class CloudFace:
    """A check that began. asked: what DetectAuth was given. text: what is said of it once it is
    over; None while it is not."""

    asked: dict[str, Any]
    made_at: float
    text: dict[str, Any] | None = None


@dataclass
class CloudFaces:
    """All checks, by BizToken. last: the token of the one that began last."""

    all: dict[str, CloudFace] = field(default_factory=dict)
    last: str = ""

    def begin(self, asked: dict[str, Any], now: float) -> str:
        """The BizToken of a new check."""
        self.last = str(uuid.uuid4()).upper()
        self.all[self.last] = CloudFace(asked, now)
        return self.last

    def open_at(self, biz_token: str, now: float) -> CloudFace | None:
        """The check of the token that can still be done; None for one that is none or is over."""
        face = self.all.get(biz_token)
        is_open = face is not None and face.text is None and now < face.made_at + LIFE_SECONDS
        return face if is_open else None

    def finish(self, biz_token: str, err_code: int, **said: str) -> None:
        """It came out so. Raises KeyError: there is none."""
        face = self.all[biz_token]
        face.text = {
            "ErrCode": err_code,
            "ErrMsg": "成功" if err_code == 0 else "验证没有通过",
            "IdCard": face.asked.get("IdCard"),
            "Name": face.asked.get("Name"),
            "Extra": face.asked.get("Extra"),
            "LiveStatus": 0 if err_code == 0 or err_code >= 2000 else err_code,
            "Comparestatus": err_code,
            "Sim": "97.30" if err_code == 0 else "0.00",
            **said,
        }
