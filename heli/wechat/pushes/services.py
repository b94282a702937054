"""What a push does: once, however often it comes. What we do not know of does nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation

from heli.ground import clock, events
from heli.wechat.accounts import find_account, see_account
from heli.wechat.allowances import note_word
from heli.wechat.events import Arrival, MessageReported
from heli.wechat.kinds import AppKind, Word
from heli.wechat.models import TEMPLATE_ID_MAX, Account, ReceivedPush
from heli.wechat.pushes import replies
from heli.wechat.pushes.documents import Fields
from heli.wechat.pushes.keys import key_of
from heli.wechat.pushes.receiving import Push
from heli.wechat.scenes import PREFIX

KEPT = timedelta(days=1)  # a signature lives for five minutes
FORGOTTEN_AT_ONCE = 100  # with each push that is new: more than come in

Deed = Callable[[Push], str | None]


def receive(push: Push) -> str | None:
    """Do what a push asks for, and answer in the chat; None: nothing is to be said.

    A repetition, and what we do not know of, changes nothing. All of it is one transaction: where
    it fails, WeChat sends the push again and it is new once more. Emits MessageReported.
    """
    deed = EVENTS.get(push.event) if push.kind == "event" else MESSAGES.get(push.kind)
    if deed is None:
        return None
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        now = clock.real_now()
        _row, is_new = ReceivedPush.objects.get_or_create(
            key=key_of(push), defaults={"received_at": now}
        )
        if not is_new:
            return None
        _forget_old()
        return deed(push)


def _forget_old() -> None:
    before = clock.real_now() - KEPT
    old = ReceivedPush.objects.filter(received_at__lt=before).order_by("received_at")
    locked = old.select_for_update(skip_locked=True).values_list("key", flat=True)
    keys = list(locked[:FORGOTTEN_AT_ONCE])
    if keys:
        ReceivedPush.objects.filter(key__in=keys).delete()


def _begin_to_follow(push: Push) -> str:
    _mark(see_account(AppKind.ACCOUNT, push.openid), follows=True)
    scanned = push.fields.get("EventKey", "")
    if not scanned.startswith(PREFIX):  # empty, or WeChat's word for another way
        return replies.welcome()
    opened = replies.reply_to_scan(scanned, at=clock.real_now())
    return f"{opened}\n\n{replies.welcome()}"


def _end_following(push: Push) -> None:
    account = find_account(AppKind.ACCOUNT, push.openid)
    if account is not None:
        _mark(account, follows=False)


def _mark(account: Account, *, follows: bool) -> None:
    Account.objects.filter(id=account.id).update(follows=follows)


def _scan(push: Push) -> str:
    return replies.reply_to_scan(push.fields.get("EventKey", ""), at=clock.real_now())


def _click(push: Push) -> str | None:
    return replies.reply_to_click(push.fields.get("EventKey", ""))


def _text(push: Push) -> str:
    return replies.reply_to_text(push.fields.get("Content", ""), at=clock.now())


def _link(push: Push) -> str:
    return replies.reply_to_link(push.fields, at=clock.now())


def _position(push: Push) -> str:
    return replies.reply_to_position(push.fields)


def _help(_push: Push) -> str:
    return replies.not_understood()


MSGID = re.compile(r"[0-9]{1,32}")
# How WeChat says that a message ended.
ARRIVALS = {"success": Arrival.DELIVERED, "failed:user block": Arrival.BLOCKED}


def _template_message_ended(push: Push) -> None:
    _report(push, push.fields.get("MsgID", ""), "", push.fields.get("Status", ""))


def _subscribe_messages_ended(push: Push) -> None:
    for item in push.items:
        _report(push, item.get("MsgID", ""), _template_of(item), item.get("ErrorStatus", ""))


def _report(push: Push, msgid: str, template_id: str, status: str) -> None:
    account = _account_of(push)
    arrival = ARRIVALS.get(status.replace(": ", ":"), Arrival.FAILED)
    events.emit(
        MessageReported(
            at=clock.now(),
            msgid=msgid if MSGID.fullmatch(msgid) else "",
            template_id=template_id,
            account=account.id if account else None,
            arrival=arrival.value,
        )
    )


def _account_of(push: Push) -> Account | None:
    """The account a push is about. A plain one does not say in which of our apps."""
    apps = [push.app] if push.app else list(AppKind)
    found = (find_account(app, push.openid) for app in apps)
    return next((account for account in found if account is not None), None)


WORDS = {"accept": Word.ACCEPT, "reject": Word.REJECT, "ban": Word.BAN}


def _asked_in_a_page(push: Push) -> None:
    _note_words(push, allows_one=True)


def _changed_in_settings(push: Push) -> None:
    _note_words(push, allows_one=False)


def _note_words(push: Push, *, allows_one: bool) -> None:
    said = [
        (template_id, word)
        for item in push.items
        if (template_id := _template_of(item))
        and (word := WORDS.get(item.get("SubscribeStatusString", "")))
    ]
    if not said:
        return
    account = _account_of(push) or see_account(push.app or AppKind.ACCOUNT, push.openid)
    for template_id, word in said:
        note_word(account, template_id, word, allows_one=allows_one)


def _template_of(item: Fields) -> str:
    """The template of an item, or "" where it is none of WeChat's."""
    found = item.get("TemplateId", "")
    is_one = found.isascii() and found.isprintable() and len(found) <= TEMPLATE_ID_MAX
    return found if is_one else ""


MESSAGES: Mapping[str, Deed] = {
    "text": _text,
    "link": _link,
    "location": _position,
    **dict.fromkeys(("image", "voice", "video", "shortvideo"), _help),
}
EVENTS: Mapping[str, Deed] = {
    "subscribe": _begin_to_follow,
    "unsubscribe": _end_following,
    "SCAN": _scan,
    "CLICK": _click,
    "TEMPLATESENDJOBFINISH": _template_message_ended,
    "subscribe_msg_popup_event": _asked_in_a_page,
    "subscribe_msg_change_event": _changed_in_settings,
    "subscribe_msg_sent_event": _subscribe_messages_ended,
}
