"""People, teams, tokens, and the change sets that every write leaves."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.access.calc import Role


class RoleChoices(models.TextChoices):
    """Roles as people read them."""

    ADMINISTRATOR = Role.ADMINISTRATOR.value, _("Administrator")
    MANAGER = Role.MANAGER.value, _("Manager")
    MEMBER = Role.MEMBER.value, _("Member")
    VIEWER = Role.VIEWER.value, _("Viewer")


class Team(models.Model):
    """People who share their customers."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("team")

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in."""

    role = models.CharField(_("role"), max_length=20, choices=RoleChoices, default=RoleChoices.MEMBER)
    full_name = models.CharField(_("name"), max_length=100, blank=True)
    teams: models.ManyToManyField[Team, models.Model] = models.ManyToManyField(
        Team, related_name="members", blank=True
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.full_name or self.username


class ApiToken(models.Model):
    """A key for programs. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    read_only = models.BooleanField(_("read only"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ChangeVerb(models.TextChoices):
    """What a change set did."""

    CREATE = "create", _("Created")
    UPDATE = "update", _("Changed")
    DELETE = "delete", _("Deleted")
    BULK = "bulk", _("Changed in bulk")
    IMPORT = "import", _("Imported")
    PLACE = "place", _("Placed on the map")
    TIER = "tier", _("Tiers computed")
    MERGE = "merge", pgettext_lazy("done with records", "Merged")
    UNDO = "undo", _("Undone")


class ChangeSet(models.Model):
    """One write: who, when, why. What it was before is in its changes."""

    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=20, choices=ChangeVerb)
    why = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    undone_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undoes")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"#{self.pk} {self.verb}"


class ChangeAction(models.TextChoices):
    """What happened to the rows of a change."""

    CREATE = "create", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")
    RESTORE = "restore", _("restored")


class Change(models.Model):
    """A batch of rows of one type, changed in one way.

    `rows` maps a record's id to `{field: [before, after]}`; it is empty for rows that were created or deleted:
    those carry the change set themselves. `first_id` and `last_id` bound the ids, so that one record's history is
    found by index.
    """

    changeset = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    record_type = models.CharField(max_length=40)
    action = models.CharField(max_length=10, choices=ChangeAction)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    rows = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record_type", "first_id", "last_id"])]

    def __str__(self) -> str:
        return f"{self.action} {self.count} {self.record_type}"


class SavedAnswer(models.Model):
    """The answer to a POST that carried an `Idempotency-Key`, so that a repeat does nothing twice."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return self.key
