"""QR codes of the account: what they open, for how long, and what they never say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from heli.ground import clock
from heli.hall.codes import LIFETIME, office_in
from heli.wechat.client.calls import make_qrcode
from heli.wechat.kinds import SceneKind
from heli.wechat.models import Scene
from heli.wechat.pushes.replies import reply_to_scan
from heli.wechat.scenes import (
    LIVES_MAX,
    SCENE_MAX,
    address_of,
    make_scene,
    open_scene,
    picture_of,
)
from tests.api import world
from tests.bookings import factories
from tests.wechat.pushing import an_event, push, xml
from tests.wechat.webhook import webhook_running

pytestmark = pytest.mark.usefixtures("database")

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def scan(event_key: str) -> str:
    return push(xml(an_event("SCAN", EventKey=event_key))).content.decode()


class TestMakeScene:
    def test_no_two_are_the_same_and_nobody_can_guess_one(self):
        made = {make_scene(SceneKind.CONSENT, "AB12", lives=DAY).id for _number in range(50)}

        assert len(made) == 50
        assert all(20 <= len(id) <= SCENE_MAX for id in made)
        assert not any("AB12" in id for id in made)

    def test_an_office_has_one_code_to_be_printed(self):
        one, other = (make_scene(SceneKind.OFFICE, "test-1") for _time in range(2))

        assert one == other
        assert make_scene(SceneKind.OFFICE, "test-2") != one
        assert Scene.objects.count() == 2

    @pytest.mark.parametrize(
        ("kind", "lives"),
        [
            (SceneKind.CONSENT, None),
            (SceneKind.CHECK_IN, None),
            (SceneKind.CHECK_IN, LIFETIME + SECOND),
            (SceneKind.CONSENT, LIVES_MAX + SECOND),
            (SceneKind.OFFICE, timedelta()),
        ],
    )
    def test_what_must_not_lie_around_is_not_made_to_last(self, kind, lives):
        with pytest.raises(AssertionError):
            make_scene(kind, "test-1", lives=lives)


class TestOpenScene:
    def test_opens_until_just_before_it_expires(self):
        scene = make_scene(SceneKind.CONSENT, "AB12", lives=DAY)
        assert scene.expires_at

        assert open_scene(scene.id, at=scene.expires_at - SECOND) == scene
        assert open_scene(scene.id, at=scene.expires_at) is None

    def test_of_somebody_who_begins_to_follow_is_the_same(self):
        scene = make_scene(SceneKind.OFFICE, "test-1")

        assert open_scene(f"qrscene_{scene.id}", at=clock.real_now()) == scene

    @pytest.mark.parametrize("key", ["", "unknown", "qrscene_", "婚", "x" * 65, "\0", "' OR 1=1"])
    def test_opens_nothing_that_is_not_ours(self, key):
        assert open_scene(key, at=clock.real_now()) is None


class TestWhoScans:
    def test_an_offices_code_is_led_to_the_office(self):
        world.an_office()

        said = scan(make_scene(SceneKind.OFFICE, "test-1").id)

        assert f"{settings.HELI.base_url}/offices/test-1" in said

    def test_a_consents_code_learns_nothing_but_that_somebody_asks(self):
        couple = factories.a_couple()
        booking = factories.hold(couple, factories.a_slot())

        said = scan(make_scene(SceneKind.CONSENT, booking.code, lives=DAY).id)

        assert f"{settings.HELI.base_url}/c/{booking.code}" in said
        assert "有人请您确认一项政务预约" in said
        for secret in (couple.one.name, couple.other.name, "登记处", "离婚"):
            assert secret not in said

    def test_a_check_ins_code_gets_a_link_that_says_in_which_hall(self):
        world.an_office()
        scene = make_scene(SceneKind.CHECK_IN, "test-1", lives=LIFETIME)

        said = reply_to_scan(scene.id, at=clock.real_now())

        (address,) = [line for line in said.splitlines() if "://" in line]
        assert office_in(address) == "test-1"

    def test_a_code_that_has_expired_is_told_so(self):
        scene = make_scene(SceneKind.CONSENT, "AB12", lives=DAY)
        Scene.objects.update(expires_at=clock.real_now() - SECOND)

        said = scan(scene.id)

        assert "已经过期" in said
        assert "AB12" not in said


class TestAtWeChat:
    def test_the_picture_is_made_there(self, emulator):
        picture = picture_of(make_scene(SceneKind.OFFICE, "test-1"))

        assert picture[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")

    @pytest.mark.parametrize("lives", [None, DAY], ids=["printed", "for a day"])
    def test_whoever_scans_it_there_gets_the_link_here(self, emulator, lives):
        world.an_office()
        scene = make_scene(SceneKind.OFFICE, "test-1", lives=lives)
        make_qrcode(scene.id, int(lives.total_seconds()) if lives else None)
        openid = emulator.control.add_person()["account_openid"]

        with webhook_running() as address:
            emulator.control.set_push(webhook=address)
            came = emulator.control.follow(openid, scene=scene.id, told=True)

        assert address_of(scene) in came["reply"]["Content"]
