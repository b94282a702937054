"""What WeChat answers instead of what was asked, as a tree.

    WeChatFault
    ├── NotSetUp          no such app in the settings; nothing was sent
    ├── Unreachable       no connection; surely not done
    ├── NoAnswer          sent, and no answer of WeChat's came; not known whether it was done
    ├── Garbled           an answer that is none; not known whether it was done
    ├── TokenRefused      the shared token is not good (any more); not done
    ├── SecretRefused     appid, secret or this machine's address are not accepted; not done
    ├── Busy              WeChat asks to try again; not done
    ├── QuotaSpent        as much as is allowed was done already; not done
    ├── CodeRefused       a person's code is wrong, old, or was used; they have to begin again
    ├── NotAllowed        this receiver or this app may not; not done
    ├── ReceiverUnknown   no such openid in this app; not done
    ├── FieldRefused      what was sent has no form that WeChat takes; not done
    └── Refused           any other code; not done

None of them is a Refusal: no reader caused them, and whoever calls decides what people are told.
A fault holds the path without its query, WeChat's code, and the number under which WeChat finds the
request (`rid`). It never holds what was sent, nor WeChat's own text, which may repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_RID = re.compile(r"rid: ([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})")


class WeChatFault(Exception):
    """A call did not bring what was asked for.

    path: without query. errcode: WeChat's own, None where there is none. rid: WeChat's number for
    the request, None where it gave none.
    """

    def __init__(self, path: str, errcode: int | None = None, rid: str | None = None) -> None:
        super().__init__(path, errcode, rid)
        self.path = path
        self.errcode = errcode
        self.rid = rid

    def __str__(self) -> str:
        code = f" {self.errcode}" if self.errcode is not None else ""
        rid = f" (rid {self.rid})" if self.rid else ""
        return f"{type(self).__name__}{code} at {self.path}{rid}"


class NotSetUp(WeChatFault):
    """The settings name no such app; nothing was sent."""


class Unreachable(WeChatFault):
    """No connection came about, so nothing was sent and nothing was done."""


class NoAnswer(WeChatFault):
    """It was sent and no answer came, or one of a broken server (5xx): not known what was done."""


class Garbled(WeChatFault):
    """An answer came and holds not what WeChat says it holds: not known what was done."""


class TokenRefused(WeChatFault):
    """The token that all processes share is not accepted, even after it was replaced."""


class SecretRefused(WeChatFault):
    """WeChat does not accept us: the appid, the secret, or the address we call from."""


class Busy(WeChatFault):
    """WeChat asked to come again later; nothing was done."""


class QuotaSpent(WeChatFault):
    """As many calls or messages as are allowed in this minute or on this day were made."""


class CodeRefused(WeChatFault):
    """The code that a person came with is wrong, too old, used, or blocked by WeChat."""


class NotAllowed(WeChatFault):
    """This receiver did not allow it or does not follow us, or this app may not do it at all."""


class ReceiverUnknown(WeChatFault):
    """This openid is nobody's in this app."""


class FieldRefused(WeChatFault):
    """Something that was sent has no form that WeChat takes, or names what it does not know.

    key: which field of a message, where our own check found it before anything was sent.
    """

    def __init__(
        self,
        path: str,
        errcode: int | None = None,
        rid: str | None = None,
        *,
        key: str | None = None,
    ) -> None:
        super().__init__(path, errcode, rid)
        self.key = key

    def __str__(self) -> str:
        return f"{super().__str__()}, field {self.key}" if self.key else super().__str__()


class Refused(WeChatFault):
    """Any other code, or an HTTP status from 400 to 499 (errcode None): it was not done, and
    somebody has to read what it means."""


# Of calls with a token: WeChat's list of return codes, and the pages of the single calls.
KINDS: Mapping[int, type[WeChatFault]] = {
    **dict.fromkeys(range(40015, 40029), FieldRefused),  # of a menu: its buttons
    -1: Busy,
    40001: TokenRefused,
    40002: NotAllowed,
    40003: ReceiverUnknown,
    40013: SecretRefused,
    40014: TokenRefused,
    40029: CodeRefused,
    40033: FieldRefused,
    40037: FieldRefused,
    40038: QuotaSpent,
    40097: FieldRefused,
    40125: SecretRefused,
    40163: CodeRefused,
    40164: SecretRefused,
    40165: FieldRefused,
    40169: FieldRefused,
    40212: FieldRefused,
    40226: CodeRefused,
    41001: TokenRefused,
    41002: SecretRefused,
    41004: SecretRefused,
    41008: CodeRefused,
    41030: FieldRefused,
    42001: TokenRefused,
    42003: CodeRefused,
    43004: NotAllowed,
    43101: NotAllowed,
    43107: NotAllowed,
    43108: Busy,
    44002: FieldRefused,
    45009: QuotaSpent,
    45011: QuotaSpent,
    45103: NotAllowed,
    45109: NotAllowed,
    45168: FieldRefused,
    47001: FieldRefused,
    47003: FieldRefused,
    48001: NotAllowed,
    85079: NotAllowed,
    85107: FieldRefused,
    85400: QuotaSpent,
    85401: FieldRefused,
}

# Of calls that show appid and secret instead of a token the same codes mean another thing.
KINDS_WITH_SECRET: Mapping[int, type[WeChatFault]] = {
    **KINDS,
    40001: SecretRefused,
    40002: SecretRefused,
}


def fault_of(path: str, errcode: int, errmsg: str, *, with_secret: bool = False) -> WeChatFault:
    """The fault that a code means.

    errmsg: WeChat's text, of which the rid alone is kept. with_secret: the call showed appid and
    secret and no token.

    >>> fault_of("/wxa/x", 45009, "reach limit rid: 0123abcd-0123abcd-0123abcd")
    QuotaSpent('/wxa/x', 45009, '0123abcd-0123abcd-0123abcd')
    """
    kinds = KINDS_WITH_SECRET if with_secret else KINDS
    found = _RID.search(errmsg)
    return kinds.get(errcode, Refused)(path, errcode, found[1] if found else None)
