"""The whole story in WeChat: find the account, book, pass the request on, agree, come in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from heli.ops.demo.people import FictionalPerson, fictional_couple
from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import CLASSIC_ID, MINI_ID
from heli.wechat.kinds import AppKind
from tests.journeys.demo_server import DemoServer
from tests.journeys.in_wechat import ASKED, code_on, shared, the_screen
from tests.journeys.looking import look_at
from tests.journeys.spouses import OFFICE, Spouse, code_of

MESSAGE_SECONDS_MAX = 60.0
ADDRESS = re.compile(r"https?://\S+")
PRIVATE = ("离婚",)


@pytest.fixture
def pushed(wechat: Emulated, town: DemoServer) -> Any:
    """WeChat pushes to this town, encrypted as an operator is told to set it."""
    wechat.control.set_push(mode="aes", webhook=f"{town.address}/wechat/events")
    yield
    wechat.control.set_push(webhook=None)


@pytest.mark.usefixtures("pushed")
def test_from_the_first_message_to_the_hall(wechat_phone, wechat, town, browser):
    one, other = fictional_couple()
    hers = wechat.control.add_person("甲", follows=False)
    his = wechat.control.add_person("乙", follows=False)
    openid, mini_openid = hers["account_openid"], his["mini_openid"]

    # She finds the account, asks it, and books on the page it leads to.
    assert "预约" in chat(wechat.control.follow(openid, told=True))
    answer = chat(wechat.control.say(openid, Content="离婚预约"))
    assert not [word for word in PRIVATE if word in answer]
    spouse = Spouse(wechat_phone(), one, look=look_at)
    spouse.device.open(wechat.control.phone_url(openid, next_address(answer, town)))
    spouse.look_around()
    link = books_in_wechat(spouse, other)
    code = code_of(link)

    # WeChat knows her account by now, silently, and she has said that it is hers.
    assert chat(wechat.control.say(openid, Content="查预约")).endswith(f"{town.address}/my")
    spouse.device.context.clear_cookies(name="heli_identity")
    spouse.device.open(f"/my/{code}")
    spouse.device.says("已保留时段，等待对方确认")

    # What she passes on says only that somebody asks.
    card = shared(wechat, spouse.device)
    assert (card["title"], card["link"]) == (ASKED, link)
    assert not [word for word in (*PRIVATE, OFFICE, one.name, other.name) if word in str(card)]

    # He opens it in the mini program, proves by his face who he is, and agrees.
    mini = MiniProgram(town, wechat, mini_openid)
    mini.asks_for_messages()
    assert mini.reads(code).status_code == 401
    mini.proves_by_face(other)
    asked = mini.reads(code).json()
    assert (asked["me"], asked["state"]) == ("partner", "held")
    assert mini.agrees(code)["state"] == "confirmed"

    # Both hear of it, each by the way they allowed; a lock screen learns nothing.
    told = message_to(wechat, openid, "预约已生效")
    told_him = message_to(wechat, mini_openid, "预约已生效")
    assert (told["template_id"], told_him["template_id"]) == (CLASSIC_ID, MINI_ID)
    for message in (told, told_him):
        words = shown(message)
        assert not [word for word in (*PRIVATE, one.name, other.name, code) if word in words]
    assert not [
        sms for sms in wechat.control.sms() if sms["phone"].endswith((one.phone, other.phone))
    ]

    # On the day both scan the code in the hall.
    starts_at = datetime.fromisoformat(asked["slot"]["starts_at"])
    town.advance_to(starts_at - timedelta(minutes=30))
    screen = the_screen(browser, town)
    comes_in(spouse, wechat, code_on(screen))
    spouse.device.says("您已签到")
    assert mini.checks_in(code_on(screen))[0]["state"] == "checked_in"
    spouse.device.open("/in")
    spouse.device.says("请在大厅等候叫号", "排队号")
    screen.context.close()


def comes_in(spouse: Spouse, wechat: Emulated, scanned: str) -> None:
    """Scan the hall's code by WeChat's script, and say that one is there."""
    wechat.control.set_scans(scanned)
    spouse.device.open("/in")
    spouse.look_around()
    spouse.device.button("扫一扫签到").click()
    spouse.device.page.wait_for_url("**/in/*")
    spouse.send("我到了，签到")


def chat(pushed: dict[str, Any] | None) -> str:
    """What the account answers."""
    assert pushed is not None
    assert pushed["status"] == 200, pushed
    text: str = pushed["reply"]["Content"]
    return text


def next_address(answer: str, town: DemoServer) -> str:
    """The first link of an answer, which is one of ours."""
    address = ADDRESS.findall(answer)[0]
    assert address.startswith(town.address), answer
    return str(address)


def books_in_wechat(spouse: Spouse, other: FictionalPerson) -> str:
    """As `Spouse.books`, with the question whether this WeChat is hers."""
    spouse.device.open("/")
    spouse.look_around()
    spouse.follow("预约离婚登记")
    spouse.send("开始预约")
    spouse.proves_identity()
    assert spouse.device.path == "/wechat/bind"
    spouse.send("用这个微信")
    spouse.fills_in(other)
    spouse.send("提交，保留这个时段")
    return spouse.link_to_pass_on()


class MiniProgram:
    """The mini program on somebody's telephone, as the service sees it."""

    def __init__(self, town: DemoServer, wechat: Emulated, openid: str) -> None:
        self._http, self._wechat, self._openid = town.http, wechat, openid
        code = wechat.control.mint_code(AppKind.MINI, openid)
        self._session = self._post("/wechat/session", {"js_code": code})["token"]
        self._identity = ""

    def asks_for_messages(self) -> None:
        """Messages are allowed, at WeChat and to us."""
        (template,) = self._http.get("/api/v1/wechat/templates").json()
        self._wechat.control.grant(self._openid, template["id"])
        answers = {"answers": {template["id"]: "accept"}}
        self._post("/wechat/subscriptions", answers, token=self._session)

    def proves_by_face(self, person: FictionalPerson) -> None:
        """The face check of WeChat, and their word that the account is theirs."""
        claim = {
            "name": person.name,
            "id_number": person.id_number,
            "phone": person.phone,
            "method": "wechat_face",
        }
        begun = self._post("/identity/verifications", claim, token=self._session)
        self._wechat.control.face(verify_id=begun["handle"])
        result = f"/identity/verifications/{begun['id']}/result"
        self._identity = self._post(result, {}, token=self._session)["token"]
        self._post("/wechat/bind", {"identity_token": self._identity}, token=self._session)

    def reads(self, code: str) -> Any:
        """The booking as it is shown here."""
        token = self._identity or self._session
        return self._http.get(
            f"/api/v1/bookings/{code}", headers={"Authorization": f"Bearer {token}"}
        )

    def agrees(self, code: str) -> Any:
        """The word of whoever proved who they are."""
        return self._post(f"/bookings/{code}/consent", {}, token=self._identity)

    def checks_in(self, scanned: str) -> Any:
        """The code of the hall was scanned; to check in it is enough to be recognised."""
        hall = urlsplit(scanned).path.rpartition("/")[2]
        return self._post("/check-in", {"hall": hall}, token=self._session)["bookings"]

    def _post(self, path: str, body: dict[str, Any], *, token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self._http.post(f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None


def message_to(wechat: Emulated, openid: str, what: str) -> dict[str, Any]:
    """The message of these words, once it has come."""
    return wait_for(
        lambda: next((m for m in wechat.control.messages(openid) if what in shown(m)), None)
    )


def shown(message: dict[str, Any]) -> str:
    """All that a lock screen may show of it."""
    return " ".join(str(value) for value in message["data"].values())


def wait_for(look: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    """What is found, as soon as it is there."""
    until = time.monotonic() + MESSAGE_SECONDS_MAX
    while (found := look()) is None:
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.2)
    return found
