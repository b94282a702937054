"""Whether all are here who may come: known from how many there were of late."""

from __future__ import annotations

from heli.door.crowd import WINDOW_SECONDS, Crowd


class TestCrowd:
    def at_most(self, here: int) -> Crowd:
        crowd = Crowd()
        crowd.is_whole(here, now=0.0)
        return crowd

    def test_is_not_known_in_the_first_window(self):
        assert not self.at_most(3).is_whole(3, now=WINDOW_SECONDS / 2)

    def test_is_whole_with_as_many_as_there_were(self):
        crowd = self.at_most(3)

        assert [crowd.is_whole(here, now=WINDOW_SECONDS) for here in (1, 2, 3)] == [
            False,
            False,
            True,
        ]

    def test_one_that_grows_is_not_taken_for_whole_with_each_who_comes(self):
        crowd = self.at_most(3)
        grown = [crowd.is_whole(here, now=WINDOW_SECONDS) for here in (3, 4, 5)]

        assert grown == [True, False, False]
        assert crowd.is_whole(5, now=2 * WINDOW_SECONDS)

    def test_one_that_has_shrunk_is_known_a_window_later(self):
        crowd = self.at_most(9)
        assert not crowd.is_whole(2, now=WINDOW_SECONDS)

        assert crowd.is_whole(2, now=2 * WINDOW_SECONDS)

    def test_one_person_alone_is_a_crowd(self):
        crowd = self.at_most(1)

        assert crowd.is_whole(1, now=WINDOW_SECONDS)
