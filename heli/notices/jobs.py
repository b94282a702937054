"""The jobs of this room, queued in the transaction that writes the notice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from heli.notices import sending

# Waits 4, 16, 64 … seconds: the last try is about six hours after the first.
AGAIN = RetryStrategy(max_attempts=7, exponential_wait=4)


@app.task(name="heli.send_notice", retry=AGAIN)
def send_notice(notice_id: int, way: str) -> None:
    """Send one notice one way."""
    sending.send(notice_id, way)
