"""What people fill in for the directory, read field by field; every field at fault is named."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from heli.channels.check.links import to_ascii
from heli.channels.files import is_url
from heli.channels.kinds import URL_MAX
from heli.ground.refusals import FieldError, InvalidInput, NotFound
from heli.places.queries import get_region

HOST_LENGTH_MAX = 253
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")

EMPTY = _("请填写这一项。")
TOO_LONG = _("太长了，最多{count}个字。")
UNREADABLE = _("有不能识别的字符，请删掉后再试。")
NO_URL = _("这不是网址，应当以http://或https://开头。")
NO_HOST = _("这不是网站的域名，应当像 www.example.cn 这样。")
NO_REGION = _("没有找到这个行政区划代码，请核对后再试。")


class Fields:
    """Reads fields one after the other; `check` raises InvalidInput with all that is wrong."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def check(self) -> None:
        """Raises InvalidInput where a field that was read is wrong."""
        if self.errors:
            raise InvalidInput(*self.errors)

    def wrong(self, field: str, text: str | Promise) -> None:
        """Note what is wrong with a field."""
        self.errors.append(FieldError(field, text))

    def line(
        self, field: str, text: str | None, length_max: int, *, required: bool = False
    ) -> str | None:
        """One line without spaces around it; None where nothing is there."""
        return self._text(field, text, length_max, required, allowed="")

    def paragraph(
        self, field: str, text: str | None, length_max: int, *, required: bool = False
    ) -> str | None:
        """Several lines, ended by "\\n"; None where nothing is there."""
        unified = (text or "").replace("\r\n", "\n").replace("\r", "\n")
        return self._text(field, unified, length_max, required, allowed="\n\t")

    def url(self, field: str, text: str | None) -> str | None:
        """A web address that a browser can open, or None."""
        url = self.line(field, text, URL_MAX)
        if url is not None and not is_url(url):
            self.wrong(field, NO_URL)
            return None
        return url

    def host(self, field: str, text: str | None) -> str | None:
        """A host name out of a host or an address, ASCII, small, without "www.", or None."""
        typed = self.line(field, text, URL_MAX)
        host = host_of(typed) if typed else None
        if typed and host is None:
            self.wrong(field, NO_HOST)
        return host

    def region(self, field: str, code: str | None) -> str | None:
        """The code of a region that is there, or None where none is given."""
        if not code:
            return None
        try:
            return get_region(code).code
        except NotFound:
            self.wrong(field, NO_REGION)
            return None

    def _text(
        self, field: str, text: str | None, length_max: int, required: bool, *, allowed: str
    ) -> str | None:
        clean = (text or "").strip()
        if not clean:
            if required:
                self.wrong(field, EMPTY)
            return None
        if len(clean) > length_max:
            self.wrong(field, format_lazy(TOO_LONG, count=length_max))
        elif not all(character in allowed or _is_readable(character) for character in clean):
            self.wrong(field, UNREADABLE)
        else:
            return clean
        return None


def host_of(typed: str) -> str | None:
    """The host name of an address or of a host that was typed; None where it is none.

    >>> host_of("https://WWW.Example.cn:8443/a"), host_of("例子.example"), host_of("a b")
    ('example.cn', 'xn--fsqu00a.example', None)
    """
    try:
        host = urlsplit(typed if "://" in typed else f"//{typed}").hostname or ""
    except ValueError:
        return None
    ascii_host = to_ascii(unicodedata.normalize("NFKC", host).lower().rstrip("."))
    if ascii_host is None or len(ascii_host) > HOST_LENGTH_MAX or not HOST.fullmatch(ascii_host):
        return None
    shorter = ascii_host.removeprefix("www.")
    return shorter if "." in shorter else ascii_host


def same_form(text: str) -> str:
    """The form in which two names or messages are the same: width, case and spaces do not count.

    >>> same_form("粤省事 Ａ") == same_form("粤 省事a")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_readable(character: str) -> bool:
    # Controls do nothing but harm; surrogates cannot be stored. Invisible characters (Cf) may be
    # the very sign of a fake and stay.
    return unicodedata.category(character) not in ("Cc", "Cs")
