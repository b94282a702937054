"""No field of any model holds something personal in the clear, unless a reason is written here."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from heli.vault.fields import SealedField

# A word of a field's name that may stand for something of a person.
WORDS = (
    "address answer applicant asker birth birthday born by card comment contact context "
    "details email facts id_number ip key mail mobile name named note number openid owner "
    "partner password payload person phone proof reason remark secret sex spouse surname "
    "telephone text token told unionid user username value why "
)
PERSONAL = frozenset(WORDS.split())
FREE = (models.CharField, models.TextField, models.JSONField, models.BinaryField, ArrayField)

BLIND = "a blind index"
DIGEST = "a digest of a random value or of what is public"
# Bytes that are not sealed, by the field's name, since a name means the same everywhere.
BYTES = {
    "address": BLIND,
    "asker": BLIND,
    "by": BLIND,
    "certificate_mark": BLIND,
    "named": BLIND,
    "openid": BLIND,
    "person": BLIND,
    "subject": BLIND,
    "unionid": BLIND,
    "code": "a keyed digest of a code, for minutes",
    "code_hash": DIGEST,
    "digest": "a keyed digest of a code, with whom it was sent for",
    "hash": DIGEST,
    "key": "a keyed digest of what makes a push the same",
    "mark": "a digest made with a key, of a text that is no secret",
    "request_digest": "a keyed digest",
    "rules_digest": DIGEST,
    "ticket": DIGEST,
    "token_hash": DIGEST,
}

OFFICIAL = "of an office or an official channel, and published"
CODED = "codes, times and counts; what people write does not get there"
STAFF = "a member of staff, who is named where they act in office"
ALLOWED = {
    "bookings.BookingEvent.by": "a role",
    "bookings.BookingEvent.details": CODED,
    "bookings.Booking.idempotency_key": "random, the client's own; the API's page says so",
    "bookings.Proposal.asked_by": "a role",
    "cases.Case.certificate_number": "the number of a paper, until its people are forgotten",
    "cases.Case.refusal_reason": "the ground of a decision, until its people are forgotten",
    "cases.CaseEvent.by": "a role",
    "cases.CaseEvent.details": CODED,
    "cases.ApplicationPlan.days": CODED,
    "channels.ChannelEntry.checked_by": STAFF,
    "channels.ChannelEntry.name": OFFICIAL,
    "channels.ChannelEntry.note": OFFICIAL,
    "channels.FakeReport.decided_by": STAFF,
    "channels.Warning.name": "of a fake, published by an operator",
    "channels.Warning.proof": "published by an operator",
    "channels.Warning.proof_url": "published by an operator",
    "channels.Warning.published_by": STAFF,
    "channels.Warning.withdrawn_by": STAFF,
    "ground.AuditEntry.facts": CODED,
    "ground.AuditEntry.reason": "given by staff, for the record",
    "ground.OutboxEvent.heard_by": "names of listeners",
    "ground.OutboxEvent.payload": CODED,
    "hall.Outcome.reason": "the ground of a decision, for half a year",
    "hall.Permit.why": CODED,
    "hall.Staff.password": "salted and hashed by Django",
    "hall.Staff.username": STAFF,
    "hall.StaffReading.why": "given by staff, for the record",
    "hall.StaffSession.address": "of a machine at the office, until the session ends",
    "hall.WrongPassword.username": STAFF,
    "identity.FaceIdCheck.biz_token": "the vendor's handle of a check, of no use without its key",
    "identity.Verification.reason": CODED,
    "keeping.DataConsent.text_version": "which text was shown",
    "notices.Notice.facts": CODED,
    "notices.Sending.reason": CODED,
    "places.Closure.reason": OFFICIAL,
    "places.ExtraDay.reason": OFFICIAL,
    "places.Office.address": OFFICIAL,
    "places.Office.hours_text": OFFICIAL,
    "places.Office.name": OFFICIAL,
    "places.Office.phone": OFFICIAL,
    "places.Policy.real_name_checks": "names of methods, by which an office accepts proofs",
    "places.Region.name": OFFICIAL,
}
HISTORY_CONTEXT = {"pgh_context"}  # who, and by which request: the middleware's own words


def fields_of(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.local_concrete_fields)


def tracked(model: type[models.Model]) -> type[models.Model]:
    """The model whose rows a table of histories follows, or the model itself."""
    return getattr(model, "pgh_tracked_model", None) or model


def looks_personal(field: models.Field) -> bool:
    words = set(field.name.split("_")) | {field.name}
    is_free = isinstance(field, FREE) and not field.choices
    is_birthday = isinstance(field, models.DateField) and bool(
        words & {"birth", "birthday", "born"}
    )
    return is_birthday or (
        is_free and bool(words & PERSONAL or isinstance(field, models.JSONField))
    )


def fault_of(model: type[models.Model], field: models.Field) -> str | None:
    label = f"{tracked(model)._meta.label}.{field.name}"
    if isinstance(field, SealedField) or field.name.endswith("_sealed"):
        is_right = isinstance(field, SealedField) and field.name.endswith("_sealed")
        is_own = tracked(model) is model
        return (
            None if is_right and is_own else f"{label}: sealed fields are SealedField, in one row"
        )
    if isinstance(field, models.BinaryField):
        return None if field.name in BYTES else f"{label}: bytes that are neither sealed nor known"
    if looks_personal(field) and label not in ALLOWED and field.name not in HISTORY_CONTEXT:
        return f"{label}: seal it (heli.vault.fields), index it blindly, or say here why not"
    return None


HELIS = [model for model in apps.get_models() if model.__module__.startswith("heli.")]


class TestEveryModel:
    def test_what_looks_personal_is_sealed_or_a_blind_index_or_allowed_with_a_reason(self):
        faults = [
            fault
            for model in HELIS
            for field in fields_of(model)
            if (fault := fault_of(model, field))
        ]
        assert not faults, "\n".join(["", *faults])

    def test_nothing_is_allowed_that_is_no_longer_there(self):
        there = {
            f"{model._meta.label}.{field.name}" for model in HELIS for field in fields_of(model)
        }
        assert set(ALLOWED) <= there


class TestTheLookItself:
    @pytest.mark.parametrize(
        ("name", "field"),
        [
            ("phone", models.CharField(max_length=20)),
            ("spouse_name", models.TextField()),
            ("answers", models.JSONField()),
            ("photo", models.BinaryField()),
            ("born_on", models.DateField()),
            ("id_number_sealed", models.BinaryField()),
            ("address", SealedField()),
        ],
    )
    def test_it_finds(self, name, field):
        field.set_attributes_from_name(name)
        assert fault_of(HELIS[0], field)

    @pytest.mark.parametrize(
        ("name", "field"),
        [
            ("address_sealed", SealedField()),
            ("person", models.BinaryField()),
            ("state", models.CharField(max_length=9)),
            ("asked_at", models.DateTimeField()),
        ],
    )
    def test_it_lets_pass(self, name, field):
        field.set_attributes_from_name(name)
        assert fault_of(HELIS[0], field) is None
