"""QR codes with a scene, links into the mini program and its codes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass
class Scene:
    """A QR code of the account. scene: what comes back when it is scanned. expires_at: seconds of
    the emulator's clock, None for one that is printed."""

    scene: str
    expires_at: float | None


@dataclass
class MiniLink:
    """A link or code that opens the mini program. kind: link, scheme or code."""

    kind: str
    path: str
    query: str
    expires_at: float | None


@dataclass
class Links:
    """All that were made. scenes: by ticket. mini: by the text in the link."""

    scenes: dict[str, Scene] = field(default_factory=dict)
    mini: dict[str, MiniLink] = field(default_factory=dict)

    def add_scene(self, scene: Scene) -> str:
        """The ticket of a new QR code."""
        ticket = "gQ" + secrets.token_urlsafe(60)
        self.scenes[ticket] = scene
        return ticket

    def add_mini(self, link: MiniLink) -> str:
        """The text of a new link."""
        text = secrets.token_urlsafe(8)
        self.mini[text] = link
        return text
