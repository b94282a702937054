"""Messages to one person, and what the City Services want to know of a case.

The fields are checked before anything is sent (FieldRefused with the field's name).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heli.wechat import fields
from heli.wechat.client.calling import call, nothing
from heli.wechat.client.credentials import AppTokens
from heli.wechat.client.errors import FieldRefused
from heli.wechat.client.ours import account_app, mini_app
from heli.wechat.client.wire import Answer, Request

MINI_SUBSCRIBE_PATH = "/cgi-bin/message/subscribe/send"
ACCOUNT_SUBSCRIBE_PATH = "/cgi-bin/message/subscribe/bizsend"
TEMPLATE_PATH = "/cgi-bin/message/template/send"
CITY_RECORD_PATH = "/cityservice/sendmsgdata"
CITY_PATH_PATH = "/cityservice/getservicepath"

SERVICE_PAGE = 0
FROM_ACCOUNT = 0
IN_A_BROWSER = 1
PHONE = 2


@dataclass(frozen=True)
class CityPath:
    """Where a service is in the City Services. path: of a page in the app, or an address.
    app_id, username: of the app that shows it, None where there is none."""

    path: str
    app_id: str | None
    username: str | None


def send_mini_subscribe(
    openid: str, template_id: str, data: Mapping[str, str], page: str
) -> str | None:
    """A message that somebody allowed in the mini program. page: what it opens, without a leading
    slash; empty: nothing. Returns WeChat's number of the message where it tells one.

    Raises WeChatFault; NotAllowed where they did not allow it or no longer.
    """
    body = {
        "touser": openid,
        "template_id": template_id,
        **({"page": page} if page else {}),
        "data": _data(MINI_SUBSCRIBE_PATH, data),
    }
    tokens = AppTokens(mini_app(MINI_SUBSCRIBE_PATH))
    return call(Request(MINI_SUBSCRIBE_PATH, body=body), _message_id_or_none, tokens)


def send_account_subscribe(
    openid: str, template_id: str, data: Mapping[str, str], url: str
) -> None:
    """A message that somebody allowed to the official account. url: what it opens; empty: nothing.

    WeChat gives it no number; the event subscribe_msg_sent_event says what became of it. Raises
    WeChatFault; NotAllowed where they did not allow it or no longer.
    """
    body = {
        "touser": openid,
        "template_id": template_id,
        **({"page": url} if url else {}),
        "data": _data(ACCOUNT_SUBSCRIBE_PATH, data),
    }
    tokens = AppTokens(account_app(ACCOUNT_SUBSCRIBE_PATH))
    call(Request(ACCOUNT_SUBSCRIBE_PATH, body=body), nothing, tokens)


def send_template(
    openid: str, template_id: str, data: Mapping[str, str], url: str, client_msg_id: str
) -> str:
    """A message to a follower of the official account; returns WeChat's number of it.

    client_msg_id: ours; WeChat sends it once however often it is asked with the same, so this
    call is repeated when its answer is lost. url: what it opens; empty: nothing. Raises
    WeChatFault; NotAllowed where they do not follow.
    """
    body = {
        "touser": openid,
        "template_id": template_id,
        **({"url": url} if url else {}),
        "client_msg_id": client_msg_id,
        "data": _data(TEMPLATE_PATH, data),
    }
    tokens = AppTokens(account_app(TEMPLATE_PATH))
    return call(Request(TEMPLATE_PATH, body=body, is_repeatable=True), _message_id, tokens)


def send_city_record(
    openid: str, biz_template_id: str, order_no: str, data: Mapping[str, str], url: str
) -> str | None:
    """How a case stands, into somebody's records in the City Services; returns WeChat's page with
    the result, to send them to instead of ours, where there is one.

    openid: of the mini program or of the account; the token is the account's in both cases.
    order_no: what has the same becomes one record, so this call is repeatable. Raises WeChatFault.
    """
    body = {
        "openid": openid,
        "biz_template_id": biz_template_id,
        "order_no": order_no,
        "data": _data(CITY_RECORD_PATH, data),
        **({"url": url} if url else {}),
    }
    tokens = AppTokens(account_app(CITY_RECORD_PATH))
    return call(
        Request(CITY_RECORD_PATH, body=body, is_repeatable=True),
        lambda answer: answer.text_or_none("result_page_url"),
        tokens,
    )


def city_service_path(
    *, city_name: str, service_id: str, params: str = "", src_channel: int = FROM_ACCOUNT
) -> CityPath:
    """Where our service is in the City Services of a city.

    src_channel: where people come from: 0 the account, 1 the mini program, 2 a short message,
    3 elsewhere. Raises WeChatFault.
    """
    body = {
        "page_type": SERVICE_PAGE,
        "src_channel": src_channel,
        "need_path_type": IN_A_BROWSER,
        "device_type": PHONE,
        "city_name": city_name,
        "service_id": service_id,
        **({"params": params} if params else {}),
    }
    tokens = AppTokens(account_app(CITY_PATH_PATH))
    return call(Request(CITY_PATH_PATH, body=body, is_repeatable=True), _city_path, tokens)


def _data(path: str, data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    wrong = fields.check(data)
    if wrong is not None:
        raise FieldRefused(path, key=wrong)
    return {key: {"value": text} for key, text in data.items()}


def _message_id(answer: Answer) -> str:
    return answer.text("msgid")


def _message_id_or_none(answer: Answer) -> str | None:
    return answer.text_or_none("msgid")


def _city_path(answer: Answer) -> CityPath:
    return CityPath(
        answer.text("path"), answer.text_or_none("app_id"), answer.text_or_none("username")
    )
