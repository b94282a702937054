"""What the account answers in its chat: public facts and links, and never anybody's own."""

from __future__ import annotations

import inspect
from xml.etree.ElementTree import fromstring

import pytest
from django.conf import settings
from django.utils.functional import Promise

from heli.channels.kinds import UNSPECIFIED
from heli.channels.models import Warning
from heli.ground import clock
from heli.wechat.accounts import WeChatSession, bind_account, see_account
from heli.wechat.kinds import AppKind
from heli.wechat.pushes import words
from heli.wechat.pushes.answers import TEXT_BYTES_MAX
from heli.wechat.pushes.replies import (
    own,
    reply_to_click,
    reply_to_link,
    reply_to_position,
    reply_to_text,
    welcome,
)
from tests.api import world
from tests.bookings import factories
from tests.channels.directory import an_entry, load, load_collected
from tests.wechat.pushing import GH, OPENID, a_message, push, push_sealed, xml

pytestmark = pytest.mark.usefixtures("database")

FAR_WEST = ("31.0", "80.0")
GUANGZHOU = ("23.1291", "113.2644")


def answer(text: str) -> str:
    """The reply, which fits into a message."""
    said = reply_to_text(text, at=clock.now())
    assert len(said.encode()) <= TEXT_BYTES_MAX
    return said


def url(path: str) -> str:
    return settings.HELI.base_url + path


def position(latitude: str, longitude: str) -> str:
    return reply_to_position({"Location_X": latitude, "Location_Y": longitude})


@pytest.fixture
def told(tmp_path):
    """told(entry, ...): load entries of a directory."""
    return lambda *entries: load(tmp_path / "told", *entries)


class TestBooking:
    @pytest.mark.parametrize(
        "typed", ["离婚预约", "预约", " 预约离婚。", "我要离婚！", "怎么预约？", "“离婚登记预约”"]
    )
    def test_is_pointed_to_and_called_what_it_is(self, typed):
        said = answer(typed)

        assert "预约只是排一个到场办理的时间" in said
        assert url("/places") in said
        assert url("/channels") in said

    @pytest.mark.parametrize("typed", ["离婚要带什么材料", "冷静期怎么算", "婚姻登记怎么办理"])
    def test_is_what_a_question_about_it_leads_to(self, typed):
        assert url("/two-visits") in answer(typed)


class TestOwn:
    @pytest.mark.parametrize("typed", ["查预约", "我的预约", "查询", "凭证", "取消预约", "改期"])
    def test_is_not_shown_but_linked(self, typed):
        assert answer(typed) == own()
        assert url("/my") in own()

    def test_stays_out_of_the_chat_even_where_the_account_is_known(self):
        couple = factories.a_couple()
        slot = factories.a_slot()
        booking = factories.hold_and_agree(couple, slot)
        account = see_account(AppKind.ACCOUNT, OPENID)
        bind_account(WeChatSession(account.id, AppKind.ACCOUNT), by=couple.applicant)

        for typed in ("查预约", "我的预约", booking.code, f"查预约 {booking.code}", "天河"):
            said = push(xml(a_message(Content=typed))).content.decode()
            for own_fact in (booking.code, couple.one.name, couple.other.name):
                assert own_fact not in said.replace(typed, "")


