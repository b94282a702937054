"""The peer: orders of one place by pretix's own API, on the same machine and the same PostgreSQL.

    figures = measure(Path("/opt/pretix"), database_url, clients=64, seconds=10, workers=2)

pretix (https://pretix.eu, AGPL) is measured from outside. It comes from a virtual environment of
its own and runs there under gunicorn, as its manual says; nothing of it is imported here. What it
may leave out is left out in its favour: no mail, no plugin, no payment, no idempotency key. It has
no redis and no celery, which its manual wants in production: docs/rush.md says what they change.
"""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from heli.ops.rush.figures import percentile
from heli.ops.rush.pretix_installation import (
    REASON_CHARACTERS_MAX,
    Installation,
    PeerFailed,
    configuration,
    fresh_database,
)

NAME = "peer"  # of the organizer and of the event
PLACES = 1_000_000
WARM_UP = 5  # orders for each worker; the first one loads most of pretix
ANSWER_SECONDS_MAX = 60

# For `python -m pretix shell`; the last line that it prints is the answer.
OPEN_THE_SHOP = """
import json, os
from datetime import timedelta
from django.utils.timezone import now
from django_scopes import scopes_disabled
import pretix
from pretix.base.models import Event, Organizer, TeamAPIToken

name = os.environ["PEER_NAME"]
with scopes_disabled():
    organizer = Organizer.objects.create(name=name, slug=name)
    event = Event.objects.create(
        organizer=organizer, name=name, slug=name, live=True, plugins="",
        currency="EUR", date_from=now() + timedelta(days=30),
    )
    item = event.items.create(name=name, default_price=10)
    event.quotas.create(name=name, size=int(os.environ["PEER_PLACES"])).items.add(item)
    team = organizer.teams.create(name=name, all_events=True, all_event_permissions=True)
    TeamAPIToken.objects.create(team=team, name=name, token=os.environ["PEER_TOKEN"])
print(json.dumps({"version": pretix.__version__, "item": item.pk}))
"""


@dataclass(frozen=True)
class PeerFigures:
    """What pretix did. p50_ms, p99_ms: from sending an order to its acknowledgement.

    refused: requests that got another answer than an order, or none.
    """

    orders_per_s: float
    version: str
    p50_ms: float
    p99_ms: float
    refused: int


@dataclass(frozen=True)
class Answer:
    """What a client heard: the status of HTTP, 0 when nothing came back, and the body.

    seconds: what it waited. at: when it was there, by the monotonic clock.
    """

    status: int
    said: str
    seconds: float
    at: float


