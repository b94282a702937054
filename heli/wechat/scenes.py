"""QR codes of the official account that open something: an office, a consent, a check-in.

Who scans one gets a link in the chat and nothing else: neither the code nor the chat says whose
appointment it is.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from heli.ground import clock
from heli.hall.codes import LIFETIME, PATH, hall_code
from heli.wechat.client.calls import make_qrcode, qrcode_picture
from heli.wechat.kinds import SceneKind
from heli.wechat.models import TARGET_MAX, Scene

ID_BYTES = 18  # 24 characters
LIVES_MAX = timedelta(days=30)  # WeChat forgets a code that is not printed after that
LONGEST = {
    SceneKind.OFFICE: LIVES_MAX,
    SceneKind.CONSENT: LIVES_MAX,
    SceneKind.CHECK_IN: LIFETIME,
}
PREFIX = "qrscene_"  # before the id, where who scans it begins to follow the account by it
SCENE_MAX = 64  # characters


def make_scene(kind: SceneKind, target: str, *, lives: timedelta | None = None) -> Scene:
    """What a new code opens. target: an office's id, of a consent the booking's code.

    lives: real time, at most 30 days, of a check-in at most three minutes: its code says "here,
    now". None, of an office alone: for a code that is printed. WeChat keeps 100,000 of those, so
    an office has one and gets the same again.
    """
    assert len(target) <= TARGET_MAX
    assert (lives is None and kind is SceneKind.OFFICE) or (
        lives is not None and timedelta() < lives <= LONGEST[kind]
    )
    if lives is None:
        kept = Scene.objects.filter(kind=kind, target=target, expires_at=None).first()
        if kept is not None:
            return kept
    now = clock.real_now()
    return Scene.objects.create(
        id=secrets.token_urlsafe(ID_BYTES),
        kind=kind,
        target=target,
        made_at=now,
        expires_at=now + lives if lives else None,
    )


def open_scene(event_key: str, *, at: datetime) -> Scene | None:
    """What was scanned. event_key: as WeChat sends it. at: real time.

    None for a code that is not ours or has expired.
    """
    id = event_key.removeprefix(PREFIX)
    if not (id.isascii() and id.isprintable()) or not 0 < len(id) <= SCENE_MAX:
        return None
    scene = Scene.objects.filter(id=id).first()
    if scene is None or (scene.expires_at is not None and scene.expires_at <= at):
        return None
    return scene


def picture_of(scene: Scene) -> bytes:
    """The picture of a scene's QR code, made at WeChat anew. Raises WeChatFault."""
    seconds = None
    if scene.expires_at is not None:
        seconds = max(1, int((scene.expires_at - clock.real_now()).total_seconds()))
    return qrcode_picture(make_qrcode(scene.id, seconds).ticket)


def address_of(scene: Scene) -> str:
    """The page that the scene leads to. Of a check-in it works for three minutes."""
    paths = {
        SceneKind.OFFICE: lambda: f"/offices/{scene.target}",
        SceneKind.CONSENT: lambda: f"/c/{scene.target}",
        SceneKind.CHECK_IN: lambda: f"{PATH}{hall_code(scene.target)}",
    }
    return settings.HELI.base_url + paths[SceneKind(scene.kind)]()
