"""A file being read: its text, its YAML with line numbers, and what is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from datetime import date, time
from pathlib import Path
from typing import TypeVar

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from heli.places.errors import LineProblem

BYTES_MAX = 20_000_000  # the offices of the whole country fill about 3 MB
DEPTH_MAX = 20  # a rules.yaml has 6
TEXT, NULL, WHOLE, DECIMAL, DATE = (
    f"tag:yaml.org,2002:{name}" for name in ("str", "null", "int", "float", "timestamp")
)
Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C
V = TypeVar("V")


class Page:
    """One file. Its readers return a value, or None after noting what is wrong with it.

    A missing node (None) is the caller's business: see `require`.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[LineProblem] = []

    def wrong(self, at: Node | int | None, text: str | Promise, **facts: object) -> None:
        """Note what is wrong. at: the node or the line (from 1); None is the whole file."""
        line = at.start_mark.line + 1 if isinstance(at, Node) else at
        self.problems.append(LineProblem(self.file, line, text, facts))

    def read(self, path: Path) -> str | None:
        """The text of the file, UTF-8 with or without a byte order mark."""
        try:
            if path.stat().st_size > BYTES_MAX:
                self.wrong(None, _("文件太大，超过{megabytes}MB。"), megabytes=BYTES_MAX // 10**6)
                return None
            raw = path.read_bytes()
        except OSError as error:
            self.wrong(None, _("文件打不开：{reason}。"), reason=error.strerror)
            return None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.wrong(raw.count(b"\n", 0, error.start) + 1, _("文件不是UTF-8编码。"))
            return None
        return text if self._is_printable(text) else None

    def _is_printable(self, text: str) -> bool:
        unprintable = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-]", text)
        if unprintable:
            line = text.count("\n", 0, unprintable.start()) + 1
            self.wrong(line, _("这一行含有不能显示的控制字符。"))
        return unprintable is None

    def compose(self, path: Path) -> Node | None:
        """The YAML of the file as nodes that know their lines; no object is built from it."""
        text = self.read(path)
        return None if text is None else self._compose(text)

    def compose_text(self, text: str) -> Node | None:
        """The YAML of a text that is no file, as nodes that know their lines."""
        if len(text.encode(errors="surrogatepass")) > BYTES_MAX:
            self.wrong(None, _("文件太大，超过{megabytes}MB。"), megabytes=BYTES_MAX // 10**6)
            return None
        return self._compose(text) if self._is_printable(text) else None

    def _compose(self, text: str) -> Node | None:
        try:
            if self._too_deep(text):
                return None
            node: Node | None = yaml.compose(text, Loader=Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = None if mark is None else mark.line + 1
            self.wrong(line, _("不是正确的YAML：{reason}。"), reason=error.problem or error.context)
            return None
        if node is None:
            self.wrong(None, _("文件是空的。"))
        return node

    def _too_deep(self, text: str) -> bool:
        depth = 0
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEPTH_MAX:
                line = event.start_mark.line + 1 if event.start_mark else None
                self.wrong(line, _("嵌套太深，超过{depth}层。"), depth=DEPTH_MAX)
                return True
        return False

    def mapping(
        self, node: Node | None, *, known: Collection[str] | None = None
    ) -> dict[str, tuple[Node, Node]]:
        """Keys with their own node and their value's; `known` None allows any key."""
        if node is None or is_null(node):
            return {}
        if not isinstance(node, MappingNode):
            self.wrong(node, _("这里应当是“名称: 值”的形式。"))
            return {}
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.wrong(key, _("名称应当是一个词。"))
            elif key.value in found:
                self.wrong(key, _("“{key}”写了两次。"), key=key.value)
            elif known is not None and key.value not in known:
                self.unknown(key, key.value, known)
            else:
                found[key.value] = (key, value)
        return found

    def unknown(self, at: Node, word: str, known: Collection[str]) -> None:
        """Note a word that is none of the known ones, with the one that was probably meant."""
        meant = difflib.get_close_matches(word, known, n=1)
        if meant:
            self.wrong(at, _("不认识“{word}”。是不是“{meant}”？"), word=word, meant=meant[0])
        else:
            words = _("、").join(known)
            self.wrong(at, _("不认识“{word}”。可以用：{words}。"), word=word, words=words)

    def fields(
        self, node: Node | None, known: Collection[str], *, required: Collection[str] = ()
    ) -> dict[str, Node]:
        """The values of a mapping whose keys are known; null counts as not given."""
        rows = self.mapping(node, known=known)
        found = {key: value for key, (_key, value) in rows.items() if not is_null(value)}
        if isinstance(node, MappingNode):
            for key in required:
                if key not in found:
                    self.wrong(node, _("缺少“{key}”。"), key=key)
        return found

    def sequence(self, node: Node | None) -> list[Node]:
        """The members of a list; null and nothing are an empty one."""
        if node is None or is_null(node):
            return []
        if not isinstance(node, SequenceNode):
            self.wrong(node, _("这里应当是一个列表（每项以“- ”开头）。"))
            return []
        return list(node.value)

    def text(self, node: Node | None, length_max: int, *, plain: bool = False) -> str | None:
        """A text that is not empty. plain: also a number or a date, taken as it is written."""
        if node is None or is_null(node):
            return None
        tags = (TEXT, WHOLE, DECIMAL, DATE) if plain else (TEXT,)
        if not isinstance(node, ScalarNode) or node.tag not in tags:
            self.wrong(node, _("这里应当是文字；如果是数字，请加上引号。"))
            return None
        text = " ".join(str(node.value).split())
        if not text:
            self.wrong(node, _("这里是空的。没有内容就删去这一行，或写null。"))
            return None
        if len(text) > length_max:
            self.wrong(node, _("太长，最多{length}个字符。"), length=length_max)
            return None
        if not text.isprintable():
            self.wrong(node, _("这里含有不能显示的控制字符。"))
            return None
        return text

    def choice(self, node: Node | None, allowed: Mapping[str, V]) -> V | None:
        """One of the known words."""
        word = self.text(node, 64)
        if node is None or word is None:
            return None
        if word not in allowed:
            self.unknown(node, word, allowed)
        return allowed.get(word)

    def day(self, node: Node | None) -> date | None:
        """A day, written YYYY-MM-DD."""
        if node is None:
            return None
        if isinstance(node, ScalarNode) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", node.value):
            try:
                return date.fromisoformat(node.value)
            except ValueError:
                pass
        self.wrong(node, _("日期应当写成2026-12-01的形式，并且真有这一天。"))
        return None

    def clock_time(self, node: Node | None) -> time | None:
        """A time of day, written HH:MM."""
        if node is None:
            return None
        at = time_of(node.value) if isinstance(node, ScalarNode) else None
        if at is None:
            self.wrong(node, _("时间应当写成09:00的形式。"))
        return at

    def whole(self, node: Node | None, low: int, high: int) -> int | None:
        """A whole number from low to high, both included."""
        if node is None:
            return None
        if isinstance(node, ScalarNode) and re.fullmatch(r"[0-9]{1,9}", node.value):
            number = int(node.value)
            if low <= number <= high:
                return number
        self.wrong(node, _("这里应当是{low}到{high}之间的整数。"), low=low, high=high)
        return None

    def degrees(self, node: Node | None, limit: int) -> float | None:
        """Degrees from -limit to limit."""
        if node is None:
            return None
        if isinstance(node, ScalarNode) and re.fullmatch(
            r"-?[0-9]{1,3}(\.[0-9]{1,12})?", node.value
        ):
            number = float(node.value)
            if abs(number) <= limit:
                return number
        self.wrong(node, _("这里应当是-{limit}到{limit}之间的度数。"), limit=limit)
        return None

    def spans(self, node: Node | None) -> list[tuple[time, time]]:
        """Spans of one day, each written HH:MM-HH:MM, in order and apart from each other."""
        found: list[tuple[time, time]] = []
        for member in self.sequence(node):
            span = self._span(member)
            if span is None:
                continue
            if any(span[0] < closes and opens < span[1] for opens, closes in found):
                self.wrong(member, _("时段{span}与同一天的另一个时段重叠。"), span=member.value)
                continue
            found.append(span)
        return sorted(found)

    def _span(self, node: Node) -> tuple[time, time] | None:
        parts = node.value.split("-") if isinstance(node, ScalarNode) else []
        times = [time_of(part.strip()) for part in parts]
        if len(times) != 2 or times[0] is None or times[1] is None:
            self.wrong(node, _("时段应当写成09:00-12:00的形式。"))
            return None
        if times[0] >= times[1]:
            self.wrong(node, _("时段{span}的结束不晚于开始。"), span=node.value)
            return None
        return (times[0], times[1])


def is_null(node: Node) -> bool:
    """Whether nothing is written: an empty value, ~ or null."""
    return isinstance(node, ScalarNode) and node.tag == NULL


def time_of(text: str) -> time | None:
    """A time of day written HH:MM; None where it is written otherwise.

    >>> time_of("09:05"), time_of("9:5"), time_of("24:00")
    (datetime.time(9, 5), None, None)
    """
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        return None
    return time.fromisoformat(text)