class TestRegions:
    def test_a_citys_first_door_and_its_guide(self, told):
        told(an_entry())

        said = answer("广州")

        assert "广东省/广州市" in said
        assert "微信小程序“演示预约”" in said
        assert "演示市民政局" in said
        assert url("/channels/440100") in said

    def test_a_door_is_told_with_how_sure_it_is(self, told):
        told(an_entry(as_of="2022-03-01"))

        assert "2022年以后没有再确认。请先打电话问。" in answer("广州")

    def test_a_door_that_may_be_for_weddings_alone_is_to_be_asked_about(self, told):
        told(an_entry(services=[UNSPECIFIED]))

        assert "请先打电话问清楚" in answer("广州")

    def test_a_door_for_weddings_is_none(self, told):
        told(an_entry(services=["marriage"]))

        assert "这里暂时没有网上预约" in answer("广州")

    def test_where_there_is_none_the_nearest_place_that_has_one_is_named(self, told):
        told(an_entry())

        assert "广东省/广州市，约" in answer("佛山")

    def test_an_office_that_takes_bookings_here_goes_first(self, told):
        told(an_entry(region="440106"))
        world.an_office()

        assert url("/offices/test-1") in answer("天河")

    def test_without_an_online_way_the_telephone_and_the_queue(self):
        world.an_office(is_bookable=False)

        said = answer("天河区")

        assert "现场排队一直保留" in said
        assert "020-00000000" in said

    def test_without_any_telephone_the_hotline(self):
        assert "12345" in answer("阿里地区")

    @pytest.mark.parametrize(
        "typed",
        [
            *("天河", "天河区", "天河区民政局", "天河离婚预约", "天河 预约", "天河婚姻登记处"),
            *("tianhe", "广州天河", "广东省广州市天河区", "广东天河区离婚预约"),
        ],
    )
    def test_are_known_as_people_write_them(self, typed):
        assert url("/channels/440106") in answer(typed)

    def test_of_the_same_name_are_a_list_to_choose_from(self):
        said = answer("朝阳")

        assert "请点您要找的" in said
        assert url("/channels/110105") in said

    @pytest.mark.parametrize("typed", ["ok", "市", "区", "gz", "%", "\\", "州" * 30])
    def test_are_not_seen_where_nobody_means_one(self, typed):
        assert "/channels/" not in answer(typed)

    def test_words_of_the_law_alone_are_no_region(self):
        assert "预约只是" in answer("离婚")


class TestPosition:
    def test_the_nearest_offices_with_their_distance(self):
        world.an_office(latitude_gcj02=23.13, longitude_gcj02=113.36)
        world.an_office(
            id="test-2", name="近处登记处", latitude_gcj02=23.13, longitude_gcj02=113.27
        )

        said = position(*GUANGZHOU)

        assert said.index("近处登记处") < said.index("演示婚姻登记处")
        assert "公里" in said
        assert url("/offices/test-2") in said

    def test_three_are_enough(self):
        for number in range(5):
            world.an_office(id=f"near-{number}", latitude_gcj02=23.13, longitude_gcj02=113.27)

        assert position(*GUANGZHOU).count("/offices/") == 3

    def test_with_nothing_near_there_is_the_search(self):
        world.an_office(latitude_gcj02=23.13, longitude_gcj02=113.36)

        assert url("/places") in position(*FAR_WEST)

    @pytest.mark.parametrize(
        "where",
        [("", ""), ("nan", "nan"), ("91", "0"), ("0", "inf"), ("north", "east"), ("1e400", "0")],
        ids=repr,
    )
    def test_that_is_nowhere_is_not_understood(self, where):
        assert "没有看懂" in position(*where)


class TestTheCheck:
    @pytest.fixture(autouse=True)
    def directory(self, database):
        load_collected()

    def test_an_official_name_is_found_and_still_to_be_looked_at(self):
        said = answer("粤省事")

        assert said.startswith("“粤省事”在官方渠道名录里")
        assert "核对主体" in said
        assert "预约不收费" in said

    def test_a_suspicious_link_says_first_what_not_to_do(self):
        said = answer("http://gdhy.gov.cn.evil.example/login")

        assert said.startswith("不要在这里填写身份证号或银行卡号")
        assert "evil.example" in said
        assert url("/channels") in said

    def test_a_whole_message_is_read(self):
        said = answer("离婚预约内部号，加急费200元保证约到，加微信详谈")

        assert said.startswith("不要在这里填写")
        assert "预约不收费" in said

    def test_an_unknown_name_is_not_called_a_fake(self):
        said = answer("某某县离婚登记预约平台")

        assert said.count("没有收录不等于是假的") == 1
        assert "12345" in said

    def test_a_card_with_a_link_is_checked_by_where_it_leads(self):
        fields = {"Title": "粤省事", "Url": "http://gdhy.gov.cn.evil.example/login"}

        assert reply_to_link(fields, at=clock.now()).startswith("不要在这里填写")

    def test_a_published_warning_is_passed_on(self):
        Warning.objects.create(name="假的预约台", proof="演示", published_on=clock.today())

        assert answer("假的预约台").startswith("不要在这里填写")

    def test_what_is_typed_long_still_gets_a_short_answer(self):
        text = "，".join(f"http://host-{number}.gov.cn.evil.example/login" for number in range(60))

        assert answer(text[:2000])


