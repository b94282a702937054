"""Whose WeChat account it is: seen, bound to a person after their real-name check, let go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from heli.ground import clock
from heli.ground.audit.recording import say_who
from heli.ground.refusals import IdentityRequired
from heli.identity.verified import RecognisedPerson, VerifiedIdentity, check_good_everywhere
from heli.vault.blind import blind_index
from heli.vault.fields import open_from, seal_into
from heli.vault.tokens import TokenRefused, open_token, seal_token
from heli.wechat.kinds import AppKind
from heli.wechat.models import Account

SESSION = timedelta(hours=12)  # real time
PURPOSE = "wechat session 1"


class WeChatSession(NamedTuple):
    """Somebody in WeChat whose account we know, and nothing else of them.

    account: the row's number. app: in which of our apps.
    """

    account: int
    app: AppKind


def see_account(app: AppKind, openid: str, *, unionid: str | None = None) -> Account:
    """The account of an openid, from WeChat's own word; a new one is made."""
    index = blind_index(f"openid {app}", openid)
    union = blind_index("unionid", unionid) if unionid else None
    now = clock.real_now()
    defaults = {"openid_sealed": b"", "unionid": union, "seen_at": now}
    with transaction.atomic():
        account, is_new = Account.objects.get_or_create(app=app, openid=index, defaults=defaults)
        if is_new:
            seal_into(account, "openid_sealed", openid)
            account.save(update_fields=["openid_sealed"])
        elif union and account.unionid is None:
            account.unionid = union
            account.save(update_fields=["unionid"])
    return account


def find_account(app: AppKind, openid: str) -> Account | None:
    """The account of an openid where it was seen before."""
    return Account.objects.filter(app=app, openid=blind_index(f"openid {app}", openid)).first()


def openid_of(account: Account) -> str:
    """WeChat's name for the account, to send to."""
    return open_from(account, "openid_sealed")


def account_of(session: WeChatSession) -> Account:
    """The account of a session. Raises IdentityRequired: it is no longer there."""
    account = Account.objects.filter(id=session.account).first()
    if account is None:
        raise IdentityRequired()
    return account


def openid_of_session(session: WeChatSession) -> str:
    """WeChat's name for the account of a session. Raises IdentityRequired, as `account_of`."""
    return openid_of(account_of(session))


def issue_session(account: Account) -> tuple[str, datetime]:
    """A token for the session of this account, and when it expires (real time, UTC)."""
    expires_at = clock.real_now() + SESSION
    token = seal_token(PURPOSE, [account.id, account.app], expires_at=expires_at)
    return token, expires_at


def read_session(token: str) -> WeChatSession:
    """Whose session it is. Raises IdentityRequired: forged, expired or no token at all."""
    try:
        account, app = open_token(PURPOSE, token)
    except TokenRefused:
        raise IdentityRequired() from None
    return WeChatSession(account, AppKind(app))


def person_of(session: WeChatSession) -> RecognisedPerson | None:
    """The person who said that the account is theirs, or None.

    Enough to read what is their own; their word needs a real-name check of its own.
    """
    found = Account.objects.filter(id=session.account).values_list("person", flat=True).first()
    return RecognisedPerson(bytes(found)) if found is not None else None


@transaction.atomic
def bind_account(session: WeChatSession, *, by: VerifiedIdentity) -> None:
    """The account is this person's from now on: they read their own in it and get messages there.

    It is somebody else's no longer. Repeating it changes nothing. Raises IdentityRequired where
    there is no such account any more, OnlyAtThatOffice.
    """
    check_good_everywhere(by)
    account = Account.objects.select_for_update().filter(id=session.account).first()
    if account is None:
        raise IdentityRequired()
    if account.person is not None and bytes(account.person) == by.person:
        return
    say_who("person", why="bind")
    account.person, account.bound_at = by.person, clock.real_now()
    account.save(update_fields=["person", "bound_at"])


@transaction.atomic
def let_go(session: WeChatSession) -> None:
    """The account is nobody's any more."""
    say_who("person", why="let go")
    Account.objects.filter(id=session.account).update(person=None, bound_at=None)


def accounts_of(person: bytes) -> list[Account]:
    """The accounts of a person (blind index), those bound last first."""
    return list(Account.objects.filter(person=person).order_by("-bound_at", "-id"))
