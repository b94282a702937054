"""How pages name the law and dial a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django import template

from heli.law.documents import Paper
from heli.web.articles import articles_in_words
from heli.web.templatetags.days import speaks_chinese

DIALABLE = re.compile(r"\+?\d[\d-]{3,}\d")
HAN = re.compile(r"[\u3400-\u9fff]")

register = template.Library()


@dataclass(frozen=True)
class Number:
    """A telephone number as it is written, and as a telephone dials it."""

    shown: str
    dialled: str


@register.filter
def numbers(phone: str) -> list[Number]:
    """The numbers in an office's telephone field, which may name several."""
    return [Number(text, text.replace("-", "")) for text in DIALABLE.findall(phone or "")]


@register.filter
def articles(cited: str) -> str:
    """《婚姻登记条例》（2025年）第15条第1款."""
    return articles_in_words(cited)


@register.filter
def lang_of(text: str) -> str:
    """The language tag of what a source says: zh where it holds a Chinese character, else en."""
    return "zh" if HAN.search(text) else "en"


@register.filter
def by_language(fact: object, name: str) -> str:
    """The attribute `name`_zh or `name`_en of a fact of the law (zh and en for ""), by language."""
    language = "zh" if speaks_chinese() else "en"
    return str(getattr(fact, f"{name}_{language}" if name else language))


@register.filter
def paper_form(paper: Paper) -> str:
    """In which form a paper is brought, in the reader's language."""
    return paper.form_zh if speaks_chinese() else paper.form


@register.filter
def paper_whose(paper: Paper) -> str:
    """Who brings it, in the reader's language."""
    return paper.who_zh if speaks_chinese() else paper.who
