"""The family of expected answers to what cannot be done.

    Refusal
    ├── InvalidInput        422 invalid_input      malformed input, with a sentence per field
    ├── IdentityRequired    401 identity_required  no token, or one that is forged or expired
    ├── NotAllowed          403 not_allowed        known, but not this person's turn or right
    ├── NotFound            404 not_found          not there, or somebody else's: the same answer
    ├── RateLimited         429 rate_limited       too many requests; Retry-After says when
    └── Unavailable         503 unavailable        try again in a moment

Each room adds its own in its `errors.py`, one class per code of the contract. A door turns any
of them into its own kind of answer and nobody else builds one. Anything that is not a Refusal is
a fault and answers 500.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Something a person asked for cannot be done, and nothing was changed.

    code: stable, part of the contract. status: the HTTP status that belongs to it.
    message: the sentence, in Chinese, translated by gettext; `{name}` stands for a fact.
    facts: what a reader or a program needs besides (never personal data).
    retry_after_seconds: after how long another try makes sense; None where it never does.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    message: str | Promise
    retry_after_seconds: int | None = None

    def __init__(self, message: str | Promise | None = None, **facts: Any) -> None:
        if message is not None:
            self.message = message
        self.facts = facts
        super().__init__(self.code)

    def sentence(self) -> str:
        """The sentence in the language that is active now; days and moments are put in words."""
        return str(self.message).format(
            **{name: _in_words(fact) for name, fact in self.facts.items()}
        )


def _in_words(fact: Any) -> Any:
    from heli.ground import words  # stands on the models, which a refusal at start may precede

    if isinstance(fact, datetime):
        return words.moment_in_words(fact)
    return words.day_in_words(fact) if isinstance(fact, date) else fact


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of the input: its dotted path and a sentence."""

    field: str
    text: str | Promise


class InvalidInput(Refusal):
    """The input is malformed; `errors` says for each field what is wrong with it."""

    code, status = "invalid_input", 422
    message = _("填写的内容有误，没有提交。请按下面的提示修改后再试。")

    def __init__(self, *errors: FieldError, message: str | Promise | None = None) -> None:
        super().__init__(message)
        self.errors = errors


class BrokenBody(InvalidInput):
    """The body is no JSON that can be read: broken, too large or nested too deep."""

    code, status = "invalid_input", 400
    message = _("没能读懂这次请求的内容，什么都没有改变。")


class IdentityRequired(Refusal):
    """Nobody has proven who they are, or the proof is forged or has expired."""

    code, status = "identity_required", 401
    message = _("请先完成实名验证，再继续。之前的验证可能已经过期。")


class NotAllowed(Refusal):
    """Known and visible, but not for this person to do."""

    code, status = "not_allowed", 403
    message = _("这一步不能由您来做，什么都没有改变。")


class NotFound(Refusal):
    """Not there, or somebody else's. Both get this answer, so that it reveals nothing."""

    code, status = "not_found", 404
    message = _("没有找到。可能链接已经失效，或者不属于您。")


class RateLimited(Refusal):
    """Too many requests from one person or address; Retry-After says how long to wait."""

    code, status = "rate_limited", 429
    message = _("请求太频繁了。请稍等一会儿再试，什么都没有改变。")
    retry_after_seconds = 60

    def __init__(
        self, message: str | Promise | None = None, *, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(message)
        if retry_after_seconds is not None:
            self.retry_after_seconds = retry_after_seconds


class Unavailable(Refusal):
    """The service cannot answer at this moment."""

    code, status = "unavailable", 503
    message = _("系统暂时忙不过来。请稍后再试，您的预约不会因此重复。")
    retry_after_seconds = 2
