"""The words of reports and remarks."""

from __future__ import annotations

from enum import StrEnum


class Seen(StrEnum):
    """Where somebody met a fake."""

    WECHAT = "wechat"
    SEARCH = "search"
    MESSAGE = "message"  # SMS or another messenger
    PERSON = "person"  # told by a tout
    OTHER = "other"


class Decision(StrEnum):
    """What the operator made of a report."""

    OPEN = "open"
    PUBLISHED = "published"
    DISMISSED = "dismissed"


class Wrong(StrEnum):
    """What somebody found wrong with an entry."""

    GONE = "gone"  # it is not there any more
    NO_DIVORCE = "no_divorce"  # it does not book this service
    OTHER_STEPS = "other_steps"  # one has to tap something else
    OTHER_OPERATOR = "other_operator"  # it belongs to somebody else
