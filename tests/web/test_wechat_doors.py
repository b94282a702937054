"""What WeChat itself opens: the entry of City Services, and the files of the domain."""

from __future__ import annotations

import dataclasses

import pytest
from django.conf import settings

from tests.web.visitors import browser
from tests.web.walking import a_slot

pytestmark = pytest.mark.usefixtures("database")

CLASSIFIED = "nobody may read this"


class TestCity:
    @pytest.mark.parametrize("city", ["广州", "广州市", "440100", " 广州 "])
    def test_leads_to_the_guide_of_the_city(self, city):
        answer = browser().get("/wechat/city", {"city": city})

        assert answer["Location"] == "/channels/440100"

    def test_leads_to_its_offices_where_one_takes_bookings(self):
        a_slot()  # of an office in Guangzhou

        answer = browser().get("/wechat/city", {"city": "广州"})

        assert answer["Location"] == "/places?region=440100"

    @pytest.mark.parametrize("city", ["阿特兰蒂斯", "广", "x" * 500, "<b>", "\x00"])
    def test_an_unknown_one_leads_to_the_search(self, city):
        answer = browser().get("/wechat/city", {"city": city})

        assert answer["Location"].startswith("/places?q=")
        assert browser().get(answer["Location"]).status_code == 200

    def test_none_at_all_leads_to_the_search(self):
        assert browser().get("/wechat/city")["Location"] == "/places"


class TestCheckFiles:
    @pytest.fixture
    def files(self, tmp_path, monkeypatch):
        directory = tmp_path / "files"
        directory.mkdir()
        (tmp_path / "secret.txt").write_text(CLASSIFIED)
        (directory / "MP_verify_abc123.txt").write_text("abc123")
        (directory / "big.txt").write_text("x" * 5000)
        (directory / "link.txt").symlink_to(tmp_path / "secret.txt")
        (directory / "other.key").write_text(CLASSIFIED)
        wechat = dataclasses.replace(settings.HELI.wechat, files=directory)
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, wechat=wechat))
        return directory

    def test_is_at_the_root_as_it_lies_in_the_directory(self, files):
        answer = browser().get("/MP_verify_abc123.txt")

        assert (answer.status_code, answer.content) == (200, b"abc123")
        assert answer["Content-Type"].startswith("text/plain")

    @pytest.mark.parametrize(
        "path",
        [
            "/missing.txt",
            "/big.txt",
            "/link.txt",
            "/other.key",
            "/..%2Fsecret.txt",
            "/../secret.txt",
            "/%2e%2e%2fsecret.txt",
            "/other.key%00.txt",
            "/.txt",
            "/中文.txt",
        ],
    )
    def test_nothing_else_is(self, files, path):
        answer = browser().get(path)

        assert answer.status_code == 404
        assert CLASSIFIED not in answer.content.decode()

    def test_without_a_directory_there_is_none(self):
        assert browser().get("/MP_verify_abc123.txt").status_code == 404
