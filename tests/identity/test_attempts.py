"""How often a check may be asked for: by person, by address, by both; the simulated one as often
as one likes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from django.conf import settings
from django.db import connection

from heli.ground import clock
from heli.ground.refusals import RateLimited
from heli.identity import attempts
from heli.identity.attempts import count_check, forget_old_attempts, next_old_attempt
from heli.identity.models import CountedAttempt, Verification
from heli.identity.services import verify_person
from heli.ops.demo.people import fictional_person

pytestmark = pytest.mark.usefixtures("database")

ZHANG, WANG = b"z" * 32, b"w" * 32
HERE, THERE = "192.0.2.1", "192.0.2.2"
SENTENCE = (
    "实名验证的次数到了上限，这一次没有开始。请过一段时间再试；"
    "也可以带身份证，在工作时间到大厅取号，现场排队一直保留。"
)


def ask(times: int, person: bytes = ZHANG, address: str = HERE) -> None:
    for _time in range(times):
        count_check(person, address)


def age(by: timedelta) -> None:
    for row in CountedAttempt.objects.all():
        CountedAttempt.objects.filter(id=row.id).update(at=row.at - by)


class TestCountCheck:
    def test_one_person_from_one_address_six_in_an_hour(self):
        ask(6)

        with pytest.raises(RateLimited) as refused:
            ask(1)

        assert refused.value.sentence() == SENTENCE
        assert 3500 < refused.value.retry_after_seconds <= 3601

    def test_who_types_anothers_number_does_not_stop_them_elsewhere(self):
        ask(6)

        ask(1, address=THERE)
        ask(1, address="")  # in the mini program

    def test_nor_anybody_else_at_the_same_address(self):
        ask(6)

        ask(6, person=WANG)

    def test_after_an_hour_there_are_four_more_that_day(self):
        ask(6)
        age(timedelta(hours=1))

        ask(4)

        with pytest.raises(RateLimited):
            ask(1)

    def test_about_one_person_twenty_a_day_from_wherever(self):
        for number in range(20):
            ask(1, address=f"198.51.100.{number}")

        with pytest.raises(RateLimited):
            ask(1, address="203.0.113.9")

    def test_an_address_a_hundred_and_twenty_in_an_hour(self, monkeypatch):
        monkeypatch.setattr(attempts, "OF_AN_ADDRESS", (attempts.Limit(3, timedelta(hours=1)),))
        for number in range(3):
            ask(1, person=bytes([number]) * 32)

        with pytest.raises(RateLimited):
            ask(1, person=b"9" * 32)

    def test_this_machine_itself_is_counted_by_person_alone(self):
        ask(10, address="127.0.0.1")

        assert CountedAttempt.objects.count() == 10

    def test_a_refused_one_is_not_counted(self):
        ask(6)
        before = CountedAttempt.objects.count()

        with pytest.raises(RateLimited):
            ask(1)

        assert CountedAttempt.objects.count() == before

    def test_many_at_once_do_not_slip_through(self):
        def one(_number: int) -> bool:
            try:
                count_check(ZHANG, HERE)
            except RateLimited:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(8) as threads:
            allowed = list(threads.map(one, range(10)))

        assert sum(allowed) == 6

    def test_nothing_of_it_can_be_read(self):
        person = fictional_person(Random(3))

        count_check(person.id_number.encode(), HERE)

        stored = b" ".join(bytes(row.subject) for row in CountedAttempt.objects.all())
        assert person.id_number.encode() not in stored
        assert HERE.encode() not in stored


class TestVerifyPerson:
    def test_a_real_check_is_counted_before_it_is_paid_for(self, emulator):
        person = fictional_person(Random(3))
        claim = {"name": person.name, "id_number": person.id_number, "phone": person.phone}
        for _time in range(6):
            verify_person(**claim, method="faceid", address=HERE)

        with pytest.raises(RateLimited):
            verify_person(**claim, method="faceid", address=HERE)

        assert len(emulator.control.calls("DetectAuth")) == 6
        assert Verification.objects.count() == 6

    def test_the_simulated_one_costs_nothing(self):
        person = fictional_person(Random(3))

        verify_person(
            name=person.name,
            id_number=person.id_number,
            phone=person.phone,
            method="simulated",
            address=HERE,
        )

        assert not CountedAttempt.objects.exists()


class TestForgetOldAttempts:
    def test_after_a_day(self):
        ask(1)
        assert next_old_attempt() is None

        age(timedelta(days=1))

        assert next_old_attempt() <= clock.real_now()
        forget_old_attempts(clock.now())
        assert not CountedAttempt.objects.exists()

    def test_a_jump_of_business_time_forgets_nothing(self):
        ask(1)

        forget_old_attempts(clock.now() + timedelta(days=31))

        assert CountedAttempt.objects.exists()
        assert settings.HELI.clock_can_move
