"""`heli channels` and `heli verify` as processes of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.channels.directory import an_entry, write_channels
from tests.ops.running import heli


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with one channel in it."""
    folder = tmp_path_factory.mktemp("channels")
    world = folder / "data"
    done = heli("load", write_channels(folder / "files", an_entry()), "--data", world)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Read channels.yaml: 1 entries are new or changed.\n"
    return world


class TestChannels:
    def test_json_is_the_document_of_the_api(self, data):
        done = heli("channels", "440106", "--json", "--data", data)

        found = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert found["region"]["name"] == "天河区"
        assert found["channels"][0]["name"] == "演示预约"
        assert found["alternatives"][-1]["kind"] == "office_queue"

    def test_a_name_will_do_and_a_person_can_read_it(self, data):
        done = heli("channels", "天河", "--data", data)

        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert lines[0] == "440106 广东省/广州市/天河区"
        assert "  演示预约 (wechat_mini_program), run by 演示市民政局" in lines
        assert "    演示预约 → 婚姻登记" in lines

    @pytest.mark.parametrize(
        ("region", "said"),
        [
            ("990000", "没有找到"),
            ("朝阳区", "give a code"),
            ("鼓楼", "give a code"),
            ("不存在", "No region"),
            ("", "No region"),
        ],
    )
    def test_what_is_no_region_is_one_line(self, data, region, said):
        done = heli("channels", region, "--data", data, LANG="zh_CN.UTF-8")

        assert done.returncode == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


class TestVerify:
    @pytest.mark.parametrize(
        ("text", "verdict"),
        [("演示预约", "official"), ("演示预约代办", "suspicious"), ("今天天气", "unknown")],
    )
    def test_says_what_it_thinks(self, data, text, verdict):
        as_json = heli("verify", text, "--json", "--data", data)
        as_lines = heli("verify", text, "--region", "广州市", "--data", data)

        assert json.loads(as_json.stdout)["verdict"] == verdict
        assert as_lines.stdout.startswith(f"{verdict}: ")
        assert as_lines.stdout.splitlines()[-1].startswith("  - ")

    @pytest.mark.parametrize("text", ["", "http://"])
    def test_what_cannot_be_judged_is_one_line(self, data, text):
        done = heli("verify", text, "--data", data)

        assert done.returncode == 1
        assert done.stderr.startswith("heli: ")
        assert done.stderr.count("\n") == 1
