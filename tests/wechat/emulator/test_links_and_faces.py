"""QR codes, links, the menu and face checks, as far as the documentation says what they refuse."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from heli.wechat.emulator.faces import cert_hash_of
from heli.wechat.kinds import AppKind

ACCOUNT, MINI = AppKind.ACCOUNT, AppKind.MINI
CREATE, LINK, CODE = "/cgi-bin/qrcode/create", "/wxa/generate_urllink", "/wxa/getwxacodeunlimit"
BEGIN = "/cityservice/face/identify/getverifyid"
LOOK = "/cityservice/face/identify/queryverifyinfo"


def a_scene(scene: object = "office-1", action: str = "QR_STR_SCENE", **more: object):
    name = "scene_str" if "STR" in action else "scene_id"
    return {"action_name": action, "action_info": {"scene": {name: scene}}, **more}


class TestQrCodes:
    def test_the_picture_can_be_read_and_leads_to_the_account(self, asking):
        made = asking.call(ACCOUNT, CREATE, a_scene(expire_seconds=600))

        picture = asking.client.get(
            f"{asking.emulated.mp}/cgi-bin/showqrcode", params={"ticket": made["ticket"]}
        )

        assert picture.headers["content-type"] == "image/png"
        [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)))
        assert read.text == made["url"]
        assert made["expire_seconds"] == 600

    def test_without_a_time_a_code_lives_a_minute(self, asking):
        person = asking.emulated.control.add_person()
        made = asking.call(ACCOUNT, CREATE, a_scene())
        asking.emulated.control.move_clock(61)

        assert made["expire_seconds"] == 60
        assert asking.emulated.control.scan(person["account_openid"], made["ticket"]) is None

    def test_a_ticket_that_is_none_has_no_picture(self, asking):
        url = f"{asking.emulated.mp}/cgi-bin/showqrcode"

        assert asking.client.get(url, params={"ticket": "none"}).status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        [
            a_scene("x" * 65),
            a_scene(""),
            a_scene(100_001, "QR_LIMIT_SCENE"),
            a_scene("text", "QR_SCENE"),
            a_scene("x", "QR_OTHER"),
            a_scene(expire_seconds=2_592_001),
        ],
        ids=["long", "empty", "high", "text", "action", "late"],
    )
    def test_what_no_code_can_carry(self, asking, wrong):
        assert asking.call(ACCOUNT, CREATE, wrong)["errcode"] == 47001


class TestLinksIntoTheMiniProgram:
    def test_a_link_opens_until_it_expires(self, asking):
        asked = {"path": "pages/a/a", "query": "b=1", "expire_type": 1, "expire_interval": 2}
        link = asking.call(MINI, LINK, asked)["url_link"]
        person = asking.emulated.control.add_person()
        asking.client.get(asking.emulated.control.phone_url(person["account_openid"]))

        opened = asking.client.get(link)
        asking.emulated.control.move_clock(2 * 86_400 + 1)

        assert "pages/a/a" in opened.text
        assert asking.client.get(link).status_code == 404

    @pytest.mark.parametrize(
        ("asked", "errcode"),
        [
            ({"path": "/pages/a/a"}, 40165),
            ({"path": "pages/other/other"}, 40165),
            ({"path": "pages/a/a", "query": "x" * 1025}, 40212),
            ({"path": "pages/a/a", "expire_type": 1, "expire_interval": 31}, 85401),
            ({"path": "pages/a/a", "expire_type": 0, "expire_time": 1}, 85401),
            ({"path": "pages/a/a", "env_version": "beta"}, 47001),
        ],
        ids=["slash", "page", "query", "interval", "past", "version"],
    )
    def test_what_no_link_can_be(self, asking, asked, errcode):
        asking.emulated.control.set_pages(["pages/a/a"])

        assert asking.call(MINI, LINK, asked)["errcode"] == errcode

    @pytest.mark.parametrize(
        ("asked", "errcode"),
        [
            ({"scene": "预约"}, 40169),
            ({"scene": "a%20b"}, 40169),
            ({"scene": "x" * 33}, 40169),
            ({"scene": "a=1", "page": "/pages/a/a"}, 41030),
            ({"scene": "a=1", "width": 100}, 47001),
        ],
        ids=["chinese", "percent", "long", "slash", "width"],
    )
    def test_what_no_code_can_be(self, asking, asked, errcode):
        assert asking.call(MINI, CODE, asked)["errcode"] == errcode

    def test_a_code_is_a_picture(self, asking):
        url, token = f"{asking.emulated.api}{CODE}", asking.token(MINI)

        answer = asking.client.post(url, params={"access_token": token}, json={"scene": "a=1"})

        assert answer.content.startswith(b"\x89PNG")


class TestMenu:
    def test_it_is_kept_as_it_was_set(self, asking):
        token = asking.token(ACCOUNT)
        menu = {"button": [{"type": "view", "name": "预约", "url": "https://x.cn/"}]}

        nothing = asking.get("/cgi-bin/menu/get", access_token=token)
        done = asking.call(ACCOUNT, "/cgi-bin/menu/create", menu)

        assert (nothing["errcode"], done["errcode"]) == (46003, 0)
        assert asking.get("/cgi-bin/menu/get", access_token=token)["menu"] == menu

    @pytest.mark.parametrize(
        ("buttons", "errcode"),
        [
            ([], 40016),
            ([{"type": "click", "name": "一", "key": "a"}] * 4, 40016),
            ([{"type": "click", "name": "名字太长了吧", "key": "a"}], 40018),
            ([{"type": "click", "name": "一", "key": ""}], 40019),
            ([{"type": "view", "name": "一", "url": "/path"}], 40020),
            ([{"type": "other", "name": "一"}], 40017),
        ],
        ids=["none", "four", "name", "key", "url", "type"],
    )
    def test_what_no_menu_can_be(self, asking, buttons, errcode):
        answer = asking.call(ACCOUNT, "/cgi-bin/menu/create", {"button": buttons})

        assert answer["errcode"] == errcode


class TestFaces:
    NAME, NUMBER = "秦和", "110101188001011234"

    def begun(self, asking, openid, serial="serial-0001"):
        cert = {"cert_type": "IDENTITY_CARD", "cert_name": self.NAME, "cert_no": self.NUMBER}
        return asking.call(MINI, BEGIN, {"out_seq_no": serial, "cert_info": cert, "openid": openid})

    def look(self, asking, verify_id, openid, *, but=None):
        cert_hash = cert_hash_of("IDENTITY_CARD", self.NAME, self.NUMBER)
        asked = {
            "verify_id": verify_id,
            "out_seq_no": "serial-0001",
            "cert_hash": cert_hash,
            "openid": openid,
        }
        return asking.call(MINI, LOOK, asked | (but or {}))

    def test_the_published_digest(self):
        assert cert_hash_of("IDENTITY_CARD", "张三", "310101199801011234") == (
            "3c241f7ff324977aeb91f173bb2a7b06569e6fd784d5573db34a636d8671108b"
        )

    def test_nobody_finished_until_it_is_scripted(self, asking):
        openid = asking.emulated.control.add_person()["mini_openid"]
        begun = self.begun(asking, openid)

        before = self.look(asking, begun["verify_id"], openid)
        asking.emulated.control.face(10000, verify_id=begun["verify_id"])
        after = self.look(asking, begun["verify_id"], openid)

        assert begun["expires_in"] == 3600
        assert (before["errcode"], before["verify_ret"]) == (0, 90003)
        assert (after["errcode"], after["verify_ret"]) == (0, 10000)

    def test_somebody_elses_check_cannot_be_looked_at(self, asking):
        control = asking.emulated.control
        openid, other = (control.add_person()["mini_openid"] for _ in range(2))
        verify_id = self.begun(asking, openid)["verify_id"]
        control.face(10000)

        for wrong in (
            {"openid": other},
            {"cert_hash": "0" * 64},
            {"out_seq_no": "serial-0002"},
            {"verify_id": "none"},
        ):
            answer = self.look(asking, verify_id, openid, but=wrong)
            assert answer["errcode"] == 84001
            assert "verify_ret" not in answer

    def test_a_check_lives_an_hour(self, asking):
        openid = asking.emulated.control.add_person()["mini_openid"]
        verify_id = self.begun(asking, openid)["verify_id"]
        asking.emulated.control.move_clock(3601)

        assert self.look(asking, verify_id, openid)["errcode"] == 84001

    def test_a_serial_number_is_good_once(self, asking):
        openid = asking.emulated.control.add_person()["mini_openid"]

        codes = [self.begun(asking, openid)["errcode"] for _ in range(2)]

        assert codes == [0, 47001]
        assert self.begun(asking, openid, serial="ab")["errcode"] == 47001
        assert self.begun(asking, "nobody", serial="serial-0003")["errcode"] == 40003
