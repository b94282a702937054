"""Tencent Cloud's FaceID: the face check in a browser, the checks of bank and identity cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from heli.wechat.emulator.state import State
from heli.wechat.emulator.tencent_answers import failed, told

VERSION = "2018-03-01"
PATH = "/faceid"
NAME_CHARACTERS_MAX = 32
URL_CHARACTERS_MAX = 1024
TOKEN_KEPT_SECONDS = 3 * 24 * 3600
ID_NUMBER = re.compile(r"\d{17}[\dX]")
CARD_NUMBER = re.compile(r"\d{12,19}")
MOBILE = re.compile(r"1\d{10}")
DESCRIPTIONS = {"0": "认证通过", "-1": "认证未通过"}

Deed = Callable[[State, dict[str, Any]], web.Response]


def _detect_auth(state: State, asked: dict[str, Any]) -> web.Response:
    if refused := _refused_rule(state, asked):
        return refused
    if not ID_NUMBER.fullmatch(str(asked.get("IdCard", ""))):
        return failed("InvalidParameterValue", "IdCard is malformed.")
    if not 0 < len(str(asked.get("Name", ""))) <= NAME_CHARACTERS_MAX:
        return failed("InvalidParameterValue", "Name is malformed.")
    if len(str(asked.get("RedirectUrl", ""))) > URL_CHARACTERS_MAX:
        return failed("InvalidParameterValue", "RedirectUrl is too long.")
    token = state.kept.cloud_faces.begin(asked, state.now())
    return told(Url=f"{state.address}{PATH}/{token}", BizToken=token)


def _get_detect_info(state: State, asked: dict[str, Any]) -> web.Response:
    if refused := _refused_rule(state, asked):
        return refused
    face = state.kept.cloud_faces.all.get(str(asked.get("BizToken", "")))
    if face is None:
        return failed("InvalidParameterValue.BizTokenIllegal", "BizToken illegal.")
    if state.now() >= face.made_at + TOKEN_KEPT_SECONDS:
        return failed("InvalidParameterValue.BizTokenExpired", "BizToken expired.")
    text = face.text or {"ErrCode": None, "ErrMsg": None, "IdCard": "", "Name": ""}
    # The rest would hold pictures; whoever asks for them finds that there are none.
    return told(Text=text, IdCardData=None, BestFrame=None, VideoData=None)


def _refused_rule(state: State, asked: dict[str, Any]) -> web.Response | None:
    if refused := _refused_missing(asked, "RuleId"):
        return refused
    if asked["RuleId"] != state.registered.faceid_rule_id:
        return failed("InvalidParameterValue.RuleIdNotExist", "RuleId does not exist.")
    return None


def _refused_missing(asked: dict[str, Any], *names: str) -> web.Response | None:
    for name in names:
        if not asked.get(name):
            message = f"The request is missing a required parameter `{name}`."
            return failed("MissingParameter", message)
    return None


def _bank_card(state: State, asked: dict[str, Any]) -> web.Response:
    if refused := _refused_missing(asked, "Name", "BankCard", "Phone", "IdCard"):
        return refused
    number, cards = str(asked["BankCard"]), state.kept.bank_cards
    if not CARD_NUMBER.fullmatch(number):
        result = "-4"
    elif not MOBILE.fullmatch(str(asked["Phone"])):
        result = "-5"
    else:
        result = cards.get(number, cards.get("", "0"))
    return told(Result=result, Description=DESCRIPTIONS.get(result, "银行没有接受"))


def _id_card(state: State, asked: dict[str, Any]) -> web.Response:
    if refused := _refused_missing(asked, "IdCard", "Name"):
        return refused
    number, said = str(asked["IdCard"]), state.kept.id_cards
    result = said.get(number, said.get("", "0")) if ID_NUMBER.fullmatch(number) else "-2"
    return told(Result=result, Description=DESCRIPTIONS.get(result, "没有核对上"))


ACTIONS: Mapping[tuple[str, str], Deed] = {
    ("faceid", "DetectAuth"): _detect_auth,
    ("faceid", "GetDetectInfoEnhanced"): _get_detect_info,
    ("faceid", "BankCard4EVerification"): _bank_card,
    ("faceid", "IdCardVerification"): _id_card,
}
