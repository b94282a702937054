"""Which of WeChat's message templates are ours: the file that HELI_WECHAT_TEMPLATES names.

Its form is in docs/wechat-messages.md. Reading is pure; `known` keeps what was read until the file
changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from django.conf import settings

from heli.wechat.fields import kind_of
from heli.wechat.models import TEMPLATE_ID_MAX


class Section(StrEnum):
    """The sections of the file: by which of WeChat's calls a template is sent."""

    MINI = "mini"  # the mini program's subscribe message
    SUBSCRIBE = "subscribe"  # the account's subscribe message
    TEMPLATE = "template"  # the account's template message


class Meaning(StrEnum):
    """What a field tells."""

    WHAT = "what"
    WHEN = "when"
    WHERE = "where"
    NOTE = "note"


# What each may be put into, by the kind that begins a field's name.
KINDS: Mapping[Meaning, frozenset[str]] = {
    Meaning.WHAT: frozenset({"thing", "phrase"}),
    Meaning.WHEN: frozenset({"time", "date", "thing"}),
    Meaning.WHERE: frozenset({"thing"}),
    Meaning.NOTE: frozenset({"thing"}),
}


class TemplatesWrong(Exception):
    """The file cannot be used; the message is one sentence."""


@dataclass(frozen=True)
class Template:
    """One template. fields: the name of the field for each meaning that the template has.

    is_lasting: one yes of a person holds for all messages to come, instead of for one.
    """

    id: str
    fields: Mapping[Meaning, str]
    is_lasting: bool = False


Templates = Mapping[Section, Template]
NONE: Templates = MappingProxyType({})


def known() -> Templates:
    """The templates of this installation; none where no file is set. Raises TemplatesWrong."""
    path = settings.HELI.wechat.templates
    if path is None:
        return NONE
    try:
        return _read_once(path, path.stat().st_mtime_ns)
    except OSError:
        raise TemplatesWrong(f"The file of templates {path} cannot be read.") from None


@lru_cache(maxsize=4)
def _read_once(path: Path, changed_at: int) -> Templates:
    try:
        return read_templates(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise TemplatesWrong("The file of templates is no UTF-8 text.") from None


def read_templates(text: str) -> Templates:
    """The templates in a text. Raises TemplatesWrong.

    >>> ours = read_templates("mini: {id: abc, fields: {what: thing1, when: time2}}")
    >>> ours[Section.MINI].fields[Meaning.WHEN]
    'time2'
    """
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        raise TemplatesWrong("The file of templates is no YAML.") from None
    if read is None:
        return NONE
    if not isinstance(read, dict):
        raise TemplatesWrong("The file of templates holds no sections.")
    sections = [section.value for section in Section]
    for name in read:
        if name not in sections:
            raise TemplatesWrong(
                f"The file of templates has a section {name!r}; it may have {', '.join(sections)}."
            )
    return MappingProxyType({Section(name): _template(name, read[name]) for name in read})


def _template(section: str, read: Any) -> Template:
    if not isinstance(read, dict) or not set(read) <= {"id", "fields", "lasting"}:
        raise TemplatesWrong(f"Section {section} must have id and fields, and may have lasting.")
    id, lasting = read.get("id"), read.get("lasting", False)
    if not isinstance(id, str) or not 0 < len(id) <= TEMPLATE_ID_MAX:
        raise TemplatesWrong(
            f"Section {section}: id must be the template's, a text of at most {TEMPLATE_ID_MAX}."
        )
    if not isinstance(lasting, bool):
        raise TemplatesWrong(f"Section {section}: lasting must be true or false.")
    return Template(id, _fields(section, read.get("fields")), lasting)


def _fields(section: str, read: Any) -> Mapping[Meaning, str]:
    if not isinstance(read, dict) or not read:
        raise TemplatesWrong(f"Section {section}: fields must name at least one field.")
    meanings = [meaning.value for meaning in Meaning]
    for meaning, key in read.items():
        if meaning not in meanings:
            raise TemplatesWrong(
                f"Section {section}: {meaning!r} means nothing; use {', '.join(meanings)}."
            )
        kinds = KINDS[Meaning(meaning)]
        if not isinstance(key, str) or not key[-1:].isdigit() or kind_of(key) not in kinds:
            raise TemplatesWrong(
                f"Section {section}: {meaning} goes into a field of the kind"
                f" {' or '.join(sorted(kinds))} with its number, such as {sorted(kinds)[0]}1."
            )
    if len(set(read.values())) < len(read):
        raise TemplatesWrong(f"Section {section}: a field is named twice.")
    return MappingProxyType({Meaning(meaning): key for meaning, key in read.items()})
