"""Links and bare host names in a text, as people write them and as browsers read them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from heli.channels.check.lookalikes import host_skeleton
from heli.channels.check.suffixes import is_top_level, public_suffix
from heli.channels.check.writing import HAN, Folded, is_hidden

_TOKEN = re.compile(r"[^\s,;，。、；！“”‘’「」『』《》〈〉【】〔〕<>\"'`()\[\]{}|…]+")
_DOT_OF_IME = re.compile(r"(?<=[a-z0-9])[。｡](?=[a-z0-9])(?!www\.|http)")
_ANY_DOT = re.compile("[。｡．]")
_SCHEME = re.compile(r"(?:https?|hxxps?|ftp)(?:[:：]|%3a)[/\\]*|[a-z][a-z0-9+.\-]{1,20}:[/\\]{2,}")
_DEFANGED = re.compile(r"^hxxp")
_BAD_ENDS = ".,;:!?~*&·-_=@#/\\"
_PORT = re.compile(r":\d{0,5}$")
_LABEL = re.compile(r"(?!-)[\w\-·]{1,63}(?<!-)")
_HAN_FIRST = re.compile(f"^[{HAN}：:，]+(?=[a-z0-9])")
_HAN_AFTER = re.compile(f"^([a-z]{{2,24}})([{HAN}：:]+)([a-z0-9][a-z0-9-]*)?$")
_NUMBER = re.compile(r"0x[0-9a-f]+|\d+")
_WEB = ("http", "https", "ftp", "hxxp", "hxxps")
_RESERVED = ("example", "test", "invalid")  # nobody has these; demonstrations use them
HOST_MAX = 253


@dataclass(frozen=True)
class Link:
    """A link. host: as the eye sees it, small letters, None where it is broken or no web link.

    ascii: the same in ASCII (punycode). before_at: what stands before "@". rest: path and query.
    hides: invisible characters in the host. wide: full-width or decorative letters in it.
    """

    written: str
    scheme: str
    host: str | None
    ascii: str | None = None
    before_at: str = ""
    rest: str = ""
    hides: bool = False
    wide: bool = False

    @property
    def is_broken(self) -> bool:
        """A web link without a host that could exist."""
        return self.scheme in _WEB and self.host is None


@dataclass(frozen=True)
class Found:
    """A link and where it stood in the folded text."""

    start: int
    end: int
    link: Link


def find_links(text: Folded) -> list[Found]:
    """Every link and bare host of a text, in order."""
    flat = _DOT_OF_IME.sub(".", text.text)
    found: list[Found] = []
    for token in _TOKEN.finditer(flat):
        words = token[0]
        if "." not in words and ":" not in words and "：" not in words:
            continue
        scheme = _SCHEME.search(words)
        if scheme:
            found += _with_scheme(text, token.start(), words, scheme)
        elif "." in words:
            found += _bare(text, token.start(), words)
    return found


def whole_link(text: Folded) -> Link | None:
    """The link that a text is and nothing else, or None. It may be broken."""
    words = text.text.strip()
    scheme = _SCHEME.match(words)
    if scheme is None or any(c.isspace() for c in words):
        return None
    start = text.text.index(words)
    written = text.written(start, start + len(words))
    return parse_link(written, _DOT_OF_IME.sub(".", words))


def parse_link(written: str, flat: str) -> Link:
    """Read a link with its scheme as a browser would. flat: folded, small letters."""
    scheme, _colon, rest = flat.partition(":")
    scheme = "http" + scheme[4:] if _DEFANGED.match(scheme) else scheme
    if scheme not in _WEB:
        return Link(written, scheme, None, rest=rest)
    rest = rest.replace("\\", "/")
    if rest.startswith("///"):
        return Link(written, scheme, None, rest=rest)
    rest = rest.lstrip("/")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    before_at, _at, place = authority.rpartition("@")
    port = _PORT.search(place)
    host = _host_of(place[: port.start()] if port else place)
    if port and int(port[0][1:] or 0) > 65535:
        host = None
    in_ascii = to_ascii(host) if host else None
    start = written.lower().find("//") + 2 if "//" in written else 0
    area = re.split(r"[/?#\\]", written[start:], maxsplit=1)[0]
    return Link(
        written,
        scheme,
        host if in_ascii else None,
        in_ascii,
        before_at=unquote(before_at),
        rest=rest[len(authority) :],
        hides=any(is_hidden(c) for c in area),
        wide=any(_is_decorated(c) for c in area),
    )


def _is_decorated(character: str) -> bool:
    """A letter or digit that is an ASCII one for a browser, but not for the eye."""
    plain = unicodedata.normalize("NFKC", character)
    return not character.isascii() and plain.isascii() and plain.isalnum()


def _host_of(place: str) -> str | None:
    """The host as a browser takes it, or None where there is none."""
    if place.startswith("["):
        try:
            return str(ipaddress.IPv6Address(place.strip("[]")))
        except ValueError:
            return None
    host = _ANY_DOT.sub(".", unquote(place)).removesuffix(".").strip()
    if not host or len(host) > HOST_MAX or re.search(r"[\s@:/?#\\%<>^|\[\]]", host):
        return None
    labels = host.split(".")
    if any(not label or len(label) > 63 for label in labels):
        return None
    if host.isascii() and not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return host


def address_of(host: str) -> str | None:
    """The IP address that a host is, in any way a browser reads one, or None.

    >>> address_of("3232235777"), address_of("gdhy.gov.cn")
    ('192.168.1.1', None)
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    numbers = host.split(".")
    if len(numbers) > 4 or not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    if len(numbers) == 1 and len(host) < 12:
        value = int(host, 16) if host.startswith("0x") else int(host)
        return str(ipaddress.IPv4Address(value)) if 0xFFFF < value < 2**32 else None
    return host


