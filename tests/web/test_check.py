"""The check, reports and warnings: a verdict in words, and nothing kept that was not reported."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heli.channels.models import FakeReport, Warning
from heli.channels.reports import open_reports
from heli.ground import clock
from heli.places.fields import region_typed
from heli.places.models import Region
from tests.api import world
from tests.channels.directory import an_entry, load
from tests.web.reading import Page, fetch, read

pytestmark = pytest.mark.usefixtures("database")

GUANGZHOU = "440100"
SITE = "https://yy.demo.gov.cn/"
FAKE = "加急办理离婚预约，内部名额，先付600元，加我微信：abc12345"


@pytest.fixture(autouse=True)
def directory(database, tmp_path):
    """A directory with a mini program and a web site."""
    load(
        tmp_path / "told",
        an_entry(name="演示民政通"),
        an_entry(kind="government_website", name="演示预约网", path=None, url=SITE),
    )


def post(path: str, status: int = 200, **fields: str) -> Page:
    """The page that answers a form."""
    answer = Client().post(path, fields)
    assert answer.status_code == status, path
    return Page(answer.content.decode())


class TestQuestion:
    def test_says_that_nothing_is_kept(self):
        page = read("/check")

        assert page.h1 == ["这个链接是真的吗？"]
        assert "不保存" in page.html

    def test_takes_the_region_of_an_address_along(self):
        assert 'value="广东省 广州市"' in read("/check", region=GUANGZHOU).html

    @pytest.mark.parametrize("region", ["999999", "x", "\0", "<b>"])
    def test_passes_over_a_region_that_does_not_exist(self, region):
        assert read("/check", region=region).h1

    def test_an_address_cannot_ask_so_nothing_pasted_is_in_any_history(self):
        assert read("/check", text=FAKE).h1 == ["这个链接是真的吗？"]


class TestVerdict:
    def test_official_says_which_door_it_is_and_what_to_look_at_still(self):
        page = post("/check", text="演示民政通")

        assert "是官方渠道" in page.h1[0]
        assert "“账号主体”是不是演示市民政局" in page.html
        assert "/channels/440100" in page.addresses
        assert "/check/report" not in page.html

    def test_an_official_site_is_to_be_compared_letter_by_letter(self):
        page = post("/check", text=SITE)

        assert "是官方渠道" in page.h1[0]
        assert "网址要和 yy.demo.gov.cn 一个字母都不差。" in page.html

    def test_suspicious_says_what_not_to_do_and_why(self):
        page = post("/check", text=FAKE, region="广州")

        assert "可疑" in page.h1[0]
        assert "不要在这里填写身份证号或银行卡号。" in page.html
        reasons = page.html[page.html.index("可疑之处") :]
        assert reasons.index("<li>") < reasons.index("广州市</span>的官方渠道")
        assert ("/channels/440100", "演示民政通微信小程序") in page.links

    def test_unknown_says_that_this_is_no_proof_and_whom_to_ask(self):
        world.an_office(id="real-1", phone="020-12345678", is_bookable=False)

        page = post("/check", text="随便一个名字", region="天河")

        assert "名录里没有" in page.h1[0]
        assert "没有收录不等于是假的" in page.html
        assert ("tel:02012345678", "020-12345678") in page.links

    def test_unknown_without_a_region_names_the_line_that_is_everywhere(self):
        assert "tel:12345" in post("/check", text="随便一个名字").addresses

    def test_the_verdict_is_in_words_and_the_shape_is_not_read_aloud(self):
        for text in ("演示民政通", FAKE, "随便一个名字"):
            html = post("/check", text=text).html
            assert re.search(r'<h1><span class="shape \w+" aria-hidden="true">', html)

    def test_what_was_pasted_is_text_and_leads_nowhere(self):
        page = post("/check", text='<script>alert(1)</script> http://fake.example/"><b>')

        assert "<script>alert" not in page.html
        assert not [a for a in page.addresses if "fake.example" in a]

    def test_nothing_that_was_pasted_is_stored(self):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            post("/check", text=FAKE, region="广州")

        written = [q["sql"] for q in asked if not q["sql"].startswith("SELECT")]
        assert written == []
        assert not FakeReport.objects.exists()


class TestBadInput:
    @pytest.mark.parametrize("text", ["", " ", "\0", "字" * 10_001])
    def test_gets_a_sentence_beside_the_field(self, text):
        page = post("/check", 422, text=text)

        assert 'id="id_text_error"' in page.html
        assert page.h1 == ["这个链接是真的吗？"]

    def test_ten_thousand_characters_are_read(self):
        assert post("/check", text="字" * 10_000).h1

    def test_far_too_much_gets_a_sentence_too(self):
        answer = Client().post("/check", {"text": "字" * 100_000})

        assert answer.status_code == 413
        assert "提交的内容太大" in answer.content.decode()

    @pytest.mark.parametrize("region", ["没有的地方", "999999", "\0", "x" * 61])
    def test_no_place_gets_a_sentence_beside_its_field(self, region):
        page = post("/check", 422, text="演示民政通", region=region)

        assert "没有找到这个地方" in page.html[page.html.index('id="id_region_error"') :]

    def test_a_place_of_which_there_are_several_is_asked_for_again(self):
        page = post("/check", 422, text="演示民政通", region="朝阳")

        assert "不止一个" in page.html

    def test_needs_the_secret_of_the_form(self):
        answer = Client(enforce_csrf_checks=True).post("/check", {"text": "x"})

        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("广州", "广东省/广州市"),
        ("北京", "北京市"),
        ("海南", "海南省"),
        ("吉林", "吉林省"),
        ("北京市 朝阳区", "北京市/朝阳区"),
        ("辽宁 朝阳市", "辽宁省/朝阳市"),
        ("440106", "广东省/广州市/天河区"),
        ("tianhe", "广东省/广州市/天河区"),
    ],
)
def test_a_region_is_read_as_people_type_it(typed, path):
    assert region_typed(typed).path == path


class TestReport:
    def test_takes_along_what_was_pasted_into_the_check(self):
        html = post("/check", text=FAKE, region="广州").html
        assert f'type="hidden" name="text" value="{FAKE}"' in html

        page = post("/check/report", text=FAKE, region="广州")

        assert FAKE in page.html[page.html.index("<textarea") :]
        assert 'value="广州"' in page.html
        assert not FakeReport.objects.exists()

    def test_is_kept_for_the_operator_and_says_what_happens_now(self):
        sent = {"text": FAKE, "seen": "wechat", "remark": "要了600元", "region": "广州"}

        answer = Client().post("/check/report", sent)

        assert answer["Location"] == "/check/report/sent"
        assert "工作人员会核实" in read("/check/report/sent").html
        report = open_reports()[0]
        assert (report.text, report.remark, report.seen) == (FAKE, "要了600元", "wechat")
        assert report.region is not None
        assert report.region.code == GUANGZHOU

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("text", ""),
            ("text", "\0"),
            ("text", "字" * 3000),
            ("seen", ""),
            ("seen", "nonsense"),
            ("remark", "字" * 1000),
            ("region", "没有的地方"),
        ],
    )
    def test_what_is_wrong_gets_a_sentence_beside_its_field(self, field, value):
        sent = {"text": FAKE, "seen": "wechat", "remark": "", "region": ""} | {field: value}

        page = post("/check/report", 422, **sent)

        assert f'id="id_{field}_error"' in page.html
        assert not FakeReport.objects.exists()

    def test_too_many_are_refused_on_the_page_and_nothing_typed_is_lost(self):
        sent = {"text": FAKE, "seen": "other"}
        for _ in range(5):
            Client().post("/check/report", sent, REMOTE_ADDR="203.0.113.7")

        answer = Client().post("/check/report", sent, REMOTE_ADDR="203.0.113.7")

        assert answer.status_code == 429
        assert FAKE in answer.content.decode()
        assert FakeReport.objects.count() == 5

    def test_can_be_made_without_a_check_before(self):
        assert read("/check/report").h1 == ["举报假冒渠道"]
        assert "/check/report" in read("/check").addresses


class TestWarnings:
    def warn(self, **facts):
        known = {"name": "假民政", "host": "fake.example", "proof": "收费600元"}
        common = {"published_on": clock.today(), "published_by": "op"}
        return Warning.objects.create(**(known | common | facts))

    def test_none_is_said_so(self):
        assert "没有公布，不等于没有" in read("/warnings").html

    def test_name_and_host_are_text_and_the_proof_is_a_link(self):
        self.warn(proof_url="https://example.org/proof", region=Region.objects.get(code=GUANGZHOU))

        page = read("/warnings")

        assert "假民政" in page.html
        assert "fake.example" in page.html
        assert not [address for address in page.addresses if "fake.example" in address]
        assert "https://example.org/proof" in page.addresses
        assert "广东省/广州市" in page.html

    def test_the_newest_stands_first(self):
        self.warn(name="先公布的")
        self.warn(name="后公布的", host=None)

        html = read("/warnings").html

        assert html.index("后公布的") < html.index("先公布的")

    def test_one_that_was_withdrawn_is_gone(self):
        self.warn(withdrawn_on=clock.today())

        assert "假民政" not in read("/warnings").html

    def test_is_well_formed_in_english_with_names_marked(self):
        self.warn()

        page = read("/warnings", "en")

        assert "假民政" not in page.untagged
        assert fetch("/warnings").status_code == 200
