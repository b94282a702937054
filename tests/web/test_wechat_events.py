"""The address for WeChat's pushes: what bad input gets, and that none of it changes anything."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client

from heli.wechat.pushes.answers import PATH
from heli.wechat.pushes.receiving import BODY_BYTES_MAX
from tests.wechat.broken import BROKEN
from tests.wechat.pushing import (
    OPENID,
    a_message,
    a_query,
    an_event,
    as_json,
    counted,
    push,
    real_now,
    sealed,
    xml,
)

pytestmark = pytest.mark.usefixtures("database")

SECRETS = (OPENID, "王小明", "110101189001011234", "heliEmulatedToken", "heliEmulatedAesKey")
MESSAGE = xml(a_message(Content="王小明 110101189001011234"))

REFUSED = {
    "without a query": (403, lambda: ("", MESSAGE)),
    "with a wrong signature": (403, lambda: (a_query(signature="0" * 40), MESSAGE)),
    "signed by somebody else": (403, lambda: (a_query(token="somebodyElse"), MESSAGE)),
    "five minutes old": (
        403,
        lambda: (a_query(at=real_now() - timedelta(seconds=302)), MESSAGE),
    ),
    "of the future": (403, lambda: (a_query(at=real_now() + timedelta(seconds=303)), MESSAGE)),
    "for another appid": (403, lambda: sealed(MESSAGE, appid="wx00000000000000c3")[:2]),
    "under another key": (403, lambda: sealed(MESSAGE, aes_key="B" * 43)),
    "encrypted by somebody else": (403, lambda: sealed(MESSAGE, token="somebodyElse")),
    "with the body of another": (403, lambda: (sealed(MESSAGE)[0], sealed(MESSAGE)[1])),
    "huge": (413, lambda: (a_query(), b"<xml>" + b" " * BODY_BYTES_MAX)),
    "huge and forged": (403, lambda: (a_query(signature="0" * 40), b" " * (BODY_BYTES_MAX + 9))),
    "from nobody": (400, lambda: (a_query(), xml(a_message(FromUserName="")))),
    "an unknown event": (200, lambda: (a_query(), xml(an_event("card_pass_check")))),
    "an unknown event in JSON": (200, lambda: (a_query(), as_json(an_event("wxa_privacy")))),
    **{name: (400, lambda body=body: (a_query(), body)) for name, body in BROKEN.items()},
    **{
        f"{name}, encrypted": (400, lambda body=body: sealed(body)) for name, body in BROKEN.items()
    },
}


class TestBadInput:
    @pytest.mark.parametrize(("status", "made"), REFUSED.values(), ids=REFUSED.keys())
    def test_is_refused_with_nothing_changed_and_nobody_in_the_log(self, status, made, caplog):
        caplog.set_level(logging.DEBUG)
        before = counted()
        query, body = made()

        answer = push(body, query)

        assert answer.status_code == status
        assert answer.content == (b"success" if status == 200 else b"")
        assert counted() == before
        assert not [secret for secret in SECRETS if secret in caplog.text]

    def test_that_was_taken_once_is_a_repetition_ever_after(self, caplog):
        caplog.set_level(logging.DEBUG)
        event = xml(
            an_event(
                "subscribe_msg_popup_event",
                List={"TemplateId": "t", "SubscribeStatusString": "accept"},
            )
        )
        query, body = sealed(event)
        push(body, query)
        before = counted()

        replayed = [push(body, query), push(event), push(*reversed(sealed(event)))]

        assert [answer.content for answer in replayed] == [b"success"] * 3
        assert counted() == before
        assert not [secret for secret in SECRETS if secret in caplog.text]


class TestTheAddress:
    def test_says_the_echo_as_it_came_and_as_plain_text(self):
        answer = Client().get(f"{PATH}?{a_query(echostr='5349211868')}")

        assert answer.content == b"5349211868"
        assert answer["Content-Type"].startswith("text/plain")

    def test_says_no_echo_to_strangers(self):
        answer = Client().get(f"{PATH}?{a_query(echostr='5349', token='other')}")

        assert (answer.status_code, answer.content) == (403, b"")

    def test_says_nothing_that_a_browser_could_run(self):
        answer = Client().get(f"{PATH}?{a_query(echostr='<script>alert(1)</script>')}")

        assert answer["Content-Type"].startswith("text/plain")
        assert answer["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_knows_no_other_method(self, method):
        assert getattr(Client(), method)(f"{PATH}?{a_query()}").status_code == 405

    def test_needs_no_form_of_ours(self):
        strict = Client(enforce_csrf_checks=True)

        answer = strict.post(f"{PATH}?{a_query()}", MESSAGE, content_type="text/xml")

        assert answer.status_code == 200

    def test_is_not_kept_by_anybody(self):
        assert push(MESSAGE)["Cache-Control"] == "no-store"
