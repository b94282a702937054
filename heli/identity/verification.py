"""The one port for real-name checks, and the register of the adapters behind it.

An adapter ships with the room that has its client, which may be a higher one, and is registered
at start (`AppConfig.ready`). Which of them a person may choose, the environment decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground.configuration import Environment


@dataclass(frozen=True, repr=False, slots=True)
class Claim:
    """Who somebody says they are, clean; phone in E.164. It prints none of it.

    account: what the vendor calls the account that asks, where the check is made in an app of its
    own; else empty. back_to: the address a person comes back to from a check elsewhere.
    """

    name: str
    id_number: str
    phone: str
    account: str = ""
    back_to: str = ""

    def __repr__(self) -> str:
        return "Claim(…)"


# What people call the methods.
METHOD_NAMES: Mapping[str, str | Promise] = {
    "wechat_face": _("微信小程序里的人脸验证"),
    "faceid": _("人脸验证"),
    "bank_card": _("银行卡验证"),
}


class Verdict(StrEnum):
    """What a check found."""

    PASSED = "passed"
    MISMATCH = "mismatch"  # name and number do not belong together, or it is somebody else
    AGAIN = "again"  # it could not be looked at (dark, interrupted): it may be begun anew
    CARD = "card"  # the bank's card cannot be used for it: another card, or another way
    COUNTER = "counter"  # nothing to be found online: a person with the card in hand has to look
    UNAVAILABLE = "unavailable"  # no answer; the adapter turns its client's faults into this


@dataclass(frozen=True)
class Redirect:
    """The check goes on elsewhere: the person has to be sent to this address."""

    url: str


@dataclass(frozen=True)
class Handle:
    """The check goes on in the app that asks. value: what the app starts it with."""

    value: str


class RealNameCheck(Protocol):
    """One way to find out whether a claim is true.

    name: what HELI_IDENTITY and the `method` of a request call it.
    is_for_production: whether it really checks. One that believes people is not.
    needs_account: whether it is made in an app, for an account there, and so not in a browser.
    Whoever is_for_production is counted, since each check is paid for (`attempts`).
    """

    @property
    def name(self) -> str: ...

    @property
    def is_for_production(self) -> bool: ...

    @property
    def needs_account(self) -> bool: ...

    def is_set_up(self) -> bool:
        """Whether the settings say all that it needs."""
        ...

    def ask(self, claim: Claim, verification: uuid.UUID) -> Verdict | Redirect | Handle:
        """Check the claim now, or say where the person has to go for it.

        verification: the id under which the answer will be looked for. Called outside of any
        transaction, since it may take seconds. It never raises for what a vendor answers. Raises
        RateLimited where it was asked too often.
        """
        ...


@runtime_checkable
class AskedAgain(RealNameCheck, Protocol):
    """A check that goes on elsewhere and is asked later what came of it."""

    def result(self, claim: Claim, verification: uuid.UUID) -> Verdict | None:
        """What came of it, from the vendor's own word; None while the person is not done.

        UNAVAILABLE: no answer, so nothing is decided and it may be asked again. Called outside of
        any transaction. It never raises for what a vendor answers.
        """
        ...


@runtime_checkable
class CardCheck(Protocol):
    """A check by a bank card, after which a code goes to the telephone of the claim."""

    @property
    def name(self) -> str:
        """As RealNameCheck has it."""
        ...

    @property
    def is_for_production(self) -> bool:
        """As RealNameCheck has it."""
        ...

    @property
    def needs_account(self) -> bool:
        """As RealNameCheck has it."""
        ...

    def is_set_up(self) -> bool:
        """Whether the settings say all that it needs."""
        ...

    def ask_by_card(self, claim: Claim, card: str, verification: uuid.UUID) -> Verdict:
        """Whether name, number, card and telephone belong together, as RealNameCheck.ask does.

        PASSED: they do; who holds the telephone is still to be found out.
        """
        ...


Adapter = RealNameCheck | CardCheck

_register: dict[str, Adapter] = {}


def register_adapter(adapter: Adapter) -> None:
    """Make a way to check known by its name. The same name replaces."""
    _register[adapter.name] = adapter


def offered_methods() -> tuple[str, ...]:
    """The names a person may choose from in a browser; the one HELI_IDENTITY names is first."""
    names = sorted(name for name in _register if _works_in_a_browser(name))
    return tuple(sorted(names, key=lambda name: name != settings.HELI.identity))


def offered_of(accepted: Sequence[str] | None) -> tuple[str, ...]:
    """Those of `offered_methods` that an office accepts, in its order; None accepts them all.

    A check that believes people comes last: the demo and the tests accept it everywhere.
    """
    offered = offered_methods()
    if accepted is None:
        return offered
    chosen = [method for method in accepted if method in offered]
    return (*chosen, *(method for method in offered if believes(method)))


def known_methods() -> tuple[str, ...]:
    """The names of all adapters that there are, set up or not, by which an office may choose."""
    return tuple(sorted(name for name, one in _register.items() if one.is_for_production))


def adapter_named(method: str) -> Adapter | None:
    """The adapter of this name; None where there is none, it is not set up, or this environment
    refuses it."""
    adapter = _register.get(method)
    if adapter is None or not adapter.is_set_up():
        return None
    is_production = settings.HELI.environment is Environment.PRODUCTION
    return None if is_production and not adapter.is_for_production else adapter


def believes(method: str) -> bool:
    """Whether this method believes people, which only the demo and the tests allow."""
    adapter = adapter_named(method)
    return adapter is not None and not adapter.is_for_production


def _works_in_a_browser(method: str) -> bool:
    adapter = adapter_named(method)
    return adapter is not None and not adapter.needs_account
