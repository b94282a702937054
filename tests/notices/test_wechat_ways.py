"""The three ways through WeChat, against the emulator."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from heli.ground import events
from heli.notices import senders, sending
from heli.notices.models import Notice
from heli.vault.blind import blind_index
from heli.wechat.kinds import AppKind, Word
from heli.wechat.models import Account, Allowance
from tests.bookings.factories import a_couple, a_slot, hold_and_agree
from tests.notices.factories import a_notice_sent, states_of
from tests.notices.in_wechat import APPS, IDS, bound, ready_for

pytestmark = pytest.mark.usefixtures("database")

WAYS = ["mini_subscribe", "account_subscribe", "template"]
SUBSCRIBE = ["mini_subscribe", "account_subscribe"]


@pytest.fixture
def couple():
    return a_couple()


class TestWhatIsSetUp:
    def test_with_the_emulator_all_ways_are_there_in_order(self, emulator):
        assert senders.ways() == [*WAYS, "sms", "console"]

    def test_without_templates_nothing_goes_through_wechat(self, emulator):
        wechat = dataclasses.replace(settings.HELI.wechat, templates=None)
        settings.HELI = dataclasses.replace(settings.HELI, wechat=wechat)

        assert senders.ways() == ["sms", "console"]

    def test_without_an_app_its_ways_are_not_there(self, emulator):
        wechat = dataclasses.replace(settings.HELI.wechat, mini=None)
        settings.HELI = dataclasses.replace(settings.HELI, wechat=wechat)

        assert senders.ways() == ["account_subscribe", "template", "sms", "console"]

    def test_a_file_of_templates_that_is_wrong_leaves_the_other_ways(self, emulator, tmp_path):
        file = tmp_path / "templates.yaml"
        file.write_text("mini: [", encoding="utf-8")
        wechat = dataclasses.replace(settings.HELI.wechat, templates=file)
        settings.HELI = dataclasses.replace(settings.HELI, wechat=wechat)

        assert senders.ways() == ["sms", "console"]


class TestAMessage:
    @pytest.mark.parametrize("way", WAYS)
    def test_arrives_with_neutral_words_in_the_fields_of_the_template(self, emulator, couple, way):
        who = ready_for(emulator, couple.applicant, way)

        notice = a_notice_sent(couple)

        (message,) = emulator.control.messages(who.openid)
        assert (message["way"], message["template_id"]) == (way, IDS[way])
        assert list(states_of(notice).items())[-1] == (way, "taken")
        assert message["data"] == {
            "thing1": "预约待确认",
            "time2": "2026年12月1日 10:00",
            "thing3": message["data"]["thing3"],
            "thing4": "请在11月25日10:00前让对方确认",
        }
        assert message["data"]["thing3"].endswith("婚姻登记处")
        assert "离婚" not in json.dumps(message, ensure_ascii=False)
        assert notice.booking_code not in json.dumps(message)

    @pytest.mark.parametrize("way", WAYS)
    def test_is_noted_with_the_account_and_the_template(self, emulator, couple, way):
        who = ready_for(emulator, couple.applicant, way)

        row = a_notice_sent(couple).sendings.get(way=way)

        assert (row.account, row.template_id) == (who.account.id, IDS[way])
        assert bool(row.vendor_id) is (way != "account_subscribe")  # which gets no number
        assert row.sent_at is not None

    @pytest.mark.parametrize("way", SUBSCRIBE)
    def test_uses_up_what_was_allowed(self, emulator, couple, way):
        who = ready_for(emulator, couple.applicant, way)

        a_notice_sent(couple)

        assert who.left(way) == 0

    def test_goes_to_each_of_the_two_and_to_nobody_else(self, emulator, couple):
        mine = ready_for(emulator, couple.applicant, "mini_subscribe")
        others = ready_for(emulator, couple.partner, "mini_subscribe")
        strangers = ready_for(emulator, a_couple().applicant, "mini_subscribe")
        mine.allow("mini_subscribe")
        hold_and_agree(couple, a_slot())

        events.deliver()
        for notice in Notice.objects.all():
            sending.send(notice.id)

        whats = [message["data"]["thing1"] for message in emulator.control.messages(mine.openid)]
        assert whats == ["预约待确认", "预约已生效"]
        assert len(emulator.control.messages(others.openid)) == 1
        assert emulator.control.messages(strangers.openid) == []

    def test_a_person_who_was_merely_named_gets_none_though_their_account_is_known(
        self, emulator, couple
    ):
        named = ready_for(emulator, couple.partner, "mini_subscribe")

        a_notice_sent(couple)

        assert emulator.control.messages(named.openid) == []
        assert not Notice.objects.filter(person=couple.partner.person).exists()

    def test_goes_to_the_account_bound_last(self, emulator, couple):
        ready_for(emulator, couple.applicant, "mini_subscribe")
        new = ready_for(emulator, couple.applicant, "mini_subscribe")

        a_notice_sent(couple)

        assert [message["openid"] for message in emulator.control.messages()] == [new.openid]

    def test_an_account_that_was_let_go_gets_none(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "mini_subscribe")
        Account.objects.filter(id=who.account.id).update(person=None, bound_at=None)

        a_notice_sent(couple)

        assert emulator.control.messages() == []


class TestWhereItLeads:
    def test_in_the_mini_program_to_a_page_that_exists(self, emulator, couple):
        app = Path(__file__).parents[2] / "miniprogram" / "app.json"
        who = ready_for(emulator, couple.applicant, "mini_subscribe")

        a_notice_sent(couple)

        (message,) = emulator.control.messages(who.openid)
        assert message["page"] in json.loads(app.read_text(encoding="utf-8"))["pages"]

    @pytest.mark.parametrize("way", ["account_subscribe", "template"])
    def test_in_the_account_to_the_readers_own_messages(self, emulator, couple, way):
        who = ready_for(emulator, couple.applicant, way)

        a_notice_sent(couple)

        (message,) = emulator.control.messages(who.openid)
        assert message["page"] == f"{settings.HELI.base_url}{reverse('inbox')}"


class TestWhatThePersonAllowed:
    def test_without_an_account_the_telephone_is_next(self, emulator, couple):
        notice = a_notice_sent(couple)

        assert states_of(notice) == dict.fromkeys(WAYS, "passed_over") | {"sms": "taken"}
        assert {row.reason for row in notice.sendings.exclude(way="sms")} == {"no account"}
        assert emulator.control.calls("/cgi-bin/message/subscribe/send") == []

    @pytest.mark.parametrize("way", SUBSCRIBE)
    def test_who_allowed_none_is_not_asked_for_one(self, emulator, couple, way):
        bound(emulator, couple.applicant, APPS[way])

        notice = a_notice_sent(couple)

        assert notice.sendings.get(way=way).reason == "not allowed"

    @pytest.mark.parametrize("word", [Word.REJECT, Word.BAN])
    def test_a_no_is_a_no(self, emulator, couple, word):
        who = ready_for(emulator, couple.applicant, "mini_subscribe")
        Allowance.objects.filter(account=who.account).update(word=word)

        notice = a_notice_sent(couple)

        assert notice.sendings.get(way="mini_subscribe").reason == "not allowed"

    @pytest.mark.parametrize("way", SUBSCRIBE)
    def test_where_wechat_knows_of_no_yes_the_next_way_follows_at_once(self, emulator, couple, way):
        who = bound(emulator, couple.applicant, APPS[way]).allow(way, times=3, at_wechat=0)

        notice = a_notice_sent(couple)

        row = notice.sendings.get(way=way)
        assert (row.state, row.reason) == ("passed_over", "NotAllowed 43101")
        assert states_of(notice)["sms"] == "taken"
        assert who.left(way) == 0

    def test_a_lasting_yes_is_not_used_up(self, emulator, couple, tmp_path):
        lines = settings.HELI.wechat.templates.read_text(encoding="utf-8").splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("mini:"))
        lines.insert(first + 1, "  lasting: true")
        file = tmp_path / "templates.yaml"
        file.write_text("\n".join(lines), encoding="utf-8")
        wechat = dataclasses.replace(settings.HELI.wechat, templates=file)
        settings.HELI = dataclasses.replace(settings.HELI, wechat=wechat)
        who = bound(emulator, couple.applicant, AppKind.MINI)
        who.allow("mini_subscribe", times=1, at_wechat=9)
        Allowance.objects.update(left=0)

        a_notice_sent(couple)

        assert len(emulator.control.messages(who.openid)) == 1

    def test_a_template_message_goes_to_followers_only(self, emulator, couple):
        who = bound(emulator, couple.applicant, AppKind.ACCOUNT)
        Account.objects.filter(id=who.account.id).update(follows=False)

        notice = a_notice_sent(couple)

        assert notice.sendings.get(way="template").reason == "not allowed"

    def test_who_unfollowed_without_our_knowing_is_told_by_telephone(self, emulator, couple):
        who = bound(emulator, couple.applicant, AppKind.ACCOUNT).follow()
        emulator.control.unfollow(who.openid)

        notice = a_notice_sent(couple)

        assert notice.sendings.get(way="template").reason == "NotAllowed 43004"
        assert states_of(notice)["sms"] == "taken"
        assert Account.objects.get(id=who.account.id).follows is False


class TestNothingPersonal:
    def test_is_in_the_log_or_the_record(self, emulator, couple, caplog):
        who = bound(emulator, couple.applicant, AppKind.MINI).allow("mini_subscribe", at_wechat=0)

        notice = a_notice_sent(couple)

        written = caplog.text + str(list(notice.sendings.values()))
        private = (who.openid, couple.applicant.phone, couple.applicant.name)
        assert not [word for word in private if word in written]
        assert blind_index("openid mini", who.openid).hex() not in written
