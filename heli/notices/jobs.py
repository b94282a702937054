"""The jobs of this room, queued in the transaction that writes the notice."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from heli.notices import sending

FAULTS_MAX = (
    12  # runs that ended in a fault of ours, before the job is left for somebody to look at
)
FAULT_WAIT_SECONDS = 60
AFTER_ALL_ELSE = -10  # a backlog of notices delays neither what falls due nor the events


class ComeAgain(Exception):
    """The notice waits: not an error, but how a job is told to run again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class Again(BaseRetryStrategy):
    """As long as the chain of ways says; after a fault once a minute for a while."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When the job runs again; None: never."""
        if isinstance(exception, ComeAgain):
            return RetryDecision(retry_in={"seconds": exception.seconds})
        if job.attempts >= FAULTS_MAX:
            return None
        return RetryDecision(retry_in={"seconds": FAULT_WAIT_SECONDS})


@app.task(name="heli.send_notice", retry=Again(), priority=AFTER_ALL_ELSE)
def send_notice(notice_id: int, way: str = "") -> None:
    """Send one notice. way: the one it waited for when this was queued; the rows say where it is.

    Raises ComeAgain: not yet done.
    """
    wait = sending.send(notice_id)
    if wait is not None:
        raise ComeAgain(1 + int(wait.total_seconds()))
