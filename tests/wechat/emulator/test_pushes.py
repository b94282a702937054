"""What the emulator pushes, opened and answered by somebody else's implementation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest
from defusedxml import ElementTree
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from heli.wechat.emulator.envelopes import ReplyWrong, read_reply, seal, signature_of, unseal
from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import ACCOUNT_ID, CLASSIC_ID
from heli.wechat.kinds import AppKind
from tests.wechat.emulator.asking import DATA

ACCOUNT = AppKind.ACCOUNT
Answer = Callable[["Got"], tuple[int, bytes]]


@dataclass
class Got:
    """A request that came."""

    query: dict[str, str]
    body: bytes

    def fields(self) -> dict[str, str | None]:
        return {child.tag: child.text for child in ElementTree.fromstring(self.body)}


@dataclass
class Listener:
    """A server of somebody's that takes pushes. answers: in order, the last for all others."""

    address: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=lambda: [lambda _got: (200, b"success")])

    def answer(self, got: Got) -> tuple[int, bytes]:
        self.got.append(got)
        return self.answers[min(len(self.got), len(self.answers)) - 1](got)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.respond(*listener.answer(Got(self.query(), body)))

        def do_GET(self) -> None:
            self.respond(*listener.answer(Got(self.query(), b"")))

        def query(self) -> dict[str, str]:
            return dict(parse_qsl(urlsplit(self.path).query))

        def respond(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    listener.address = f"http://127.0.0.1:{server.server_port}/wechat/events"
    yield listener
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def control(emulator: Emulated, listener: Listener):
    emulator.control.reset(webhook=listener.address)
    return emulator.control


def crypto(emulator: Emulated) -> WeChatCrypto:
    known = emulator.registered
    return WeChatCrypto(known.token, known.aes_key, known.apps[ACCOUNT].appid)


class TestPlain:
    def test_a_text_arrives_signed_and_is_answered(self, emulator, control, listener):
        def reply(got: Got) -> tuple[int, bytes]:
            message = parse_message(got.body)
            xml = (
                f"<xml><ToUserName>{message.source}</ToUserName><FromUserName>{message.target}"
                "</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>"
                "<Content><![CDATA[您好 & 再见]]></Content></xml>"
            )
            return 200, xml.encode()

        listener.answers = [reply]
        told = control.say("openid-1", Content="离婚预约")

        [got] = listener.got
        query = got.query
        check_signature(
            emulator.registered.token, query["signature"], query["timestamp"], query["nonce"]
        )
        assert parse_message(got.body).content == "离婚预约"
        assert (told["attempts"], told["fault"]) == (1, None)
        assert told["reply"]["Content"] == "您好 & 再见"
        chat = control.person("openid-1")["chat"]
        assert [(one["who"], one["text"]) for one in chat] == [
            ("me", "离婚预约"),
            ("account", "您好 & 再见"),
        ]

    def test_the_echo_is_asked_for(self, control, listener):
        listener.answers = [lambda got: (200, got.query["echostr"].encode())]
        assert control.check_webhook() is True

        listener.answers = [lambda _got: (200, b"something else")]
        assert control.check_webhook() is False


class TestEncrypted:
    def test_opened_and_answered_by_another_implementation(self, emulator, control, listener):
        control.set_push(mode="aes")
        opened: list[str] = []

        def reply(got: Got) -> tuple[int, bytes]:
            query = got.query
            xml = crypto(emulator).decrypt_message(
                got.body, query["msg_signature"], query["timestamp"], query["nonce"]
            )
            message = parse_message(xml)
            opened.append(message.content)
            plain = (
                f"<xml><ToUserName>{message.source}</ToUserName><FromUserName>{message.target}"
                "</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>"
                "<Content>收到</Content></xml>"
            )
            return 200, crypto(emulator).encrypt_message(plain, "nonce", "1714037059").encode()

        listener.answers = [reply]
        told = control.say("openid-1", Content="你好")

        assert opened == ["你好"]
        assert listener.got[0].query["encrypt_type"] == "aes"
        assert "Content" not in listener.got[0].fields()
        assert (told["fault"], told["reply"]["Content"]) == (None, "收到")

    def test_both_modes_in_one(self, control, listener):
        control.set_push(mode="both")
        control.say("openid-1", Content="你好")

        assert {"Content", "Encrypt"} <= set(listener.got[0].fields())

    def test_a_tampered_push_is_refused_by_another_implementation(self, emulator, control):
        control.set_push(mode="aes", webhook=None)
        made = control.say("openid-1", Content="你好")
        query = made["query"]

        with pytest.raises(InvalidSignatureException):
            crypto(emulator).decrypt_message(
                made["body"], "0" * 40, query["timestamp"], query["nonce"]
            )

    def test_the_published_vectors(self):
        key, appid = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxbad0b45542aa0b5e"
        sealed = (
            "Q3stYC6hdFzMh9T8HCvyDNLXVkgBhdc7SMouAQDvTmTcwHul5Gp8BRThB5wFHeAt7H+"
            "JtJm66GzIzxWGqw2K8A=="
        )
        plain = "<xml><a>婚</a></xml>"

        assert seal(plain, key, appid, random=b"0123456789abcdef") == sealed
        assert unseal(sealed, key) == (plain, appid)
        assert signature_of("AAAAA", "1714037059", "486452656", sealed) == (
            "898d8d5158d2085ddc9a1a7a1beb101130dd92fa"
        )


class TestTriesAgain:
    @pytest.mark.parametrize("status", [500, 302, 404])
    def test_three_times_more_with_the_same_number(self, control, listener, status):
        listener.answers = [lambda _got: (status, b"")]

        told = control.say("openid-1", Content="你好")

        assert told["attempts"] == len(listener.got) == 4
        assert len({got.fields()["MsgId"] for got in listener.got}) == 1
        assert told["fault"] == f"HTTP {status}"
        hints = [one["text"] for one in control.person("openid-1")["chat"] if one["who"] == "hint"]
        assert hints == ["该公众号提供的服务出现故障，请稍后再试"]

    def test_an_event_keeps_its_moment(self, control, listener):
        listener.answers = [lambda _got: (500, b""), lambda _got: (200, b"success")]

        told = control.happen("openid-1", "CLICK", EventKey="help")

        assert told["attempts"] == 2
        assert len({got.fields()["CreateTime"] for got in listener.got}) == 1

    def test_an_answer_that_is_late_is_asked_for_again(self, control, listener):
        control.set_push(seconds_max=0.2)

        def late(_got: Got) -> tuple[int, bytes]:
            time.sleep(0.6)
            return 200, b"success"

        listener.answers = [late, lambda _got: (200, b"success")]
        told = control.say("openid-1", Content="你好")

        assert (told["attempts"], told["fault"]) == (2, None)

    def test_nobody_listens(self, control):
        control.set_push(webhook="http://127.0.0.1:1/")

        told = control.say("openid-1", Content="你好")

        assert (told["attempts"], told["status"]) == (4, None)
        assert told["fault"] == "ClientConnectorError"


class TestWhatIsPushed:
    def test_who_follows_by_a_code_brings_its_scene(self, asking, control, listener):
        scene = {"scene": {"scene_str": "office-1"}}
        made = asking.call(
            ACCOUNT,
            "/cgi-bin/qrcode/create",
            {"action_name": "QR_STR_SCENE", "expire_seconds": 600, "action_info": scene},
        )
        openid = control.add_person()["account_openid"]

        control.scan(openid, made["ticket"])
        control.scan(openid, made["ticket"])

        first, second = (got.fields() for got in listener.got)
        assert (first["Event"], first["EventKey"]) == ("subscribe", "qrscene_office-1")
        assert (second["Event"], second["EventKey"]) == ("SCAN", "office-1")
        assert first["Ticket"] == second["Ticket"] == made["ticket"]

    @pytest.mark.parametrize(
        ("blocks", "status"), [(False, "success"), (True, "failed:user block")]
    )
    def test_how_a_template_message_fared(self, asking, control, listener, blocks, status):
        openid = control.add_person(follows=True)["account_openid"]
        control.block(openid, blocks=blocks)
        body = {"touser": openid, "template_id": CLASSIC_ID, "data": DATA}

        answer = asking.call(ACCOUNT, "/cgi-bin/message/template/send", body)
        control.wait_for_pushes()

        fields = listener.got[0].fields()
        assert (fields["Event"], fields["Status"]) == ("TEMPLATESENDJOBFINISH", status)
        assert fields["MsgID"] == str(answer["msgid"])

    def test_how_a_subscription_fared(self, asking, control, listener):
        openid = control.add_person()["account_openid"]
        control.choose(openid, ACCOUNT_ID, accepts=True)
        body = {"touser": openid, "template_id": ACCOUNT_ID, "data": DATA}

        asking.call(ACCOUNT, "/cgi-bin/message/subscribe/bizsend", body)
        control.wait_for_pushes()

        asked, sent = (ElementTree.fromstring(got.body) for got in listener.got)
        assert asked.findtext("SubscribeMsgPopupEvent/List/SubscribeStatusString") == "accept"
        assert asked.findtext("SubscribeMsgPopupEvent/List/TemplateId") == ACCOUNT_ID
        assert sent.findtext("SubscribeMsgSentEvent/List/ErrorStatus") == "success"

    def test_without_a_webhook_it_is_kept_to_be_sent_by_hand(self, emulator):
        told = emulator.control.say("openid-1", Content="你好")

        assert told["attempts"] == 0
        assert "你好" in told["body"]
        assert emulator.control.pushes() == [told]


class TestReplies:
    SENT = {"FromUserName": "openid-1", "MsgType": "text"}
    GOOD = (
        "<xml><ToUserName>openid-1</ToUserName><FromUserName>gh_00000000a1a1</FromUserName>"
        "<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>好</Content></xml>"
    )

    def test_taking_note_is_no_reply(self, emulator):
        for body in (b"", b"success"):
            assert read_reply(emulator.registered, ACCOUNT, self.SENT, body) is None

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("openid-1", "openid-2"),
            ("gh_00000000a1a1", "gh_0"),
            ("<CreateTime>1<", "<CreateTime>now<"),
            (">text<", ">video<"),
            (">好<", "><"),
            (">好<", f">{'长' * 683}<"),
            ("</xml>", ""),
        ],
        ids=["to", "from", "time", "type", "empty", "long", "broken"],
    )
    def test_what_wechat_would_not_show(self, emulator, old, new):
        body = self.GOOD.replace(old, new).encode()

        with pytest.raises(ReplyWrong):
            read_reply(emulator.registered, ACCOUNT, self.SENT, body)

    def test_encrypted_for_somebody_else(self, emulator):
        known = emulator.registered
        sealed = seal(self.GOOD, known.aes_key, "wx1111111111111111")
        signature = signature_of(known.token, "1", "2", sealed)
        body = (
            f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signature}</MsgSignature>"
            "<TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
        )

        with pytest.raises(ReplyWrong, match="another appid"):
            read_reply(known, ACCOUNT, self.SENT, body.encode())
