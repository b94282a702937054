"""`heli wechat-emulator`, and the emulator beside the demo."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from heli.ops.supervision import Supervisor
from heli.ops.wechat_emulator import emulator_beside
from heli.wechat.emulator.remote import Control
from tests.ops.running import HELI, ROOT, environment, heli, wait_until


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on, next to one that is free."""
    while True:
        with socket.socket() as own, socket.socket() as other:
            own.bind(("127.0.0.1", 0))
            port = own.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            other.listen()
            own.close()
            yield port + 1
            return


class TestCommand:
    def test_it_says_what_to_set_serves_and_ends_with_nought(self, tmp_path: Path):
        log = tmp_path / "log"
        with open(log, "wb") as output:
            process = subprocess.Popen(
                [*HELI, "wechat-emulator", "--port", "0"],
                cwd=ROOT,
                env=environment(HELI_ENV=""),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until(lambda: "HELI_SMS_TEMPLATE" in log.read_text(), seconds=60)
            told = dict(re.findall(r"export (\w+)='([^']*)'", log.read_text()))
            address = told["HELI_TENCENT_ENDPOINT"]
            control = Control(address)
            control.do("ready")
            control.close()
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)

        assert code == 0
        assert told["HELI_WECHAT_API_BASE"] == f"{address}/api"
        assert Path(told["HELI_WECHAT_TEMPLATES"]).exists()
        assert "Traceback" not in log.read_text()

    def test_a_port_that_is_taken(self, taken):
        done = heli("wechat-emulator", "--port", str(taken))

        assert done.returncode == 1
        assert re.fullmatch(rf"heli: .* port {taken} .*choose another with --port\.\n", done.stderr)

    @pytest.mark.parametrize(
        "wrong", [{"HELI_ENV": "production"}, {"HELI_WECHAT_TOKEN": "no token!"}]
    )
    def test_not_in_production_nor_with_settings_that_are_wrong(self, wrong):
        done = heli("wechat-emulator", "--port", "0", **wrong)

        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert "no token!" not in done.stderr


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of the test's own."""
    own = environment()
    monkeypatch.setattr(os, "environ", own)
    return own


class TestBeside:
    def test_it_runs_on_another_port_where_the_next_one_is_taken(self, env, taken):
        with emulator_beside("127.0.0.1", taken - 1) as beside:
            supervisor = Supervisor([beside.child])
            supervisor.start()
            control = Control(beside.address)
            try:
                # Its socket waits from the beginning, so that a call only takes a while.
                control.do("ready")
            finally:
                control.close()
                supervisor.stop()

        assert env["HELI_WECHAT_API_BASE"] == f"{beside.address}/api"
        assert not beside.address.endswith(f":{taken}")

    def test_its_port_is_kept_while_it_is_started_again(self, env):
        with emulator_beside("127.0.0.1", 20_000) as beside:
            supervisor = Supervisor([beside.child])
            supervisor.start()
            control = Control(beside.address)
            try:
                control.do("ready")
                beside.child.process.kill()
                beside.child.process.wait()
                control.do("ready")
            finally:
                control.close()
                supervisor.stop()

        assert beside.child.process.poll() is not None

    def test_what_is_set_already_stays(self, env):
        env["HELI_SMS_SIGN"] = "某某民政"
        with emulator_beside("127.0.0.1", 20_000):
            pass

        assert env["HELI_SMS_SIGN"] == "某某民政"
        assert env["HELI_SMS_TEMPLATE"]

    def test_another_wechat_that_is_set_is_used_instead(self, env):
        env["HELI_WECHAT_API_BASE"] = "https://api.weixin.qq.com"
        with emulator_beside("127.0.0.1", 20_000) as beside:
            pass

        assert beside is None
        assert "HELI_TENCENT_ENDPOINT" not in env
