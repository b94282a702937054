"""A process that has the directory in memory answers with every change from the next request on."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from heli.channels.check.verdicts import Verdict
from heli.channels.checking import verify
from heli.channels.keeping import confirm_entry, end_entry
from heli.channels.kinds import Kind
from heli.channels.models import ChannelEntry
from heli.channels.queries import coverage, guide
from heli.channels.rules import Sureness
from heli.channels.services import load_directory
from heli.channels.warnings import withdraw_warning
from heli.ground import clock
from heli.places.models import Office, Region
from tests.bookings.factories import an_office
from tests.channels import directory
from tests.channels.reporters import BY, TODAY, an_entry, publish
from tests.channels.test_keeping import correct
from tests.places import directories

AT = clock.moment_of(TODAY)
NEXT_DAY = clock.moment_of(TODAY.replace(day=TODAY.day + 1))


def doors(region: str = "440106") -> list[str]:
    return [door.name for door in guide(region, at=AT).channels]


def halls(region: str = "440106") -> list[str]:
    found = guide(region, at=AT).alternatives
    return [door.name for door in found if door.kind is Kind.OFFICE_QUEUE]


def newest_of(region: str) -> str | None:
    return next(row.newest for row in coverage(at=AT) if row.region.code == region)


@pytest.fixture(autouse=True)
def in_memory(database: None) -> ChannelEntry:
    """An entry that the guide, the coverage and the check have been asked about."""
    entry = an_entry(name="旧的门")
    assert doors() == ["旧的门"]
    assert verify("旧的门", None, at=AT).verdict is Verdict.OFFICIAL
    assert newest_of("440100") == entry.as_of
    return entry


class TestTheDirectory:
    def test_a_correction(self, in_memory):
        correct(in_memory, name="新的门")

        assert doors() == ["新的门"]
        assert verify("新的门", None, at=AT).verdict is Verdict.OFFICIAL
        assert verify("旧的门", None, at=AT).verdict is not Verdict.OFFICIAL
        assert newest_of("440100") == TODAY.isoformat()

    def test_a_confirmation_which_changes_the_entry_where_it_stands(self, in_memory):
        assert guide("440106", at=AT).channels[0].lead.sure is Sureness.DATED

        confirm_entry(in_memory.pk, by=BY, on=TODAY)

        assert guide("440106", at=AT).channels[0].lead.sure is Sureness.CONFIRMED
        assert newest_of("440100") == TODAY.isoformat()

    def test_an_addition(self):
        an_entry(region_id="440106", name="区里的门")

        assert doors() == ["区里的门", "旧的门"]
        assert verify("区里的门", None, at=AT).verdict is Verdict.OFFICIAL

    def test_an_addition_from_a_file(self, tmp_path):
        directory.load(tmp_path / "x", directory.an_entry(name="文件里的门"))

        assert "文件里的门" in doors()

    def test_a_change_from_a_file(self, tmp_path):
        folder = tmp_path / "x"
        directory.load(folder, directory.an_entry(name="文件里的门"))
        assert guide("440106", at=AT).channels[0].path == "演示预约 → 婚姻登记"

        directory.load(folder, directory.an_entry(name="文件里的门", path="别处"))

        assert guide("440106", at=AT).channels[0].path == "别处"

    def test_an_end(self, in_memory):
        end_entry(in_memory.pk, by=BY, on=TODAY)

        assert doors() == []
        assert verify("旧的门", None, at=AT).verdict is not Verdict.OFFICIAL
        assert newest_of("440100") is None

    def test_an_end_on_its_own_day_which_nobody_has_to_write(self, in_memory):
        end_entry(in_memory.pk, by=BY, on=clock.day_of(NEXT_DAY))

        assert [door.name for door in guide("440106", at=AT).channels] == ["旧的门"]
        assert guide("440106", at=NEXT_DAY).channels == ()
        assert [door.name for door in guide("440106", at=AT).channels] == ["旧的门"]

    def test_a_nearer_way_for_who_has_none(self):
        nearest = guide("620102", at=AT).nearest
        assert nearest is not None
        assert nearest.door.name == "旧的门"

        an_entry(region_id="620500", name="天水的门")

        nearest = guide("620102", at=AT).nearest
        assert nearest is not None
        assert (nearest.region.code, nearest.door.name) == ("620500", "天水的门")


class TestPlaces:
    def test_a_new_office(self):
        assert halls() == ["婚姻登记处大厅，现场取号"]

        office = an_office()

        assert halls() == [office.name]
        assert doors() == [office.name, "旧的门"]
        assert guide("440000", at=AT).below[0].offices == 1
        assert verify(office.name, None, at=AT).verdict is Verdict.OFFICIAL

    def test_an_office_from_a_file(self, tmp_path):
        load_directory(directories.write(tmp_path / "x", [directories.an_office()]))

        assert halls() == ["天河演示婚姻登记处"]

    def test_an_office_that_is_called_otherwise(self):
        office = an_office()
        assert halls() == [office.name]

        Office.objects.filter(pk=office.pk).update(name="改名的婚姻登记处")

        assert halls() == ["改名的婚姻登记处"]

    def test_an_office_that_is_no_more(self):
        office = an_office()
        assert halls() == [office.name]

        office.delete()

        assert halls() == ["婚姻登记处大厅，现场取号"]

    def test_a_region_that_is_called_otherwise(self):
        region = Region.objects.get(code="440106")
        try:
            Region.objects.filter(code="440106").update(name="改名区")

            assert guide("440106", at=AT).region.name == "改名区"
        finally:
            region.save()

        assert guide("440106", at=AT).region.name == region.name


class TestWarnings:
    NAME = "小鹿演示号"

    def test_one_that_is_published_and_one_that_is_withdrawn(self):
        assert verify(self.NAME, None, at=AT).verdict is not Verdict.SUSPICIOUS

        warning = publish(name=self.NAME)
        assert verify(self.NAME, None, at=AT).verdict is Verdict.SUSPICIOUS

        withdraw_warning(warning, by=BY, on=TODAY)
        assert verify(self.NAME, None, at=AT).verdict is not Verdict.SUSPICIOUS


class TestManyAtOnce:
    def test_who_asks_while_it_is_changed_hears_what_was_or_what_is(self, in_memory):
        heard: list[tuple[str, ...]] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                heard.append(tuple(doors()))
            connection.close()

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for thread in asking:
            thread.start()
        for number in range(20):
            correct(ChannelEntry.objects.get(ended_on=None), name=f"门{number}")
            assert doors() == [f"门{number}"]
        stop.set()
        for thread in asking:
            thread.join()

        known = {("旧的门",), *((f"门{number}",) for number in range(20))}
        assert set(heard) <= known
