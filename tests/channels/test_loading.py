"""channels.yaml is loaded wholly or not at all, and comes back as it was."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from heli.channels.models import ChannelEntry
from heli.channels.services import export_yaml, load_channels_text, load_directory
from heli.ground import clock
from heli.places.errors import LoadRefused
from heli.places.models import Office
from tests.channels.directory import COLLECTED, an_entry, load, load_collected, write_channels
from tests.places.directories import an_office, write

pytestmark = pytest.mark.usefixtures("database")


class TestLoading:
    def test_the_collected_entries_load_and_loading_again_changes_nothing(self):
        assert load_directory(COLLECTED).channels_changed == 218
        before = list(ChannelEntry.objects.order_by("id").values_list())

        assert load_directory(COLLECTED).channels_changed == 0
        assert list(ChannelEntry.objects.order_by("id").values_list()) == before

    def test_a_changed_entry_is_changed_and_one_that_is_not_named_stays(self, tmp_path):
        load(tmp_path / "x", an_entry(), an_entry(name="另一个演示"))

        changed = load_directory(write_channels(tmp_path / "y", an_entry(confidence="low")))

        assert changed.channels_changed == 1
        assert dict(ChannelEntry.objects.values_list("name", "confidence")) == {
            "演示预约": "low",
            "另一个演示": "high",
        }

    def test_what_an_operator_confirmed_is_not_overwritten(self, tmp_path):
        load(tmp_path / "x", an_entry())
        ChannelEntry.objects.update(checked_by="operator", path="新的走法")

        load(tmp_path / "y", an_entry())

        assert ChannelEntry.objects.get().path == "新的走法"

    def test_words_of_the_sources_become_heli_s(self, tmp_path):
        services = ["certificate_reissue", "divorce_registration", "marriage"]
        load(tmp_path / "x", an_entry(services=services))

        assert ChannelEntry.objects.get().services == [
            "divorce_certificate",
            "marriage",
            "replacement",
        ]

    def test_the_whole_country_has_no_region(self, tmp_path):
        load(tmp_path / "x", an_entry(region="000000"))

        assert ChannelEntry.objects.get().region is None

    def test_an_export_loads_to_the_same_again(self):
        load_collected()
        written = export_yaml()
        before = list(ChannelEntry.objects.order_by("id").values_list())

        assert load_channels_text(written, at=clock.now()) == 0
        ChannelEntry.objects.all().delete()
        assert load_channels_text(written, at=clock.now()) == len(before)
        assert export_yaml() == written

    def test_it_goes_with_offices_in_one_directory(self, tmp_path):
        path = write(tmp_path / "x", offices=[an_office()])
        write_channels(path, an_entry())
        (path / "notes.txt").write_text("for people")

        loaded = load_directory(path)

        assert loaded.places is not None
        assert (loaded.places.offices_changed, loaded.channels_changed) == (1, 1)
        assert loaded.left_alone == ("notes.txt",)


class TestRefused:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"region": "999999"}, "行政区划代码999999不存在"),
            ({"region": "44010"}, "应当是六位数字"),
            ({"kind": "fax"}, "不认识“fax”"),
            ({"kind": "wechat_miniprogram"}, "是不是“wechat_mini_program”"),
            ({"url": "www.example.org"}, "不是网址"),
            ({"url": "javascript:alert(1)"}, "不是网址"),
            ({"url": "http://"}, "不是网址"),
            ({"services": ["divorce"]}, "不认识“divorce”"),
            ({"as_of": "2024-13"}, "应当是年、月或日"),
            ({"confidence": "certain"}, "不认识“certain”"),
            ({"name": None}, "缺少“name”"),
            ({"name": "长" * 61}, "最多60个字符"),
            ({"telephone": "1"}, "不认识“telephone”"),
            ({"ended_on": "2024-02-30"}, "真有这一天"),
        ],
    )
    def test_a_wrong_line_is_named_and_nothing_is_loaded(self, tmp_path, fields, said):
        path = write_channels(tmp_path / "x", an_entry(), an_entry(**({"name": "第二个"} | fields)))

        with pytest.raises(LoadRefused) as refused:
            load_directory(path)

        assert any(said in sentence for sentence in refused.value.sentences())
        assert all("channels.yaml 第" in sentence for sentence in refused.value.sentences())
        assert ChannelEntry.objects.count() == 0

    def test_the_same_entry_twice_is_refused_with_the_first_line(self, tmp_path):
        path = write_channels(tmp_path / "x", an_entry(), an_entry(path=None))

        with pytest.raises(LoadRefused, match="invalid_input") as refused:
            load_directory(path)

        assert "第2行已经有了" in refused.value.sentences()[0]

    def test_every_wrong_line_of_every_file_is_named_at_once(self, tmp_path):
        path = write(tmp_path / "x", offices=[an_office(region_code="999999")])
        write_channels(path, an_entry(kind="fax"))

        with pytest.raises(LoadRefused) as refused:
            load_directory(path)

        files = {problem.file for problem in refused.value.problems}
        assert files == {"offices.yaml", "channels.yaml"}
        assert not Office.objects.exists()

    def test_a_text_that_is_no_yaml_or_has_no_list(self):
        for text in (
            "",
            "null",
            "# nothing",
            "channels: [",
            "other: 1",
            "channels:\n  - 1",
            "\x00",
            "a" * 20_000_001,
        ):
            with pytest.raises(LoadRefused):
                load_channels_text(text, at=clock.now())


class TestTheDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            "kind = 'fax'",
            "services = '{divorce}'",
            "confidence = 'sure'",
            "as_of = 'yesterday'",
            "url = 'javascript:alert(1)'",
            "region_id = '999999'",
        ],
    )
    def test_holds_every_writer_to_the_words(self, tmp_path, change):
        load(tmp_path / "x", an_entry())

        with pytest.raises(IntegrityError):
            write_by_hand(f"UPDATE channels_channelentry SET {change}")


@transaction.atomic
def write_by_hand(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
