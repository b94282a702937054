"""Access tokens and the tickets of the JS-SDK: one of each per app, gone when their time is."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from heli.ground.vendors import App
from heli.wechat.emulator.answers import ApiError

LIFE_SECONDS = 7200
RENEWED_BEFORE_SECONDS = 300  # the normal mode answers a new token only then
FORCED_APART_SECONDS, FORCED_A_DAY_MAX, DAY_SECONDS = 30, 20, 86_400
NOT_LATEST = (
    "invalid credential, access_token is invalid or not latest, "
    "could get access_token by getStableAccessToken, more details at "
    "https://mmbizurl.cn/s/JtxxFh33r"
)


@dataclass
class Given:
    """A token or ticket that was given out. expires_at: seconds of the emulator's clock."""

    value: str
    appid: str
    expires_at: float
    is_dead: bool = False


@dataclass
class Tokens:
    """What was given out. latest: by app; all: by value, the dead and the expired among them."""

    latest: dict[str, Given] = field(default_factory=dict)
    all: dict[str, Given] = field(default_factory=dict)
    tickets: dict[str, Given] = field(default_factory=dict)
    forced_at: dict[str, list[float]] = field(default_factory=dict)

    def stable(self, appid: str, now: float, *, force: bool) -> tuple[str, int]:
        """The token of an app and how many seconds it has left. Raises ApiError."""
        given = self.latest.get(appid)
        is_fresh = given is not None and now < given.expires_at - RENEWED_BEFORE_SECONDS
        if force:
            self._count_forced(appid, now)
            if given:
                given.is_dead = True
        if given is None or force or not is_fresh:
            given = Given(secrets.token_urlsafe(100), appid, now + LIFE_SECONDS)
            self.latest[appid] = self.all[given.value] = given
        return given.value, int(given.expires_at - now)

    def _count_forced(self, appid: str, now: float) -> None:
        before = [at for at in self.forced_at.get(appid, []) if at > now - DAY_SECONDS]
        if before and now - before[-1] < FORCED_APART_SECONDS:
            raise ApiError(45011)
        if len(before) >= FORCED_A_DAY_MAX:
            raise ApiError(45009)
        self.forced_at[appid] = [*before, now]

    def appid_of(self, value: str | None, now: float) -> str:
        """Whose token it is. Raises ApiError: none, unknown, no longer the one, expired."""
        if not value:
            raise ApiError(41001)
        given = self.all.get(value)
        if given is None:
            raise ApiError(40001)
        if given.is_dead:
            raise ApiError(40001, NOT_LATEST)
        if now >= given.expires_at:
            raise ApiError(42001)
        return given.appid

    def ticket(self, app: App, now: float) -> tuple[str, int]:
        """The JS-SDK ticket of an app and how many seconds it has left."""
        given = self.tickets.get(app.appid)
        if given is None or now >= given.expires_at - RENEWED_BEFORE_SECONDS:
            before = given.value if given else None
            value = next(one for one in tickets_of(app, now) if one != before)
            given = Given(value, app.appid, now + LIFE_SECONDS)
            self.tickets[app.appid] = given
        return given.value, int(given.expires_at - now)

    def good_tickets(self, app: App, now: float) -> list[str]:
        """What pages may be signed with now. Where none was given out since the start, those that
        an emulator before this one may have given out: nobody would notice else that it is gone."""
        given = self.tickets.get(app.appid)
        if given is None:
            return [*tickets_of(app, now), *tickets_of(app, now - LIFE_SECONDS)]
        return [given.value] if now < given.expires_at else []

    def expire(self, now: float) -> None:
        """All of them are over from now on."""
        for given in (*self.all.values(), *self.tickets.values()):
            given.expires_at = min(given.expires_at, now)

    def kill(self) -> None:
        """The tokens are no longer the latest, as if somebody else had fetched new ones."""
        for given in self.all.values():
            given.is_dead = True
        self.latest.clear()


def tickets_of(app: App, now: float) -> list[str]:
    """The tickets that an app may get in these two hours, two of them: the same from whichever
    emulator."""
    hours = int(now // LIFE_SECONDS)
    texts = (f"{app.appid} {hours} {number}" for number in range(2))
    return [hmac.digest(app.secret.encode(), text.encode(), "sha512").hex() for text in texts]
