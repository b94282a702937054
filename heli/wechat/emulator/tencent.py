"""Tencent Cloud: POST / with an action in the headers, signed with TC3-HMAC-SHA256."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from aiohttp import web

from heli.wechat.emulator import faceid
from heli.wechat.emulator.state import State, state_of
from heli.wechat.emulator.tc3 import SignatureWrong, check_signature
from heli.wechat.emulator.tencent_answers import failed, told

routes = web.RouteTableDef()
VERSIONS = {"sms": "2021-01-11", "faceid": faceid.VERSION}
NUMBERS_MAX = 200
# Within China also without the country's prefix.
NUMBER = re.compile(r"(\+86|0086|86)?1\d{10}")
# The template that docs/wechat-messages.md proposes; {1} and so on are filled in.
TEMPLATE_TEXT = "您的{1}，时间：{2} {3}。详情请在原来的预约页面查看。"
# The one that docs/identity.md proposes for codes.
CODE_TEMPLATE_TEXT = "您的验证码是{1}，{2}分钟内有效。只填在您自己打开的页面里，不要告诉任何人。"
PARAM_CHARACTERS_MAX = 60


@routes.post("/")
async def tencent_cloud(request: web.Request) -> web.Response:
    """One action, of short messages or of FaceID."""
    state, body = state_of(request), await request.read()
    try:
        service = check_signature(request, body, state.registered, now=state.now())
    except SignatureWrong as wrong:
        return failed(wrong.code, wrong.message)
    action, version = request.headers.get("X-TC-Action"), request.headers.get("X-TC-Version")
    deed = ACTIONS.get((service, str(action)))
    if deed is None:
        return failed("InvalidAction", f"The request action={action} is invalid or not found.")
    if version != VERSIONS[service]:
        return failed("NoSuchVersion", "The specific API version does not exist.")
    if service == "sms" and not request.headers.get("X-TC-Region"):
        return failed("MissingParameter", "The request is missing a required parameter Region.")
    try:
        asked = json.loads(body)
    except ValueError:
        return failed("InvalidRequest", "The request body is not JSON.")
    return deed(state, asked if isinstance(asked, dict) else {})


def _send_sms(state: State, asked: dict[str, Any]) -> web.Response:
    for name, kind in (("PhoneNumberSet", list), ("SmsSdkAppId", str), ("TemplateId", str)):
        if not asked.get(name):
            message = f"The request is missing a required parameter `{name}`."
            return failed("MissingParameter", message)
        if not isinstance(asked[name], kind):
            return failed("InvalidParameter", f"The type of value of parameter `{name}` is wrong.")
    numbers = asked["PhoneNumberSet"]
    if len(numbers) > NUMBERS_MAX:
        return failed("LimitExceeded.PhoneNumberCountLimit", "Too many phone numbers.")
    return told(SendStatusSet=[_sent(state, asked, str(number)) for number in numbers])


def _sent(state: State, asked: dict[str, Any], number: str) -> dict[str, Any]:
    """What came of one message."""
    code, message = _refusal(state, asked, number) or ("Ok", "send success")
    is_sent = code == "Ok"
    serial = f"5000:{secrets.randbelow(10**20):020d}" if is_sent else ""
    if is_sent:
        params = [str(one) for one in asked.get("TemplateParamSet") or []]
        state.kept.sms.append(
            {
                "phone": number,
                "template": asked["TemplateId"],
                "sign": asked.get("SignName", ""),
                "params": params,
                "text": _text(state, asked, params),
                "serial": serial,
                "session": asked.get("SessionContext", ""),
                "at": state.now(),
            }
        )
    return {
        "SerialNo": serial,
        "PhoneNumber": number if number.startswith("+") else f"+86{number[-11:]}",
        "Fee": int(is_sent),
        "SessionContext": asked.get("SessionContext", ""),
        "Code": code,
        "Message": message,
        "IsoCode": "CN" if is_sent else "",
    }


def _refusal(state: State, asked: dict[str, Any], number: str) -> tuple[str, str] | None:
    known = state.registered
    if scripted := state.kept.faults.next_for(f"sms {number}") or state.kept.faults.next_for("sms"):
        return str(scripted.errcode), scripted.errmsg or ""
    if not NUMBER.fullmatch(number):
        return "InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number"
    if asked["SmsSdkAppId"] != known.sms_app_id:
        return "UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verify fail"
    if asked.get("SignName") != known.sms_sign:
        return "FailedOperation.SignatureIncorrectOrUnapproved", "signature is not approved"
    if asked["TemplateId"] not in (known.sms_template, known.sms_code_template):
        return "FailedOperation.TemplateIncorrectOrUnapproved", "template is not approved"
    params = asked.get("TemplateParamSet") or []
    if not all(isinstance(one, str) for one in params):
        return "InvalidParameterValue.TemplateParameterFormatError", "parameters are no texts"
    if any(len(one) > PARAM_CHARACTERS_MAX for one in params):
        return "InvalidParameterValue.TemplateParameterLengthLimit", "a parameter is too long"
    return None


def _text(state: State, asked: dict[str, Any], params: list[str]) -> str:
    """What the telephone shows; parameters more than the template's are shown at its end."""
    is_code = asked["TemplateId"] == state.registered.sms_code_template
    text = template = CODE_TEMPLATE_TEXT if is_code else TEMPLATE_TEXT
    if len(params) != template.count("{"):
        text = " ".join(f"{{{number}}}" for number in range(1, len(params) + 1))
    for number, param in enumerate(params, 1):
        text = text.replace(f"{{{number}}}", param)
    return f"【{asked.get('SignName', '')}】{text}"


ACTIONS = {("sms", "SendSms"): _send_sms, **faceid.ACTIONS}
