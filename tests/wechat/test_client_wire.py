"""What goes over the wire, and what is made of an answer that is none of WeChat's."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from aiohttp import web
from django.db import connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from heli.wechat.client import calling, wire
from heli.wechat.client.errors import (
    Garbled,
    NoAnswer,
    Refused,
    WeChatFault,
    fault_of,
)
from heli.wechat.client.wire import Answer, Patience, Request
from tests.wechat.pointing import wechat_settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ASKED = Request("/asked", body={"word": "婚姻"})
OK = '{"errcode":0,"errmsg":"ok"}'


@contextmanager
def a_server(handler: Handler) -> Iterator[None]:
    """A server that answers everything so, in place of WeChat."""
    loop = asyncio.new_event_loop()

    @asynccontextmanager
    async def listening() -> AsyncIterator[int]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield runner.addresses[0][1]
        await runner.cleanup()

    server = listening()
    port = loop.run_until_complete(server.__aenter__())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        with wechat_settings(api=f"http://127.0.0.1:{port}"):
            yield
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def answering(text: str, **more) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=text, **more)

    return handler


def asked(request: Request = ASKED) -> None:
    calling.call(request, calling.nothing, None)


class TestWhatIsSent:
    def test_chinese_goes_as_it_is_because_wechat_refuses_escapes(self):
        seen = []

        async def handler(request: web.Request) -> web.Response:
            seen.append((request.method, request.content_type, await request.read()))
            return web.Response(text=OK)

        with a_server(handler):
            asked()

        assert seen == [("POST", "application/json", '{"word":"婚姻"}'.encode())]

    def test_a_query_arrives_as_it_was_meant(self):
        seen = []

        async def handler(request: web.Request) -> web.Response:
            seen.append((request.method, dict(request.query)))
            return web.Response(text=OK)

        query = {"code": "a&b=c#d%20 婚", "ticket": "+/="}
        with a_server(handler):
            asked(Request("/asked", query=query))

        assert seen == [("GET", query)]

    def test_a_proxy_of_the_environment_is_not_used(self, monkeypatch):
        wire._client.cache_clear()
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")

        with a_server(answering(OK)):
            asked()

        wire._client.cache_clear()

    def test_where_wechat_sends_elsewhere_nobody_goes(self):
        elsewhere = answering("", status=302, headers={"Location": "http://127.0.0.1:9/"})

        with a_server(elsewhere), pytest.raises(Garbled):
            asked()


class TestWhatComesBack:
    @pytest.mark.parametrize(
        "text",
        ["", "null", "1", '"ok"', "[]", "<html></html>", "{", "[" * 100_000, '{"errcode":"no"}'],
        ids=["empty", "null", "number", "text", "list", "page", "half", "deep", "wrong code"],
    )
    def test_what_is_no_answer_of_wechats_is_garbled(self, text):
        with a_server(answering(text)), pytest.raises(Garbled):
            asked()

    def test_bytes_that_are_no_text_are_garbled(self):
        async def handler(request: web.Request) -> web.Response:
            return web.Response(body=b"\xff\xfe{}")

        with a_server(handler), pytest.raises(Garbled):
            asked()

    def test_more_than_any_answer_needs_is_not_read_to_its_end(self, monkeypatch):
        monkeypatch.setattr(wire, "ANSWER_BYTES_MAX", 1000)
        with a_server(answering(json.dumps({"x": "a" * 2000}))), pytest.raises(Garbled):
            asked()

    def test_an_answer_that_drips_is_given_up(self, monkeypatch):
        patience = Patience(connect=2, read=5, whole=0.3, busy=())
        monkeypatch.setattr(wire, "PATIENCE", patience)

        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(100):
                await response.write(b" ")
                await asyncio.sleep(0.05)
            return response

        with a_server(handler), pytest.raises(NoAnswer):
            asked()

    def test_a_word_that_is_missing_is_garbled(self):
        with a_server(answering('{"expires_in":7200}')), pytest.raises(Garbled):
            calling.call(ASKED, lambda answer: answer.text("ticket"), None)

    def test_a_country_may_be_a_number_or_a_text(self):
        assert Answer("/", {"countryCode": "86"}).number("countryCode") == 86
        assert Answer("/", {"countryCode": 86}).number("countryCode") == 86

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
    def test_whatever_stands_in_a_field_it_is_read_or_garbled(self, value):
        answer = Answer("/", {"field": value})
        for read in (answer.text, answer.number, answer.text_or_none, answer.number_or_none):
            try:
                read("field")
            except Garbled:
                continue


class TestFaults:
    def test_an_unknown_code_is_a_refusal(self):
        fault = fault_of("/x", 12345, "anything rid: 0a1b2c3d-0a1b2c3d-0a1b2c3d")

        assert type(fault) is Refused
        assert str(fault) == "Refused 12345 at /x (rid 0a1b2c3d-0a1b2c3d-0a1b2c3d)"

    def test_every_fault_has_one_line(self):
        for kind in WeChatFault.__subclasses__():
            assert str(kind("/x")) == f"{kind.__name__} at /x"


@pytest.mark.usefixtures("database")
class TestTheConnectionToTheDatabase:
    def test_a_thread_that_waits_for_wechat_holds_none(self):
        ours = connections["default"]
        held = []

        async def handler(request: web.Request) -> web.Response:
            held.append(ours.connection)
            return web.Response(text=OK)

        ours.ensure_connection()
        with a_server(handler):
            asked()

        assert held == [None]

    def test_inside_a_transaction_it_stays(self):
        ours = connections["default"]
        held = []

        async def handler(request: web.Request) -> web.Response:
            held.append(ours.connection)
            return web.Response(text=OK)

        with a_server(handler), transaction.atomic():
            before = ours.connection
            asked()

        assert held == [before]
        assert before is not None