class TestOtherMessages:
    @pytest.mark.parametrize(
        "typed", ["帮助", "help", "HELP", "?", "？", "你好", "您好。", "谢谢您", "[微笑][玫瑰]"]
    )
    def test_help_is_one_word_away(self, typed):
        assert "可以这样做" in answer(typed)

    @pytest.mark.parametrize("typed", ["", "   ", "\n", "\0", "。。。", "\u200b", "\U0001f600"])
    def test_whatever_is_typed_gets_an_answer(self, typed):
        assert answer(typed)

    @pytest.mark.parametrize(
        "typed",
        ["王小明，110101189001011234", "11010118900101123X", "身份证110101189001011234！"],
    )
    def test_a_document_number_is_not_repeated_and_better_taken_back(self, typed):
        said = answer(typed)

        assert "撤回" in said
        assert "1101011890" not in said

    @pytest.mark.parametrize("typed", ["他打我", "家暴怎么办", "他威胁我不离婚", "救命"])
    def test_who_is_in_danger_reads_whom_to_call_and_nothing_else(self, typed):
        assert answer(typed) == str(words.HARM)

    @pytest.mark.parametrize(("key", "path"), [("check", "/check"), ("near", "/places")])
    def test_an_entry_of_the_menu_is_answered(self, key, path):
        assert url(path) in reply_to_click(key)

    def test_an_entry_that_is_gone_is_not(self):
        assert reply_to_click("of an older menu") is None


def own_sentences() -> list[str]:
    found = [value for _name, value in inspect.getmembers(words) if isinstance(value, Promise)]
    assert len(found) > 20
    return [str(sentence) for sentence in found]


class TestTheVoice:
    @pytest.mark.parametrize("number", range(len(own_sentences())))
    def test_is_calm_and_does_not_say_what_it_is_about(self, number):
        sentence = own_sentences()[number]

        assert not {"！", "!", "亲"} & set(sentence)
        assert "离婚" not in sentence
        assert "成功" not in sentence

    def test_the_welcome_fits_and_begins_neutrally(self):
        assert len(welcome().encode()) <= TEXT_BYTES_MAX
        assert welcome().startswith("您好")
        assert "婚" not in welcome().splitlines()[0]


class TestAsWeChatReadsIt:
    def test_what_was_typed_cannot_end_the_reply_early(self):
        typed = "离婚预约假平台]]><Content>x</Content>加急费200元"

        reply = fromstring(push(xml(a_message(Content=typed))).content.decode())

        assert [child.tag for child in reply] == [
            *("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"),
        ]

    def test_it_goes_to_who_wrote_and_comes_from_us(self):
        reply = fromstring(push(xml(a_message(Content="帮助"))).content.decode())

        said = [reply.findtext(name) for name in ("ToUserName", "FromUserName", "MsgType")]
        assert said == [OPENID, GH, "text"]

    def test_a_mini_program_that_has_no_chat_is_not_written_to(self):
        answer = push_sealed(xml(a_message(Content="帮助")), appid="wx00000000000000b2")

        assert answer.content == b"success"
