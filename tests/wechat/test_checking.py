"""What `heli doctor` finds out about WeChat and Tencent Cloud."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.conf import settings

from heli.ground.configuration import Environment
from heli.ground.vendors import App
from heli.wechat import checking
from heli.wechat.checking import Found, Standing
from heli.wechat.emulator.running import Emulated
from heli.wechat.models import Credential
from tests.wechat.pointing import wechat_settings, without_apps
from tests.wechat.test_fault_matrix import nobody_listens

pytestmark = pytest.mark.usefixtures("database")

TOKEN, TICKET = "/cgi-bin/stable_token", "/cgi-bin/ticket/getticket"


def found() -> dict[str, Found]:
    """Everything that is found, by name."""
    return {one.name: one for one in checking.examine()}


@pytest.fixture
def tencent(emulator: Emulated, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Changes parts of the settings of Tencent Cloud."""

    def change(**changed: Any) -> None:
        tencent = dataclasses.replace(settings.HELI.tencent, **changed)
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, tencent=tencent))

    return change


class TestEverythingSetUp:
    def test_all_is_well_and_nothing_is_kept(self, emulator):
        standings = {name: one.standing for name, one in found().items()}

        assert standings == dict.fromkeys(
            (
                "account",
                "page script",
                "mini",
                "pushes",
                "templates",
                "check files",
                "sms",
                "identity",
                "faceid",
            ),
            Standing.OK,
        )
        assert not Credential.objects.exists()
        assert emulator.control.sms() == []
        assert emulator.control.messages() == []

    def test_no_line_holds_a_secret(self, emulator):
        lines = " ".join(one.text for one in found().values())

        for app in emulator.registered.apps.values():
            assert app.secret not in lines
        assert emulator.registered.secret_key not in lines


class TestNothingSetUp:
    def test_production_without_wechat_is_well(self, emulator):
        with without_apps():
            findings = found()

        assert {findings[name].text for name in ("account", "mini", "pushes", "templates")} == {
            "not set up"
        }

    def test_a_demo_without_its_emulator_calls_nobody(self, emulator):
        with wechat_settings(api="https://api.weixin.qq.com", templates=None):
            findings = found()

        assert findings["account"].standing is Standing.OK
        assert "nothing is called" in findings["account"].text
        assert emulator.control.calls(TOKEN) == []


class TestTheApps:
    @pytest.mark.parametrize("name", ["account", "mini"])
    def test_a_wrong_secret_is_bad_and_says_which_setting(self, emulator, name):
        app = getattr(settings.HELI.wechat, name)

        with wechat_settings(**{name: App(app.appid, "wrong")}):
            finding = found()[name]

        assert finding.standing is Standing.BAD
        assert "40125" in finding.text
        assert "_SECRET" in finding.text

    def test_an_address_that_wechat_does_not_know_is_said_so(self, emulator):
        emulator.control.script_fault(TOKEN, errcode=40164)

        finding = found()["account"]

        assert finding.standing is Standing.BAD
        assert "does not know this machine's address" in finding.text

    @pytest.mark.parametrize(
        ("fault", "standing"),
        [
            ({"errcode": -1}, Standing.WARN),
            ({"errcode": 45009}, Standing.WARN),
            ({"status": 503}, Standing.BAD),
            ({"body": "<html>"}, Standing.BAD),
        ],
        ids=["busy", "quota", "5xx", "garbled"],
    )
    def test_what_passes_by_itself_is_no_more_than_a_warning(self, emulator, fault, standing):
        emulator.control.script_fault(TOKEN, times=None, **fault)

        assert found()["account"].standing is standing

    def test_secrets_that_travel_openly_in_production_are_a_warning(self, emulator, monkeypatch):
        there = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
        monkeypatch.setattr(settings, "HELI", there)

        assert found()["address"].standing is Standing.WARN

    def test_without_a_connection_it_is_bad(self, emulator):
        with nobody_listens() as address, wechat_settings(api=address):
            finding = found()["account"]

        assert finding.standing is Standing.BAD
        assert "HELI_WECHAT_API_BASE" in finding.text

    def test_an_account_that_may_not_use_the_script_is_bad(self, emulator):
        emulator.control.script_fault(TICKET, errcode=48001)

        assert found()["page script"].standing is Standing.BAD


class TestPushes:
    @pytest.mark.parametrize(
        ("changed", "name"),
        [({"token": ""}, "HELI_WECHAT_TOKEN"), ({"aes_key": ""}, "HELI_WECHAT_AES_KEY")],
        ids=["token", "key"],
    )
    def test_what_is_missing_is_named(self, emulator, changed, name):
        with wechat_settings(**changed):
            finding = found()["pushes"]

        assert finding.standing is Standing.WARN
        assert name in finding.text


