"""Canaries: a couple's details are given at every door, and looked for where they must not be.

In the tables, in every file of the database server (its log and its write-ahead log too, where the
tests can read them) and of a backup, in what was logged, in addresses, cookies and answers that say
no.
"""

from __future__ import annotations

import base64
import logging
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from heli.api import bookings as api_bookings
from heli.bookings.models import Party
from heli.bookings.parties import open_details
from heli.ground import clock, events
from heli.ground.audit import chain, checkpoints
from heli.hall.roles import StaffRole
from heli.notices import senders, sending
from heli.notices.models import Notice
from heli.notices.sms import MemoryShortMessages, SmsSender
from heli.ops.backup import archive
from heli.ops.backup.taking import take_backup
from heli.ops.routes import Seen
from tests.api.world import NOBODY, claim_of
from tests.ops.backups import as_sql, own_server
from tests.security.world import Ask, World, by_api
from tests.wechat.pushing import a_message, push, push_sealed, xml


@pytest.fixture(scope="module")
def answers(world: World) -> list[HttpResponse]:
    """What each door answers to the couple's details where they are wrong, or where nobody should
    write them."""
    one = world.one.person
    return [
        *_at_the_api(world),
        *_in_the_browser(world),
        *_at_the_desk(world),
        *_out_of_wechat(f"{one.name} {one.id_number} {one.phone} {world.one.address}"),
    ]


def _at_the_api(world: World) -> Iterator[HttpResponse]:
    one, caller = world.one.person, world.callers["one"]
    yield NOBODY.post("/identity/verifications", claim_of(one, id_number=one.id_number + "0"))
    yield NOBODY.post("/identity/verifications", claim_of(one, phone=one.name))
    yield NOBODY.post_raw("/identity/verifications", f'{{"name": "{one.name}", '.encode())
    yield NOBODY.get("/regions", q=one.id_number)
    yield NOBODY.get(f"/bookings/{one.id_number}")
    yield caller.get(f"/bookings/{one.phone}")
    yield caller.post("/bookings", {"applicant": {"phone": one.phone, "name": one.name}})
    yield caller.post("/bookings", {"partner": {one.id_number: one.name}}, Idempotency_Key="a key")
    yield NOBODY.post("/wechat/session", {"js_code": one.id_number})
    yield NOBODY.post("/desk/sessions", {"username": one.phone, "password": one.id_number})


def _in_the_browser(world: World) -> Iterator[HttpResponse]:
    one, other = world.one.person, world.other.person
    ask = world.asks[Seen.SPOUSE]
    stranger = Ask()
    yield stranger.page("get", f"/my/{one.id_number}")
    yield stranger.page("get", f"/c/{one.phone}/answer")
    yield stranger.page("get", f"/{one.name}.txt")
    yield ask.page("get", f"/my/{one.id_number}")
    yield ask.page("post", "/identify", {"name": one.name, "id_number": one.id_number + "1"})
    typed = {"partner_name": one.name, "partner_id_number": one.id_number, "partner_phone": ""}
    yield ask.page("post", f"/book/{world.stands_for['draft_id']}/people", typed)
    yield by_api(other).page("get", "/my")
    yield stranger.page("post", "/check", {"text": f"{one.name} {one.id_number} {one.phone}"})
    report = {"text": f"{one.name} {one.id_number}", "seen": "wechat", "remark": one.phone}
    yield stranger.page("post", "/check/report", report)


def _at_the_desk(world: World) -> Iterator[HttpResponse]:
    one, other = world.one.person, world.other.person
    clerk = world.asks[Seen.CLERK]
    card = {"id_number": one.id_number}
    yield clerk.page("post", "/desk/cases", card)
    yield clerk.page("post", "/desk/checkin", {"shown": one.id_number, "present": "all"})
    yield clerk.page("post", "/desk/login", {"username": one.name, "password": one.id_number})
    yield world.callers["clerk"].post("/desk/cases/find", card)
    yield world.callers["clerk"].post("/desk/checkin", {"code": one.phone})
    yield world.callers["clerk"].post("/desk/checkin", {"qr": f"HELI1.{other.id_number}.1.1.x"})
    yield world.callers["clerk"].get("/desk/today")
    cards = [{"name": who.name, "id_number": who.id_number} for who in (one, other)]
    body = {"result": "accepted", "parties": cards}
    yield world.callers["clerk"].post("/desk/tickets/1/outcome", body)


def _out_of_wechat(text: str) -> Iterator[HttpResponse]:
    yield push(xml(a_message(Content=text)))
    yield push_sealed(xml(a_message(Content=text)))
    yield push(xml(a_message(Content=text)), "signature=forged&timestamp=1&nonce=1")


def as_stored(secret: str) -> list[bytes]:
    """A text as it could stand in a table, a file or a log."""
    raw = secret.encode()
    return [raw, raw.hex().encode(), base64.b64encode(raw), ascii(secret).strip("'").encode()]


def secrets_in(content: bytes, world: World) -> list[str]:
    """Which of the couple's details are in it."""
    return [
        secret for secret in world.secrets if any(form in content for form in as_stored(secret))
    ]


def found_in(content: bytes, world: World) -> int:
    """How many of the couple's details are in it."""
    return len(secrets_in(content, world))


