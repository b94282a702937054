"""`heli demo` as people start it: a process of its own on a data directory of its own."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from heli.wechat.emulator.remote import Control

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_SECONDS = 400  # only keeps a story that hangs from hanging the tests
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)")
TELEPHONE = re.compile(r"1390000\d{4}")


def environment() -> dict[str, str]:
    """What a newcomer has: nothing of Heli's settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HELI_")}
    own.pop("DATABASE_URL", None)
    own.pop("DJANGO_SETTINGS_MODULE", None)
    return own | {"PYTHONPATH": str(ROOT)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "heli", "demo", *arguments]


def told_once(data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("--once", "--json", "--data", str(data)),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def first(data: Path) -> subprocess.CompletedProcess[str]:
    return told_once(data)


class TestOnceAsJson:
    def test_ends_well_with_one_document_and_nothing_else(self, first):
        assert first.returncode == 0, first.stderr
        assert json.loads(first.stdout)["ok"] is True

    def test_carries_the_booking_the_consent_and_the_voucher(self, first):
        story = json.loads(first.stdout)

        assert story["booking"]["state"] == "confirmed"
        assert story["booking"]["office"]["name"].startswith("演示")
        assert [party["consented"] for party in story["consent"]["parties"]] == [True, True]
        assert story["consent"]["url"].endswith(story["booking"]["code"])
        assert story["voucher"]["code"] == story["booking"]["code"]
        assert story["lapsed"]["state"] == "expired"
        assert {"name", "said", "status"} <= set(story["steps"][0])

    def test_the_vouchers_code_is_signed_by_the_key_of_this_world(self, first, data):
        claim, _dot, signature = json.loads(first.stdout)["voucher"]["qr"].rpartition(".")

        signer = public_key(data)

        signer.verify(base64.urlsafe_b64decode(signature + "=="), claim.encode())

    def test_nobodys_name_number_or_telephone_is_in_a_log(self, first, data):
        story = json.loads(first.stdout)
        names = {
            step["said_in_english"].split(" ")[0]
            for step in story["steps"]
            if step["name"].endswith("_verifies")
        }
        log = first.stderr + (data / "postgres.log").read_text(errors="replace")

        assert len(names) >= 2
        assert [name for name in names if name in log] == []
        assert ID_NUMBER.findall(log) == []
        assert TELEPHONE.findall(log + first.stdout) == []
        assert ID_NUMBER.findall(first.stdout) == []


@dataclass(frozen=True)
class Running:
    """A demo that serves on. seen: what /health/ready answered, one after the other."""

    process: subprocess.Popen[str]
    address: str
    seen: list[int]


@pytest.fixture(scope="module")
def running(first: Any, data: Path) -> Iterator[Running]:
    port = a_free_port()
    with socket.socket() as next_door:  # the emulated WeChat finds another port than the next
        with contextlib.suppress(OSError):
            next_door.bind(("127.0.0.1", port + 1))
        process = subprocess.Popen(
            command("--port", str(port), "--data", str(data)),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            yield Running(process, address, until_ready(address))
        finally:
            process.kill()
            process.wait()


class TestTheWeChatBesideIt:
    def test_it_knows_the_menu_and_its_account_answers(self, running):
        control = Control(the_wechat_of(running))
        person = control.add_person(follows=True)

        answered = control.say(person["account_openid"], Content="帮助")

        until = time.monotonic() + ENDS_WITHIN_SECONDS
        while control.menu() is None and time.monotonic() < until:
            time.sleep(0.1)  # it is set when the story is told
        assert control.menu() is not None
        assert control.check_webhook() is True
        assert (answered["attempts"], answered["fault"]) == (1, None)
        assert answered["reply"]["MsgType"] == "text"
        control.close()

    def test_its_telephone_opens_the_pages_as_that_person(self, running):
        wechat = the_wechat_of(running)
        url = f"{running.address}/places"
        with httpx.Client(trust_env=False, follow_redirects=True) as browser:
            browser.post(f"{wechat}/phone/people", data={"name": "某人"})
            opened = browser.get(f"{wechat}/phone/open", params={"url": url})

        assert [str(one.url).split("?")[0] for one in opened.history] == [
            f"{wechat}/phone/open",
            f"{wechat}/open/connect/oauth2/authorize",
            f"{running.address}/wechat/login",
        ]
        assert str(opened.url.copy_with(fragment=None)) == url
        assert "heli_wechat" in browser.cookies


class TestServingOn:
    def test_is_not_ready_until_the_story_is_told_anew_on_the_same_directory(self, running):
        assert running.seen == [503, 200]

    @pytest.mark.skipif(shutil.which("curl") is None, reason="the tour of the README needs curl")
    def test_the_tour_of_the_readme_runs_against_it_twice(self, running):
        (tour,) = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)

        for _ in range(2):
            walked = subprocess.run(
                ["sh", "-eu", "-c", tour],
                env=environment() | {"API": f"{running.address}/api/v1", "no_proxy": "127.0.0.1"},
                capture_output=True,
                text=True,
                timeout=ENDS_WITHIN_SECONDS,
                check=False,
            )
            assert walked.returncode == 0, walked.stderr
            assert walked.stdout.rstrip().endswith("}")
            assert '"state": "cancelled"' in re.sub(r'":\s*"', '": "', walked.stdout)
            assert "problem+json" not in walked.stdout
            assert '"status":' not in walked.stdout

    def test_ends_with_nought_when_it_is_stopped(self, running):
        running.process.send_signal(signal.SIGTERM)
        told, _nothing = running.process.communicate(timeout=ENDS_WITHIN_SECONDS)

        assert running.process.returncode == 0
        assert "演示继续运行" in told
        [wechat] = re.findall(r"(http://\S+)/phone", told)
        with pytest.raises(httpx.ConnectError):
            httpx.get(wechat, trust_env=False)
        assert "没有人回答" not in told, "without --once no clock is moved"


def public_key(data: Path) -> Ed25519PublicKey:
    seed = json.loads((data / "keys.json").read_text())["voucher"]
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)).public_key()


def the_wechat_of(running: Running) -> str:
    """The address of the emulator: one of the ports after the demo's own."""
    port = httpx.URL(running.address).port or 0
    for tried in range(port + 1, port + 21):
        with contextlib.suppress(httpx.HTTPError, ValueError):
            Control(f"http://127.0.0.1:{tried}").do("ready")
            return f"http://127.0.0.1:{tried}"
    raise AssertionError("no emulated WeChat answers")


def until_ready(address: str) -> list[int]:
    """The answers of /health/ready until it is 200, each different from the one before."""
    seen: list[int] = []
    until = time.monotonic() + ENDS_WITHIN_SECONDS
    while time.monotonic() < until and seen[-1:] != [200]:
        with contextlib.suppress(httpx.HTTPError):
            status = httpx.get(f"{address}/health/ready", trust_env=False, timeout=5).status_code
            if seen[-1:] != [status]:
                seen.append(status)
        time.sleep(0.02)
    return seen


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
