"""The three ways through WeChat: two subscribe messages and the template message.

A message goes to an account that its owner bound to themselves after a real-name check, as far as
they allowed it. Its few words stand in the fields that the file of templates names.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, QuerySet

from heli.notices.message_words import ShortWords, day_and_hour
from heli.notices.senders import Message, Ready
from heli.notices.ways import Answer, Said, Way
from heli.vault.sealing import SealBroken
from heli.wechat import fields, templates
from heli.wechat.accounts import accounts_of, openid_of
from heli.wechat.client import calls
from heli.wechat.client.errors import (
    Busy,
    Garbled,
    NoAnswer,
    NotSetUp,
    QuotaSpent,
    SecretRefused,
    TokenRefused,
    Unreachable,
    WeChatFault,
)
from heli.wechat.kinds import AppKind, Word
from heli.wechat.models import Account, Allowance
from heli.wechat.templates import Meaning, Section, Template, TemplatesWrong

log = logging.getLogger(__name__)

MINI_PAGE = "pages/mine/mine"  # miniprogram/app.json
NOT_SUBSCRIBED = 43101
DOES_NOT_FOLLOW = 43004

SURELY_NOT_SENT = (Unreachable, Busy, QuotaSpent, TokenRefused, SecretRefused, NotSetUp)
PERHAPS_SENT = (NoAnswer, Garbled)
SILENT = (Unreachable, NoAnswer)


def answer_of(fault: WeChatFault) -> Answer:
    """What a fault means for the chain. What WeChat refused for any other reason was not sent.

    >>> from heli.wechat.client.errors import NotAllowed
    >>> answer = answer_of(NotAllowed("/cgi-bin/message/subscribe/send", 43101))
    >>> answer.said, answer.reason
    (<Said.NOT_THIS_WAY: 'not_this_way'>, 'NotAllowed 43101')
    """
    code = f" {fault.errcode}" if fault.errcode is not None else ""
    reason = f"{type(fault).__name__}{code}"
    is_silence = isinstance(fault, SILENT)
    if isinstance(fault, SURELY_NOT_SENT):
        return Answer(Said.LATER, reason, is_silence=is_silence)
    if isinstance(fault, PERHAPS_SENT):
        return Answer(Said.NOT_KNOWN, reason, is_silence=is_silence)
    return Answer(Said.NOT_THIS_WAY, reason)


def data_of(template: Template, short: ShortWords) -> dict[str, str]:
    """The fields of a message, each within the rules of its kind as far as it can be shortened."""
    texts = {
        Meaning.WHAT: lambda key: short.what,
        Meaning.WHEN: lambda key: when_in(key, short),
        Meaning.WHERE: lambda key: short.where,
        Meaning.NOTE: lambda key: short.note,
    }
    return {key: fields.fit(key, texts[meaning](key)) for meaning, key in template.fields.items()}


def when_in(key: str, short: ShortWords) -> str:
    """The time as a field takes it. A last day without a time ends with its last minute.

    >>> from datetime import date
    >>> last = ShortWords("预约提醒", date(2026, 12, 24), "演示", "", is_last_day=True)
    >>> when_in("time2", last), when_in("date2", last)
    ('2026年12月24日 23:59', '2026年12月24日')
    """
    day, hour = day_and_hour(short.when)
    written = f"{day.year}年{day.month}月{day.day}日"
    if fields.kind_of(key) == "date":
        return written
    if hour is not None:
        return f"{written} {hour:%H:%M}"
    if fields.kind_of(key) == "time":
        return f"{written} {'23:59' if short.is_last_day else '00:00'}"
    return written


Call = Callable[[str, Template, Mapping[str, str], Message], str | None]


@dataclass(frozen=True)
class WeChatSender:
    """One of the three ways. app: whose accounts it addresses. section: of the file of templates.

    needs_word: whether the owner of the account has to have allowed each template; a template
    message goes to whoever follows.
    """

    way: str
    app: AppKind
    section: Section
    needs_word: bool
    is_repeatable: bool
    call: Call

    def is_set_up(self) -> bool:
        """Whether there is such an app and a template for it."""
        wechat = settings.HELI.wechat
        app = wechat.mini if self.app is AppKind.MINI else wechat.account
        return app is not None and self._template() is not None

    def prepare(self, message: Message) -> Ready | Answer:
        """To the account bound last that may be written to; or why there is none."""
        template = self._template()
        if template is None:
            return Answer(Said.NOT_THIS_WAY, "no template")
        accounts = [one for one in accounts_of(message.person) if one.app == self.app]
        account = next((one for one in accounts if self._may_write(one, template)), None)
        if account is None:
            return Answer(Said.NOT_THIS_WAY, "not allowed" if accounts else "no account")
        try:
            openid = openid_of(account)
        except SealBroken:
            return Answer(Said.NOT_THIS_WAY, "account not readable")
        data = data_of(template, message.short)
        wrong = fields.check(data)
        if wrong is not None:
            log.error("template %s: %s takes no such text", self.section.value, wrong)
            return Answer(Said.NOT_THIS_WAY, f"field {wrong}")

        def go() -> Answer:
            return self._go(account, openid, template, data, message)

        return Ready(go, account=account.id, template_id=template.id)

    def _template(self) -> Template | None:
        try:
            return templates.known().get(self.section)
        except TemplatesWrong as wrong:
            log.error("%s", wrong)
            return None

    def _may_write(self, account: Account, template: Template) -> bool:
        if not self.needs_word:
            return account.follows is not False
        said = _said(account, template).filter(word=Word.ACCEPT)
        return (said if template.is_lasting else said.filter(left__gt=0)).exists()

    def _go(
        self,
        account: Account,
        openid: str,
        template: Template,
        data: Mapping[str, str],
        message: Message,
    ) -> Answer:
        try:
            msgid = self.call(openid, template, data, message)
        except WeChatFault as fault:
            _learn_from(fault, account, template)
            return answer_of(fault)
        _said(account, template).filter(left__gt=0).update(left=F("left") - 1)
        return Answer(Said.TAKEN, vendor_id=msgid or "")


def _said(account: Account, template: Template) -> QuerySet[Allowance]:
    return Allowance.objects.filter(account=account, template_id=template.id)


def _learn_from(fault: WeChatFault, account: Account, template: Template) -> None:
    """What WeChat knows better than we do."""
    if fault.errcode == NOT_SUBSCRIBED:
        word = Word.REJECT if template.is_lasting else Word.ACCEPT
        _said(account, template).update(word=word, left=0)
    elif fault.errcode == DOES_NOT_FOLLOW:
        Account.objects.filter(id=account.id).update(follows=False)


def _address() -> str:
    """The reader's own messages: an address that says nothing of what they are about."""
    return f"{settings.HELI.base_url}/my/inbox"


