"""What is stored of the hall: staff and their sessions, who came, tickets, outcomes, readings.

Sessions and attempts go by real time, all else by business time; moments are UTC.
"""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.cases.models import Case
from heli.channels.models import FakeReport
from heli.ground.audit.history import every_change, keeps_history
from heli.hall.permit_models import Permit as Permit  # of this room as well
from heli.hall.roles import StaffRole
from heli.hall.states import Result, TicketState
from heli.places.models import SERVICES, Office
from heli.vault.fields import SealedField

ROLES = [role.value for role in Role]


@keeps_history(
    *every_change(),
    pghistory.UpdateEvent("password", condition=pgtrigger.AnyChange("password")),
    fields=["username", "role", "office", "is_active", "initial_until"],
)
class Staff(models.Model):
    """Somebody who works at an office, or an operator of all of them.

    username: lower case. password: salted and hashed by Django's first hasher. initial_until: set
    while the password is one that somebody else gave; it opens only the setting up, until then.
    person: the blind index of their own document number, once they said it, so that nobody vouches
    for themselves.
    """

    username = models.CharField(max_length=64, unique=True)
    password = models.CharField(max_length=200)
    initial_until = models.DateTimeField(null=True)
    role = models.CharField(max_length=8)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True)
    is_active = models.BooleanField(default=True)
    person = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in StaffRole]),
                name="hall_staff_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(role=StaffRole.OPERATOR, office__isnull=True)
                | (~Q(role=StaffRole.OPERATOR) & Q(office__isnull=False)),
                name="hall_only_operators_have_no_office",
            ),
            models.CheckConstraint(
                condition=Q(username=Lower("username")),
                name="hall_username_is_lower_case",
            ),
        ]


class StaffSession(models.Model):
    """A session at the desk. token_hash: SHA-256 of the token, which is stored nowhere.

    address: where it was opened from. expires_at: not included, however busy it is. seen_at: when
    it was last used, to the minute. Real time.
    """

    token_hash = models.BinaryField(unique=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="sessions")
    address = models.CharField(max_length=45)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


@keeps_history(fields=["set_up_at"])
class SecondFactor(models.Model):
    """The secret that an account shares with an authenticator app (RFC 6238), once it was shown.

    secret_sealed: bound to this row. used_step: the last interval of 30 seconds whose code was
    accepted; a code of it or of an earlier one opens nothing any more.
    """

    staff = models.OneToOneField(
        Staff, on_delete=models.CASCADE, primary_key=True, related_name="second_factor"
    )
    secret_sealed = SealedField()
    used_step = models.BigIntegerField()
    set_up_at = models.DateTimeField()


class RecoveryCode(models.Model):
    """Opens an account once in place of a code, for who has lost the telephone.

    code_hash: SHA-256 of 80 random bits, which are stored nowhere.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "code_hash"], name="hall_one_recovery_code_per_hash"
            )
        ]


class WrongPassword(models.Model):
    """A password that did not open an account, whether or not there is such an account.

    username: what was typed, by its blind index, as hexadecimal digits. address: where it came
    from, by its blind index. at: real time. Rows are dropped when they no longer count.
    """

    username = models.CharField(max_length=64)
    address = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"], name="hall_wrong_passwords"),
            models.Index(fields=["address", "at"], name="hall_wrong_at_address"),
        ]


class WrongCode(models.Model):
    """A code that did not open an account whose password was right. address, at: as above."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, db_index=False)
    address = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "at"], name="hall_wrong_codes")]


class CheckIn(models.Model):
    """One of the people of a booking is at the office; appended, never rewritten.

    on: the service day, in Shanghai. by: who of the staff saw them; null for who checked in alone,
    by the hall's code.
    """

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="check_ins", db_index=False
    )
    role = models.CharField(max_length=9)
    on = models.DateField()
    checked_in_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="hall_check_in_role_is_known"),
            models.UniqueConstraint(
                fields=["booking", "role", "on"], name="hall_one_check_in_per_party_and_day"
            ),
        ]


