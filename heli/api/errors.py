"""The refusals that only an HTTP door knows.

Refusal
├── MethodNotAllowed  405 method_not_allowed  the path is there, but not for this method
└── RateLimited       429 rate_limited        too many requests; Retry-After says when
"""

from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import Refusal


class MethodNotAllowed(Refusal):
    """The path exists but does not answer this method; the header Allow names those it does."""

    code, status = "method_not_allowed", 405
    message = _("这个地址不支持这种请求方式，什么都没有改变。")


class RateLimited(Refusal):
    """Too many requests from one person or address; Retry-After says how long to wait."""

    code, status = "rate_limited", 429
    message = _("请求太频繁了。请稍等一会儿再试，什么都没有改变。")
    retry_after_seconds = 60