@dataclass(frozen=True)
class Shop:
    """Where orders are sent: pretix on a port of this machine, and what is for sale there."""

    port: int
    token: str
    item: int
    version: str

    def order(self) -> Answer:
        """Order one place, on a connection of its own: gunicorn keeps none."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS_MAX)
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        path = f"/api/v1/organizers/{NAME}/events/{NAME}/orders/"
        with closing(connection):
            try:
                connection.request("POST", path, order_of(self.item), headers)
                response = connection.getresponse()
                status, said = response.status, response.read().decode(errors="replace")
            except (OSError, http.client.HTTPException) as error:
                status, said = 0, str(error) or type(error).__name__
        at = time.monotonic()
        return Answer(status, said, seconds=at - began, at=at)


def measure(
    venv: Path, database_url: str, *, clients: int, seconds: float, workers: int
) -> PeerFigures:
    """Orders a second of the pretix in that environment, each of one place of the same quota.

    venv: a virtual environment with pretix and gunicorn. database_url: a server on which a
    database may be made; it is called heli_bench_pretix and dropped again. Filling it takes pretix
    one to two minutes. seconds: in which clients begin new orders; those begun are waited for.
    Raises PeerFailed, also when an acknowledged order is missing; DatabaseFailed.
    """
    with tempfile.TemporaryDirectory(prefix="heli-pretix-") as folder:
        pretix = Installation(venv.absolute() / "bin" / "python", Path(folder))
        pretix.check()
        with (
            fresh_database(database_url) as database,
            closing(socket.create_server(("127.0.0.1", 0))) as listener,
        ):
            port = int(listener.getsockname()[1])
            pretix.configure(configuration(database.info, pretix.folder, port=port))
            pretix.run("-m", "pretix", "migrate", "--verbosity", "0")
            shop = open_shop(pretix, port)
            with pretix.serving(listener, workers=workers):
                warm_up = orders_among(first_orders(shop, workers=workers))
                began = time.monotonic()
                answers = rush(shop, clients=clients, until=began + seconds)
            orders = orders_among(answers)
            check_the_books(database, acknowledged=len(warm_up) + len(orders))
    return figures_of(orders, began=began, sent=len(answers), version=shop.version)


def open_shop(pretix: Installation, port: int) -> Shop:
    """An organizer, a team with a token, an event, and a place for sale, a million times."""
    token = secrets.token_hex(32)
    printed = pretix.run(
        *("-m", "pretix", "shell"),
        script=OPEN_THE_SHOP,
        PEER_NAME=NAME,
        PEER_PLACES=str(PLACES),
        PEER_TOKEN=token,
    )
    said = json.loads(printed.splitlines()[-1])
    return Shop(port, token, item=int(said["item"]), version=str(said["version"]))


def order_of(item: int) -> bytes:
    """The body of an order of one place, for somebody with a name and an address for mail."""
    position = {"item": item, "attendee_name_parts": {"full_name": "Zhang Wei"}}
    order = {
        "email": "zhang.wei@example.org",
        "locale": "en",
        "status": "n",
        "send_email": False,
        "simulate": False,
        "positions": [position],
    }
    return json.dumps(order).encode()


def figures_of(orders: Sequence[Answer], *, began: float, sent: int, version: str) -> PeerFigures:
    """The figures of the acknowledged orders, of which there is at least one.

    >>> orders = [Answer(201, "", seconds=0.5, at=11.0), Answer(201, "", seconds=1.5, at=12.0)]
    >>> figures_of(orders, began=10.0, sent=3, version="1")
    PeerFigures(orders_per_s=1.0, version='1', p50_ms=500.0, p99_ms=1500.0, refused=1)
    """
    took = sorted(order.seconds for order in orders)
    return PeerFigures(
        orders_per_s=len(orders) / (max(order.at for order in orders) - began),
        version=version,
        p50_ms=1000 * percentile(took, 50),
        p99_ms=1000 * percentile(took, 99),
        refused=sent - len(orders),
    )


def first_orders(shop: Shop, *, workers: int) -> list[Answer]:
    """A few orders for each worker, which are not measured."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda _: shop.order(), range(WARM_UP * workers)))


def rush(shop: Shop, *, clients: int, until: float) -> list[Answer]:
    """What all clients heard, each of whom sends an order as soon as the one before is answered.

    A thread for each is enough: pretix is a hundred times slower than such a client.
    """

    def visit(_client: int) -> list[Answer]:
        heard = []
        while time.monotonic() < until:
            heard.append(shop.order())
        return heard

    with ThreadPoolExecutor(clients) as pool:
        return [answer for heard in pool.map(visit, range(clients)) for answer in heard]


def orders_among(answers: Sequence[Answer]) -> list[Answer]:
    """The acknowledgements. Raises PeerFailed when there is none, with what was said instead."""
    orders = [answer for answer in answers if answer.status == http.client.CREATED]
    if not orders:
        status, said = answers[0].status, answers[0].said[:REASON_CHARACTERS_MAX]
        raise PeerFailed(f"pretix takes no order, it answers {status}: {said.rstrip('.')}.")
    return orders


def check_the_books(database: psycopg.Connection, *, acknowledged: int) -> None:
    """Raises PeerFailed when fewer orders with a place are stored than were acknowledged."""
    row = database.execute(
        "SELECT count(DISTINCT order_id) FROM pretixbase_orderposition"
    ).fetchone()
    stored = row[0] if row else 0
    if stored < acknowledged:
        raise PeerFailed(f"pretix acknowledged {acknowledged} orders and has {stored}.")
