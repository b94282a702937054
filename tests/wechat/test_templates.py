"""The file of message templates: what it may say, and the sentence where it says something else."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from heli.wechat import templates
from heli.wechat.templates import Meaning, Section, TemplatesWrong, read_templates

GOOD = """
mini:
  id: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
  lasting: true
  fields: {what: phrase1, when: time2, where: thing3, note: thing4}
template:
  id: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
  fields: {what: thing5, when: date6}
"""

WRONG = {
    "no-yaml": "mini: [",
    "a-list": "- mini",
    "unknown-section": "sms: {id: a, fields: {what: thing1}}",
    "no-id": "mini: {fields: {what: thing1}}",
    "id-too-long": f"mini: {{id: {'a' * 65}, fields: {{what: thing1}}}}",
    "id-a-number": "mini: {id: 12, fields: {what: thing1}}",
    "no-fields": "mini: {id: a}",
    "fields-empty": "mini: {id: a, fields: {}}",
    "fields-a-list": "mini: {id: a, fields: [thing1]}",
    "unknown-meaning": "mini: {id: a, fields: {who: thing1}}",
    "a-name-field": "mini: {id: a, fields: {what: name1}}",
    "when-in-a-phrase": "mini: {id: a, fields: {when: phrase1}}",
    "no-number": "mini: {id: a, fields: {what: thing}}",
    "one-field-twice": "mini: {id: a, fields: {what: thing1, note: thing1}}",
    "lasting-a-word": "mini: {id: a, lasting: sometimes, fields: {what: thing1}}",
    "something-else": "mini: {id: a, colour: red, fields: {what: thing1}}",
}


class TestReadTemplates:
    def test_a_section_has_its_template_its_fields_and_whether_a_yes_lasts(self):
        ours = read_templates(GOOD)

        assert set(ours) == {Section.MINI, Section.TEMPLATE}
        assert ours[Section.MINI].is_lasting
        assert not ours[Section.TEMPLATE].is_lasting
        assert ours[Section.TEMPLATE].fields == {Meaning.WHAT: "thing5", Meaning.WHEN: "date6"}

    def test_an_empty_file_has_none(self):
        assert read_templates("") == {}

    @pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
    def test_anything_else_is_refused_with_one_sentence(self, text):
        with pytest.raises(TemplatesWrong) as refused:
            read_templates(text)

        assert str(refused.value).endswith(".")
        assert "\n" not in str(refused.value)


class TestKnown:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Iterator[Path]:
        before, path = settings.HELI, tmp_path / "templates.yaml"
        wechat = dataclasses.replace(before.wechat, templates=path)
        settings.HELI = dataclasses.replace(before, wechat=wechat)
        yield path
        settings.HELI = before

    def test_where_no_file_is_set_there_are_none(self):
        assert templates.known() == {}

    def test_a_changed_file_is_read_again(self, file):
        file.write_text(GOOD, encoding="utf-8")
        first = templates.known()
        file.write_text("", encoding="utf-8")
        os.utime(file, ns=(1, 1))

        assert set(first) == {Section.MINI, Section.TEMPLATE}
        assert templates.known() == {}

    def test_a_file_that_is_missing_is_said(self, file):
        with pytest.raises(TemplatesWrong, match="cannot be read"):
            templates.known()

    def test_a_file_of_bytes_is_said(self, file):
        file.write_bytes(b"\xff\xfe\x00")

        with pytest.raises(TemplatesWrong, match="UTF-8"):
            templates.known()
