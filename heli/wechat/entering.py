"""Who comes in from WeChat: the codes that people bring, and the accounts they stand for.

Here the client's faults become what people are told; what WeChat answered goes to the log, which
never holds a code or an openid.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import FieldError, InvalidInput
from heli.identity.verified import VerifiedIdentity, read_token
from heli.wechat import accounts, templates
from heli.wechat.accounts import WeChatSession
from heli.wechat.allowances import note_word
from heli.wechat.client import calls
from heli.wechat.client.errors import CodeRefused, FieldRefused, WeChatFault
from heli.wechat.errors import CodeNotAccepted, WeChatSilent
from heli.wechat.handovers import hand_over
from heli.wechat.kinds import AppKind, HandoverKind, Word
from heli.wechat.models import Account
from heli.wechat.templates import Section

NO_SUCH_TEMPLATE = _("没有这个消息模板。请更新小程序后再试。")

log = logging.getLogger(__name__)


class BegunSession(NamedTuple):
    """A session of the mini program. token: for Bearer. expires_at: real time, UTC. bound: whether
    the account recognises somebody."""

    token: str
    expires_at: datetime
    bound: bool


def begin_session(js_code: str) -> BegunSession:
    """A session of whoever opened the mini program.

    js_code: of `wx.login`. Raises CodeNotAccepted, WeChatSilent.
    """
    with _told_to_people("js_code"):
        opened = calls.session_of_code(js_code)
    account = accounts.see_account(AppKind.MINI, opened.openid, unionid=opened.unionid)
    token, expires_at = accounts.issue_session(account)
    return BegunSession(token, expires_at, bound=account.person is not None)


def web_visitor(code: str) -> Account | None:
    """The account of whoever opened a page in WeChat; None for a snapshot, which is nobody.

    code: of the silent login. Raises CodeNotAccepted, WeChatSilent.
    """
    with _told_to_people("code"):
        visitor = calls.web_login(code)
    if visitor.is_snapshot:
        return None
    return accounts.see_account(AppKind.ACCOUNT, visitor.openid, unionid=visitor.unionid)


def phone_shown(code: str) -> str:
    """The telephone number that somebody chose to show, E.164. It is stored nowhere.

    code: of the button's event. Raises CodeNotAccepted, WeChatSilent.
    """
    with _told_to_people("code"):
        return calls.phone_of_code(code)


def bind(session: WeChatSession, *, identity_token: str) -> None:
    """The account recognises from now on who has proven who they are.

    Raises IdentityRequired: the proof is forged or has expired, or there is no such account.
    """
    identity: VerifiedIdentity = read_token(identity_token)
    accounts.bind_account(session, by=identity)


def web_view_url(session: WeChatSession, *, path: str, identity_token: str | None) -> str:
    """An address with which the mini program's web-view goes on with a page of ours, once.

    path: of ours, without a host. identity_token: of who has proven who they are, None to go on as
    the account alone. Raises IdentityRequired: it is forged or has expired.
    """
    if identity_token is not None:
        read_token(identity_token)
    ticket = hand_over(
        HandoverKind.WEB_VIEW,
        {"path": path, "account": session.account, "identity": identity_token},
    )
    return f"{settings.HELI.base_url}/wechat/enter?ticket={ticket}"


@transaction.atomic
def note_words(session: WeChatSession, words: Mapping[str, Word]) -> None:
    """What somebody said in the mini program when asked about messages, by template.

    Raises InvalidInput where one is none of ours; then nothing is noted. IdentityRequired where
    there is no such account.
    """
    ours = {template.id for template in mini_templates()}
    if not ours.issuperset(words):
        raise InvalidInput(FieldError("answers", NO_SUCH_TEMPLATE))
    account = accounts.account_of(session)
    for template_id, word in words.items():
        note_word(account, template_id, word)


def mini_templates() -> tuple[templates.Template, ...]:
    """The message templates that the mini program may ask about."""
    known = templates.known()
    return (known[Section.MINI],) if Section.MINI in known else ()


@contextmanager
def _told_to_people(field: str) -> Iterator[None]:
    try:
        yield
    except (CodeRefused, FieldRefused) as fault:
        log.info("WeChat did not accept somebody's code: %s", fault)
        raise CodeNotAccepted(field) from None
    except WeChatFault as fault:
        log.warning("WeChat could not say who somebody is: %s", fault)
        raise WeChatSilent() from None
