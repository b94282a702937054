"""What each answer of a way leads to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heli.notices import ways
from heli.notices.ways import Answer, Said, SendingState, Step, Way, after

TAKEN = Answer(Said.TAKEN)
NOT_THIS_WAY = Answer(Said.NOT_THIS_WAY)
LATER = Answer(Said.LATER)
NOT_KNOWN = Answer(Said.NOT_KNOWN)
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def follows(
    answer: Answer, *, tries: int = 1, is_last: bool = False, is_repeatable: bool = False
) -> tuple[SendingState, Step]:
    return after(answer, tries=tries, is_last=is_last, is_repeatable=is_repeatable)


class TestAfter:
    @pytest.mark.parametrize("tries", [1, ways.TRIES_MAX, ways.TRIES_OF_THE_LAST_MAX])
    @pytest.mark.parametrize("is_last", [True, False], ids=["last", "not-last"])
    @pytest.mark.parametrize("is_repeatable", [True, False], ids=["repeatable", "once"])
    def test_what_was_taken_is_done(self, tries, is_last, is_repeatable):
        follow = follows(TAKEN, tries=tries, is_last=is_last, is_repeatable=is_repeatable)

        assert follow == (SendingState.TAKEN, Step.STOP)

    @pytest.mark.parametrize("is_repeatable", [True, False], ids=["repeatable", "once"])
    def test_a_refusal_leads_to_the_next_way_at_once(self, is_repeatable):
        follow = follows(NOT_THIS_WAY, is_repeatable=is_repeatable)

        assert follow == (SendingState.PASSED_OVER, Step.NEXT)

    def test_an_outage_leads_to_a_later_try_and_at_last_to_the_next_way(self):
        steps = [follows(LATER, tries=tries)[1] for tries in range(1, ways.TRIES_MAX + 1)]

        assert steps == [Step.AGAIN] * (ways.TRIES_MAX - 1) + [Step.NEXT]
        assert follows(LATER, tries=ways.TRIES_MAX)[0] is SendingState.GIVEN_UP

    def test_the_last_way_is_tried_for_half_a_day(self):
        tries = range(1, ways.TRIES_OF_THE_LAST_MAX + 1)
        steps = [follows(LATER, tries=one, is_last=True)[1] for one in tries]
        waited = sum((ways.wait_after(one) for one in tries[:-1]), timedelta())

        assert steps == [Step.AGAIN] * (len(steps) - 1) + [Step.NEXT]
        assert waited > timedelta(hours=12)

    def test_what_perhaps_went_out_counts_as_used(self):
        assert follows(NOT_KNOWN) == (SendingState.NOT_KNOWN, Step.NEXT)
        assert follows(NOT_KNOWN, is_last=True) == (SendingState.NOT_KNOWN, Step.NEXT)

    def test_where_a_second_time_is_recognised_it_is_asked_again(self):
        first = follows(NOT_KNOWN, is_repeatable=True)
        last = follows(NOT_KNOWN, is_repeatable=True, tries=ways.TRIES_MAX)

        assert first == (SendingState.WAITING, Step.AGAIN)
        assert last == (SendingState.NOT_KNOWN, Step.NEXT)


class TestInOrder:
    def test_the_cheapest_first_and_the_console_last(self):
        assert ways.in_order([way.value for way in reversed(Way)]) == [way.value for way in Way]


class TestTime:
    def test_the_waits_grow(self):
        assert list(ways.WAIT_SECONDS) == sorted(ways.WAIT_SECONDS)

    def test_a_try_is_in_hand_for_a_minute(self):
        assert ways.is_in_hand(NOW, NOW + ways.IN_HAND - timedelta(seconds=1))
        assert not ways.is_in_hand(NOW, NOW + ways.IN_HAND)

    def test_a_notice_is_too_late_once_its_time_has_gone_by(self):
        hour = timedelta(hours=1)

        assert ways.is_too_late(waited=2 * hour, useful_for=hour)
        assert not ways.is_too_late(waited=hour, useful_for=hour)
        assert not ways.is_too_late(waited=1000 * hour, useful_for=None)
