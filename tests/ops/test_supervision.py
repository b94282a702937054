"""Who watches over processes: when it gives up, and what it leaves alone."""

from __future__ import annotations

import subprocess
import time

from heli.ops.supervision import DEATHS_OF_THE_UNFIT_MAX, Child, Supervisor


def child(*command: str) -> Child:
    return Child(command[0], lambda: subprocess.Popen(command, start_new_session=True))


class TestUnfit:
    def test_one_that_never_lives_for_a_second_is_found_and_the_others_are_stopped(self, capfd):
        healthy, unfit = child("sleep", "600"), child("false")
        supervisor = Supervisor([healthy, unfit])

        def is_told(seconds: float) -> bool:
            time.sleep(seconds)
            return supervisor.has_unfit()

        supervisor.watch(is_told)

        assert unfit.deaths == DEATHS_OF_THE_UNFIT_MAX
        assert healthy.process is not None
        assert healthy.process.poll() is not None
        assert capfd.readouterr().err.count("heli: false ended (1)") == DEATHS_OF_THE_UNFIT_MAX

    def test_one_that_has_lived_is_begun_again_and_again(self):
        once_fit = child("false")
        once_fit.was_fit, once_fit.deaths = True, DEATHS_OF_THE_UNFIT_MAX

        assert not Supervisor([once_fit]).has_unfit()
