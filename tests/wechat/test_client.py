"""The calls as they succeed, and what each makes of WeChat's answer."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from heli.ground import clock
from heli.ground.vendors import App
from heli.wechat.client import calls, wire
from heli.wechat.client.calls import FaceOutcome, FaceResult
from heli.wechat.client.credentials import access_token
from heli.wechat.client.errors import (
    CodeRefused,
    FieldRefused,
    NotAllowed,
    NotSetUp,
    QuotaSpent,
    ReceiverUnknown,
    Refused,
    SecretRefused,
    Unreachable,
)
from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import ACCOUNT_ID, CLASSIC_ID, MINI_ID
from heli.wechat.kinds import AppKind
from heli.wechat.signing import cert_hash
from tests.wechat.calls_made import (
    ACCOUNT_OPENID,
    CALLS,
    DATA,
    MENU,
    MINI_OPENID,
    PERSON,
    PHONE,
    SERIAL,
    known_people,
)
from tests.wechat.pointing import wechat_settings, without_apps

pytestmark = pytest.mark.usefixtures("database")
PNG = b"\x89PNG\r\n"


@pytest.fixture
def wechat(emulator: Emulated) -> Emulated:
    """The emulator, with somebody in it."""
    known_people(emulator)
    return emulator


class TestSessionOfCode:
    def test_a_code_of_the_mini_program_says_whose_it_is(self, wechat):
        code = wechat.control.mint_code(AppKind.MINI, MINI_OPENID)

        session = calls.session_of_code(code)

        assert session.openid == MINI_OPENID
        assert session.unionid == wechat.control.person(MINI_OPENID)["unionid"]

    def test_a_code_is_good_once(self, wechat):
        code = wechat.control.mint_code(AppKind.MINI, MINI_OPENID)
        calls.session_of_code(code)

        with pytest.raises(CodeRefused):
            calls.session_of_code(code)

    @pytest.mark.parametrize("code", ["", "never-minted"])
    def test_no_code_is_nobodys(self, wechat, code):
        with pytest.raises(CodeRefused):
            calls.session_of_code(code)

    def test_a_code_of_a_page_is_none_of_the_mini_program(self, wechat):
        code = wechat.control.mint_code(AppKind.ACCOUNT, ACCOUNT_OPENID)

        with pytest.raises(CodeRefused):
            calls.session_of_code(code)

    def test_it_prints_nobody(self, wechat):
        session = calls.session_of_code(wechat.control.mint_code(AppKind.MINI, MINI_OPENID))

        assert MINI_OPENID not in repr(session)


class TestPhoneOfCode:
    def test_the_number_comes_with_its_country(self, wechat):
        assert calls.phone_of_code(wechat.control.mint_phone_code(PERSON.phone)) == PHONE

    def test_a_login_code_is_none_of_a_telephone(self, wechat):
        with pytest.raises(CodeRefused):
            calls.phone_of_code(wechat.control.mint_code(AppKind.MINI, MINI_OPENID))


class TestWebLogin:
    def test_the_address_has_the_order_that_wechat_wants(self, wechat):
        url = calls.authorize_url("https://heli.example.cn/wechat/login?a=1", "abc123")

        address, _, fragment = url.partition("#")
        query = urlsplit(address).query
        assert fragment == "wechat_redirect"
        assert list(parse_qs(query)) == ["appid", "redirect_uri", "response_type", "scope", "state"]
        assert "redirect_uri=https%3A%2F%2Fheli.example.cn%2Fwechat%2Flogin%3Fa%3D1&" in query
        assert address.startswith(f"{wechat.open}/connect/oauth2/authorize?")

    @pytest.mark.parametrize("state", ["", "a-b", "a" * 129, "婚"])
    def test_a_state_that_wechat_would_not_return_is_refused(self, wechat, state):
        with pytest.raises(ValueError, match="state"):
            calls.authorize_url("https://heli.example.cn/", state)

    def test_a_code_of_a_page_says_whose_it_is(self, wechat):
        login = calls.web_login(wechat.control.mint_code(AppKind.ACCOUNT, ACCOUNT_OPENID))

        assert login.openid == ACCOUNT_OPENID
        assert not login.is_snapshot

    def test_a_page_shown_to_nobody_says_so(self, wechat):
        code = wechat.control.mint_code(AppKind.ACCOUNT, ACCOUNT_OPENID, is_snapshot=True)

        assert calls.web_login(code).is_snapshot

    def test_a_code_is_good_once(self, wechat):
        code = wechat.control.mint_code(AppKind.ACCOUNT, ACCOUNT_OPENID)
        calls.web_login(code)

        with pytest.raises(CodeRefused) as refused:
            calls.web_login(code)

        assert refused.value.errcode == 40163


class TestMessages:
    def test_one_of_the_mini_program_arrives_with_its_number(self, wechat):
        number = calls.send_mini_subscribe(MINI_OPENID, MINI_ID, DATA, "pages/index")

        [message] = wechat.control.messages(MINI_OPENID)
        assert message["data"] == DATA
        assert message["msgid"] == number

    def test_it_opens_nothing_where_no_page_is_named(self, wechat):
        calls.send_mini_subscribe(MINI_OPENID, MINI_ID, DATA, "")

        [message] = wechat.control.messages(MINI_OPENID)
        assert message["page"] == ""

    def test_one_of_the_account_arrives_without_a_number(self, wechat):
        calls.send_account_subscribe(ACCOUNT_OPENID, ACCOUNT_ID, DATA, "https://heli.example.cn/")

        [message] = wechat.control.messages(ACCOUNT_OPENID)
        assert message["page"] == "https://heli.example.cn/"

    def test_one_to_a_follower_arrives_once_however_often_it_is_sent(self, wechat):
        numbers = {
            calls.send_template(ACCOUNT_OPENID, CLASSIC_ID, DATA, "", "notice-1") for _ in range(3)
        }

        assert len(numbers) == 1
        assert len(wechat.control.messages(ACCOUNT_OPENID)) == 1

    def test_what_somebody_did_not_allow_is_not_sent(self, wechat):
        wechat.control.refuse(MINI_OPENID, MINI_ID)

        with pytest.raises(NotAllowed) as refused:
            calls.send_mini_subscribe(MINI_OPENID, MINI_ID, DATA, "")

        assert refused.value.errcode == 43101
        assert refused.value.rid is not None

    def test_who_no_longer_follows_gets_none(self, wechat):
        wechat.control.unfollow(ACCOUNT_OPENID)

        with pytest.raises(NotAllowed) as refused:
            calls.send_template(ACCOUNT_OPENID, CLASSIC_ID, DATA, "", "notice-1")

        assert refused.value.errcode == 43004

    def test_an_openid_of_the_other_app_is_nobody(self, wechat):
        with pytest.raises(ReceiverUnknown):
            calls.send_mini_subscribe(ACCOUNT_OPENID, MINI_ID, DATA, "")

    def test_a_template_of_another_way_is_refused(self, wechat):
        with pytest.raises(FieldRefused) as refused:
            calls.send_mini_subscribe(MINI_OPENID, CLASSIC_ID, DATA, "")

        assert refused.value.errcode == 40037

    def test_a_field_that_does_not_fit_is_named_before_anything_is_sent(self, wechat):
        with pytest.raises(FieldRefused) as refused:
            calls.send_mini_subscribe(MINI_OPENID, MINI_ID, {**DATA, "time2": "明天"}, "")

        assert refused.value.key == "time2"
        assert "time2" in str(refused.value)
        assert "明天" not in str(refused.value)
        assert wechat.control.calls("/cgi-bin/message/subscribe/send") == []

    def test_a_field_that_the_template_lacks_is_refused_by_wechat(self, wechat):
        with pytest.raises(FieldRefused) as refused:
            calls.send_mini_subscribe(MINI_OPENID, MINI_ID, {**DATA, "thing9": "多余"}, "")

        assert refused.value.errcode == 47003


class TestCodes:
    def test_a_code_that_expires_says_when(self, wechat):
        before = clock.real_now()

        code = calls.make_qrcode("office-1", 600)

        assert code.expires is not None
        assert before <= code.expires - timedelta(seconds=600) <= clock.real_now()
        assert code.url.startswith("http")

    def test_one_that_is_printed_lasts(self, wechat):
        assert calls.make_qrcode("office-1", None).expires is None

    @pytest.mark.parametrize(("scene", "seconds"), [("", 60), ("a" * 65, 60), ("a", 2_592_001)])
    def test_what_wechat_cannot_make_is_a_mistake_of_the_program(self, wechat, scene, seconds):
        with pytest.raises(ValueError, match=r"scene|expires"):
            calls.make_qrcode(scene, seconds)

    def test_its_picture_is_a_picture(self, wechat):
        picture = calls.qrcode_picture(calls.make_qrcode("office-1", 600).ticket)

        assert picture.startswith(PNG)

    def test_a_ticket_that_wechat_does_not_know_has_none(self, wechat):
        with pytest.raises(Refused):
            calls.qrcode_picture("no-such-ticket")

    def test_a_link_opens_a_page_of_the_mini_program(self, wechat):
        assert calls.url_link("pages/index", "a=1", 30).startswith("http")

    @pytest.mark.parametrize("days", [0, 31])
    def test_a_link_lasts_1_to_30_days(self, wechat, days):
        with pytest.raises(ValueError, match="30 days"):
            calls.url_link("", "", days)

    def test_a_page_that_is_not_published_is_refused(self, wechat):
        wechat.control.set_pages(["pages/index"])

        with pytest.raises(FieldRefused):
            calls.url_link("pages/elsewhere", "", 1)

    def test_a_code_of_the_mini_program_is_a_picture(self, wechat):
        assert calls.mini_code("office-1", "pages/index").startswith(PNG)

    def test_a_refused_picture_is_a_fault_and_no_picture(self, wechat):
        with pytest.raises(FieldRefused) as refused:
            calls.mini_code("婚", "")

        assert refused.value.errcode == 40169


class TestMenu:
    def test_it_is_read_as_it_was_set(self, wechat):
        calls.set_menu(MENU)

        assert calls.get_menu() == MENU

    def test_without_one_there_is_none(self, wechat):
        assert calls.get_menu() is None

    def test_a_wrong_one_is_refused(self, wechat):
        with pytest.raises(FieldRefused):
            calls.set_menu({"button": []})


class TestCityServices:
    def test_a_record_is_kept_under_its_number(self, wechat):
        page = calls.send_city_record(MINI_OPENID, "city-template", "YY-1", DATA, "")

        [record] = wechat.control.messages(MINI_OPENID)
        assert record["order_no"] == "YY-1"
        assert page is None

    def test_a_service_has_a_path(self, wechat):
        path = calls.city_service_path(city_name="广州市", service_id="1")

        assert path.path
        assert path.app_id


class TestFace:
    DIGEST = cert_hash("IDENTITY_CARD", PERSON.name, PERSON.id_number)

    def begun(self) -> str:
        ticket = calls.begin_face(SERIAL, PERSON.name, PERSON.id_number, MINI_OPENID)
        assert ticket.expires_in == 3600
        assert ticket.verify_id not in repr(ticket)
        return ticket.verify_id

    def test_a_check_that_passed_passed(self, wechat):
        wechat.control.face(10000)

        result = calls.face_result(self.begun(), SERIAL, self.DIGEST, MINI_OPENID)

        assert result == FaceResult(0, 10000)
        assert result.outcome is FaceOutcome.PASSED

    def test_a_result_for_another_document_is_none(self, wechat):
        wechat.control.face(10000)
        other = cert_hash("IDENTITY_CARD", "别人", PERSON.id_number)

        result = calls.face_result(self.begun(), SERIAL, other, MINI_OPENID)

        assert result == FaceResult(84001, None)
        assert result.outcome is FaceOutcome.AGAIN

    def test_a_check_that_never_began_has_to_begin_again(self, wechat):
        result = calls.face_result("never-begun", SERIAL, self.DIGEST, MINI_OPENID)

        assert result == FaceResult(84001, None)
        assert result.outcome is FaceOutcome.AGAIN

    @pytest.mark.parametrize(
        ("errcode", "raised"), [(45009, QuotaSpent), (47001, FieldRefused), (48001, NotAllowed)]
    )
    def test_a_code_about_the_call_is_no_result(self, wechat, errcode, raised):
        verify_id = self.begun()
        wechat.control.script_fault(CALLS["face_result"].path, errcode=errcode)

        with pytest.raises(raised):
            calls.face_result(verify_id, SERIAL, self.DIGEST, MINI_OPENID)

    @pytest.mark.parametrize(
        ("result", "outcome"),
        [
            (FaceResult(0, 10003), FaceOutcome.MISMATCH),
            (FaceResult(0, 10004), FaceOutcome.MISMATCH),
            (FaceResult(0, 10002), FaceOutcome.AGAIN),
            (FaceResult(0, 10009), FaceOutcome.COUNTER),
            (FaceResult(0, 10052), FaceOutcome.COUNTER),
            (FaceResult(0, 10999), FaceOutcome.COUNTER),
            (FaceResult(0, 90001), FaceOutcome.COUNTER),
            (FaceResult(0, 90003), FaceOutcome.AGAIN),
            (FaceResult(0, 90024), FaceOutcome.AGAIN),
            (FaceResult(0, 90199), FaceOutcome.AGAIN),
            (FaceResult(87001, None), FaceOutcome.AGAIN),
        ],
        ids=str,
    )
    def test_nothing_but_10000_without_an_error_passes(self, result, outcome):
        assert result.outcome is outcome


class TestSettings:
    @pytest.mark.parametrize("name", sorted(CALLS.keys() - {"fetch_token", "jsapi_ticket"}))
    def test_without_the_app_nothing_is_asked(self, wechat, name):
        call = CALLS[name].ready(wechat)
        before = len(wechat.control.calls())

        with without_apps(), pytest.raises(NotSetUp):
            call()

        assert len(wechat.control.calls()) == before

    def test_a_wrong_secret_is_named_as_such(self, wechat):
        app = App(settings.HELI.wechat.account.appid, "wrong-secret")

        with pytest.raises(SecretRefused) as refused:
            access_token(app)

        assert refused.value.errcode == 40125

    def test_a_demo_without_its_emulator_never_calls_the_real_wechat(self):
        with wechat_settings(api="https://api.weixin.qq.com"):
            assert wire.is_emulated_at_the_real_one(settings.HELI.wechat)

            with pytest.raises(Unreachable):
                calls.session_of_code("code")
