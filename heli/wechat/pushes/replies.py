"""What to answer a message in the chat: public facts and links, never anybody's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from heli.ground.refusals import Refusal
from heli.wechat.kinds import SceneKind
from heli.wechat.menu import Key
from heli.wechat.pushes import words
from heli.wechat.pushes.checked import checked
from heli.wechat.pushes.documents import Fields
from heli.wechat.pushes.places import nearest, ways_in
from heli.wechat.scenes import address_of, open_scene

OWN = re.compile(
    "(?:我要)?(?:查|查询|我的)(?:预约)?|预约查询|(?:预约)?凭证|预约码|取消预约|改期|改预约|签到"
)
BOOKING = re.compile(
    "(?:我要|怎么|怎样)?(?:预约|离婚|协议离婚|离婚预约|预约离婚|离婚登记(?:预约)?|婚姻登记(?:预约)?)"
)
HELP = re.compile("帮助|菜单|(?:人工)?客服|人工|help|[?]|[你您]好|在吗|谢谢[你您]?|好的?|hello|hi")
SMILEYS = re.compile(r"(?:\[\w{1,8}\]\s*)+")
BOOKING_TOPIC = re.compile("离婚|婚姻登记|预约|冷静期|材料|带什么|怎么办理|流程")
HARM = re.compile("家暴|打我|打人|威胁|跟踪|救命|报警|虐待|伤害我")
ID_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
AROUND = " \t\r\n。，,.!！?？~～、;；:：“”\"'【】[]"


def reply_to_text(text: str, *, at: datetime) -> str:
    """The answer to what somebody wrote. at: business time, UTC. Nothing of it is stored."""
    typed = unicodedata.normalize("NFKC", text).strip()
    word = typed.strip(AROUND).lower() or typed[:1]
    if ID_NUMBER.search(typed):
        return str(words.PRIVATE)
    if HARM.search(typed):
        return str(words.HARM)
    if OWN.fullmatch(word):
        return own()
    if BOOKING.fullmatch(word):
        return booking()
    if HELP.fullmatch(word) or SMILEYS.fullmatch(typed):
        return help()
    return (
        ways_in(word, at=at)
        or checked(text, at=at)
        or (booking() if BOOKING_TOPIC.search(typed) else not_understood())
    )


def reply_to_link(fields: Fields, *, at: datetime) -> str:
    """The answer to a link that somebody sent as a card."""
    return checked(fields.get("Url", ""), at=at) or not_understood()


def reply_to_position(fields: Fields) -> str:
    """The offices near a position that somebody sent."""
    try:
        position = float(fields.get("Location_X", "")), float(fields.get("Location_Y", ""))
        return nearest(position)
    except (ValueError, Refusal):
        return not_understood()


def reply_to_scan(event_key: str, *, at: datetime) -> str:
    """What a code of ours opens. at: real time."""
    scene = open_scene(event_key, at=at)
    if scene is None:
        return str(words.SCENE_EXPIRED)
    sentence = {
        SceneKind.OFFICE: words.SCENE_OFFICE,
        SceneKind.CONSENT: words.SCENE_CONSENT,
        SceneKind.CHECK_IN: words.SCENE_CHECK_IN,
    }[SceneKind(scene.kind)]
    return str(sentence).format(url=address_of(scene))


def reply_to_click(key: str) -> str | None:
    """The answer to an entry of the menu; None for one that is not there (any more)."""
    answers: Mapping[str, str] = {
        Key.CHECK: str(words.CHECK).format(url=words.page("/check")),
        Key.NEAR: str(words.SEND_POSITION).format(url=words.page("/places")),
        Key.HELP: help(),
    }
    return answers.get(key)


def welcome() -> str:
    """What somebody reads who begins to follow the account."""
    return f"{words.HELLO}\n\n{words.WHAT_CAN_BE_DONE}\n\n{words.NO_NAMES}"


def booking() -> str:
    """Where to book, and what that is."""
    return str(words.BOOKING).format(
        places=words.page("/places"),
        channels=words.page("/channels"),
        two_visits=words.page("/two-visits"),
    )


def own() -> str:
    """Where one's own booking is: not here."""
    return str(words.OWN).format(url=words.page("/my"))


def help() -> str:
    """What can be sent."""
    return f"{words.HELP}\n{words.WHAT_CAN_BE_DONE}\n\n{words.NO_NAMES}"


def not_understood() -> str:
    """What can be sent instead."""
    return f"{words.NOT_UNDERSTOOD}\n{words.WHAT_CAN_BE_DONE}\n\n{words.NO_NAMES}"
