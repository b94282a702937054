"""What people report: who may say how much, what is stored, and what becomes of it."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from heli.channels import reports
from heli.channels.models import FakeReport, Remark, Warning
from heli.channels.queries import published_warnings
from heli.channels.reporting import Decision, Seen, Wrong
from heli.channels.reports import (
    REMARK_MAX,
    TEXT_MAX,
    count_open,
    dismiss_report,
    get_report,
    open_reports,
    report_fake,
    say_wrong,
)
from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.refusals import InvalidInput, NotFound, RateLimited
from heli.vault.sealing import SealBroken
from tests.channels.reporters import BY, FAKE, HERE, THERE, an_entry, faults, publish, report
from tests.hall.factories import at_once

pytestmark = pytest.mark.usefixtures("database")

HOUR = timedelta(hours=1)


def age(by: timedelta) -> None:
    """Everything that was said was said so much earlier."""
    for model in (FakeReport, Remark):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(at=row.at - by)


class TestReportFake:
    def test_an_operator_reads_what_was_pasted_and_added(self):
        told = report("第一行\r\n第二行", remark=" 在群里看到 ", region="440106", seen=Seen.MESSAGE)

        (read,) = open_reports()

        assert read == get_report(told.id)
        assert (read.text, read.remark) == ("第一行\n第二行", "在群里看到")
        assert (read.region.name, read.seen, read.at, read.same) == (
            "天河区",
            Seen.MESSAGE,
            told.at,
            1,
        )

    def test_nothing_of_it_is_readable_in_the_database_nor_the_address(self):
        told = report(FAKE, remark="补充的话")
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM channels_fakereport")
            row = b"|".join(
                bytes(value) if isinstance(value, memoryview) else str(value).encode()
                for value in cursor.fetchone()
            )

        for secret in (FAKE, "hunyin.example", "补充的话", HERE):
            assert secret.encode() not in row
        assert len(bytes(told.by)) == 32

    def test_what_is_moved_to_another_report_does_not_open(self):
        one, other = report("甲"), report("乙")
        FakeReport.objects.filter(id=other.id).update(told_sealed=one.told_sealed)

        with pytest.raises(SealBroken):
            get_report(other.id)

    def test_it_goes_by_real_time(self):
        clock.move_to(clock.real_now() + timedelta(days=400))

        assert abs(report().at - clock.real_now()) < timedelta(minutes=1)

    def test_every_field_at_fault_is_named_and_nothing_is_stored(self):
        with pytest.raises(InvalidInput) as refused:
            report("字" * (TEXT_MAX + 1), remark="字" * (REMARK_MAX + 1), region="999999")

        assert set(faults(refused)) == {"text", "remark", "region"}
        assert "2000" in faults(refused)["text"]
        assert FakeReport.objects.count() == 0

    @pytest.mark.parametrize("text", ["", " \n\t ", "a\x00b", "a\x1bb", "a\ud800b"])
    def test_nothing_or_what_cannot_be_read_is_refused(self, text):
        with pytest.raises(InvalidInput) as refused:
            report(text)

        assert set(faults(refused)) == {"text"}

    @pytest.mark.parametrize("text", ["字" * TEXT_MAX, "零\u200b宽", "<script>", "%s {x} {{ y }}"])
    def test_whatever_a_fake_is_made_of_is_kept_as_it_is(self, text):
        assert get_report(report(text).id).text == text


class TestHowMuchOneAddressMaySay:
    def test_five_reports_an_hour(self):
        for _one in range(5):
            report()

        with pytest.raises(RateLimited) as refused:
            report()

        assert 3590 <= refused.value.retry_after_seconds <= 3601
        assert FakeReport.objects.count() == 5
        report(address=THERE)
        age(HOUR)
        report()

    def test_twenty_a_day(self):
        for _hour in range(4):
            for _one in range(5):
                report()
            age(HOUR)

        with pytest.raises(RateLimited) as refused:
            report()

        assert 19 * 3600 < refused.value.retry_after_seconds <= 20 * 3600 + 1

    def test_what_was_decided_still_counts(self):
        for _one in range(5):
            dismiss_report(report().id, by=BY)

        with pytest.raises(RateLimited):
            report()

    def test_many_at_once_gain_nothing(self):
        given = at_once(*[report] * 8)

        assert sum(isinstance(one, RateLimited) for one in given) == 3
        assert FakeReport.objects.count() == 5

    @pytest.mark.parametrize(
        ("one", "other", "is_one"),
        [
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
            ("192.0.2.7", "::ffff:192.0.2.7", True),
            ("192.0.2.7", " 192.0.2.7 ", True),
            ("", "", True),
            ("unix:", "192.0.2.7", False),
        ],
    )
    def test_a_network_of_ipv6_is_one_address(self, one, other, is_one):
        for _one in range(5):
            report(address=one)

        if is_one:
            with pytest.raises(RateLimited):
                report(address=other)
        else:
            report(address=other)

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    def test_this_machine_itself_is_free_in_tests_and_in_the_demo(self, address):
        for _one in range(6):
            report(address=address)

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
    def test_but_not_in_production(self, address, monkeypatch):
        production = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
        monkeypatch.setattr(settings, "HELI", production)
        for _one in range(5):
            report(address=address)

        with pytest.raises(RateLimited):
            report(address=address)

    def test_all_together_only_so_many_as_can_be_read(self, monkeypatch):
        monkeypatch.setattr(reports, "OPEN_MAX", 3)
        waiting = [report(address="127.0.0.1") for _one in range(3)]

        with pytest.raises(RateLimited) as refused:
            report(address=THERE)

        assert "没有收下" in refused.value.sentence()
        dismiss_report(waiting[0].id, by=BY)
        report(address=THERE)

    def test_all_together_at_once_too(self, monkeypatch):
        monkeypatch.setattr(reports, "OPEN_MAX", 3)
        addresses = [f"192.0.2.{number}" for number in range(1, 9)]

        at_once(*(lambda address=address: report(address=address) for address in addresses))

        assert count_open() == 3


class TestSayWrong:
    def test_is_counted_once_for_each_address_until_it_is_settled(self):
        entry = an_entry()
        for address in (HERE, HERE, THERE):
            say_wrong(entry.pk, Wrong.GONE, address=address)
        say_wrong(entry.pk, Wrong.OTHER_STEPS, address=HERE)

        assert Remark.objects.filter(wrong=Wrong.GONE).count() == 2
        assert Remark.objects.count() == 3
        Remark.objects.update(settled_at=clock.real_now())
        say_wrong(entry.pk, Wrong.GONE, address=HERE)
        assert Remark.objects.count() == 4

    def test_twenty_an_hour_from_one_address(self):
        entries = [an_entry() for _one in range(21)]
        for entry in entries[:20]:
            say_wrong(entry.pk, Wrong.GONE, address=HERE)

        with pytest.raises(RateLimited):
            say_wrong(entries[20].pk, Wrong.GONE, address=HERE)

        say_wrong(entries[0].pk, Wrong.GONE, address=HERE)  # says nothing new
        say_wrong(entries[20].pk, Wrong.GONE, address=THERE)
        age(HOUR)
        say_wrong(entries[20].pk, Wrong.GONE, address=HERE)

    def test_many_at_once_gain_nothing(self):
        entries = [an_entry() for _one in range(24)]
        for entry in entries[:16]:
            say_wrong(entry.pk, Wrong.GONE, address=HERE)

        at_once(
            *(
                lambda entry=entry: say_wrong(entry.pk, Wrong.GONE, address=HERE)
                for entry in entries[16:]
            )
        )

        assert Remark.objects.count() == 20

    def test_the_same_twice_at_once_is_one(self):
        entry = an_entry()

        given = at_once(*[lambda: say_wrong(entry.pk, Wrong.GONE, address=HERE)] * 4)

        assert given == [None] * 4
        assert Remark.objects.count() == 1

    @pytest.mark.parametrize("entry_id", [-1, 0, 987_654_321, 2**63, 10**30])
    def test_of_no_entry_is_not_found(self, entry_id):
        with pytest.raises(NotFound):
            say_wrong(entry_id, Wrong.GONE, address=HERE)

    def test_of_one_that_has_ended_is_not_found(self):
        entry = an_entry(ended_on=clock.today())

        with pytest.raises(NotFound):
            say_wrong(entry.pk, Wrong.GONE, address=HERE)


class TestSame:
    @pytest.mark.parametrize(
        ("one", "other", "is_same"),
        [
            (FAKE, "hunyin.example", True),
            ("http://hunyin.example/a", "看到 HTTPS://WWW.HUNYIN.EXAMPLE:8443/b?c 这个", True),
            ("婚姻登记 加急通", "婚姻登记加急通", True),
            ("ＡＢＣ预约", "abc预约", True),
            ("打开hunyin.example领取", "http://hunyin.example", True),
            ("http://例子.example/", "xn--fsqu00a.example", True),
            ("http://hunyin.example", "http://hunyin.example.org", False),
            ("婚姻登记加急通", "婚姻登记加急", False),
        ],
    )
    def test_host_or_text_says_whether_two_speak_of_one(self, one, other, is_same):
        report(one)
        report(other, address=THERE)

        assert [read.same for read in open_reports()] == [2 if is_same else 1] * 2

    def test_what_was_decided_is_not_counted(self):
        dismiss_report(report().id, by=BY)

        assert get_report(report().id).same == 1

    def test_the_newest_are_read_first_and_no_more_than_can_be(self, monkeypatch):
        monkeypatch.setattr(reports, "READ_MAX", 2)
        oldest, *newer = [report(str(number)) for number in range(3)]

        assert [read.id for read in open_reports()] == [told.id for told in reversed(newer)]
        assert get_report(oldest.id).text == "0"
        assert count_open() == 3


class TestDismissReport:
    def test_erases_what_was_told_and_says_who_decided(self):
        told = report()

        dismiss_report(told.id, by=BY)
        told.refresh_from_db()

        assert told.told_sealed is None
        assert (told.decision, told.decided_by) == (Decision.DISMISSED, BY)
        assert abs(told.decided_at - clock.real_now()) < timedelta(minutes=1)
        assert open_reports() == ()
        with pytest.raises(NotFound):
            get_report(told.id)

    def test_twice_changes_nothing(self):
        told = report()
        dismiss_report(told.id, by=BY)

        dismiss_report(told.id, by="another")

        assert FakeReport.objects.get().decided_by == BY

    def test_one_that_was_published_stays(self):
        told = report()
        publish(told.id)

        with pytest.raises(NotFound):
            dismiss_report(told.id, by=BY)

        assert FakeReport.objects.get().decision == Decision.PUBLISHED

    def test_with_those_that_speak_of_the_same_and_no_others(self):
        told, _same, other = report(), report(address=THERE), report("别的")

        dismiss_report(told.id, by=BY, and_same=True)

        assert [read.id for read in open_reports()] == [other.id]

    def test_of_none_is_not_found(self):
        with pytest.raises(NotFound):
            dismiss_report(uuid.uuid4(), by=BY)


class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "change",
        [
            "decision = 'dismissed', decided_at = now(), decided_by = 'x'",  # still told
            "decision = 'dismissed', told_sealed = NULL, decided_at = now()",
            "decision = 'published', told_sealed = NULL, decided_by = 'x'",
            "told_sealed = NULL",
            "decided_by = 'x'",
            "decision = 'kept', told_sealed = NULL, decided_at = now(), decided_by = 'x'",
            "seen = 'nowhere'",
            "region_id = '999999'",
        ],
    )
    def test_a_report_that_is_half_decided(self, change):
        report()

        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE channels_fakereport SET {change}")

    def test_the_same_remark_of_one_address_twice(self):
        entry = an_entry()
        say_wrong(entry.pk, Wrong.GONE, address=HERE)
        remark = Remark.objects.get()

        with pytest.raises(IntegrityError), transaction.atomic():
            Remark.objects.create(entry=entry, wrong="gone", by=bytes(remark.by), at=remark.at)
        with pytest.raises(IntegrityError), transaction.atomic():
            Remark.objects.create(entry=entry, wrong="a word", by=b"x", at=remark.at)


class TestNothingUnreviewedIsPublic:
    def test_report_fake_leads_to_nothing_that_others_see(self):
        report_fake(text=FAKE, remark="话", region="440100", seen=Seen.WECHAT, address=HERE)

        assert published_warnings() == ()
        assert Warning.objects.count() == 0
