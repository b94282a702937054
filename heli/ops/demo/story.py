"""`heli demo`: prepares the world, serves it, tells the story through the API, and serves on."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from django.db import DEFAULT_DB_ALIAS, connections

from heli.api.health import story_begins, story_told
from heli.ground import clock
from heli.ops import schema
from heli.ops.demo.chapters import (
    CAN_STILL_BE_MOVED,
    LONG_CONSENT_TIME,
    Json,
    answer_link,
    find_office,
    hold_place,
    read_clock,
    read_voucher,
)
from heli.ops.demo.citizen import Citizen, StoryFailed
from heli.ops.demo.lapse import let_lapse, tell_of_the_visits
from heli.ops.demo.official import tell_of_the_doors
from heli.ops.demo.people import fictional_couple
from heli.ops.demo.second_visit import tell_of_three_cases
from heli.ops.demo.telling import Teller, aloud, silent
from heli.ops.demo.world import prepare_world
from heli.ops.serve import serving
from heli.ops.wechat_emulator import Beside
from heli.ops.world import World
from heli.wechat.client.calls import set_menu
from heli.wechat.client.errors import WeChatFault
from heli.wechat.menu import menu

# A jump of the clock answers when all that fell due is done: 8 s for a month, a minute and more on
# a machine that does other work. The bound only keeps a server that hangs from hanging the story.
ANSWER_SECONDS_MAX = 300.0
STANDARD_OUTPUT, STANDARD_ERROR = 1, 2


@dataclass(frozen=True)
class DemoOptions:
    """What `heli demo` was asked for. port: checked, never 0. wechat: the emulator beside it, None
    where the settings name another."""

    world: World
    host: str
    port: int
    workers: int
    once: bool
    as_json: bool
    wechat: Beside | None = None


@dataclass
class Story:
    """The story as far as it came: what was said, and what the API answered."""

    teller: Teller
    parts: Json = field(default_factory=dict)

    def document(self, *, is_whole: bool) -> Json:
        """The story as one JSON document."""
        return {"ok": is_whole, **self.parts, "steps": self.teller.document()}


def run_demo(options: DemoOptions) -> int:
    """Tell the story, and with `once` end there: 0. Without, serve until the command is ended.

    With `as_json` standard output gets one JSON document and nothing else, also when a step fails.
    Raises StoryFailed, and what `serving` raises.
    """
    if not options.as_json:
        return _run(options, Story(Teller(aloud)), lambda _document: None)
    with _output_for_the_document_alone() as hand_over:
        return _run(options, Story(Teller(silent)), hand_over)


def tell(story: Story, client: httpx.Client, *, once: bool) -> None:
    """The story through the API that the client reaches. once: to its end, moving the clock.

    Every time new fictional people: two, with `once` three couples more. Raises StoryFailed.
    """
    applicant, partner = _couple(client)
    today, now = read_clock(applicant)
    story.teller.begin(today)
    tell_of_the_doors(story.teller, applicant)
    office = find_office(story.teller, applicant, today)
    slot = office.slot_from(now + CAN_STILL_BE_MOVED)
    story.teller.chapter("占号", "Holding a place")
    held = hold_place(story.teller, applicant, partner, slot, today)
    agreed = answer_link(story.teller, partner, held, today)
    story.parts["booking"] = applicant.get(f"/bookings/{held['code']}").content
    story.parts["consent"] = held["consent"] | {
        name: agreed[name] for name in ("code", "state", "parties")
    }
    story.parts["voucher"] = read_voucher(story.teller, (applicant, partner), held["code"], today)
    if once:
        slot = office.slot_from(now + LONG_CONSENT_TIME)
        second_applicant, second_partner = _couple(client)
        story.parts["lapsed"] = let_lapse(
            story.teller, second_applicant, second_partner, slot, today
        )
        tell_of_the_visits(story.teller, second_applicant)
        code = held["code"]
        story.parts["cases"] = tell_of_three_cases(
            story.teller, (applicant, partner), code, _couple(client), _couple(client)
        )


def _run(options: DemoOptions, story: Story, hand_over: Callable[[Json], None]) -> int:
    with ExitStack() as open_until_the_end:
        try:
            address = _serve_and_tell(options, story, open_until_the_end)
        except KeyboardInterrupt:
            raise StoryFailed("The story was stopped before its end.") from None
        except StoryFailed:
            hand_over(story.document(is_whole=False))
            raise
        hand_over(story.document(is_whole=True))
        if not options.once:
            _serve_on(story.teller, address, options.wechat)
    return 0


def _serve_and_tell(options: DemoOptions, story: Story, open_until_the_end: ExitStack) -> str:
    """The address of the server, which goes on when the story is told."""
    directory = options.world.directory
    assert directory is not None, "the demo world has a data directory of its own"
    with _one_story_at_a_time(directory.path):
        _prepare()
        address = open_until_the_end.enter_context(
            serving(
                options.world,
                host=options.host,
                port=options.port,
                workers=options.workers,
                beside=[options.wechat.child] if options.wechat else [],
            )
        )
        with _client_of(address) as client:
            tell(story, client, once=options.once)
    return address


@contextmanager
def _one_story_at_a_time(data: Path) -> Iterator[None]:
    """Not ready until the story is told. A second story in the same world waits for this one,
    whose deadlines its jumps of the clock would spoil."""
    with open(data / "story.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        story_begins(data)
        try:
            yield
        finally:
            story_told(data)


def _prepare() -> None:
    schema.migrate()
    prepare_world(clock.now())
    _let_go_of_database()


def _let_go_of_database() -> None:
    """This process needs it no longer; its children have connections of their own."""
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    wrapper.close()
    wrapper.close_pool()


def _serve_on(teller: Teller, address: str, wechat: Beside | None) -> None:
    teller.chapter("演示继续运行", "The demo goes on")
    teller.say(f"   {address} · {address}/api/v1/docs")
    if wechat:
        _set_menu()
        teller.say(f"   演示微信 a WeChat to try it in: {wechat.address}/phone")
    teller.say("   按 Ctrl-C 结束。 Ctrl-C ends it.")
    threading.Event().wait()  # the command's signal handler ends it by KeyboardInterrupt


def _set_menu() -> None:
    """The account's menu, as `heli wechat menu` sets it; the demo goes on without one, too."""
    with suppress(WeChatFault):
        set_menu(menu())
    _let_go_of_database()


def _couple(client: httpx.Client) -> tuple[Citizen, Citizen]:
    applicant, partner = fictional_couple()
    return Citizen(client, applicant), Citizen(client, partner)


def _client_of(address: str) -> httpx.Client:
    # A proxy of the environment is for the world outside, not for this machine.
    return httpx.Client(base_url=address, timeout=ANSWER_SECONDS_MAX, trust_env=False)


@contextmanager
def _output_for_the_document_alone() -> Iterator[Callable[[Json], None]]:
    """Turns standard output over to standard error for this process and its children, and yields
    what writes a document to the real one."""
    real = os.dup(STANDARD_OUTPUT)
    os.dup2(STANDARD_ERROR, STANDARD_OUTPUT)

    def hand_over(document: Json) -> None:
        text = json.dumps(document, ensure_ascii=False, indent=2)
        with open(real, "w", encoding="utf-8", closefd=False) as output:
            output.write(text + "\n")

    try:
        yield hand_over
    finally:
        os.dup2(real, STANDARD_OUTPUT)
        os.close(real)
