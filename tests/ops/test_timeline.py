"""`heli timeline`: the API's document without a database, and lines that a person reads."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from heli.cases.dates import timeline_of
from heli.law.periods import timeline
from heli.ops.cli import main
from heli.ops.timeline import _document
from tests.api.desk import opening_hours
from tests.api.world import NOBODY, an_office
from tests.ops.running import heli

DAYS = [date(2026, 7, 9) + timedelta(days=17 * number) for number in range(20)]


class TestTimeline:
    def test_is_one_json_document_on_a_machine_without_anything(self):
        done = heli("timeline", "2026-07-09", "--json", HELI_ENV="production")

        told = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert told["safe"]["withdraw_until"] == "2026-08-08"
        assert told["here"] is None

    def test_for_people_the_safe_days_come_first(self):
        done = heli("timeline", "2026-07-09")

        assert done.returncode == 0
        assert done.stdout.splitlines()[1:3] == [
            "Withdraw until          Sat 2026-08-08",
            "Certificate             Tue 2026-08-11 to Mon 2026-09-07",
        ]

    @pytest.mark.usefixtures("database")
    @pytest.mark.parametrize("receipt_on", DAYS)
    def test_is_what_the_api_answers(self, receipt_on):
        office = an_office()
        opening_hours(office)
        here = timeline_of(receipt_on, office.id).here

        alone = NOBODY.get("/law/timeline", receipt=receipt_on.isoformat()).json()
        there = NOBODY.get("/law/timeline", receipt=receipt_on.isoformat(), office=office.id).json()

        dates = timeline(receipt_on)
        assert _document(dates, None) == alone
        assert _document(dates, (here.withdraw_by, here.certificate_by)) == there

    @pytest.mark.parametrize("receipt", ["2020-12-31", "2099-01-01"])
    def test_a_date_outside_of_what_is_known_is_refused_in_one_line(self, receipt, capsys):
        assert main(["timeline", receipt, "--json"]) == 1

        told = capsys.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1

    @pytest.mark.parametrize("receipt", ["2026-02-30", "tomorrow", "20260709", ""])
    def test_what_is_no_day_is_wrong_usage(self, receipt):
        with pytest.raises(SystemExit) as ended:
            main(["timeline", receipt])

        assert ended.value.code == 2

    def test_an_office_needs_a_database(self):
        done = heli("timeline", "2026-07-09", "--office", "demo-guangzhou", HELI_ENV="")

        assert done.returncode == 1
        assert "There is no database" in done.stderr
