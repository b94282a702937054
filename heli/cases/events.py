"""What a case can tell the other rooms. Ids and moments only, never personal data, never who."""

from dataclasses import dataclass

from heli.ground.events import Event, declare


@dataclass(frozen=True, kw_only=True)
class CaseFact(Event):
    """Something happened to the case with this id."""

    case_id: str


@declare
class CaseOpened(CaseFact):
    """The application was accepted and the receipt given."""


@declare
class WindowOpened(CaseFact):
    """The cooling-off is over; both may come for the certificate."""


@declare
class CaseWithdrawn(CaseFact):
    """The procedure has ended by withdrawal. By whom is not told."""


@declare
class CaseLapsed(CaseFact):
    """The window has passed without both coming: the application counts as withdrawn."""


@declare
class CaseRefused(CaseFact):
    """The office refused the registration at review."""


@declare
class DivorceRegistered(CaseFact):
    """The divorce is registered and the certificate given."""


@declare
class PlaceGuaranteed(CaseFact):
    """A certificate place was taken for the couple with the receipt."""


@declare
class PlaceAdded(CaseFact):
    """Every place of the window was taken; one was added. For the office's manager."""


@declare
class PlaceNotFound(CaseFact):
    """The office does not open within the couple's window at all. For the office's manager."""


@declare
class PlaceMoved(CaseFact):
    """The office does not open at the time of the couple's place; another one was taken."""
