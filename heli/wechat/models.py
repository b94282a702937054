"""What is stored of WeChat: accounts, what they allowed, and what is shared between processes.

All moments are real time, UTC: this is about sessions, tokens and safety, not about anybody's day.
"""

from enum import StrEnum

import pghistory
from django.db import models
from django.db.models import Q

from heli.ground.audit.history import keeps_history
from heli.vault.fields import SealedField
from heli.wechat.kinds import AppKind, CredentialKind, HandoverKind, SceneKind, Word

TEMPLATE_ID_MAX = 64
TARGET_MAX = 64


def _one_of(column: str, words: type[StrEnum]) -> Q:
    return Q(**{f"{column}__in": [word.value for word in words]})


@keeps_history(  # of whose it is, and not that it is seen
    pghistory.UpdateEvent(), pghistory.DeleteEvent(), fields=["app", "bound_at"]
)
class Account(models.Model):
    """A WeChat account in one of our apps.

    openid: blind index; openid_sealed: what messages are sent to. unionid: blind index, the same in
    both apps where they are joined at WeChat, or null. person: the blind index of the document
    number of whose account it is, once somebody proved who they are and said that it is theirs.
    follows: whether it follows the official account; null where that is not known.
    """

    id = models.BigAutoField(primary_key=True)
    app = models.CharField(max_length=10)
    openid = models.BinaryField()
    openid_sealed = SealedField()
    unionid = models.BinaryField(null=True)
    person = models.BinaryField(null=True)
    bound_at = models.DateTimeField(null=True)
    follows = models.BooleanField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "openid"], name="wechat_account_once"),
            models.CheckConstraint(condition=_one_of("app", AppKind), name="wechat_account_app"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, bound_at__isnull=True)
                | Q(person__isnull=False, bound_at__isnull=False),
                name="wechat_account_bound_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], name="wechat_by_person", condition=Q(person__isnull=False)
            )
        ]


class Allowance(models.Model):
    """What the owner of an account said to messages of one template.

    left: how many messages they still allowed, each yes allows one more.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="allowances")
    template_id = models.CharField(max_length=TEMPLATE_ID_MAX)
    word = models.CharField(max_length=10)
    left = models.PositiveIntegerField(default=0)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "template_id"], name="wechat_allowance_once"
            ),
            models.CheckConstraint(condition=_one_of("word", Word), name="wechat_allowance_word"),
        ]


class Credential(models.Model):
    """A token or ticket of one of our apps, sealed, shared by all processes.

    expires_at: when WeChat will refuse it.
    """

    appid = models.CharField(max_length=32)
    kind = models.CharField(max_length=20)
    value_sealed = SealedField()
    fetched_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appid", "kind"], name="wechat_credential_once"),
            models.CheckConstraint(
                condition=_one_of("kind", CredentialKind), name="wechat_credential_kind"
            ),
        ]


class ReceivedPush(models.Model):
    """A message or event that was pushed to us. key: a digest of what makes it the same one."""

    key = models.BinaryField(primary_key=True)
    received_at = models.DateTimeField(db_index=True)


class Scene(models.Model):
    """What a QR code of the official account opens. id: what WeChat sends back when it is scanned.

    target: an office's id or a booking's code. expires_at: null for one that is printed.
    """

    id = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=10)
    target = models.CharField(max_length=TARGET_MAX)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_of("kind", SceneKind), name="wechat_scene_kind")
        ]


class Handover(models.Model):
    """A ticket with which somebody goes on elsewhere, once.

    ticket: digest of the ticket, which nobody can read back. payload_sealed: what goes along.
    """

    ticket = models.BinaryField(primary_key=True)
    kind = models.CharField(max_length=10)
    payload_sealed = SealedField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_one_of("kind", HandoverKind), name="wechat_handover_kind"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(payload_sealed__isnull=True),
                name="wechat_handover_emptied_when_used",
            ),
        ]


class FaceCheck(models.Model):
    """A face check that began at WeChat. verification: the attempt in `identity`, whose number is
    also the serial number WeChat knows it by. verify_id: WeChat's own."""

    verification = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    verify_id = models.CharField(max_length=256)
    expires_at = models.DateTimeField()
