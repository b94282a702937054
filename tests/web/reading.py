"""Reads a page the way a person with a screen reader meets it: language, title, headings, links."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

VOID = {"meta", "link", "br", "hr", "img", "input"}
HAN = re.compile(r"[\u3400-\u9fff]")


class Page(HTMLParser):
    """What is in a page. language, title; h1: its texts; links: (address, text); ids;
    untagged: Chinese text that is in no element with lang="zh"."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.language = self.title = ""
        self.metas: dict[str, str] = {}
        self.h1: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.landmarks: list[str] = []
        self.untagged: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.feed(html)
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        language = facts.get("lang", self.open[-1][1] if self.open else "")
        if "id" in facts:
            self.ids.append(facts["id"])
        if tag == "html":
            self.language = facts["lang"]
        if tag == "meta" and "name" in facts:
            self.metas[facts["name"]] = facts["content"]
        if tag == "h1":
            self.h1.append("")
        if tag == "a":
            self.links.append((facts["href"], ""))
        if tag in ("main", "header", "footer"):
            self.landmarks.append(tag)
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _language in self.open]
        if "title" in tags:
            self.title += data
        if "h1" in tags:
            self.h1[-1] += data.strip()
        if "a" in tags:
            address, text = self.links[-1]
            self.links[-1] = (address, text + data.strip())
        if HAN.search(data) and self.open[-1][1] != "zh":
            self.untagged.append(data.strip())

    @property
    def addresses(self) -> list[str]:
        """Where the links lead, in order."""
        return [address for address, _text in self.links]

    @property
    def fragments(self) -> list[str]:
        """What links within the page point to."""
        return [address[1:] for address in self.addresses if address.startswith("#")]


def fetch(path: str, language: str = "zh-CN", **query: Any) -> HttpResponse:
    """The answer to a GET by somebody with this language and no cookies."""
    return Client().get(path, query, headers={"Accept-Language": language})


def read(path: str, language: str = "zh-CN", **query: Any) -> Page:
    """A page that answers 200 and is well-formed."""
    answer = fetch(path, language, **query)
    assert answer.status_code == 200, (path, answer.status_code)
    return Page(answer.content.decode())
