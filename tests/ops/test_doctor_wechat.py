"""`heli doctor` against an emulator, as an operator runs it."""

from __future__ import annotations

import json

from heli.wechat.emulator.running import Emulated, emulator_running
from heli.wechat.emulator.templates import templates_file
from tests.ops.running import heli

OURS = ("account", "page script", "mini", "pushes", "templates", "check files", "sms")


def examined(emulated: Emulated, tmp_path, **more: str):
    """What doctor says of WeChat, by name, and everything it printed."""
    templates = tmp_path / "templates.yaml"
    templates.write_text(templates_file(), encoding="utf-8")
    known = emulated.registered
    done = heli(
        "doctor",
        "--json",
        "--data",
        tmp_path / "world",
        HELI_WECHAT_API_BASE=emulated.api,
        HELI_WECHAT_TEMPLATES=str(templates),
        HELI_TENCENT_ENDPOINT=emulated.address,
        HELI_SMS_APP_ID=known.sms_app_id,
        HELI_SMS_SIGN=known.sms_sign,
        HELI_SMS_TEMPLATE=known.sms_template,
        **more,
    )
    told = json.loads(done.stdout)
    verdicts = {one["name"]: one["verdict"] for one in told["checks"] if one["name"] in OURS}
    return done, verdicts


def test_what_is_set_is_asked_of_the_services(tmp_path):
    heli("migrate", "--data", tmp_path / "world")

    with emulator_running(env={}) as emulated:
        well, verdicts = examined(emulated, tmp_path)
        wrong = {"HELI_WECHAT_APPID": "wx00000000000000a1", "HELI_WECHAT_SECRET": "a-wrong-secret"}
        ill, worse = examined(emulated, tmp_path, **wrong)

    assert well.returncode == 0, well.stdout
    assert verdicts == dict.fromkeys(OURS, "ok")
    assert ill.returncode == 1
    assert worse["account"] == "bad"
    assert "page script" not in worse
    assert "a-wrong-secret" not in ill.stdout + ill.stderr
