"""The words of the directory: kinds of doors, what is done behind them, how sure it is."""

from __future__ import annotations

from enum import StrEnum

from heli.law.services import Service


class Kind(StrEnum):
    """Kinds of ways to book, in the order in which a person should try them."""

    WECHAT_MINI_PROGRAM = "wechat_mini_program"
    WECHAT_OFFICIAL_ACCOUNT = "wechat_official_account"
    WECHAT_CITY_SERVICES = "wechat_city_services"
    ALIPAY_MINI_PROGRAM = "alipay_mini_program"
    GOVERNMENT_APP = "government_app"
    GOVERNMENT_WEBSITE = "government_website"
    PHONE = "phone"
    OFFICE_QUEUE = "office_queue"


ALTERNATIVES = frozenset({Kind.PHONE, Kind.OFFICE_QUEUE})  # never the first way, always there

HOTLINE = "12345"  # asks are answered there in every city

# A source that says only 婚姻登记: whether divorce is meant has to be asked.
UNSPECIFIED = "marriage_registration_unspecified"
SERVICE_WORDS = (*(service.value for service in Service), UNSPECIFIED)


class Confidence(StrEnum):
    """How far an entry can be relied on, the surest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class SourceKind(StrEnum):
    """Who says so."""

    OFFICIAL = "official"
    PRESS = "press"
    THIRD_PARTY = "third_party"


# Characters of what an entry says, at most.
NAME_MAX, OPERATOR_MAX, PATH_MAX, URL_MAX, SOURCE_MAX, NOTE_MAX = 60, 80, 200, 300, 300, 400
