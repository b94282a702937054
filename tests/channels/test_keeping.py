"""How the directory is kept true: confirmed, corrected, ended, with its history."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from heli.channels.keeping import (
    FOUND_MAX,
    Correction,
    confirm_entry,
    correct_entry,
    end_entry,
)
from heli.channels.models import ChannelEntry, Remark
from heli.channels.queries import entries_due, guide
from heli.channels.reporting import Wrong
from heli.channels.reports import say_wrong
from heli.channels.rules import Sureness
from heli.channels.services import export_yaml, load_channels_text
from heli.ground import clock
from heli.ground.refusals import InvalidInput, NotFound
from tests.channels.reporters import BY, HERE, THERE, TODAY, an_entry, faults
from tests.hall.factories import at_once

pytestmark = pytest.mark.usefixtures("database")

AT = clock.moment_of(TODAY)
NO_ENTRY = [-1, 0, 987_654_321, 2**63, 10**30]


def what_is_there(entry: ChannelEntry, **found: Any) -> Correction:
    """What an operator sends who changed these fields of the form."""
    as_it_was = Correction(
        region=entry.region_id,
        kind=entry.kind,
        name=entry.name,
        operator=entry.operator,
        operator_stated=entry.operator_stated,
        path=entry.path,
        url=entry.url,
        services=tuple(entry.services),
        source_kind=entry.source_kind,
        note=entry.note,
    )
    return dataclasses.replace(as_it_was, **found)


def correct(entry: ChannelEntry, *, on: date = TODAY, **found: Any) -> int:
    return correct_entry(entry.pk, what_is_there(entry, **found), by=BY, on=on)


class TestConfirmEntry:
    def test_it_is_sure_for_another_year_and_its_source_stays(self):
        entry = an_entry()

        confirm_entry(entry.pk, by=BY, on=TODAY)
        entry.refresh_from_db()

        assert (entry.as_of, entry.confidence, entry.checked_by) == ("2026-12-01", "high", BY)
        assert entry.review_on == date(2027, 12, 1)
        assert (entry.source, entry.source_kind) == ("https://example.org/notice", "press")
        (door, *_rest) = guide("440100", at=AT).channels
        assert door.lead.sure is Sureness.CONFIRMED
        assert entries_due(on=TODAY) == ()

    def test_what_people_remarked_of_it_is_settled_and_of_others_is_not(self):
        entry, other = an_entry(), an_entry()
        for address in (HERE, THERE):
            say_wrong(entry.pk, Wrong.GONE, address=address)
            say_wrong(other.pk, Wrong.GONE, address=address)

        confirm_entry(entry.pk, by=BY, on=TODAY)

        assert Remark.objects.filter(settled_at=None).count() == 2
        assert set(Remark.objects.filter(settled_at=None).values_list("entry")) == {(other.pk,)}

    def test_twice_and_at_once_is_as_once(self):
        entry = an_entry()

        assert at_once(*[lambda: confirm_entry(entry.pk, by=BY, on=TODAY)] * 4) == [None] * 4

        assert ChannelEntry.objects.count() == 1

    def test_one_that_has_ended_in_the_meantime_stays_ended(self):
        entry = an_entry()
        end_entry(entry.pk, by=BY, on=TODAY)

        with pytest.raises(NotFound):
            confirm_entry(entry.pk, by=BY, on=TODAY)

        assert ChannelEntry.objects.get().as_of == "2022-05-01"

    @pytest.mark.parametrize("entry_id", NO_ENTRY)
    def test_of_none_is_not_found(self, entry_id):
        with pytest.raises(NotFound):
            confirm_entry(entry_id, by=BY, on=TODAY)


class TestCorrectEntry:
    def test_ends_the_old_one_and_shows_what_was_found(self):
        entry = an_entry()
        say_wrong(entry.pk, Wrong.OTHER_STEPS, address=HERE)

        new = ChannelEntry.objects.get(
            pk=correct(entry, path="演示 → 新路径", found="电话问过演示市民政局")
        )
        entry.refresh_from_db()

        assert (entry.ended_on, entry.path) == (TODAY, "演示预约 → 婚姻登记")
        assert (new.path, new.ended_on, new.name) == ("演示 → 新路径", None, entry.name)
        assert new.source == "平台核实 2026-12-01：电话问过演示市民政局"
        assert (new.as_of, new.confidence, new.checked_by) == ("2026-12-01", "high", BY)
        assert new.review_on == date(2027, 12, 1)
        assert Remark.objects.filter(settled_at=None).count() == 0
        (door, *_rest) = guide("440100", at=AT).channels
        assert (door.path, [proof.entry_id for proof in door.proofs]) == ("演示 → 新路径", [new.pk])

    def test_everything_may_be_otherwise(self):
        found: dict[str, Any] = {
            "region": None,
            "kind": "government_website",
            "name": "演示网上大厅",
            "operator": None,
            "operator_stated": False,
            "path": None,
            "url": "https://dating.example/",
            "services": ("marriage_registration_unspecified", "marriage"),
            "source_kind": "official",
            "note": "只在工作日开放",
        }
        new = ChannelEntry.objects.get(pk=correct(an_entry(), **found))

        told = {name: getattr(new, name) for name in found if name not in ("region", "services")}
        assert told == {name: found[name] for name in told}
        assert new.region is None
        assert new.services == ["marriage", "marriage_registration_unspecified"]
        assert new.source == "平台核实 2026-12-01"

    def test_several_times_a_day_each_has_its_own_source(self):
        entry = an_entry()

        for _one in range(3):
            entry = ChannelEntry.objects.get(pk=correct(entry, path="一样的"))

        sources = list(ChannelEntry.objects.order_by("id").values_list("source", flat=True))
        assert sources[1:] == [
            "平台核实 2026-12-01",
            "平台核实 2026-12-01（2）",
            "平台核实 2026-12-01（3）",
        ]
        assert ChannelEntry.objects.filter(ended_on=None).count() == 1

    def test_sent_twice_answers_the_one_that_is_there(self):
        entry = an_entry()

        given = at_once(*[lambda: correct(entry, path="新路径", found="问过")] * 4)

        assert len(set(given)) == 1
        assert ChannelEntry.objects.count() == 2

    def test_another_correction_that_comes_late_changes_nothing(self):
        entry = an_entry()
        correct(entry, path="新路径")

        with pytest.raises(NotFound) as late:
            correct(entry, path="另一条路径")

        assert "已经改过" in late.value.sentence()
        assert ChannelEntry.objects.count() == 2

    def test_two_that_become_the_same_do_not_get_in_each_others_way(self):
        one, other = an_entry(), an_entry()

        given = at_once(
            lambda: correct(one, name="同一个名字"), lambda: correct(other, name="同一个名字")
        )

        assert all(isinstance(id, int) for id in given)
        assert ChannelEntry.objects.filter(name="同一个名字", ended_on=None).count() == 2

    @pytest.mark.parametrize(
        ("found", "wrong"),
        [
            ({"name": ""}, {"name"}),
            ({"name": "字" * 61}, {"name"}),
            ({"name": "a\x00b"}, {"name"}),
            ({"name": "a\nb"}, {"name"}),
            ({"operator": "字" * 81}, {"operator"}),
            ({"path": "字" * 201}, {"path"}),
            ({"note": "字" * 401}, {"note"}),
            ({"found": "字" * (FOUND_MAX + 1)}, {"found"}),
            ({"url": "www.example.org"}, {"url"}),
            ({"url": "javascript:alert(1)"}, {"url"}),
            ({"url": "https://"}, {"url"}),
            ({"url": f"https://example.org/{'a' * 300}"}, {"url"}),
            ({"kind": "telegram"}, {"kind"}),
            ({"kind": ""}, {"kind"}),
            ({"source_kind": "rumour"}, {"source_kind"}),
            ({"services": ("divorce",)}, {"services"}),
            ({"region": "999999"}, {"region"}),
            ({"region": "广州"}, {"region"}),
            ({"name": "", "url": "x", "kind": "x"}, {"name", "url", "kind"}),
        ],
    )
    def test_every_field_at_fault_is_named_and_nothing_changes(self, found, wrong):
        entry = an_entry()

        with pytest.raises(InvalidInput) as refused:
            correct(entry, **found)

        assert set(faults(refused)) == wrong
        assert ChannelEntry.objects.get().ended_on is None

    def test_the_longest_fits(self):
        correct(
            an_entry(),
            name="字" * 60,
            operator="字" * 80,
            path="字" * 200,
            note="字" * 400,
            found="字" * FOUND_MAX,
        )

    @pytest.mark.parametrize("entry_id", NO_ENTRY)
    def test_of_none_is_not_found(self, entry_id):
        with pytest.raises(NotFound):
            correct_entry(entry_id, what_is_there(an_entry()), by=BY, on=TODAY)


class TestEndEntry:
    def test_from_the_day_on_nobody_is_sent_there(self):
        entry = an_entry()
        say_wrong(entry.pk, Wrong.GONE, address=HERE)

        end_entry(entry.pk, by=BY, on=TODAY)

        assert guide("440100", at=AT).channels == ()
        assert guide("440100", at=AT - timedelta(days=1)).channels != ()
        assert Remark.objects.filter(settled_at=None).count() == 0

    def test_twice_keeps_the_first_day(self):
        entry = an_entry()

        end_entry(entry.pk, by=BY, on=TODAY)
        end_entry(entry.pk, by="another", on=TODAY + timedelta(days=1))
        entry.refresh_from_db()

        assert (entry.ended_on, entry.checked_by) == (TODAY, BY)

    def test_confirmed_and_ended_at_once_is_ended(self):
        entry = an_entry()

        at_once(
            lambda: end_entry(entry.pk, by=BY, on=TODAY),
            lambda: confirm_entry(entry.pk, by=BY, on=TODAY),
        )

        assert ChannelEntry.objects.get().ended_on == TODAY

    @pytest.mark.parametrize("entry_id", NO_ENTRY)
    def test_of_none_is_not_found(self, entry_id):
        with pytest.raises(NotFound):
            end_entry(entry_id, by=BY, on=TODAY)


class TestWhatIsKept:
    def test_goes_out_and_in_again_as_it_is(self):
        confirmed, corrected, ended = an_entry(), an_entry(), an_entry()
        confirm_entry(confirmed.pk, by=BY, on=TODAY)
        correct(corrected, path="新路径")
        end_entry(ended.pk, by=BY, on=TODAY)
        text = export_yaml()

        assert load_channels_text(text, at=AT) == 0
        assert export_yaml() == text

    @pytest.mark.parametrize(
        "change",
        [
            "kind = 'telegram'",
            "services = '{divorce}'",
            "confidence = 'sure'",
            "as_of = 'spring'",
            "url = 'javascript:alert(1)'",
            "source = 'other'",
            "region_id = '999999'",
        ],
    )
    def test_the_database_refuses_what_no_entry_can_be(self, change):
        entry = an_entry()
        an_entry(name=entry.name, source="other")

        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE channels_channelentry SET {change} WHERE id = {entry.pk}")
