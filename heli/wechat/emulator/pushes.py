"""Messages and events on their way to the app's server, tried again as WeChat does."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp

from heli.wechat.emulator.envelopes import (
    Envelope,
    Fields,
    ReplyWrong,
    make_envelope,
    read_reply,
    signature_of,
)
from heli.wechat.emulator.people import Person
from heli.wechat.emulator.state import State
from heli.wechat.emulator.templates import Template, Way
from heli.wechat.kinds import AppKind

RETRIES = 3
RETRY_WAIT_SECONDS = 0.2  # where the connection fails at once; a slow answer has waited already


def message(state: State, person: Person, app: AppKind, kind: str, **more: Any) -> Fields:
    """The fields of what somebody wrote to the account."""
    return {**_begin(state, person, app, kind), **more, "MsgId": state.next_number()}


def event(state: State, person: Person, app: AppKind, name: str, **more: Any) -> Fields:
    """The fields of something that happened."""
    return {**_begin(state, person, app, "event"), "Event": name, **more}


def _begin(state: State, person: Person, app: AppKind, kind: str) -> Fields:
    at = int(state.now())
    return {"FromUserName": person.openids[app], "CreateTime": at, "MsgType": kind}


async def push(state: State, app: AppKind, fields: Fields) -> dict[str, Any]:
    """Push and, where the answer fails or is late, again with the same fields; what came of it.

    What is told: app, fields, query and body of the last attempt, attempts, status, reply (fields,
    None where there is none), fault (None where all went well), seconds. Without a webhook nothing
    is sent and attempts is 0.
    """
    kept, began = state.kept, time.monotonic()
    told: dict[str, Any] = {
        "app": str(app),
        "fields": fields,
        "attempts": 0,
        "status": None,
        "reply": None,
        "fault": None,
    }
    kept.pushes.append(told)
    for attempt in range(RETRIES + 1):
        envelope = make_envelope(state.registered, app, fields, mode=kept.mode, at=int(state.now()))
        told |= {"query": envelope.query, "body": envelope.body, "fault": None}
        if state.webhook is None:
            break
        told["attempts"] = attempt + 1
        if await _try(state, app, fields, envelope, told):
            break
        if attempt < RETRIES:
            await asyncio.sleep(RETRY_WAIT_SECONDS)
    told["seconds"] = time.monotonic() - began
    return told


async def _try(
    state: State, app: AppKind, fields: Fields, envelope: Envelope, told: dict[str, Any]
) -> bool:
    """Whether the server took it."""
    timeout = aiohttp.ClientTimeout(total=state.kept.push_seconds_max)
    headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                str(state.webhook),
                params=envelope.query,
                data=envelope.body.encode(),
                headers=headers,
                allow_redirects=False,
            ) as answer,
        ):
            body = await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        told["fault"] = type(error).__name__
        return False
    told["status"] = answer.status
    if answer.status != 200:
        told["fault"] = f"HTTP {answer.status}"
        return False
    try:
        told["reply"] = read_reply(state.registered, app, fields, body)
    except ReplyWrong as wrong:
        told["fault"] = str(wrong)  # not tried again: an answer came
    return True


def push_later(state: State, app: AppKind, fields: Fields) -> None:
    """Push while the caller goes on."""
    task = asyncio.ensure_future(push(state, app, fields))
    state.tasks.add(task)
    task.add_done_callback(state.tasks.discard)


def report_delivery(
    state: State, template: Template, person: Person, app: AppKind, msgid: str
) -> None:
    """Tell the account's server how its message fared. The mini program's has no webhook here."""
    if not state.kept.reports_delivery or app is not AppKind.ACCOUNT:
        return
    if template.way is Way.CLASSIC:
        status = "failed:user block" if person.blocks else "success"
        more = {"MsgID": int(msgid), "Status": status}
        push_later(state, app, event(state, person, app, "TEMPLATESENDJOBFINISH", **more))
    else:
        entry = {
            "TemplateId": template.id,
            "MsgID": msgid,
            "ErrorCode": "3" if person.blocks else "0",
            "ErrorStatus": "failed:user block" if person.blocks else "success",
        }
        name, wrapper = "subscribe_msg_sent_event", "SubscribeMsgSentEvent"
        push_later(state, app, event(state, person, app, name, **{wrapper: {"List": entry}}))


async def check_webhook(state: State) -> bool:
    """Ask the server for an echo, as WeChat does when the address is set."""
    timestamp, nonce, echo = str(int(state.now())), str(state.next_number()), "5349211868"
    query = {
        "signature": signature_of(state.registered.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": echo,
    }
    timeout = aiohttp.ClientTimeout(total=state.kept.push_seconds_max)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(str(state.webhook), params=query) as answer,
        ):
            return answer.status == 200 and await answer.text() == echo
    except (aiohttp.ClientError, TimeoutError):
        return False
