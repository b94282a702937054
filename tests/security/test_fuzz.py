"""Noise, and real things changed at random: what WeChat pushes, what a voucher says, what is typed.

Whatever comes is read or refused as its room refuses; nothing else happens.
"""

from __future__ import annotations

import string
from contextlib import suppress

from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from heli.api.reading import read_json
from heli.bookings.codes import clean_code
from heli.bookings.vouchers import PREFIX, read_qr
from heli.ground import clock
from heli.ground.refusals import InvalidInput
from heli.vault.tokens import TokenRefused, open_token
from heli.wechat.pushes.keys import key_of
from heli.wechat.pushes.receiving import PushKeys, check_signature, read_push
from heli.wechat.pushes.refused import PushRefused
from tests.wechat.pushing import a_message, a_query, an_event, as_json, sealed, xml

fuzzed = how(
    max_examples=150, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
PIECES = [b"<xml>", b"</xml>", b"<![CDATA[", b"]]>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;",
          b"<Encrypt>", b"</Encrypt>", b"{", b"}", b'"', b"\x00", b"\xff\xfe", b"<MsgId>", b"&#0;",
          b"<?xml version='1.0' encoding='utf-7'?>", b"[" * 400, b"<a>" * 400]  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, whole: bytes) -> bytes:
    """A real body with a piece taken out and another put in."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 40)))
    piece = draw(st.sampled_from(PIECES) | st.binary(max_size=20))
    return whole[:start] + piece + whole[end:]


def read(query: str, body: bytes) -> None:
    """As the door and the web processes read a push."""
    keys = PushKeys.of(settings.HELI.wechat)
    with suppress(PushRefused):
        signed = check_signature(query, keys, at=clock.real_now())
        push = read_push(signed, body, keys)
        assert len(key_of(push)) == 32
        assert len(push.openid) <= 64


class TestAPush:
    @given(body=st.binary(max_size=400) | st.lists(st.sampled_from(PIECES)).map(b"".join))
    @fuzzed
    def test_that_is_noise_is_refused_calmly(self, body):
        read(a_query(), body)

    @given(data=st.data())
    @fuzzed
    def test_that_was_changed_is_read_or_refused(self, data):
        whole = data.draw(st.sampled_from(
            [xml(a_message()), xml(an_event("subscribe")), as_json(a_message("location"))]
        ))  # fmt: skip
        read(a_query(), data.draw(spoilt(whole)))

    @given(data=st.data())
    @fuzzed
    def test_whose_encryption_was_changed_is_read_or_refused(self, data):
        query, body = sealed(xml(a_message()))
        read(query, data.draw(spoilt(body)))

    @given(query=st.text(string.printable, max_size=300))
    @fuzzed
    def test_whose_query_is_noise_is_forged(self, query):
        read(query, xml(a_message()))


class TestAVoucher:
    @given(parts=st.lists(st.text(max_size=30), max_size=7))
    @fuzzed
    def test_of_any_parts_is_refused_as_none(self, parts):
        with suppress(InvalidInput):
            read_qr(".".join([PREFIX, *parts]))
            raise AssertionError("nobody signed it")

    @given(text=st.text(max_size=60))
    @fuzzed
    def test_code_of_any_text_is_one_in_its_one_form_or_none(self, text):
        code = clean_code(text)
        assert code is None or clean_code(code) == code


class TestABody:
    @given(body=st.binary(max_size=300) | st.recursive(
        st.text() | st.integers() | st.floats(), lambda inner: st.lists(inner), max_leaves=30
    ).map(lambda value: repr(value).encode("utf-8", "surrogatepass")))  # fmt: skip
    @fuzzed
    def test_of_the_api_is_json_or_refused(self, body):
        with suppress(InvalidInput):
            read_json(body)


class TestAToken:
    @given(token=st.text(max_size=200))
    @fuzzed
    def test_of_any_text_is_refused(self, token):
        with suppress(TokenRefused):
            open_token("identity", token)
            raise AssertionError("nobody sealed it")
