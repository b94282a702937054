"""How long the server works on each page, beside doing nothing at all.

Usage: make bench ARGS="--requests 200"

A demo world of its own, one client on one kept connection, the pages in turn, N rounds after a
warm-up. A time is from the first byte sent to the last one received on the loopback; what the
same server's no-op endpoint takes is the part of it that no page can save. The medians go to the
terminal and, with the machine and the versions, to bench/results/.

Exit code 1 when a page's median is over the limit (30 ms, `--limit-ms`).
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx

from bench.machine import machine
from heli.ops.demo.people import FictionalPerson, fictional_couple
from tests.journeys.demo_server import DemoServer, demo_served

RESULTS = Path(__file__).resolve().parent / "results"
NOOP = "no-op"
WARM_UP = 20  # rounds
LIMIT_MS = 30.0
VERIFY = "/api/v1/channels/verify"
CHECKED = {
    "a name": "粤省事",
    "a fake": "粤省亊官方代办",
    "a link": "https://www.gdhy.gov.cn.evil.example/login",
    "a message": "离婚预约内部号，加急费200元保证约到。在微信搜索“粤省事预约平台”，或点 http://g0v.example/x，"
    "加微信详谈，不用到场当天拿证。" * 5,
}
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """A page that is measured: its name, its path, and in whose browser.

    checked: a text that the check is asked about, instead of a page.
    """

    name: str
    path: str
    visitor: httpx.Client
    checked: str | None = None

    def ask(self) -> httpx.Response:
        """The answer of the server."""
        if self.checked is None:
            return self.visitor.get(self.path)
        return self.visitor.post(self.path, json={"text": self.checked, "region": "440106"})


@dataclass(frozen=True)
class Figures:
    """Milliseconds, and bytes of the body as sent."""

    name: str
    median: float
    p95: float
    least: float
    bytes: int


def identified(server: DemoServer, person: FictionalPerson) -> httpx.Client:
    """A browser on one kept connection, whose person has passed the check on its page."""
    visitor = httpx.Client(
        base_url=server.address, headers={"Accept-Language": "zh-CN"}, trust_env=False
    )
    send(
        visitor,
        "/identify?next=/about",
        name=person.name,
        id_number=person.id_number,
        phone=person.phone,
        agrees="on",
    )
    assert visitor.cookies.get("heli_identity"), "the check was not passed"
    return visitor


def send(visitor: httpx.Client, path: str, **typed: object) -> str:
    """Fill in the form of a page and send it; where it leads."""
    form = visitor.get(path)
    token = CSRF.search(form.text)
    assert token, f"{path} ({form.status_code}) has no form"
    answer = visitor.post(path, data={"csrfmiddlewaretoken": unescape(token[1]), **typed})
    assert answer.status_code == 302, f"{path} answered {answer.status_code}"
    return answer.headers["Location"]


@contextmanager
def pages(server: DemoServer) -> Iterator[list[Page]]:
    """Every kind of page, in the browsers of a couple with a booking that stands and one held."""
    one, other = fictional_couple()
    applicant, partner = identified(server, one), identified(server, other)
    confirmed = _hold(server, one, other)
    _agree(server, other, confirmed)
    third, fourth = fictional_couple()
    asked = identified(server, fourth)
    held = _hold(server, third, fourth)
    drafted = identified(server, fictional_couple()[0])
    draft = _draft(drafted, fictional_couple()[1])
    paths = {
        "front": ("/", applicant),
        "two visits": ("/two-visits", applicant),
        "glossary": ("/glossary", applicant),
        "places": ("/places", applicant),
        "places of a region": ("/places?region=440100", applicant),
        "office": ("/offices/demo-guangzhou", applicant),
        "office, free times": ("/offices/demo-guangzhou?service=divorce_application", applicant),
        "compare offices": ("/places/compare?region=440100&service=divorce_application", applicant),
        "guide of a city": ("/channels/440100", applicant),
        "guide, nothing online": ("/channels/620102", applicant),
        "coverage": ("/channels/coverage", applicant),
        "channels, by the API": ("/api/v1/channels?region=440106", applicant),
        "before starting": ("/book/divorce_application", applicant),
        "step: you": (f"{draft}/you", drafted),
        "step: service": (f"{draft}/service", drafted),
        "step: people": (f"{draft}/people", drafted),
        "step: office": (f"{draft}/office?q=广州", drafted),
        "step: time": (f"{draft}/time", drafted),
        "step: check": (f"{draft}/check", drafted),
        "link": (f"/c/{held}", asked),
        "answer": (f"/c/{held}/answer", asked),
        "mine": ("/my", applicant),
        "inbox": ("/my/inbox", partner),
        "booking": (f"/my/{confirmed}", applicant),
        "move": (f"/my/{confirmed}/move", applicant),
        "cancel": (f"/my/{confirmed}/cancel", applicant),
        "voucher": (f"/my/{confirmed}/voucher", partner),
    }
    yield [
        Page(NOOP, "/api/v1/demo/noop", applicant),
        *(Page(name, path, visitor) for name, (path, visitor) in paths.items()),
        *(Page(f"verify {name}", VERIFY, applicant, text) for name, text in CHECKED.items()),
    ]
    for visitor in (applicant, partner, asked, drafted):
        visitor.close()


def _hold(server: DemoServer, one: FictionalPerson, other: FictionalPerson) -> str:
    """A held booking of the couple; its code."""
    applicant, partner = server.citizen(one), server.citizen(other)
    applicant.prove_identity()
    free = applicant.get("/offices/demo-guangzhou/availability", service="divorce_application")
    slot = free.content["days"][4]["slots"][0]
    return str(applicant.hold_place(slot["id"], partner).content["code"])


def _agree(server: DemoServer, other: FictionalPerson, code: str) -> None:
    partner = server.citizen(other)
    partner.prove_identity()
    partner.post(f"/bookings/{code}/consent", {}, key=str(uuid.uuid4()))


def _draft(visitor: httpx.Client, other: FictionalPerson) -> str:
    """A draft filled in up to the last step; its path."""
    draft = send(visitor, "/book/divorce_application").rpartition("/")[0]
    send(visitor, f"{draft}/you")
    send(visitor, f"{draft}/service")
    send(visitor, f"{draft}/people", partner_name=other.name, partner_id_number=other.id_number)
    send(visitor, f"{draft}/office?q=广州", office="demo-guangzhou")
    time_page = visitor.get(f"{draft}/time").text
    slot = re.search(r'name="slot" value="(\d+)"', time_page)
    assert slot, "the office has no free time"
    send(visitor, f"{draft}/time", slot=slot[1])
    return draft


def measure(measured: list[Page], rounds: int) -> list[Figures]:
    """The pages in turn, so that what disturbs the machine disturbs all alike."""
    times: dict[str, list[float]] = {page.name: [] for page in measured}
    sizes: dict[str, int] = {}
    for number in range(WARM_UP + rounds):
        for page in measured:
            began = time.perf_counter()
            answer = page.ask()
            took = (time.perf_counter() - began) * 1000
            assert answer.status_code == 200, f"{page.path} answered {answer.status_code}"
            if number >= WARM_UP:
                times[page.name].append(took)
                sizes[page.name] = answer.num_bytes_downloaded
    return [
        Figures(
            name,
            round(statistics.median(taken), 2),
            round(sorted(taken)[int(len(taken) * 0.95)], 2),
            round(min(taken), 2),
            sizes[name],
        )
        for name, taken in times.items()
    ]


def tell(figures: list[Figures]) -> None:
    """The table."""
    noop = figures[0].median
    print(f"{'page':<22}{'median ms':>10}{'over no-op':>12}{'p95 ms':>9}{'least':>8}{'bytes':>8}")
    for row in figures:
        print(
            f"{row.name:<22}{row.median:>10.2f}{row.median - noop:>12.2f}"
            f"{row.p95:>9.2f}{row.least:>8.2f}{row.bytes:>8}"
        )


def main() -> int:
    """Measure, tell, keep; 1 when a page is over the limit."""
    parser = argparse.ArgumentParser(description="How long the server works on each page.")
    parser.add_argument("--requests", type=int, default=200, help="of each page; default: 200")
    parser.add_argument("--limit-ms", type=float, default=LIMIT_MS, help="of a median")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="heli-bench-") as directory,
        demo_served(Path(directory) / "world") as server,
        pages(server) as measured,
    ):
        figures = measure(measured, chosen.requests)
    tell(figures)
    today = datetime.now(UTC).date()
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "measured_on": today.isoformat(),
        "requests": chosen.requests,
        "machine": machine(),
        "pages": [vars(row) for row in figures],
    }
    path = RESULTS / f"pages-{today}.json"
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
    print(f"\nkept in {path.relative_to(RESULTS.parent.parent)}")
    slow = [row.name for row in figures if row.median > chosen.limit_ms]
    if slow:
        print(f"over {chosen.limit_ms:g} ms at the median: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
