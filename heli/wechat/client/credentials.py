"""The access tokens and JS tickets, fetched once and shared by all processes.

They lie sealed in the database. Of those that find one missing or old, one fetches and the others
wait for their turn and find it there; when the fetching fails, those who waited get the same fault
and do not try one after the other.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from heli.ground import clock
from heli.ground.turns import wait_for_turn
from heli.ground.vendors import App
from heli.vault.fields import open_from, seal_into
from heli.vault.sealing import SealBroken
from heli.wechat.client.calling import Tokens, call
from heli.wechat.client.errors import Garbled, NoAnswer, TokenRefused, Unreachable, WeChatFault
from heli.wechat.client.wire import Answer, Request, give_back_connection
from heli.wechat.kinds import CredentialKind
from heli.wechat.models import Credential

TOKEN_PATH = "/cgi-bin/stable_token"
TICKET_PATH = "/cgi-bin/ticket/getticket"

# WeChat hands out a new token when the old one has less than this left, and keeps both good.
LEFT_MIN = timedelta(minutes=5)
# What WeChat allows of the mode that kills the old token at once.
FORCED_APART = timedelta(seconds=30)
FORCED_A_DAY_MAX = 20
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fetched:
    """What WeChat gave: the value, and how many seconds it will be good for."""

    value: str = field(repr=False)
    seconds: int


@dataclass(frozen=True)
class _Kept:
    """forced: the moments of the last day at which the old token was killed for a new one."""

    value: str = field(repr=False)
    expires_at: datetime
    forced: tuple[datetime, ...] = ()

    @property
    def left(self) -> timedelta:
        return self.expires_at - clock.real_now()


_NONE = _Kept("", datetime.min.replace(tzinfo=clock.real_now().tzinfo))

# Longer than any fetching takes; it ends only a wait of two for each other, of which one holds its
# turn until the end of a transaction of its own.
TURN_SECONDS_MAX = 40

_turns: dict[tuple[str, CredentialKind], threading.Lock] = defaultdict(threading.Lock)
os.register_at_fork(after_in_child=_turns.clear)

# When fetching last failed in this process and how, by appid and kind.
_failures: dict[tuple[str, CredentialKind], tuple[float, WeChatFault]] = {}


class _Forced(Exception):
    """Asking by force failed; that it was tried has to be stored nevertheless."""

    def __init__(self, kept: _Kept, fault: WeChatFault) -> None:
        super().__init__()
        self.kept = kept
        self.fault = fault


@dataclass(frozen=True)
class AppTokens:
    """The shared token of one app, as a call wants it.

    Without a token the call itself is surely not done, however its fetching failed; so a fault
    that says "not known" becomes Unreachable.
    """

    app: App

    def current(self) -> str:
        """The token to call with. Raises WeChatFault, never NoAnswer or Garbled."""
        try:
            return access_token(self.app)
        except (NoAnswer, Garbled) as fault:
            raise Unreachable(fault.path) from None

    def instead_of(self, refused: str) -> str:
        """The one to call with after WeChat refused this one. Raises as `current` does."""
        try:
            return after_refusal(self.app, refused)
        except (NoAnswer, Garbled) as fault:
            raise Unreachable(fault.path) from None


def access_token(app: App) -> str:
    """A token that is good for some minutes at least. Raises WeChatFault."""
    return _shared(app, CredentialKind.ACCESS_TOKEN, lambda kept: _as_kept(fetch_token(app), kept))


def jsapi_ticket(app: App) -> str:
    """The ticket that pages are signed with. Raises WeChatFault."""

    def fetch(kept: _Kept) -> _Kept:
        return _as_kept(fetch_ticket(AppTokens(app)), kept)

    return _shared(app, CredentialKind.JSAPI_TICKET, fetch)


def after_refusal(app: App, refused: str) -> str:
    """Another token, because WeChat refused this one although it should be good.

    Where somebody replaced it meanwhile, theirs. Else WeChat is asked for its current one, and only
    when that is the refused one for a new one by force, at most every 30 seconds and 20 times a
    day. Raises WeChatFault, TokenRefused when force is not due.
    """
    return _shared(
        app,
        CredentialKind.ACCESS_TOKEN,
        lambda kept: _replaced(app, kept, refused),
        refused=refused,
    )


def fetch_token(app: App, *, by_force: bool = False) -> Fetched:
    """A token from WeChat, which is kept nowhere. Raises WeChatFault.

    by_force: the one handed out before is dead at once.
    """
    body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    request = Request(
        TOKEN_PATH,
        body={**body, "force_refresh": by_force},
        is_repeatable=not by_force,
        with_secret=True,
    )
    return call(request, _token_shape, None)


def fetch_ticket(tokens: Tokens) -> Fetched:
    """A ticket from WeChat, which is kept nowhere. Raises WeChatFault."""
    request = Request(TICKET_PATH, query={"type": "jsapi"}, is_repeatable=True)
    return call(request, _ticket_shape, tokens)


def _replaced(app: App, kept: _Kept, refused: str) -> _Kept:
    fetched = fetch_token(app)
    if fetched.value != refused:
        return _as_kept(fetched, kept)
    now = clock.real_now()
    forced = tuple(moment for moment in kept.forced if now - moment < DAY)
    if len(forced) >= FORCED_A_DAY_MAX or any(now - moment < FORCED_APART for moment in forced):
        raise TokenRefused(TOKEN_PATH)
    # Whether or not an answer comes: WeChat counts it.
    kept = replace(kept, forced=(*forced, now))
    try:
        return _as_kept(fetch_token(app, by_force=True), kept)
    except WeChatFault as fault:
        raise _Forced(kept, fault) from None


def _shared(
    app: App,
    kind: CredentialKind,
    fetch: Callable[[_Kept], _Kept],
    *,
    refused: str | None = None,
) -> str:
    kept = _kept(app, kind)
    if _is_good(kept, refused):
        return kept.value
    began = time.monotonic()
    with _turn_in_this_process(app, kind), transaction.atomic():
        wait_for_turn(f"wechat {kind} {app.appid}")
        kept = _kept(app, kind)
        if _is_good(kept, refused):
            return kept.value
        fault = _failure_since(began, app, kind)
        if fault is None:
            kept, fault = _fetched(app, kind, kept, fetch)
    if fault is None or (kept.value != refused and kept.left > timedelta()):
        return kept.value  # if an old one, then not for long, but WeChat still takes it
    raise fault


@contextmanager
def _turn_in_this_process(app: App, kind: CredentialKind) -> Iterator[None]:
    """One thread of a process waits for the other processes; its siblings hold no connection to the
    database meanwhile."""
    turn = _turns[app.appid, kind]
    give_back_connection()
    is_ours = turn.acquire(timeout=TURN_SECONDS_MAX)
    try:
        yield
    finally:
        if is_ours:
            turn.release()


def _fetched(
    app: App, kind: CredentialKind, kept: _Kept, fetch: Callable[[_Kept], _Kept]
) -> tuple[_Kept, WeChatFault | None]:
    try:
        fresh = fetch(kept)
    except (_Forced, WeChatFault) as failure:
        if isinstance(failure, _Forced):
            _keep(app, kind, failure.kept)
        fault = failure.fault if isinstance(failure, _Forced) else failure
        _failures[app.appid, kind] = (time.monotonic(), _again(fault))
        return kept, _again(fault)
    _keep(app, kind, fresh)
    return fresh, None


def _failure_since(began: float, app: App, kind: CredentialKind) -> WeChatFault | None:
    at, fault = _failures.get((app.appid, kind), (began, None))
    return _again(fault) if fault is not None and at > began else None


def _again(fault: WeChatFault) -> WeChatFault:
    """The same without its trace, which would hold on to what was sent."""
    return type(fault)(fault.path, fault.errcode, fault.rid)


def _is_good(kept: _Kept, refused: str | None) -> bool:
    return kept.value != refused and kept.left >= LEFT_MIN


def _kept(app: App, kind: CredentialKind) -> _Kept:
    row = Credential.objects.filter(appid=app.appid, kind=kind).first()
    if row is None:
        return _NONE
    try:
        value, *forced = json.loads(open_from(row, "value_sealed"))
    except SealBroken:
        return _NONE  # sealed under a key that is gone: it can be fetched anew
    return _Kept(value, row.expires_at, tuple(map(datetime.fromisoformat, forced)))


def _keep(app: App, kind: CredentialKind, kept: _Kept) -> None:
    row, _ = Credential.objects.get_or_create(
        appid=app.appid,
        kind=kind,
        defaults={
            "value_sealed": b"",
            "fetched_at": clock.real_now(),
            "expires_at": kept.expires_at,
        },
    )
    content = [kept.value, *(moment.isoformat() for moment in kept.forced)]
    seal_into(row, "value_sealed", json.dumps(content))
    row.fetched_at, row.expires_at = clock.real_now(), kept.expires_at
    row.save()


def _as_kept(fetched: Fetched, kept: _Kept) -> _Kept:
    expires_at = clock.real_now() + timedelta(seconds=fetched.seconds)
    return replace(kept, value=fetched.value, expires_at=expires_at)


def _token_shape(answer: Answer) -> Fetched:
    return _lasting(answer, "access_token", TOKEN_PATH)


def _ticket_shape(answer: Answer) -> Fetched:
    return _lasting(answer, "ticket", TICKET_PATH)


def _lasting(answer: Answer, key: str, path: str) -> Fetched:
    fetched = Fetched(answer.text(key), answer.number("expires_in"))
    if not 0 < fetched.seconds <= DAY.total_seconds():
        raise Garbled(path)
    return fetched
