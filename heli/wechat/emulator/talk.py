"""What is said between somebody and the account, and what stands in their chat afterwards."""

from __future__ import annotations

from typing import Any

from heli.wechat.emulator import pushes
from heli.wechat.emulator.envelopes import Fields
from heli.wechat.emulator.people import Person
from heli.wechat.emulator.state import State
from heli.wechat.kinds import AppKind

OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"  # what WeChat shows then
ENTRIES_MAX = 200


async def tell_account(
    state: State, person: Person, fields: Fields, shown: str, *, app: AppKind = AppKind.ACCOUNT
) -> dict[str, Any]:
    """Push what somebody wrote or did, and show the answer in their chat.

    shown: what the chat has of it; empty for what leaves no trace there. Returns what came of the
    push.
    """
    if shown:
        note(state, person, who="me" if fields["MsgType"] != "event" else "hint", text=shown)
    told = await pushes.push(state, app, fields)
    reply = told["reply"]
    if reply is not None:
        _show(state, person, reply)
    elif told["fault"] is not None and fields["MsgType"] != "event":
        note(state, person, who="hint", text=OUT_OF_ORDER)
    return told


def note(state: State, person: Person, *, who: str, **more: Any) -> None:
    """One entry of the chat. who: me, account or hint."""
    person.chat.append({"who": who, "at": state.now(), **more})
    del person.chat[:-ENTRIES_MAX]


def _show(state: State, person: Person, reply: Fields) -> None:
    if reply["MsgType"] == "text":
        note(state, person, who="account", text=reply["Content"])
        return
    items = reply["Articles"]["item"]
    articles = items if isinstance(items, list) else [items]
    note(state, person, who="account", articles=articles)


async def follow(state: State, person: Person, scene: str = "") -> dict[str, Any]:
    """Somebody follows the account, by a QR code where a scene is given."""
    person.follows = True
    ticket = next((key for key, one in state.kept.links.scenes.items() if one.scene == scene), "")
    more = {"EventKey": f"qrscene_{scene}" if scene else ""}
    fields = pushes.event(
        state,
        person,
        AppKind.ACCOUNT,
        "subscribe",
        **more,
        **({"Ticket": ticket} if ticket else {}),
    )
    return await tell_account(state, person, fields, "您关注了和离")


async def unfollow(state: State, person: Person) -> dict[str, Any]:
    """Somebody follows the account no longer."""
    person.follows = False
    fields = pushes.event(state, person, AppKind.ACCOUNT, "unsubscribe", EventKey="")
    return await tell_account(state, person, fields, "您取消了关注")


async def scan(state: State, person: Person, ticket: str) -> dict[str, Any] | None:
    """Somebody scans a QR code of the account; None where it is none or too old."""
    scene = state.kept.links.scenes.get(ticket)
    is_old = scene is None or (scene.expires_at is not None and state.now() >= scene.expires_at)
    if scene is None or is_old:
        return None
    if not person.follows:
        return await follow(state, person, scene.scene)
    more = {"EventKey": scene.scene, "Ticket": ticket}
    fields = pushes.event(state, person, AppKind.ACCOUNT, "SCAN", **more)
    return await tell_account(state, person, fields, "您扫描了二维码")


async def choose(
    state: State, person: Person, template_id: str, *, accepts: bool
) -> dict[str, Any]:
    """Somebody allows one message of a template in a page of the account, or refuses."""
    openid = person.openids[AppKind.ACCOUNT]
    if accepts:
        state.kept.people.allow(openid, template_id, 1)
    else:
        state.kept.people.refuse(openid, template_id)
    entry = {
        "TemplateId": template_id,
        "SubscribeStatusString": "accept" if accepts else "reject",
        "PopupScene": "1",
    }
    fields = pushes.event(
        state,
        person,
        AppKind.ACCOUNT,
        "subscribe_msg_popup_event",
        SubscribeMsgPopupEvent={"List": entry},
    )
    return await tell_account(state, person, fields, "")
