"""Why a push is not taken. Nobody but WeChat reads the answer, so there is no sentence.

PushRefused
├── Forged (403)
├── Unreadable (400)
└── TooLarge (413)
"""

from __future__ import annotations

from typing import ClassVar


class PushRefused(Exception):
    """The push is not taken and changed nothing. status: what HTTP answers. Holds none of it."""

    status: ClassVar[int]


class Forged(PushRefused):
    """It does not come from WeChat to us at this moment: a wrong signature, one older than five
    minutes, or encrypted for somebody else."""

    status = 403


class Unreadable(PushRefused):
    """It is signed, and no document that WeChat sends: broken, or with entities."""

    status = 400


class TooLarge(PushRefused):
    """It is longer than anything that WeChat sends."""

    status = 413