def _mini_subscribe(
    openid: str, template: Template, data: Mapping[str, str], message: Message
) -> str | None:
    return calls.send_mini_subscribe(openid, template.id, data, MINI_PAGE)


def _account_subscribe(
    openid: str, template: Template, data: Mapping[str, str], message: Message
) -> None:
    calls.send_account_subscribe(openid, template.id, data, _address())


def _template_message(
    openid: str, template: Template, data: Mapping[str, str], message: Message
) -> str:
    number = f"heli-notice-{message.notice_id}"
    return calls.send_template(openid, template.id, data, _address(), number)


SENDERS = (
    WeChatSender(
        way=Way.MINI_SUBSCRIBE,
        app=AppKind.MINI,
        section=Section.MINI,
        needs_word=True,
        is_repeatable=False,
        call=_mini_subscribe,
    ),
    WeChatSender(
        way=Way.ACCOUNT_SUBSCRIBE,
        app=AppKind.ACCOUNT,
        section=Section.SUBSCRIBE,
        needs_word=True,
        is_repeatable=False,
        call=_account_subscribe,
    ),
    WeChatSender(
        way=Way.TEMPLATE,
        app=AppKind.ACCOUNT,
        section=Section.TEMPLATE,
        needs_word=False,
        is_repeatable=True,
        call=_template_message,
    ),
)
