"""The strings of an emulator that runs somewhere, as Python calls: for tests and scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx

from heli.wechat.emulator.people import new_openid
from heli.wechat.kinds import AppKind

Json = dict[str, Any]
SECONDS_MAX = 60.0


class Control:
    """What tests do with an emulator; see `heli.wechat.emulator.control` for what each means."""

    def __init__(self, address: str) -> None:
        self.address = address
        # A proxy of the environment is for the world outside, not for this machine.
        self._client = httpx.Client(base_url=address, timeout=SECONDS_MAX, trust_env=False)

    def do(self, deed: str, **arguments: Any) -> Any:
        """Any deed by its name. Raises ValueError with what was wrong with it."""
        answer = self._client.post("/__control", json={"do": deed, **arguments})
        document = answer.json()
        if answer.status_code != 200:
            raise ValueError(document["wrong"])
        return document["told"]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def reset(self, webhook: str | None = None) -> None:
        """As if just started."""
        self.do("reset", webhook=webhook)

    def add_person(self, name: str = "微友", **more: Any) -> Json:
        """Somebody: account_openid, mini_openid, unionid, phone … more: some of these, and
        has_unionid, follows."""
        found: Json = self.do("add_person", name=name, **more)
        return found

    def person(self, openid: str) -> Json:
        """What is known of somebody; with their chat."""
        found: Json = self.do("person", openid=openid)
        return found

    def mint_code(self, app: AppKind, openid: str | None = None, **more: Any) -> str:
        """A login code of somebody, of somebody new without an openid. more: is_snapshot, scope."""
        return str(self.do("mint_code", app=app, openid=openid or new_openid(), **more))

    def mint_phone_code(self, phone: str) -> str:
        """A code that stands for a telephone number."""
        return str(self.do("mint_phone_code", phone=phone))

    def grant(self, openid: str, template_id: str, times: int | None = 1) -> None:
        """So many messages more are allowed; None is any number."""
        self.do("grant", openid=openid, template_id=template_id, times=times)

    def refuse(self, openid: str, template_id: str) -> None:
        """No more messages of the template."""
        self.do("refuse", openid=openid, template_id=template_id)

    def follow(self, openid: str, *, scene: str = "", told: bool = False) -> Json | None:
        """Follow the account. told: push the event, too, and say what came of it."""
        found: Json | None = self.do("follow", openid=openid, scene=scene, told=told)
        return found

    def unfollow(self, openid: str, *, told: bool = False) -> Json | None:
        """Follow no longer. told: as in `follow`."""
        found: Json | None = self.do("unfollow", openid=openid, told=told)
        return found

    def block(self, openid: str, *, blocks: bool = True) -> None:
        """What is sent is accepted and then fails."""
        self.do("block", openid=openid, blocks=blocks)

    def set_mood(self, openid: str, mood: str) -> None:
        """How pages that ask for the account are answered: accept, refuse or snapshot."""
        self.do("set_mood", openid=openid, mood=mood)

    def set_visitor(self, openid: str | None) -> None:
        """Who opens such pages in a browser without a cookie of the emulator."""
        self.do("set_visitor", openid=openid)

    def script_fault(self, path: str, **fault: Any) -> None:
        """The next call of the path goes wrong: errcode and errmsg, status, body, delay, cut,
        after, times; see `heli.wechat.emulator.faults.Fault`."""
        self.do("script_fault", path=path, **fault)

    def script_sms(self, code: str, *, phone: str = "", times: int | None = 1) -> None:
        """How the next short messages fare, to this number as it is written or to any: a code of
        SendStatusSet. For a refusal of the whole call: script_fault("SendSms", errcode=…)."""
        self.do("script_fault", path=f"sms {phone}".strip(), errcode=code, times=times)

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self.do("clear_faults")

    def expire_tokens(self) -> None:
        """Access tokens and tickets are over: 42001."""
        self.do("expire_tokens")

    def kill_tokens(self) -> None:
        """Access tokens are no longer the latest: 40001."""
        self.do("kill_tokens")

    def move_clock(self, seconds: float) -> None:
        """The emulator's clock runs ahead."""
        self.do("move_clock", seconds=seconds)

    def face(
        self, verify_ret: int = 10000, *, errcode: int = 0, verify_id: str | None = None
    ) -> None:
        """How face checks come out. As long as nothing is said, nobody finished any: 90003."""
        self.do("face", verify_ret=verify_ret, errcode=errcode, verify_id=verify_id)

    def cloud_face(self, err_code: int = 0, *, biz_token: str | None = None, **said: str) -> None:
        """How the face check in a browser that began last comes out, or the one of the token. As
        long as nothing is said, nobody finished it. said: IdCard, Name to say other ones."""
        self.do("cloud_face", err_code=err_code, biz_token=biz_token, **said)

    def bank_card(self, result: str, *, number: str = "") -> None:
        """What is said of this bank card, or of any: a code of BankCard4EVerification."""
        self.do("bank_card", result=result, number=number)

    def id_card(self, result: str, *, number: str = "") -> None:
        """What is said of name and number of this card, or of any: a code of IdCardVerification."""
        self.do("id_card", result=result, number=number)

    def set_pages(self, pages: list[str] | None) -> None:
        """Which pages the mini program has; None is any."""
        self.do("set_pages", pages=pages)

    def set_redirect_names(self, names: list[str]) -> None:
        """Which hosts are registered for web login."""
        self.do("set_redirect_names", names=names)

    def set_push(self, **more: Any) -> None:
        """mode plain, both or aes; webhook; seconds_max; reports_delivery."""
        self.do("set_push", **more)

    def push(self, fields: Json, app: AppKind = AppKind.ACCOUNT) -> Json:
        """Push these fields; what came of it: query, body, attempts, status, reply, fault."""
        found: Json = self.do("push", fields=fields, app=app)
        return found

    def say(self, openid: str, kind: str = "text", **more: Any) -> Json:
        """Somebody writes to the account; what came of it. more: Content, Location_X …"""
        found: Json = self.do("say", openid=openid, kind=kind, **more)
        return found

    def happen(self, openid: str, event: str, **more: Any) -> Json:
        """Something happens; what came of the push. more: EventKey, Ticket …"""
        found: Json = self.do("happen", openid=openid, event=event, **more)
        return found

    def scan(self, openid: str, ticket: str) -> Json | None:
        """Somebody scans a QR code of the account: SCAN, or subscribe for one who did not follow.
        None for a code that is none or too old."""
        found: Json | None = self.do("scan", openid=openid, ticket=ticket)
        return found

    def choose(self, openid: str, template_id: str, *, accepts: bool) -> Json:
        """Somebody allows one message in a page of the account, or refuses; the event is pushed."""
        found: Json = self.do("choose", openid=openid, template_id=template_id, accepts=accepts)
        return found

    def phone_url(self, openid: str, then: str = "/phone") -> str:
        """What a browser opens to hold the telephone of this person (openid at the account) and go
        on to `then`: an address of Heli or of the telephone."""
        return f"{self.address}/phone/as?{urlencode({'openid': openid, 'next': then})}"

    def wait_for_pushes(self) -> None:
        """Until the reports under way have arrived, or were given up."""
        self.do("wait_for_pushes")

    def check_webhook(self) -> bool:
        """Whether the webhook returns the echo."""
        return bool(self.do("check_webhook"))

    def messages(self, openid: str | None = None) -> list[Json]:
        """What was sent, oldest first: way, openid, template_id, data, page, msgid."""
        return list(self.do("messages", openid=openid))

    def sms(self) -> list[Json]:
        """Short messages: phone, template, params, sign, serial."""
        return list(self.do("seen", what="sms"))

    def pushes(self) -> list[Json]:
        """What was pushed, or without a webhook would have been: fields, query, body …"""
        return list(self.do("seen", what="pushes"))

    def calls(self, path: str | None = None) -> list[Json]:
        """The calls that came, without secrets: path, query, body, at."""
        return [one for one in self.do("seen", what="calls") if path in (None, one["path"])]

    def page_acts(self, api: str | None = None) -> list[Json]:
        """What pages did by WeChat's script: api, arguments, url; the data to share among them."""
        return [one for one in self.do("seen", what="page_acts") if api in (None, one["api"])]

    def menu(self) -> Json | None:
        """The account's menu."""
        found: Json | None = self.do("seen", what="menu")
        return found

    def set_scans(self, *texts: str) -> None:
        """What the camera sees next."""
        self.do("set_scans", texts=list(texts))

    def set_position(self, latitude: float, longitude: float) -> None:
        """Where the telephone is (WGS-84)."""
        self.do("set_position", latitude=latitude, longitude=longitude)
