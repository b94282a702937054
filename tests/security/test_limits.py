"""What is too long is refused before it is read, and nothing that is sent comes to a disk."""

from __future__ import annotations

import tempfile
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client

from heli.desk.channel_forms import FORM_BYTES_MAX
from heli.hall.roles import StaffRole
from tests.desk.staff_browsers import logged_in

pytestmark = pytest.mark.usefixtures("database")

MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def a_file(length: int) -> BytesIO:
    file = BytesIO(b"#" * length)
    file.name = "channels.yaml"
    return file


class NeverRead:
    """A body that fails whoever reads it."""

    def read(self, *_asked: int) -> bytes:
        raise AssertionError("it was read")

    readline = read


class TestAFileSentToAPage:
    @pytest.mark.parametrize("path", ["/identify", "/check", "/check/report", "/desk/login"])
    def test_is_refused_unread_where_it_is_longer_than_a_form(self, path):
        answer = Client().generic(
            "POST", path, b"", content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(1 << 40), **{"wsgi.input": NeverRead()},
        )  # fmt: skip

        assert answer.status_code == 413
        assert "提交的内容太大" in answer.content.decode()

    def test_comes_to_no_disk(self, monkeypatch, tmp_path):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))

        answer = Client().post("/check", {"text": "12345", "file": a_file(MOST // 2)})

        assert answer.status_code == 200

    def test_is_taken_by_the_directory_up_to_its_own_length(self, monkeypatch, tmp_path):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
        operator = logged_in(StaffRole.OPERATOR)

        taken = operator.post("/desk/channels/import", {"file": a_file(MOST * 2)})
        refused = operator.post("/desk/channels/import", {"file": a_file(FORM_BYTES_MAX)})

        assert (taken.status_code, refused.status_code) == (422, 413)


class TestAForm:
    def test_that_is_too_long_is_refused_with_a_sentence(self):
        answer = Client().post("/check", {"text": "x" * MOST})

        assert answer.status_code == 413

    def test_of_more_fields_than_any_form_has_is_refused(self):
        answer = Client().post("/check", {f"field{number}": "x" for number in range(400)})

        assert answer.status_code == 400

    def test_whose_length_is_no_number_is_refused(self):
        answer = Client().generic(
            "POST", "/check", b"", content_type="application/x-www-form-urlencoded",
            CONTENT_LENGTH="many",
        )  # fmt: skip

        assert answer.status_code == 413


class TestTheApi:
    @pytest.mark.parametrize(
        "content_type", ["application/json", "multipart/form-data; boundary=x"]
    )
    def test_refuses_a_long_body_unread_in_its_own_shape(self, content_type):
        answer = Client().generic(
            "POST", "/api/v1/identity/verifications", b"", content_type=content_type,
            CONTENT_LENGTH=str(1 << 40), **{"wsgi.input": NeverRead()},
        )  # fmt: skip

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