class TestFiles:
    def test_without_templates_no_message_goes_through_wechat(self, emulator):
        with wechat_settings(templates=None):
            assert found()["templates"].standing is Standing.WARN

    def test_a_file_of_templates_that_cannot_be_read_is_bad(self, emulator, tmp_path):
        with wechat_settings(templates=tmp_path / "none.yaml"):
            assert found()["templates"].standing is Standing.BAD

    def test_a_wrong_one_says_what_is_wrong(self, emulator, tmp_path):
        path = tmp_path / "templates.yaml"
        path.write_text("mini: {id: abc}")

        with wechat_settings(templates=path):
            finding = found()["templates"]

        assert finding.standing is Standing.BAD
        assert "mini" in finding.text

    def test_an_empty_one_names_none(self, emulator, tmp_path):
        path = tmp_path / "templates.yaml"
        path.write_text("")

        with wechat_settings(templates=path):
            assert found()["templates"].standing is Standing.WARN

    def test_check_files_are_counted(self, emulator, tmp_path):
        (tmp_path / "MP_verify_abc.txt").write_text("abc")

        with wechat_settings(files=tmp_path):
            assert found()["check files"].text.startswith("1 in ")

    def test_a_directory_without_any_is_a_warning(self, emulator, tmp_path):
        with wechat_settings(files=tmp_path):
            assert found()["check files"].standing is Standing.WARN

    def test_a_directory_that_is_not_there_is_bad(self, emulator, tmp_path):
        with wechat_settings(files=tmp_path / "none"):
            assert found()["check files"].standing is Standing.BAD


class TestShortMessages:
    def test_none_set_up_is_well(self, tencent):
        tencent(sms_app_id="", sms_sign="", sms_template="")

        assert found()["sms"] == Found("sms", Standing.OK, "not set up")

    def test_half_set_up_names_what_is_missing(self, tencent):
        tencent(sms_sign="", sms_template="")

        finding = found()["sms"]

        assert finding.standing is Standing.BAD
        assert "HELI_SMS_SIGN, HELI_SMS_TEMPLATE" in finding.text

    def test_a_wrong_key_is_bad(self, tencent):
        tencent(secret_key="wrong")

        finding = found()["sms"]

        assert finding.standing is Standing.BAD
        assert "HELI_TENCENT_SECRET_KEY" in finding.text

    def test_without_a_connection_it_is_bad(self, tencent):
        with nobody_listens() as address:
            tencent(endpoint=address)
            finding = found()["sms"]

        assert finding.standing is Standing.BAD
        assert "HELI_TENCENT_ENDPOINT" in finding.text

    def test_a_demo_without_its_emulator_calls_nobody(self, tencent):
        tencent(endpoint=None)

        assert "nothing is called" in found()["sms"].text


class TestRealNameChecks:
    def test_what_a_browser_is_offered_is_named(self, emulator):
        assert found()["identity"] == Found(
            "identity", Standing.OK, "in a browser: simulated, bank_card, faceid"
        )
        assert found()["faceid"] == Found(
            "faceid", Standing.OK, "the key and the rule are accepted"
        )

    def test_a_way_that_is_named_and_not_set_up_is_bad(self, emulator, tencent, monkeypatch):
        tencent(faceid_rule_id="")
        heli = dataclasses.replace(settings.HELI, identity="faceid")
        monkeypatch.setattr(settings, "HELI", heli)

        assert found()["faceid"] == Found("faceid", Standing.OK, "not set up")
        assert found()["identity"].standing is Standing.BAD
        assert "offered bank_card, simulated" in found()["identity"].text
        heli = dataclasses.replace(settings.HELI, identity="faceid2")
        monkeypatch.setattr(settings, "HELI", heli)
        assert found()["identity"].standing is Standing.BAD

    def test_the_mini_programs_may_be_named(self, emulator, monkeypatch):
        heli = dataclasses.replace(settings.HELI, identity="wechat_face")
        monkeypatch.setattr(settings, "HELI", heli)

        assert found()["identity"].standing is Standing.OK

    def test_a_rule_that_does_not_exist(self, tencent):
        tencent(faceid_rule_id="wrong")

        finding = found()["faceid"]

        assert finding.standing is Standing.BAD
        assert "RuleIdNotExist; look at HELI_FACEID_RULE_ID" in finding.text

    def test_a_secret_that_is_refused(self, tencent):
        tencent(secret_key="wrong")

        assert "look at HELI_TENCENT_SECRET_ID" in found()["faceid"].text

    def test_no_answer(self, emulator):
        emulator.control.script_fault("GetDetectInfoEnhanced", status=502)

        assert found()["faceid"].standing is Standing.BAD

    def test_nothing_is_called_where_no_emulator_is(self, emulator, tencent):
        tencent(endpoint=None)

        assert found()["faceid"].standing is Standing.OK
        assert emulator.control.calls("GetDetectInfoEnhanced") == []
