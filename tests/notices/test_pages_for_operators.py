"""What docs/wechat-messages.md tells the operator is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from heli.notices.message_words import NOTE_MAX, WHAT_MAX
from heli.notices.senders_wechat import PERHAPS_SENT, SURELY_NOT_SENT
from heli.notices.ways import SendingState, Way
from heli.wechat.client.errors import FieldRefused, NotAllowed, ReceiverUnknown, Refused
from heli.wechat.emulator.tencent import TEMPLATE_TEXT
from heli.wechat.templates import KINDS, Meaning, Section, read_templates

PAGE = (Path(__file__).parents[2] / "docs" / "wechat-messages.md").read_text(encoding="utf-8")


def test_the_file_that_it_shows_can_be_read():
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    ours = read_templates(shown)

    assert set(ours) == set(Section)
    assert ours[Section.MINI].is_lasting


def test_every_way_and_every_state_is_described():
    for word in (*Way, *SendingState):
        assert f"`{word.value}`" in PAGE


def test_every_fault_leads_somewhere():
    for fault in (*SURELY_NOT_SENT, *PERHAPS_SENT):
        assert f"`{fault.__name__}`" in PAGE
    for fault in (NotAllowed, ReceiverUnknown, FieldRefused, Refused):
        assert f"`{fault.__name__}`" in PAGE


def test_every_meaning_is_described_with_the_kinds_of_field_it_may_go_into():
    for meaning in Meaning:
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{meaning.value}` |")]
        assert all(f"`{kind}`" in row for kind in KINDS[meaning])


def test_the_limits_are_those_of_the_words():
    assert f"最多 {WHAT_MAX} 个字" in PAGE
    assert f"最多 {NOTE_MAX} 个字" in PAGE


def test_the_emulators_short_message_is_the_sentence_that_it_proposes():
    assert f"    {TEMPLATE_TEXT}\n" in PAGE
