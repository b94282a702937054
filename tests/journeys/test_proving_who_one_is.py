"""The face check as a browser takes it: out of our pages to the vendor's, and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heli.ops.demo.people import fictional_person
from tests.journeys.conftest import fail_for_trouble
from tests.journeys.devices import TELEPHONE, Manner, new_device
from tests.journeys.spouses import Spouse


@pytest.fixture
def spouse(town, wechat, browser) -> Iterator[Spouse]:
    """Somebody with a browser outside of WeChat, who may be sent to the vendor's page."""
    device = new_device(
        browser, town.address, manner=Manner(), size=TELEPHONE, beside=(wechat.address,)
    )
    yield Spouse(device, fictional_person())
    device.context.close()
    fail_for_trouble([device])


def goes_to_the_vendor(spouse: Spouse) -> None:
    """From the form to the page where the camera would be."""
    spouse.device.open("/identify?next=/my")
    spouse.device.tap(spouse.device.link("人脸验证"))
    spouse.proves_identity()
    assert spouse.device.path == "/identify/on"
    spouse.device.tap(spouse.device.link("去做人脸验证"))


def test_who_passes_comes_back_as_who_they_are(spouse):
    goes_to_the_vendor(spouse)

    spouse.device.tap(spouse.device.button("通过"))

    assert spouse.device.path == "/my"
    spouse.device.open("/my/inbox")
    assert spouse.device.path == "/my/inbox"


def test_who_gives_up_is_not_lost(spouse):
    goes_to_the_vendor(spouse)

    with spouse.device.refused(409):
        spouse.device.tap(spouse.device.button("不做了"))

    assert spouse.device.heading() == "验证还没有做完"
    spouse.look_around()
    spouse.device.tap(spouse.device.link("接着做"))
    assert spouse.device.path == "/identify/on"


def test_a_bank_card_and_its_code_do_it_too(spouse, wechat):
    spouse.device.open("/identify?next=/my&method=bank_card")
    spouse.fill("您的姓名", spouse.person.name)
    spouse.fill("您的身份证号", spouse.person.id_number)
    spouse.fill("银行留的手机号", spouse.person.phone)
    spouse.fill("您本人的银行卡号", "6222 0000 0000 0000 005")
    spouse.device.page.get_by_label("我单独同意处理这些敏感信息", exact=True).check()

    spouse.send("验证")

    assert spouse.device.heading() == "请填写手机收到的验证码"
    spouse.fill("验证码", wechat.control.sms()[-1]["params"][0])
    spouse.send("验证")
    assert spouse.device.path == "/my"
