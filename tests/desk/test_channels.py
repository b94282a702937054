"""The directory of channels at the desk: what is due, one form, the file out and in."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from heli.channels.models import ChannelEntry, Remark
from heli.channels.reporting import Wrong
from heli.channels.reports import say_wrong
from heli.channels.services import export_yaml
from heli.desk.channel_forms import FILE_BYTES_MAX
from heli.ground import clock
from heli.hall.roles import StaffRole
from tests.cases.factories import an_open_office
from tests.channels.reporters import HERE, THERE, an_entry
from tests.desk.staff_browsers import has_no_other_script, led_to, logged_in, page_of
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

PAGES = ["/desk/channels", "/desk/channels/import", "/desk/channels/{entry}"]
READ_ONLY = ["/desk/channels", "/desk/channels.yaml"]
FORM = {
    "kind": "wechat_mini_program",
    "region": "广东省 广州市",
    "operator": "演示市民政局",
    "operator_basis": "stated",
    "path": "演示预约 → 婚姻登记",
    "url": "https://yuyue.example/a",
    "services": ["divorce_application"],
    "note": "",
    "source_kind": "press",
    "found": "",
}


def an_operator(language: str = "zh-CN") -> Client:
    return logged_in(StaffRole.OPERATOR, language=language)


def send(browser: Client, entry: ChannelEntry, deed: str, **changed: Any) -> HttpResponse:
    """The form as it stands, with some fields changed, by one of its buttons."""
    fields = {**FORM, "name": entry.name, **changed, "deed": deed}
    return browser.post(f"/desk/channels/{entry.pk}", fields)


def upload(browser: Client, content: bytes, name: str = "channels.yaml") -> HttpResponse:
    return browser.post("/desk/channels/import", {"file": SimpleUploadedFile(name, content)})


class TestWho:
    def test_strangers_are_led_to_the_login(self):
        entry = an_entry()
        for path in [*PAGES, "/desk/channels.yaml"]:
            path = path.format(entry=entry.pk)
            assert led_to(Client().get(path)).startswith("/desk/login?next="), path
            if path not in READ_ONLY:
                assert led_to(Client().post(path)).startswith("/desk/login?next="), path

    @pytest.mark.parametrize("role", [StaffRole.GUIDE, StaffRole.CLERK, StaffRole.MANAGER])
    def test_nobody_at_an_office_may_see_or_change_them(self, role):
        browser, entry = logged_in(role, an_open_office()), an_entry()
        before = export_yaml()

        for path in [*PAGES, "/desk/channels.yaml", "/desk/channels/0"]:
            path = path.format(entry=entry.pk)
            assert browser.get(path).status_code == 403, path
            if path not in READ_ONLY:
                assert browser.post(path, {"deed": "end"}).status_code == 403, path
        assert export_yaml() == before
        assert "/desk/channels" not in page_of(browser.get("/desk/today")).addresses

    def test_an_operator_needs_no_office(self):
        page = page_of(an_operator().get("/desk/channels"))

        assert page.h1 == ["渠道名录"]
        assert {"/desk/channels", "/desk/reports", "/desk/warnings"} <= set(page.addresses)

    def test_a_form_from_elsewhere_is_refused(self):
        browser, entry = Client(enforce_csrf_checks=True), an_entry()
        browser.cookies = an_operator().cookies

        assert send(browser, entry, "end").status_code == 403
        assert upload(browser, b"channels: []").status_code == 403
        assert ChannelEntry.objects.get().ended_on is None


class TestPages:
    @pytest.mark.parametrize("language", ["zh-CN", "en"])
    def test_each_has_its_parts(self, language):
        browser, entry = an_operator(language), an_entry(note="在大厅门口")
        say_wrong(entry.pk, Wrong.GONE, address=HERE)
        ended = an_entry(ended_on=clock.today())

        for path in [*PAGES, f"/desk/channels/{ended.pk}", "/desk/channels?show=all"]:
            page = page_of(browser.get(path.format(entry=entry.pk)))
            assert (page.language, len(page.h1)) == (language, 1)
            assert "离婚" not in page.title
            assert len(page.ids) == len(set(page.ids)), path
            assert [link for link in page.links if not all(link)] == []
            assert " style=" not in page.html
            assert has_no_other_script(page.html)

    @pytest.mark.parametrize("path", ["0", "x", "9" * 30, "-1", "1%00", "987654321"])
    def test_an_entry_that_is_not_there_is_not_found(self, path):
        assert an_operator().get(f"/desk/channels/{path}").status_code == 404


class TestList:
    def test_shows_what_is_due_soonest_first(self):
        an_entry(name="后到期", review_on="2023-02-01")
        an_entry(name="先到期", review_on="2022-02-01")
        an_entry(name="没到期", review_on="2999-01-01")
        an_entry(name="已停用", ended_on="2023-01-01")

        shown = text(an_operator().get("/desk/channels"))

        assert shown.index("先到期") < shown.index("后到期")
        assert "没到期" not in shown
        assert "已停用" not in shown
        assert "该核实的 2" in shown

    def test_counts_what_people_said_was_wrong(self):
        quiet, said = an_entry(name="没人说"), an_entry(name="有人说过", review_on="2999-01-01")
        for address in (HERE, THERE):
            say_wrong(said.pk, Wrong.OTHER_STEPS, address=address)
        say_wrong(said.pk, Wrong.GONE, address=HERE)

        shown = text(an_operator().get("/desk/channels?show=remarked"))

        assert "步骤不对 2 · 已经没有了 1" in shown
        assert quiet.name not in shown
        assert "有人说不对的 1" in shown

    @pytest.mark.parametrize("q", ["广州", "440100", "guangzhou", "广东", "小程序甲", "民政局甲"])
    def test_finds_by_region_name_and_operator(self, q):
        an_entry(name="小程序甲", operator="民政局甲")
        an_entry(name="小程序乙", operator="民政局乙", region_id="330100")

        shown = text(an_operator().get("/desk/channels", {"show": "all", "q": q}))

        assert "小程序甲" in shown
        assert "小程序乙" not in shown

    @pytest.mark.parametrize(
        "q", ["没有这个", "a\x00b", "%_", "x" * 5000, "x " * 3000, "<script>alert(1)"]
    )
    def test_finds_nothing_without_a_fault(self, q):
        an_entry()

        shown = an_operator().get("/desk/channels", {"q": q})

        assert "没有找到" in text(shown)
        assert has_no_other_script(shown.content.decode())

    def test_has_fifty_on_a_page(self):
        for number in range(51):
            an_entry(name=f"第{number:02}号")
        browser = an_operator()

        first, second = browser.get("/desk/channels"), browser.get("/desk/channels?page=2")

        assert text(first).count("号 微信小程序") == 50
        assert text(second).count("号 微信小程序") == 1
        assert "第 2 页，共 2 页" in text(second)
        for page in ("x", "-1", "999", "1" * 99):
            assert browser.get("/desk/channels", {"page": page}).status_code == 200


class TestEntry:
    def test_confirmed_it_is_no_longer_due(self):
        entry, browser = an_entry(), an_operator()
        say_wrong(entry.pk, Wrong.GONE, address=HERE)

        assert led_to(send(browser, entry, "confirm")) == "/desk/channels?done=confirmed"

        entry.refresh_from_db()
        assert entry.as_of == clock.today().isoformat()
        assert entry.checked_by.startswith("operator-")
        assert not Remark.objects.filter(settled_at=None).exists()
        shown = text(browser.get("/desk/channels?done=confirmed"))
        assert "已确认" in shown
        assert entry.name not in shown

    def test_corrected_it_has_a_new_one_in_its_place(self):
        entry, browser = an_entry(), an_operator()

        done = send(browser, entry, "correct", path="新的路径", found="电话问过", region="")

        assert led_to(done) == "/desk/channels?done=corrected"
        old, new = ChannelEntry.objects.order_by("id")
        assert old.ended_on == clock.today()
        assert (new.path, new.region, new.name) == ("新的路径", None, entry.name)
        assert new.source.endswith("：电话问过")
        shown = text(browser.get(f"/desk/channels/{old.pk}"))
        assert "留作记录" in shown
        assert "更正" not in shown

    def test_ended_it_is_shown_no_more(self):
        entry = an_entry()

        assert led_to(send(an_operator(), entry, "end")) == "/desk/channels?done=ended"

        assert ChannelEntry.objects.get().ended_on == clock.today()

    def test_sent_twice_it_is_done_once(self):
        entry, browser = an_entry(), an_operator()

        for _time in range(2):
            led_to(send(browser, entry, "correct", path="新的路径"))

        assert ChannelEntry.objects.count() == 2

    def test_done_by_somebody_else_in_the_meantime_it_says_so(self):
        entry, browser = an_entry(), an_operator()
        led_to(send(browser, entry, "correct", path="新的路径"))

        late = send(an_operator(), entry, "confirm")

        assert "已经改过" in text(late, 404)

    @pytest.mark.parametrize("deed", ["confirm", "end"])
    def test_a_change_is_not_lost_by_the_wrong_button(self, deed):
        entry = an_entry()

        assert "内容有改动" in text(send(an_operator(), entry, deed, path="新的路径"), 422)

        entry.refresh_from_db()
        assert (entry.ended_on, entry.checked_by) == (None, None)

    def test_nothing_changed_is_no_correction(self):
        assert "没有改动" in text(send(an_operator(), an_entry(), "correct"), 422)
        assert ChannelEntry.objects.count() == 1

    @pytest.mark.parametrize(
        "changed",
        [
            {"name": ""},
            {"name": "a\x00"},
            {"name": "字" * 61},
            {"url": "javascript:alert(1)"},
            {"kind": "telegram"},
            {"services": ["divorce"]},
            {"source_kind": ""},
            {"operator_basis": "rumour"},
            {"region": "没有这个地方"},
            {"region": "999999"},
        ],
    )
    def test_what_is_wrong_is_said_beside_the_form(self, changed):
        answer = send(an_operator(), an_entry(), "correct", **changed)

        assert "没有提交，什么都没有改变" in text(answer, 422)
        assert ChannelEntry.objects.count() == 1

    @pytest.mark.parametrize("deed", ["", "destroy"])
    def test_without_a_button_of_the_form_nothing_is_done(self, deed):
        assert send(an_operator(), an_entry(), deed).status_code == 422

    def test_of_the_whole_country_and_with_empty_fields_it_is_confirmed_as_it_stands(self):
        entry = an_entry(
            region_id=None, operator=None, operator_stated=False, path=None, url=None, services=[]
        )
        empty = {"region": "", "operator": "", "operator_basis": "inferred", "path": "", "url": ""}

        led_to(send(an_operator(), entry, "confirm", **empty, services=[]))

    def test_what_a_source_says_is_no_markup(self):
        entry = an_entry(name="<img src=x>", source="javascript:alert(1)", note="</form><script>")

        shown = an_operator().get(f"/desk/channels/{entry.pk}").content.decode()

        assert "<img" not in shown
        assert has_no_other_script(shown)
        assert 'href="javascript' not in shown


class TestFile:
    def test_goes_out_and_in_again(self):
        an_entry()
        browser = an_operator()
        out = browser.get("/desk/channels.yaml")

        assert out["Content-Disposition"] == 'attachment; filename="channels.yaml"'
        assert out.content.decode() == export_yaml()
        ChannelEntry.objects.all().delete()
        assert led_to(upload(browser, out.content)) == "/desk/channels?done=imported&changed=1"
        assert browser.get("/desk/channels.yaml").content == out.content
        assert "新增或改动 1 条" in text(browser.get("/desk/channels?done=imported&changed=1"))

    def test_every_wrong_line_is_named_and_nothing_is_stored(self):
        an_entry()
        good = export_yaml()
        bad = good.replace("440100", "999999").replace("wechat_mini_program", "telegram")
        ChannelEntry.objects.all().delete()

        refused = text(upload(an_operator(), (good + bad.partition("\n")[2]).encode()), 422)

        assert "channels.yaml 第" in refused
        assert "telegram" in refused
        assert ChannelEntry.objects.count() == 0

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xfe\x00c",
            b"\x00",
            b"channels: {",
            b"- 1",
            b"channels: !!python/object/apply:os.system [ls]",
            b"[" * 5000,
            b"a: &a [x]\nb: *a",
        ],
    )
    def test_nonsense_is_refused(self, content):
        assert upload(an_operator(), content).status_code == 422

    def test_no_file_or_one_that_is_too_large_is_refused(self):
        browser = an_operator()

        assert browser.post("/desk/channels/import").status_code == 422
        assert "超过2 MB" in text(upload(browser, b"#" * (FILE_BYTES_MAX + 1)), 422)
        assert "changed=0" in led_to(upload(browser, b"channels: []" + b"#" * 1000))

    def test_a_name_of_a_file_harms_nothing(self):
        answer = upload(an_operator(), b"channels: []", "../../etc/<b>passwd")

        assert led_to(answer).startswith("/desk/channels")