def to_ascii(host: str) -> str | None:
    """The host in punycode, also where IDNA would refuse it; None where that fails."""
    try:
        labels = [
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in host.split(".")
        ]
    except UnicodeError:
        return None
    return ".".join(labels)


def to_unicode(host: str) -> str:
    """The host with its punycode labels read; what is no punycode stays."""
    return ".".join(_decoded(label) for label in host.split("."))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").lower()
    except (UnicodeError, OverflowError, ValueError):
        return label


def _with_scheme(text: Folded, at: int, words: str, scheme: re.Match[str]) -> list[Found]:
    start, end = scheme.start(), len(words.rstrip(_BAD_ENDS))
    end = max(end, scheme.end())
    body = words[scheme.end() : end]
    authority = re.split(r"[/?#\\]", body, maxsplit=1)[0]
    if "@" not in authority:
        cut = _end_before_han(authority)
        if cut is not None:
            end = scheme.end() + cut
    flat = words[start:end]
    written = text.written(at + start, at + end)
    if text.text[at + start : at + end].startswith(("http%", "https%")):
        return []
    return [Found(at + start, at + end, parse_link(written, flat.replace("：", ":")))]


def _end_before_han(authority: str) -> int | None:
    """Where the host ends if ordinary words follow it without a space (gdhy.gov.cn预约)."""
    place = 0
    for label in authority.split("."):
        after = _HAN_AFTER.match(label)
        if after and is_top_level(after[1]) and not after[3]:
            behind = authority[place + len(label) :]
            if not behind.startswith("."):
                return place + after.end(1)
        place += len(label) + 1
    return None


def _bare(text: Folded, at: int, words: str) -> list[Found]:
    """Hosts without a scheme in a run of characters, with or without words around them."""
    body = re.split(r"[/?#\\]", words, maxsplit=1)[0]
    found: list[Found] = []
    place = 0
    for piece in _pieces(body):
        start = body.index(piece, place)
        place = start + len(piece)
        last = place == len(body)
        end = len(words.rstrip(_BAD_ENDS)) if last and len(words) > len(body) else place
        before, _at, host = piece.rpartition("@")
        host = _PORT.sub("", host)
        if before and "gov" not in before and not _is_host(before):
            continue  # an e-mail address
        if not _is_host(host):
            continue
        written = text.written(at + start, at + max(end, place))
        flat = "http://" + words[start : max(end, place)]
        found.append(Found(at + start, at + max(end, place), parse_link(written, flat)))
    return found


def _pieces(body: str) -> list[str]:
    """Split words from hosts, and hosts from each other (网址gdhy.gov.cn或者mca.gov.cn)."""
    pieces: list[str] = []
    labels: list[str] = []
    parts = body.strip(_BAD_ENDS).split(".")
    for place, clean in enumerate(parts):
        if not labels:
            first = _HAN_FIRST.match(clean)
            clean = clean[first.end() :] if first else clean
            clean = re.split("[：:](?!\\d{1,5}(?:@|$))", clean)[-1]
        after = _HAN_AFTER.match(clean)
        goes_on = place + 1 < len(parts) and not (after and after[3])
        if after and labels and is_top_level(after[1]) and not goes_on:
            pieces.append(".".join([*labels, after[1]]))
            labels = [after[3]] if after[3] else []
        else:
            labels.append(clean)
    pieces.append(".".join(labels))
    return [piece for piece in pieces if piece]


def _is_host(host: str) -> bool:
    """Whether words without a scheme are a host: dots, and an ending that exists."""
    host = host.strip(".")
    labels = host.split(".")
    if len(labels) < 2 or len(host) > HOST_MAX or not all(map(_LABEL.fullmatch, labels)):
        return False
    in_ascii = to_ascii(host)
    if in_ascii is None:
        return False
    if labels[-1].isdigit():
        return len(labels) == 4 and address_of(host) is not None
    if public_suffix(in_ascii) is not None or labels[-1] in _RESERVED:
        return True
    # An ending that does not exist, behind gov or in foreign letters: mistyped, or a trick.
    seen = host_skeleton(to_unicode(host))
    return "gov" in seen.split(".") or (seen != host and seen.endswith((".cn", ".com")))
