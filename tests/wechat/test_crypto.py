"""Signatures and encryption, held to WeChat's published vectors and to another implementation."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

from heli.wechat.crypto import CannotOpen, decrypt, encrypt
from heli.wechat.signing import cert_hash, js_signature, push_signature

TOKEN, TIMESTAMP, NONCE = "AAAAA", "1714037059", "486452656"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OTHER_AES_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
APPID = "wxbad0b45542aa0b5e"
OTHER_APPID = "wx00000000000000a1"
MESSAGE = "<xml><a>婚</a></xml>"
ENCRYPTED = (
    "Q3stYC6hdFzMh9T8HCvyDNLXVkgBhdc7SMouAQDvTmTcwHul5Gp8BRThB5wFHeAt7H+JtJm66GzIzxWGqw2K8A=="
)
JS_TICKET = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
JS_NONCE, JS_TIMESTAMP = "Wm3WZYTPz0wzccnW", 1414587457


def theirs() -> WeChatCrypto:
    """wechatpy's implementation, with the same token, key and app."""
    return WeChatCrypto(TOKEN, AES_KEY, APPID)


def _within(xml: str, tag: str) -> str:
    (found,) = re.findall(rf"<{tag}><!\[CDATA\[(.*)\]\]></{tag}>", xml)
    return str(found)


class TestPushSignature:
    def test_a_push_is_signed_as_wechat_shows_it(self):
        assert push_signature(TOKEN, TIMESTAMP, NONCE) == "899cf89e464efb63f54ddac96b0a0a235f53aa78"

    def test_with_its_encrypted_body_it_is_another(self):
        signature = push_signature(TOKEN, TIMESTAMP, NONCE, ENCRYPTED)

        assert signature == "898d8d5158d2085ddc9a1a7a1beb101130dd92fa"

    @pytest.mark.parametrize(
        "changed",
        [
            ("AAAAB", TIMESTAMP, NONCE),
            (TOKEN, "1714037060", NONCE),
            (TOKEN, TIMESTAMP, "486452657"),
        ],
        ids=["token", "timestamp", "nonce"],
    )
    def test_it_is_another_for_everything_that_is_changed(self, changed):
        assert push_signature(*changed) != push_signature(TOKEN, TIMESTAMP, NONCE)


class TestJsSignature:
    @pytest.mark.parametrize(
        ("url", "signature"),
        [
            ("http://mp.weixin.qq.com", "f4d90daf4b3bca3078ab155816175ba34c443a7b"),
            ("http://mp.weixin.qq.com?params=value", "0f9de62fce790f9a083d5c99e95740ceb90c27ed"),
        ],
    )
    def test_a_page_is_signed_as_wechat_shows_it(self, url, signature):
        assert js_signature(JS_TICKET, JS_NONCE, JS_TIMESTAMP, url) == signature

    def test_what_follows_a_hash_does_not_count(self):
        url = "http://mp.weixin.qq.com?params=value"

        with_hash = js_signature(JS_TICKET, JS_NONCE, JS_TIMESTAMP, f"{url}#step-2")

        assert with_hash == js_signature(JS_TICKET, JS_NONCE, JS_TIMESTAMP, url)


class TestCertHash:
    def test_a_document_has_the_digest_that_wechat_shows(self):
        digest = cert_hash("IDENTITY_CARD", "张三", "310101199801011234")

        assert digest == "3c241f7ff324977aeb91f173bb2a7b06569e6fd784d5573db34a636d8671108b"

    def test_no_two_documents_share_one_by_moving_a_letter_between_the_parts(self):
        assert cert_hash("IDENTITY_CARD", "ab", "c") != cert_hash("IDENTITY_CARD", "a", "bc")


class TestEncrypt:
    def test_a_text_is_encrypted_as_the_known_one(self):
        encrypted = encrypt(MESSAGE.encode(), AES_KEY, APPID, b"0123456789abcdef")

        assert encrypted == ENCRYPTED

    def test_the_same_text_never_looks_the_same_twice(self):
        assert encrypt(b"success", AES_KEY, APPID) != encrypt(b"success", AES_KEY, APPID)

    @given(st.text(max_size=200))
    def test_another_implementation_reads_what_we_encrypt_and_sign(self, text):
        encrypted = encrypt(text.encode(), AES_KEY, APPID)
        signature = push_signature(TOKEN, TIMESTAMP, NONCE, encrypted)

        opened = theirs().decrypt_message({"Encrypt": encrypted}, signature, TIMESTAMP, NONCE)

        assert opened == text

    def test_another_implementation_refuses_what_is_meant_for_another_app(self):
        encrypted = encrypt(b"x", AES_KEY, OTHER_APPID)
        signature = push_signature(TOKEN, TIMESTAMP, NONCE, encrypted)

        with pytest.raises(InvalidAppIdException):
            theirs().decrypt_message({"Encrypt": encrypted}, signature, TIMESTAMP, NONCE)

    def test_another_implementation_refuses_a_signature_without_the_body(self):
        signature = push_signature(TOKEN, TIMESTAMP, NONCE)

        with pytest.raises(InvalidSignatureException):
            theirs().decrypt_message({"Encrypt": ENCRYPTED}, signature, TIMESTAMP, NONCE)


class TestDecrypt:
    def test_the_known_text_opens_and_names_its_app(self):
        assert decrypt(ENCRYPTED, AES_KEY) == (MESSAGE.encode(), APPID)

    @given(st.text(max_size=200))
    def test_we_read_what_another_implementation_encrypts_and_signs(self, text):
        reply = theirs().encrypt_message(text, NONCE, TIMESTAMP)

        encrypted = _within(reply, "Encrypt")
        assert decrypt(encrypted, AES_KEY) == (text.encode(), APPID)
        signature = push_signature(TOKEN, TIMESTAMP, NONCE, encrypted)
        assert _within(reply, "MsgSignature") == signature

    @given(st.binary(max_size=200))
    def test_what_was_encrypted_comes_back(self, plain):
        assert decrypt(encrypt(plain, AES_KEY, APPID), AES_KEY) == (plain, APPID)

    def test_a_text_for_another_app_opens_and_says_so(self):
        assert decrypt(encrypt(b"x", AES_KEY, OTHER_APPID), AES_KEY) == (b"x", OTHER_APPID)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "not base64!",
            "婚",
            base64.b64encode(b"too short").decode(),
            base64.b64encode(bytes(32)).decode(),
            ENCRYPTED[:-24] + "==",
        ],
        ids=["empty", "no base64", "no ascii", "no whole block", "noise", "cut short"],
    )
    def test_anything_else_does_not_open(self, text):
        with pytest.raises(CannotOpen):
            decrypt(text, AES_KEY)

    def test_nothing_opens_under_another_key(self):
        with pytest.raises(CannotOpen):
            decrypt(ENCRYPTED, OTHER_AES_KEY)

    @given(st.binary(min_size=32, max_size=96))
    def test_noise_never_raises_anything_else(self, noise):
        try:
            plain, appid = decrypt(base64.b64encode(noise).decode(), AES_KEY)
        except CannotOpen:
            return

        assert isinstance(plain, bytes)
        assert isinstance(appid, str)
