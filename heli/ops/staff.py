"""`heli staff`: who works here. Accounts are made and closed by whoever runs the installation.

A password that the command prints is to be handed over in person; it opens the setting up alone,
for three days.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from heli.ops.errors import CommandRefused

if TYPE_CHECKING:
    from heli.hall.staff import StaffAccount

ROLES = ("guide", "clerk", "manager", "operator")  # as in `heli.hall.roles`, which needs Django
ACTOR = "command:staff"


def add_staff_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> tuple[argparse.ArgumentParser, ...]:
    """Make the command known; the parsers that take --data."""
    staff = commands.add_parser("staff", help="the accounts of who works at the offices")
    deeds = staff.add_subparsers(title="deeds", required=True, metavar="DEED")
    add = deeds.add_parser("add", help="make an account; prints its first password")
    add.add_argument("username", metavar="USERNAME", help="how they log in")
    add.add_argument("--role", choices=ROLES, required=True, help="what they are there")
    add.add_argument("--office", metavar="ID", help="where they work; an operator: nowhere")
    add.set_defaults(run=_add)
    listed = deeds.add_parser("list", help="all accounts")
    listed.add_argument("--json", action="store_true", help="as one JSON document")
    listed.set_defaults(run=_list)
    made = [add, listed]
    for deed, told in (
        ("disable", "close an account and end its sessions"),
        ("enable", "open it again; prints a new password"),
        ("reset-password", "for who has forgotten it; prints a new one"),
        ("reset-second-factor", "for who has lost telephone and codes; prints a new password"),
    ):
        parser = deeds.add_parser(deed, help=told)
        parser.add_argument("username", metavar="USERNAME", help="whose")
        parser.set_defaults(run=_change, deed=deed)
        made.append(parser)
    return tuple(made)


def add(username: str, role: str, office: str | None) -> str:
    """Make the account in the open world, and answer what to tell the operator.

    Raises CommandRefused.
    """
    from heli.ground.refusals import InvalidInput, NotFound
    from heli.hall.roles import StaffRole
    from heli.hall.staff import add_staff

    try:
        with _told_to_the_audit("add", username):
            password = add_staff(username, StaffRole(role), office_id=office)
    except InvalidInput as invalid:
        raise CommandRefused(" ".join(str(error.text) for error in invalid.errors)) from None
    except NotFound:
        raise CommandRefused(f"There is no office {office}.") from None
    return _handed_over(f"Made the account {username} ({role}).", password)


def change(deed: str, username: str) -> str:
    """Do one of the deeds for the account in the open world, and answer what to tell the operator.

    Raises CommandRefused where there is no such account.
    """
    from heli.ground.refusals import NotFound
    from heli.hall import staff

    deeds: dict[str, tuple[Callable[[str], str | None], str]] = {
        "disable": (staff.disable_staff, "Nobody logs in as {} any more."),
        "enable": (staff.enable_staff, "{} is open again."),
        "reset-password": (staff.reset_password, "The old password of {} opens nothing."),
        "reset-second-factor": (
            staff.reset_second_factor,
            "{} sets up another authenticator app at the next login.",
        ),
    }
    do, sentence = deeds[deed]
    try:
        with _told_to_the_audit(deed, username):
            password = do(username)
    except NotFound:
        raise CommandRefused(f"There is no account {username}.") from None
    told = sentence.format(username) + " The sessions there were have ended."
    return _handed_over(told, password) if password else told


def table(accounts: list[StaffAccount]) -> str:
    """The accounts, a line each."""
    if not accounts:
        return "There are no accounts."
    width = max(len(account.username) for account in accounts)
    return "\n".join(
        f"{account.username:<{width}}  {account.role:<8}  {account.office_id or '-'}"
        f"  {', '.join(_states(account))}"
        for account in accounts
    )


def as_document(accounts: list[StaffAccount]) -> list[dict[str, object]]:
    """The accounts as `--json` prints them."""
    return [
        {
            "username": account.username,
            "role": account.role.value,
            "office": account.office_id,
            "active": account.is_active,
            "set_up": account.is_set_up,
            "second_factor": account.has_second_factor,
            "last_at": account.last_at.isoformat() if account.last_at else None,
        }
        for account in accounts
    ]


def _states(account: StaffAccount) -> Iterator[str]:
    yield "active" if account.is_active else "disabled"
    yield "second factor" if account.has_second_factor else "no second factor"
    if not account.is_set_up:
        yield "has not chosen a password yet"
    if account.last_at:
        yield f"last on duty {account.last_at:%Y-%m-%d}"


def _handed_over(told: str, password: str) -> str:
    return (
        f"{told}\nPassword for the first login, within three days: {password}\n"
        "Hand it over in person; it is shown here only."
    )


@contextmanager
def _told_to_the_audit(deed: str, username: str) -> Iterator[None]:
    """One transaction, which the audit puts down to this command, like its changes of rows."""
    from django.db import transaction

    from heli.ground import clock
    from heli.ground.audit.recording import Kind, Subject, record, say_who
    from heli.hall.models import Staff
    from heli.hall.staff import normal_username

    with transaction.atomic():
        say_who(ACTOR, why=deed)
        yield
        account = Staff.objects.get(username=normal_username(username))
        subject = Subject("staff", str(account.pk))
        record(Kind.DEED, deed, actor=ACTOR, at=clock.now(), subject=subject)


@contextmanager
def _opened(data: Path | None) -> Iterator[None]:
    from heli.ops.world import Wish, opened

    with opened(Wish(data=data, may_create=False)):
        from heli.ops import schema

        if schema.missing_migrations():
            raise CommandRefused("The tables are not of this version; run heli migrate first.")
        yield


def _add(chosen: argparse.Namespace) -> int:
    with _opened(chosen.data):
        print(add(chosen.username, chosen.role, chosen.office))
    return 0


def _change(chosen: argparse.Namespace) -> int:
    with _opened(chosen.data):
        print(change(chosen.deed, chosen.username))
    return 0


def _list(chosen: argparse.Namespace) -> int:
    with _opened(chosen.data):
        from heli.hall.staff import list_staff

        accounts = list_staff()
        document = json.dumps(as_document(accounts), ensure_ascii=False, indent=2)
        print(document if chosen.json else table(accounts))
    return 0
