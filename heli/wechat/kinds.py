"""The words of this room that are stored."""

from enum import StrEnum


class AppKind(StrEnum):
    """Which of our two apps: an openid belongs to one of them and means nothing to the other."""

    ACCOUNT = "account"  # the official (service) account; pages in WeChat's browser
    MINI = "mini"  # the mini program


class Word(StrEnum):
    """What a person last said to messages of one template."""

    ACCEPT = "accept"
    REJECT = "reject"
    BAN = "ban"  # WeChat itself forbids it


class SceneKind(StrEnum):
    """What a QR code of the account opens."""

    OFFICE = "office"
    CONSENT = "consent"
    CHECK_IN = "check_in"


class HandoverKind(StrEnum):
    """Where somebody goes on with what they began."""

    WEB_VIEW = "web_view"  # from the mini program to a page in it
    BROWSER = "browser"  # from WeChat's browser to a common one


class CredentialKind(StrEnum):
    """What is fetched once and shared by all processes."""

    ACCESS_TOKEN = "access_token"
    JSAPI_TICKET = "jsapi_ticket"
