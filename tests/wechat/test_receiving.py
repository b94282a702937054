"""Is it from WeChat, to us, now; and what does it say. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from heli.wechat.crypto import encrypt
from heli.wechat.kinds import AppKind
from heli.wechat.pushes.documents import read_document
from heli.wechat.pushes.keys import key_of
from heli.wechat.pushes.receiving import (
    BODY_BYTES_MAX,
    Push,
    PushKeys,
    Signed,
    check_signature,
    echo_of,
    read_push,
)
from heli.wechat.pushes.refused import Forged, TooLarge, Unreadable
from heli.wechat.signing import push_signature
from tests.wechat.broken import BROKEN
from tests.wechat.pushing import OPENID, a_message, an_event, as_json, xml

# The published vector, and the moment of it.
TOKEN, TIMESTAMP, NONCE = "AAAAA", "1714037059", "486452656"
SIGNATURE = "899cf89e464efb63f54ddac96b0a0a235f53aa78"
THEN = datetime.fromtimestamp(1714037059, UTC)
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OURS, MINI, FOREIGN = "wxbad0b45542aa0b5e", "wx00000000000000b2", "wx00000000000000c3"
KEYS = PushKeys(TOKEN, AES_KEY, {OURS: AppKind.ACCOUNT, MINI: AppKind.MINI})
SECOND = timedelta(seconds=1)

GOOD = {"signature": SIGNATURE, "timestamp": TIMESTAMP, "nonce": NONCE}
TEXT = {
    "ToUserName": "gh_1",
    "FromUserName": OPENID,
    "CreateTime": 1714037059,
    "MsgType": "text",
    "Content": "婚",
    "MsgId": "1",
}
PLAIN = Signed(TIMESTAMP, NONCE, None, "")


def query(**changes: str | None) -> str:
    return urlencode({k: v for k, v in (GOOD | changes).items() if v is not None})


def sealed(content: bytes, *, appid: str = OURS, aes_key: str = AES_KEY) -> tuple[Signed, bytes]:
    text = encrypt(content, aes_key, appid)
    signed = Signed(TIMESTAMP, NONCE, push_signature(TOKEN, TIMESTAMP, NONCE, text), "")
    return signed, f"<xml><Encrypt>{text}</Encrypt></xml>".encode()


def read(body: bytes) -> Push:
    return read_push(PLAIN, body, KEYS)


class TestTheSignature:
    def test_of_the_published_vector_is_right(self):
        assert check_signature(query(), KEYS, at=THEN) == PLAIN

    @pytest.mark.parametrize("minutes", [-5, 5], ids=["of 5 minutes ago", "5 minutes ahead"])
    def test_is_good_for_five_minutes_to_the_second(self, minutes):
        at = THEN + timedelta(minutes=minutes)

        assert check_signature(query(), KEYS, at=at)
        with pytest.raises(Forged):
            check_signature(query(), KEYS, at=at + SECOND * (1 if minutes > 0 else -1))

    @pytest.mark.parametrize(
        "changes",
        [
            {"signature": "0" * 40},
            {"signature": SIGNATURE.upper()},
            {"signature": SIGNATURE + "\n"},
            {"signature": "１" * 40},
            {"signature": ""},
            {"signature": None},
            {"nonce": "486452657"},
            {"nonce": None},
            {"nonce": "\n"},
            {"timestamp": None},
            {"timestamp": "1714037060"},
            {"timestamp": "-1"},
            {"timestamp": "１７１４０３７０５９"},
            {"timestamp": "9" * 4000},
            {"timestamp": "1e9"},
            {"encrypt_type": "sm4"},
            {"encrypt_type": "aes"},
            {"msg_signature": SIGNATURE},
        ],
        ids=repr,
    )
    def test_with_anything_else_is_forged(self, changes):
        with pytest.raises(Forged):
            check_signature(query(**changes), KEYS, at=THEN)

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            "&" * 100,
            query() + "&nonce=1",
            query() + "&x=%ff",
            query() + "&x" * 30,
            query() + "&x=" + "y" * 3000,
        ],
        ids=["nothing", "only &", "two nonces", "no UTF-8", "many fields", "long"],
    )
    def test_in_a_query_that_wechat_would_not_write_is_forged(self, raw):
        with pytest.raises(Forged):
            check_signature(raw, KEYS, at=THEN)

    def test_made_without_a_token_is_forged_where_none_is_set_up(self):
        anybody = push_signature("", TIMESTAMP, NONCE)

        with pytest.raises(Forged):
            check_signature(query(signature=anybody), PushKeys("", "", {}), at=THEN)

    def test_brings_the_echo_that_wechat_wants_to_hear(self):
        assert echo_of(check_signature(query(echostr="84a91"), KEYS, at=THEN)) == "84a91"

    @pytest.mark.parametrize("echo", ["", "<script>\n", "婚", "x" * 513])
    def test_brings_no_other_echo(self, echo):
        with pytest.raises(Forged):
            echo_of(check_signature(query(echostr=echo), KEYS, at=THEN))


class TestEncryption:
    def test_a_message_for_our_account_is_opened(self):
        push = read_push(*sealed(xml(TEXT)), KEYS)

        assert push.fields["Content"] == "婚"
        assert push.app is AppKind.ACCOUNT
        assert push.is_encrypted

    def test_a_message_for_our_mini_program_says_so(self):
        assert read_push(*sealed(as_json(TEXT), appid=MINI), KEYS).app is AppKind.MINI

    def test_a_message_for_another_appid_is_forged(self):
        with pytest.raises(Forged):
            read_push(*sealed(xml(TEXT), appid=FOREIGN), KEYS)

    def test_a_message_under_another_key_is_forged(self):
        with pytest.raises(Forged):
            read_push(*sealed(xml(TEXT), aes_key="B" * 43), KEYS)

    def test_is_not_opened_where_no_key_is_set_up(self):
        with pytest.raises(Forged):
            read_push(*sealed(xml(TEXT)), PushKeys(TOKEN, "", KEYS.appids))

    def test_a_signature_of_another_body_is_forged(self):
        signed, _body = sealed(xml(TEXT))
        _other, body = sealed(xml(TEXT | {"Content": "冒"}))

        with pytest.raises(Forged):
            read_push(signed, body, KEYS)

    @pytest.mark.parametrize("encrypt", ["", "no base64", "QUFBQQ==", "Q3stYC6hdFzMh9T8HCvyDA=="])
    def test_what_is_no_encrypted_text_is_refused(self, encrypt):
        signed = Signed(TIMESTAMP, NONCE, push_signature(TOKEN, TIMESTAMP, NONCE, encrypt), "")
        body = f"<xml><Encrypt>{encrypt}</Encrypt></xml>".encode()

        with pytest.raises((Forged, Unreadable)):
            read_push(signed, body, KEYS)

    def test_beside_a_plain_copy_only_the_encrypted_message_counts(self):
        signed, body = sealed(xml(TEXT))
        both = body.replace(b"<xml>", b"<xml><MsgType>event</MsgType><Event>unsubscribe</Event>")

        assert read_push(signed, both, KEYS).kind == "text"


class TestDocuments:
    @pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
    def test_what_wechat_never_sends_is_unreadable(self, body):
        with pytest.raises(Unreadable):
            read(body)

    @pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
    def test_it_is_unreadable_in_an_encrypted_body_too(self, body):
        with pytest.raises(Unreadable):
            read_push(*sealed(body), KEYS)

    def test_what_is_longer_than_any_push_is_too_large(self):
        with pytest.raises(TooLarge):
            read(b" " * (BODY_BYTES_MAX + 1))

    @pytest.mark.parametrize(
        "changes",
        [
            {"FromUserName": ""},
            {"FromUserName": "o'; DROP TABLE--"},
            {"FromUserName": "o" * 65},
            {"ToUserName": "婚"},
            {"CreateTime": "yesterday"},
            {"CreateTime": "9" * 21},
            {"MsgType": ""},
            {"MsgType": "text\n"},
            {"MsgType": "event"},
            {"MsgType": "event", "Event": "<b>"},
        ],
        ids=repr,
    )
    def test_without_who_when_and_what_it_is_unreadable(self, changes):
        with pytest.raises(Unreadable):
            read(xml(TEXT | changes))

    def test_what_it_says_of_its_own_encoding_does_not_count(self):
        declared = b"<?xml version='1.0' encoding='GBK'?>" + xml(TEXT)

        assert read(declared).fields["Content"] == "婚"

    def test_xml_and_json_are_read_alike(self):
        by_xml, by_json = read(xml(TEXT)), read(as_json(TEXT))
        with_strings = read(as_json(TEXT | {"CreateTime": "1714037059"}))

        assert by_xml == by_json == with_strings

    @pytest.mark.parametrize(
        "wrapper", ["SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent"]
    )
    def test_a_list_is_found_whatever_it_is_wrapped_in(self, wrapper):
        items = [{"TemplateId": "a", "ErrorCode": "0"}, {"TemplateId": "b", "ErrorCode": "0"}]

        by_xml = read_document(xml({"Event": "x", wrapper: {"List": items}}))
        by_json = read_document(as_json({"Event": "x", "List": items}))

        assert list(by_xml.items) == list(by_json.items) == items

    def test_in_json_a_list_of_one_is_an_object(self):
        found = read_document(as_json({"List": {"TemplateId": "a", "PopupScene": 1}}))

        assert list(found.items) == [{"TemplateId": "a", "PopupScene": "1"}]

    def test_a_list_longer_than_any_of_wechats_is_unreadable(self):
        with pytest.raises(Unreadable):
            read_document(xml({"List": [{"TemplateId": "a"}] * 51}))

    def test_a_push_prints_nothing_of_whom_it_is_from(self):
        shown = repr(read(xml(TEXT)))

        assert OPENID not in shown
        assert "婚" not in shown


class TestTheSame:
    def key(self, fields, *, encrypted=False):
        body = xml(fields)
        return key_of(read_push(*sealed(body), KEYS) if encrypted else read(body))

    def test_a_message_is_known_by_its_number_alone(self):
        message = a_message()

        assert self.key(message) == self.key(message | {"CreateTime": 1})
        assert self.key(message) != self.key(a_message())

    def test_a_repetition_is_known_although_it_is_encrypted_anew(self):
        message = a_message()

        assert self.key(message, encrypted=True) == self.key(message, encrypted=True)
        assert self.key(message, encrypted=True) == self.key(message)

    def test_an_event_is_known_by_who_when_and_what(self):
        event = an_event("CLICK", EventKey="help")

        assert self.key(event) == self.key(dict(event))
        assert self.key(event) != self.key(event | {"CreateTime": 1})
        assert self.key(event) != self.key(event | {"FromUserName": "other"})
        assert self.key(event) != self.key(event | {"EventKey": "near"})

    def test_two_messages_that_ended_in_the_same_second_are_two(self):
        event = an_event("subscribe_msg_sent_event")
        one, other = (
            event | {"SubscribeMsgSentEvent": {"List": {"TemplateId": "t", "MsgID": number}}}
            for number in ("1", "2")
        )

        assert self.key(one) != self.key(other)

    def test_nobody_can_tell_from_the_key_whose_it_was(self):
        assert OPENID.encode() not in self.key(an_event("subscribe"))
