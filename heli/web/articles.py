"""The law's articles in words: the rooms cite them in short, people read their names."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from heli.web.templatetags.days import speaks_chinese

# How a citation begins, and the law's name.
LAWS = (
    (re.compile(r"民法典"), gettext_noop("《民法典》")),
    (re.compile(r"(?:婚姻登记)?条例 ?\(?(\d{4})\)?"), gettext_noop("《婚姻登记条例》（{year}年）")),
    (re.compile(r"工作规范(\d{4})"), gettext_noop("《婚姻登记工作规范》（{year}年）")),
    (re.compile(r"116号"), gettext_noop("民发〔2020〕116号")),
)
ARTICLE = re.compile(r"(\d+)?((?:\((?:\d+|[ivx]+)\))*)")
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
PARTS_EN = str.maketrans("一二三四五六", "123456")


def articles_in_words(cited: str) -> str:
    """The articles that `heli.law` cites, in the reader's language; what is no law is left out.

    >>> from django.utils.translation import override
    >>> with override("zh-hans"):
    ...     articles_in_words("民法典 arts 1076, 1078; 婚姻登记条例 (2025) art. 13(1),(3)")
    '《民法典》第1076条、第1078条；《婚姻登记条例》（2025年）第13条第1款、第3款'
    """
    named = (_named(citation.strip()) for citation in cited.split(";"))
    return ("；" if speaks_chinese() else "; ").join(words for words in named if words)


def _named(citation: str) -> str:
    for beginning, name in LAWS:
        if found := beginning.match(citation):
            year = found.group(1) if found.groups() else ""
            rest = re.sub(r"^\s*(?:arts?\.?\s*)?", "", citation[found.end() :])
            return _(name).format(year=year) + _place(rest)
    return ""


def _place(rest: str) -> str:
    is_part = rest and not rest[0].isdigit()  # of a notice: 二(三)
    if not speaks_chinese():
        place = f"part {rest.translate(PARTS_EN)}" if is_part else f"art. {rest}"
        return f", {place}" if rest else ""
    if is_part:
        return f"第{rest}部分"
    return "、".join(_article_zh(item.strip()) for item in rest.split(",") if item.strip())


def _article_zh(item: str) -> str:
    """15(1)(ii) is 第15条第1款第2项."""
    found = ARTICLE.fullmatch(item)
    if found is None:
        return item
    number, brackets = found.groups()
    words = f"第{number}条" if number else ""
    for mark in re.findall(r"\((\w+)\)", brackets):
        words += f"第{ROMAN[mark]}项" if mark in ROMAN else f"第{mark}款"
    return words
