"""What the room WeChat holds of people: accounts, whom they recognise, what is handed over."""

from __future__ import annotations

from datetime import datetime

from heli.ground import clock
from heli.identity.verified import VerifiedIdentity
from heli.keeping.batches import batch, remove
from heli.keeping.holdings import Holding, Taken
from heli.wechat.accounts import accounts_of, openid_of
from heli.wechat.models import Account, Handover


def _forget_accounts(before: datetime) -> int:
    return remove(Account.objects.filter(person=None, seen_at__lt=before))


def _forget_bindings(before: datetime) -> int:
    """The account is nobody's any more, and as one that was seen now; its owner is asked again."""
    due = batch(Account.objects.filter(bound_at__lt=before))
    return Account.objects.filter(pk__in=due).update(
        person=None, bound_at=None, seen_at=clock.real_now()
    )


def _take_out_bindings(by: VerifiedIdentity) -> Taken:
    return [
        {
            "app": account.app,
            "openid": openid_of(account),
            "bound_at": account.bound_at,
            "follows": account.follows,
            "messages": [
                {"template": said.template_id, "word": said.word, "said_at": said.said_at}
                for said in account.allowances.all()
            ],
        }
        for account in accounts_of(by.person)
    ]


def _erase_bindings(by: VerifiedIdentity) -> int:
    """The accounts go with all that was noted of them."""
    mine = accounts_of(by.person)
    Account.objects.filter(pk__in=[account.pk for account in mine]).delete()
    return len(mine)


def _forget_handovers(before: datetime) -> int:
    return remove(Handover.objects.filter(expires_at__lt=before))


HOLDINGS = (
    Holding("wechat_account", forget=_forget_accounts),
    Holding(
        "wechat_binding",
        forget=_forget_bindings,
        take_out=_take_out_bindings,
        erase=_erase_bindings,
    ),
    Holding("handover", forget=_forget_handovers),
)
