"""Which of the two took the application back is told to neither, wherever they look."""

from __future__ import annotations

import pytest

from heli.ground import events
from tests.conftest import empty_tables
from tests.security.test_spouses import both, everything, without_what_differs
from tests.security.world import a_world


@pytest.mark.usefixtures("database")
class TestWhoWithdrew:
    def test_is_told_to_neither(self):
        seen = {}
        for party in ("applicant", "partner"):
            world = a_world()
            answer = world.callers["clerk"].post(
                f"/desk/cases/{world.case}/withdraw", {"party": party}
            )
            assert answer.status_code == 200, answer.content
            events.deliver()
            for name, ask in both(world).items():
                read = without_what_differs(everything(world, ask))
                seen[party, name] = read
                assert "withdrawn" in read["api/cases"]
            empty_tables()

        for name in ("one", "other"):
            by_applicant, by_partner = seen["applicant", name], seen["partner", name]
            differing = [path for path, text in by_applicant.items() if text != by_partner[path]]
            assert differing == [], name
