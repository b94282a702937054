"""The refusals that only an HTTP door knows.

Refusal
└── MethodNotAllowed  405 method_not_allowed  the path is there, but not for this method
"""

from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import Refusal


class MethodNotAllowed(Refusal):
    """The path exists but does not answer this method; the header Allow names those it does."""

    code, status = "method_not_allowed", 405
    message = _("这个地址不支持这种请求方式，什么都没有改变。")
