"""How the API reads: strict JSON, and a sentence for each field that does not fit."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja.errors import ValidationError
from ninja.parser import Parser

from heli.ground.refusals import BrokenBody, FieldError, InvalidInput

NESTING_MAX = 32

# NUL cannot be stored in PostgreSQL; half of a surrogate pair is no character of UTF-8.
_ODD = re.compile("[\0\ud800-\udfff]")

NOT_JSON = _("没能读懂这次请求的内容：它不是有效的 JSON（UTF-8）。什么都没有改变。")
TWICE = _("没能读懂这次请求的内容：同一个字段出现了两次。什么都没有改变。")
TOO_DEEP = _("没能读懂这次请求的内容：嵌套超过32层。什么都没有改变。")
ODD_CHARACTERS = _("没能读懂这次请求的内容：里面有不能使用的字符。什么都没有改变。")
TOO_LARGE = _("请求的内容太大，最多64 KB。什么都没有改变。")

SENTENCES = {
    "missing": _("请填写这一项。"),
    "string_type": _("这一项应当是一段文字。"),
    "string_too_short": _("这一项至少要有{min_length}个字符。"),
    "string_too_long": _("这一项最多{max_length}个字符。"),
    "int_type": _("这一项应当是整数。"),
    "int_parsing": _("这一项应当是整数。"),
    "int_parsing_size": _("这一项的数字太大。"),
    "greater_than_equal": _("这一项不能小于{ge}。"),
    "less_than_equal": _("这一项不能大于{le}。"),
    "bool_type": _("这一项只能是 true 或 false。"),
    "enum": _("这一项只能是以下之一：{expected}。"),
    "literal_error": _("这一项只能是以下之一：{expected}。"),
    "model_type": _("这一项应当是一个 JSON 对象。"),
    "model_attributes_type": _("这一项应当是一个 JSON 对象。"),
    "uuid_parsing": _("这一项应当是一个 UUID。"),
    "day": _("日期应当写成 2026-12-24 这样，并且是日历上有的一天。"),
    "moment": _("时间应当写成 2026-12-24T09:00:00+08:00 这样。"),
}
WRONG_FORM = _("这一项的格式不对。")
NO_SUCH_CHARACTERS = _("这一项里有不能使用的字符。")


class StrictParser(Parser):
    """JSON without surprises. Raises BrokenBody, and InvalidInput for a query."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value; see `read_json`."""
        return read_json(request.body)

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The query's last value of each name, without characters that no text has."""
        for name, values in data.lists():
            if any(_is_odd(text) for text in (name, *values)):
                raise InvalidInput(FieldError(_readable(name), NO_SUCH_CHARACTERS))
        return super().parse_querydict(data, list_fields, request)


def read_json(body: bytes) -> Any:
    """The body's value: UTF-8, no key twice, no NaN, no NUL, at most 32 levels deep.

    Raises BrokenBody.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except RecursionError:
        raise BrokenBody(message=TOO_DEEP)
    except ValueError:
        raise BrokenBody(message=NOT_JSON)
    # Without an escape no text can hold what is odd: UTF-8 and JSON do not let it through.
    if b"\\u" in body or body.count(b"[") + body.count(b"{") > NESTING_MAX:
        _check_tree(value)
    return value


def field_errors(invalid: ValidationError) -> list[FieldError]:
    """What pydantic found, as dotted paths and sentences."""
    return [FieldError(_path(error["loc"]), _sentence(error)) for error in invalid.errors]


def _path(location: tuple[Any, ...]) -> str:
    # ("body", "body", "slot_id"): where from, the view's own name for it, then the path within.
    source, *steps = location
    within = steps[1:] if source == "body" else steps
    return ".".join(_readable(str(step)) for step in within) or "body"


def _sentence(error: dict[str, Any]) -> str:
    return str(SENTENCES.get(error["type"], WRONG_FORM)).format(**error.get("ctx", {}))


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenBody(message=TWICE)
    return found


def _no_constant(name: str) -> NoReturn:
    raise BrokenBody(message=NOT_JSON)  # NaN and Infinity are Python's, not JSON's


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BrokenBody(message=NOT_JSON)
    return number


def _check_tree(root: Any) -> None:
    waiting = [(root, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str) and _is_odd(value):
            raise BrokenBody(message=ODD_CHARACTERS)
        if isinstance(value, dict | list) and depth > NESTING_MAX:
            raise BrokenBody(message=TOO_DEEP)
        if isinstance(value, dict):
            waiting.extend((part, depth + 1) for pair in value.items() for part in pair)
        if isinstance(value, list):
            waiting.extend((part, depth + 1) for part in value)


def _is_odd(text: str) -> bool:
    return _ODD.search(text) is not None


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_twins, parse_constant=_no_constant, parse_float=_finite
)


def _readable(name: str) -> str:
    return "".join(character for character in name if character.isprintable())[:80]
