"""Warnings of fakes: what an operator may publish, and what becomes of the reports."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from heli.channels.models import FakeReport, Warning
from heli.channels.queries import published_warnings
from heli.channels.reporting import Decision
from heli.channels.reports import count_open, dismiss_report, open_reports
from heli.channels.warnings import withdraw_warning
from heli.ground.refusals import InvalidInput, NotFound
from tests.bookings.factories import an_office
from tests.channels.reporters import BY, THERE, TODAY, an_entry, faults, publish, report
from tests.hall.factories import at_once

pytestmark = pytest.mark.usefixtures("database")


class TestPublishWarning:
    def test_warns_in_the_operators_words_alone_and_erases_what_was_told(self):
        told = report("他人写的话", remark="他人补充", region="440106")

        publish(told.id)
        told.refresh_from_db()

        (warning,) = published_warnings()
        assert (warning.name, warning.host) == ("婚姻登记加急通", "hunyin.example")
        assert (warning.region.code, warning.published_on) == ("440100", TODAY)
        assert "他人" not in str(Warning.objects.values())
        assert (told.decision, told.decided_by, told.told_sealed) == ("published", BY, None)

    def test_without_a_report(self):
        publish(host=None, region=None, proof_url=None)

        assert [warning.host for warning in published_warnings()] == [None]

    def test_twice_is_one_warning(self):
        told = report()

        assert publish(told.id) == publish(told.id, proof="别的理由")
        assert publish(proof="自己发现的") == publish(proof="自己发现的")
        assert Warning.objects.count() == 2

    def test_at_once_is_one_warning(self):
        told = report()

        given = at_once(*[lambda: publish(told.id)] * 4, *[publish] * 4)

        assert len({str(one) for one in given}) <= 2
        assert Warning.objects.filter(report=told).count() == 1
        assert Warning.objects.count() <= 2

    def test_published_and_dismissed_at_once_is_one_of_them(self):
        told = report()

        at_once(lambda: publish(told.id), lambda: dismiss_report(told.id, by=BY))

        decision = FakeReport.objects.get().decision
        assert Warning.objects.count() == (1 if decision == Decision.PUBLISHED else 0)

    def test_decides_those_that_speak_of_the_same_with_it(self):
        told, same, other = report(), report(address=THERE), report("别的")

        publish(told.id, and_same=True)

        assert Warning.objects.count() == 1
        assert [read.id for read in open_reports()] == [other.id]
        with pytest.raises(NotFound):  # no warning of its own, and nothing left to decide
            publish(same.id)

    @pytest.mark.parametrize("typed", ["HTTPS://www.Hunyin.example:8443/a", "hunyin.example."])
    def test_the_host_is_stored_in_its_one_form(self, typed):
        publish(host=typed)

        assert Warning.objects.get().host == "hunyin.example"

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"name": None, "host": " "}, {"name"}),
            ({"host": "no host"}, {"host"}),
            ({"host": "gov"}, {"host"}),
            ({"name": "字" * 81}, {"name"}),
            ({"proof": ""}, {"proof"}),
            ({"proof": "字" * 301}, {"proof"}),
            ({"proof": "a\nb"}, {"proof"}),
            ({"proof_url": "javascript:alert(1)"}, {"proof_url"}),
            ({"region": "1"}, {"region"}),
            ({"name": "a\x00", "host": "x y", "proof": ""}, {"name", "host", "proof"}),
        ],
    )
    def test_every_field_at_fault_is_named_and_the_report_stays_open(self, fields, wrong):
        told = report()

        with pytest.raises(InvalidInput) as refused:
            publish(told.id, **fields)

        assert set(faults(refused)) == wrong
        assert Warning.objects.count() == 0
        assert count_open() == 1

    @pytest.mark.parametrize(
        "fields",
        [
            {"name": "演示 预约"},
            {"host": "yuyue.example"},
            {"host": "https://www.yuyue.example/x"},
            {"host": "example.cn"},
        ],
    )
    def test_never_names_what_is_official(self, fields):
        an_entry(name="演示预约", url="https://yuyue.example/a")
        an_entry(url="https://hy.sub.example.cn/")

        with pytest.raises(InvalidInput) as refused:
            publish(**fields)

        assert set(faults(refused)) == set(fields)

    def test_nor_an_office(self):
        with pytest.raises(InvalidInput):
            publish(name=an_office().name)

    def test_may_name_what_the_directory_no_longer_holds(self):
        an_entry(name="演示预约", url="https://yuyue.example/a", ended_on=TODAY)

        publish(name="演示预约", host="yuyue.example")

    def test_may_name_what_lies_beside_what_is_official(self):
        an_entry(url="https://yuyue.example/a")

        publish(host="vip.yuyue.example")
        publish(host="yuyue.example.org")


class TestWithdrawWarning:
    def test_takes_it_off_the_list_and_keeps_the_first_day(self):
        warning = publish()

        withdraw_warning(warning, by=BY, on=TODAY)
        withdraw_warning(warning, by="another", on=TODAY + timedelta(days=1))

        assert published_warnings() == ()
        kept = Warning.objects.get()
        assert (kept.withdrawn_on, kept.withdrawn_by) == (TODAY, BY)

    @pytest.mark.parametrize("warning_id", [-1, 0, 5, 2**63])
    def test_of_none_is_not_found(self, warning_id):
        with pytest.raises(NotFound):
            withdraw_warning(warning_id, by=BY, on=TODAY)


class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "change",
        ["name = NULL, host = NULL", "proof_url = 'javascript:alert(1)'", "proof = NULL"],
    )
    def test_a_warning_of_nothing(self, change):
        publish()

        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE channels_warning SET {change}")

    def test_two_warnings_for_one_report(self):
        told = report()
        publish(told.id)

        with pytest.raises(IntegrityError), transaction.atomic():
            Warning.objects.create(
                name="又一条", proof="理由", report=told, published_on=TODAY, published_by=BY
            )