class Ticket(models.Model):
    """A place in an office's queue of one day, for a booking that was checked in or a walk-in.

    on: the day, in Shanghai. number: counted from 1 each day. present: who of the two is there.
    case: the case a walk-in comes for. issued_by: null where the last of them checked in alone.
    window: where they were called to, as the office names it. called_by: null of old calls.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    service = models.CharField(max_length=32, choices=SERVICES)
    on = models.DateField()
    number = models.PositiveIntegerField()
    present = ArrayField(models.CharField(max_length=9))
    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, related_name="ticket"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="tickets")
    state = models.CharField(max_length=7)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    window = models.CharField(max_length=20, null=True)
    served_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "on", "number"], name="hall_one_ticket_per_number"
            ),
            models.CheckConstraint(
                condition=Q(present__contained_by=ROLES, present__len__gte=1),
                name="hall_ticket_has_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.WAITING, called_at__isnull=True)
                | Q(state=TicketState.CALLED, called_at__isnull=False)
                | Q(state=TicketState.SERVED),
                name="hall_called_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.SERVED, served_at__isnull=False)
                | (~Q(state=TicketState.SERVED) & Q(served_at__isnull=True)),
                name="hall_served_has_a_moment",
            ),
        ]


class TicketParty(models.Model):
    """One of the people of a walk-in's ticket, as their card was read for the outcome.

    The sealed fields are bound to this row.
    """

    id = models.UUIDField(primary_key=True)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="parties", db_index=False
    )
    role = models.CharField(max_length=9)
    name_sealed = SealedField(spot_column="name")
    id_number_sealed = SealedField(spot_column="id_number")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="hall_ticket_role_is_known"),
            models.UniqueConstraint(
                fields=["ticket", "role"], name="hall_one_ticket_party_per_role"
            ),
        ]


class Outcome(models.Model):
    """What came of a visit, by a booking or by a walk-in's ticket; once for each.

    case: the case that was opened, with an accepted application. reason: as it was typed; it is
    emptied when its time is over.
    """

    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, related_name="outcome"
    )
    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, null=True, related_name="outcome"
    )
    result = models.CharField(max_length=9)
    reason = models.CharField(max_length=300, null=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="outcome")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=[result.value for result in Result]),
                name="hall_result_is_known",
            ),
            models.CheckConstraint(
                condition=Q(booking__isnull=True, ticket__isnull=False)
                | Q(booking__isnull=False, ticket__isnull=True),
                name="hall_outcome_is_of_one_visit",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at"], name="hall_outcome_with_reason", condition=Q(reason__isnull=False)
            )
        ]


class StaffReading(models.Model):
    """Sealed personal data was opened for a member of staff: appended, never rewritten.

    what: the deed for which it was opened. why: the reason that was given, where it was not part
    of the day's work (`heli.hall.reasons`). report: what somebody told of a fake, where one was
    opened by itself. at: business time; really_at: the real one.
    """

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT)
    what = models.CharField(max_length=20)
    why = models.CharField(max_length=200, null=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True)
    report = models.ForeignKey(FakeReport, on_delete=models.PROTECT, null=True, db_index=False)
    at = models.DateTimeField()
    really_at = models.DateTimeField()


class DeskCheck(models.Model):
    """A clerk saw somebody with their card, so that this person can go on by themselves.

    verification: the attempt in `identity`, which keeps name and number sealed until they are taken
    up. code: keyed digest of what opens it, once. wrong: how often it was opened with another
    number's end. at: business time; all else is real time. taken_at: when the person took it up.
    """

    verification = models.UUIDField(primary_key=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    code = models.BinaryField(unique=True)
    wrong = models.PositiveSmallIntegerField(default=0, db_default=0)
    at = models.DateTimeField()
    really_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["office", "-at"], name="hall_desk_checks_of_office")]
