"""`heli wechat menu` and `heli wechat code OFFICE`: what an operator sets up at WeChat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heli.ops.errors import CommandRefused
from heli.ops.world import Wish, opened


def set_account_menu(*, data: Path | None) -> int:
    """Set the menu of the official account and answer 0. Raises what `opened` raises, and
    CommandRefused where WeChat does not take it."""
    with opened(Wish(data=data, may_create=False)), _wechat():
        from heli.wechat.client.calls import set_menu
        from heli.wechat.menu import menu

        set_menu(menu())
    print("The menu is set; telephones show it within five minutes.")
    return 0


def make_office_code(office: str, *, to: Path, data: Path | None) -> int:
    """Write the picture of an office's QR code, to be printed, and answer 0.

    Raises what `opened` and an unknown office raise, and CommandRefused.
    """
    with opened(Wish(data=data, may_create=False)), _wechat():
        from heli.places.queries import get_office
        from heli.wechat.kinds import SceneKind
        from heli.wechat.scenes import make_scene, picture_of

        picture = picture_of(make_scene(SceneKind.OFFICE, get_office(office).id))
    try:
        to.write_bytes(picture)
    except OSError as error:
        raise CommandRefused(f"{to} cannot be written: {error.strerror}.") from None
    print(f"{to}: whoever scans it gets a link to the office in the account's chat.")
    return 0


@contextmanager
def _wechat() -> Iterator[None]:
    """What WeChat refuses, as a sentence. Inside a world that is open."""
    from heli.wechat.client.errors import WeChatFault

    try:
        yield
    except WeChatFault as fault:
        raise CommandRefused(f"WeChat did not do it: {fault}") from None
