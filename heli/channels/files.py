"""channels.yaml: what sources say of ways to book. Read with line numbers, written the same way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.utils.translation import gettext_lazy as _
from yaml.nodes import MappingNode, Node

from heli.channels import rules
from heli.channels.kinds import (
    NAME_MAX,
    NOTE_MAX,
    OPERATOR_MAX,
    PATH_MAX,
    SERVICE_WORDS,
    SOURCE_MAX,
    URL_MAX,
    Confidence,
    Kind,
    SourceKind,
)
from heli.law.services import Service
from heli.places.files.pages import Page, is_null

FILE = "channels.yaml"
WHOLE_COUNTRY = "000000"
REQUIRED = ("region", "kind", "name", "source", "source_kind", "confidence", "services")
OPTIONAL = ("operator", "operator_basis", "path", "url", "as_of", "note", "review_on", "ended_on")
WRITTEN = ("checked_by",)  # by an export; who confirmed something is not taken from a file

# What the words of the sources say.
SERVICES = {word: word for word in SERVICE_WORDS} | {
    "certificate_reissue": Service.REPLACEMENT.value,
    "marriage_certificate_reissue": Service.REPLACEMENT.value,
    "divorce_certificate_reissue": Service.REPLACEMENT.value,
    "divorce_registration": Service.DIVORCE_CERTIFICATE.value,
}


@dataclass(frozen=True)
class EntryRow:
    """An entry as the file says it. region_code: None for the whole country. line: in the file.

    review_on: None leaves it to the rule.
    """

    line: int
    region_code: str | None
    kind: Kind
    name: str
    operator: str | None
    operator_stated: bool
    path: str | None
    url: str | None
    services: tuple[str, ...]
    source: str
    source_kind: SourceKind
    as_of: str | None
    confidence: Confidence
    note: str | None
    review_on: date | None
    ended_on: date | None


def read_channels(path: Path, page: Page) -> list[EntryRow]:
    """The entries of a file; what is wrong is noted on the page."""
    return _entries(page.compose(path), page)


def parse_channels(text: str, page: Page) -> list[EntryRow]:
    """The entries of a text; what is wrong is noted on the page."""
    return _entries(page.compose_text(text), page)


def is_url(text: str) -> bool:
    """Whether it is a web address that a browser can open.

    >>> is_url("https://www.gdhy.gov.cn/"), is_url("www.gdhy.gov.cn"), is_url("http://")
    (True, False, False)
    """
    if not re.fullmatch(r"https?://[^\s<>\"'\\]+", text):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  raises ValueError where it is none
    except ValueError:
        return False
    host = parts.hostname or ""
    return "." in host.strip(".") and not host.startswith(".") and parts.username is None


def _entries(root: Node | None, page: Page) -> list[EntryRow]:
    if root is not None and is_null(root):
        page.wrong(root, _("缺少“{key}”。"), key="channels")
    top = page.fields(root, ("channels",), required=("channels",))
    rows: list[EntryRow] = []
    lines: dict[tuple[str | None, str, str, str], int] = {}
    for node in page.sequence(top.get("channels")):
        before = len(page.problems)
        known = (*REQUIRED, *OPTIONAL, *WRITTEN)
        fields = page.fields(node, known, required=REQUIRED)
        row = _row(node, fields, page) if isinstance(node, MappingNode) else None
        if row is None or len(page.problems) > before:
            continue
        key = (row.region_code, row.kind, row.name, row.source)
        if key in lines:
            sentence = _("同一来源的同一渠道写了两次，第{line}行已经有了。")
            page.wrong(node, sentence, line=lines[key])
            continue
        lines[key] = row.line
        rows.append(row)
    return rows


def _row(node: MappingNode, fields: dict[str, Node], page: Page) -> EntryRow | None:
    region = _region(fields.get("region"), page)
    kind = page.choice(fields.get("kind"), {kind.value: kind for kind in Kind})
    name = page.text(fields.get("name"), NAME_MAX, plain=True)
    source = page.text(fields.get("source"), SOURCE_MAX, plain=True)
    source_kinds = {kind.value: kind for kind in SourceKind}
    source_kind = page.choice(fields.get("source_kind"), source_kinds)
    confidences = {confidence.value: confidence for confidence in Confidence}
    confidence = page.choice(fields.get("confidence"), confidences)
    operator = page.text(fields.get("operator"), OPERATOR_MAX)
    bases = {"stated": True, "inferred": False}
    stated = page.choice(fields.get("operator_basis"), bases)
    path = page.text(fields.get("path"), PATH_MAX)
    url = _url(fields.get("url"), page)
    services = _services(fields.get("services"), page)
    as_of = _as_of(fields.get("as_of"), page)
    note = page.text(fields.get("note"), NOTE_MAX, plain=True)
    review_on, ended_on = page.day(fields.get("review_on")), page.day(fields.get("ended_on"))
    if not (region and kind and name and source and source_kind and confidence):
        return None  # each of these was noted
    return EntryRow(
        line=node.start_mark.line + 1,
        region_code=None if region == WHOLE_COUNTRY else region,
        kind=kind,
        name=name,
        operator=operator,
        operator_stated=bool(stated),
        path=path,
        url=url,
        services=services,
        source=source,
        source_kind=source_kind,
        as_of=as_of,
        confidence=confidence,
        note=note,
        review_on=review_on,
        ended_on=ended_on,
    )


def _region(node: Node | None, page: Page) -> str | None:
    code = page.text(node, 40, plain=True)
    if node is not None and code is not None and not re.fullmatch(r"0{6}|[1-9][0-9]{5}", code):
        page.wrong(node, _("行政区划代码“{code}”应当是六位数字，全国写作000000。"), code=code)
        return None
    return code


def _url(node: Node | None, page: Page) -> str | None:
    url = page.text(node, URL_MAX)
    if node is not None and url is not None and not is_url(url):
        page.wrong(node, _("“{url}”不是网址，应当以http://或https://开头。"), url=url)
        return None
    return url


def _services(node: Node | None, page: Page) -> tuple[str, ...]:
    named = [page.choice(member, SERVICES) for member in page.sequence(node)]
    return tuple(word for word in SERVICE_WORDS if word in named)


def _as_of(node: Node | None, page: Page) -> str | None:
    text = page.text(node, 40, plain=True)
    if node is None or text is None:
        return None
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text) or not rules.is_day(text):
        page.wrong(node, _("“{day}”应当是年、月或日，例如2024、2024-05或2024-05-12。"), day=text)
        return None
    return text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def write_channels(entries: Iterable[dict[str, Any]]) -> str:
    """The text of a file with these entries, their fields in this order."""
    document = {"channels": list(entries)}
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