class TestCanaries:
    def test_are_in_no_table(self, world, answers):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
                " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
            tables = [row[0] for row in cursor.fetchall()]
            rows = 0
            for table in tables:
                with cursor.copy(f"COPY {table} TO STDOUT") as copied:
                    content = b"".join(bytes(piece) for piece in copied)
                rows += content.count(b"\n")
                assert not found_in(content, world), table
        assert len(tables) > 40
        assert rows > 100

    def test_are_in_no_file_of_the_database_server(self, world, answers):
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT current_setting('data_directory'), pg_backend_pid()")
            where, process = cursor.fetchone()
        # Somebody's own server keeps its files to itself; the embedded one's can be read. It was
        # started in its directory, and knows that by no other name.
        folder = Path(where.replace("/proc/self/", f"/proc/{process}/"))
        files = [path for path in folder.rglob("*") if path.is_file()]
        told = {
            path.name: found for path in files if (found := secrets_in(path.read_bytes(), world))
        }

        assert told == {}
        assert not files or any("pg_wal" in path.parts for path in files)

    def test_are_in_no_member_of_a_backup(self, world, answers, settings, tmp_path):
        file, signed = tmp_path / "heli.backup", tmp_path / "signed.jsonl"
        chain.chain_waiting(clock.now())
        settings.HELI = replace(settings.HELI, database_url=own_server(), audit_checkpoints=signed)
        checkpoints.sign_head(clock.now())

        manifest = take_backup(file, settings.HELI)

        with tarfile.open(file) as tar:
            members = {
                name: found.read()
                for name in tar.getnames()
                if (found := tar.extractfile(name)) is not None
            }
        told = as_sql(file)  # the dump is packed; unpacked it says every row
        assert members.keys() == {
            archive.MANIFEST,
            archive.CHECKPOINTS,
            archive.DUMP,
            archive.SUMS,
        }
        assert members[archive.CHECKPOINTS]
        assert manifest.tables["public.bookings_party"] >= 4
        assert "COPY public.bookings_party" in told
        for name, content in [*members.items(), ("as SQL", told.encode())]:
            assert not found_in(content, world), name
        assert not found_in(file.read_bytes(), world)

    def test_are_in_no_answer_that_says_no_and_in_no_address_or_cookie(self, world, answers):
        for number, answer in enumerate(answers):
            heads = "\n".join([*answer.headers.values(), answer.cookies.output()]).encode()
            # Whoever has written them into an address is led back to that address.
            if not found_in(answer.request["PATH_INFO"].encode(), world):
                assert not found_in(heads, world), number
            # A form that is shown again holds what was typed into it, for whoever typed it.
            if answer.status_code >= 400 and not answer["Content-Type"].startswith("text/html"):
                assert not found_in(answer.content, world), number
        assert {400, 401, 404, 422} <= {answer.status_code for answer in answers}

    def test_are_in_no_log_even_of_a_fault(self, world, monkeypatch, caplog):
        caplog.set_level(logging.DEBUG)

        def breaks(code: str, **_asked: object) -> None:
            person, address = world.one.person, world.one.address  # what a trace could show
            raise RuntimeError(f"{len(person.name)} {len(address)}")

        monkeypatch.setattr(api_bookings.queries, "booking_view", breaks)
        browser = Client(raise_request_exception=False)
        token = {"Authorization": f"Bearer {world.callers['one'].token}"}
        broken = browser.get(f"/api/v1/bookings/{world.code}", headers=token)
        monkeypatch.undo()
        for asked in (_at_the_api, _in_the_browser, _at_the_desk):
            list(asked(world))

        assert broken.status_code == 500
        assert "RuntimeError" not in broken.content.decode()
        assert "RuntimeError" in caplog.text
        assert not found_in(caplog.text.encode(), world)
        assert not found_in(broken.content, world)

    def test_are_in_no_figure_of_the_server(self, world, answers):
        for path in ("/health/live", "/health/ready", "/api/v1/openapi.json"):
            assert not found_in(Client().get(path).content, world)

    def test_are_in_no_message_that_leaves_the_house(self, world, answers):
        service, before = MemoryShortMessages(), senders.sender_of("sms")
        senders.register(SmsSender(service))
        events.deliver()
        for notice in Notice.objects.order_by("id"):
            sending.send(notice.id)
        if before is not None:
            senders.register(before)

        assert len(service.sent) > 2
        for _telephone, gaps, _number in service.sent:
            assert not found_in(" ".join(gaps).encode(), world)

    def test_would_be_found(self, world):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::text::bytea::text", [world.one.person.name])
            as_dumped = cursor.fetchone()[0].encode()

        assert found_in(as_dumped, world) == 1
        assert found_in(world.one.address.encode(), world) == 1

    def test_are_stored_sealed_the_address_too(self, world):
        parties = Party.objects.filter(booking__opened_case=world.case)
        kept = {open_details(party).household_address for party in parties}

        assert kept == {world.one.address, world.other.address}

    def test_are_seen_by_no_role_of_the_desk_in_full(self, world):
        for role in StaffRole:
            shown = world.asks[Seen(role.value)].page("get", f"/desk/cases/{world.case}")
            assert not found_in(shown.content, world), role
