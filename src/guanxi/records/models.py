"""What every record has, and the one verb that stands in front of every read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.access.calc import Actor, Sharing, Verb, scope
from guanxi.access.models import ChangeSet, Team
from guanxi.conditions.context import Context
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.schema import Field, FieldType, Schema

R = TypeVar("R", bound="Record")


class RecordQuerySet(models.QuerySet[R]):
    """Rows of a record type. Pages, API and jobs read through `visible_to` or `changeable_by` only."""

    def alive(self) -> Self:
        """Rows that were not deleted, nor the record they belong to."""
        root = self.model.scope_root.replace(".", "__")
        kept = self.filter(deleted_in=None)
        return kept.filter(**{f"{root}__deleted_in": None}) if root else kept

    def allowed(self, actor: Actor, verb: Verb) -> Self:
        """Living rows on which the actor may do `verb`."""
        condition = scope(actor, verb, self.model.sharing, root=self.model.scope_root)
        context = Context(now=datetime.now(UTC), zone=actor.zone)
        return self.alive().filter(to_q(condition, self.model.scope_schema(), context))

    def visible_to(self, actor: Actor) -> Self:
        """Living rows the actor may see."""
        return self.allowed(actor, Verb.VIEW)

    def changeable_by(self, actor: Actor) -> Self:
        """Living rows the actor may change."""
        return self.allowed(actor, Verb.CHANGE)


class Record(models.Model):
    """A row that people keep: versioned, with the change sets that made and removed it."""

    sharing: ClassVar[Sharing] = Sharing.INHERITED
    scope_root: ClassVar[str] = ""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    created_in = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    deleted_in = models.ForeignKey(
        ChangeSet,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,  # nearly every row has none: an index would only lead planners astray
    )
    custom = models.JSONField(default=dict, blank=True, editable=False)

    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def scope_schema(cls) -> Schema:
        """The two fields that scopes speak of, and where they are found from here."""
        dotted = f"{cls.scope_root}." if cls.scope_root else ""
        path = f"{cls.scope_root.replace('.', '__')}__" if cls.scope_root else ""
        names = ("owner", "team")
        fields = {
            f"{dotted}{name}": Field(
                name=f"{dotted}{name}", type=FieldType.REFERENCE, column=f"{path}{name}_id", nullable=True
            )
            for name in names
        }
        return Schema(name=cls.__name__, fields=fields)


class OwnedRecord(Record):
    """A record that someone answers for. Its model indexes owner and team with `id` behind, for scopes and lists."""

    sharing = Sharing.OWNED

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        abstract = True


class SavedView(models.Model):
    """A list as somebody likes it, under a name; `layout` holds grouping, totals, shape and widths of columns."""

    record_type = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=100)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    shared = models.BooleanField(_("shared with the team"), default=False)
    is_default = models.BooleanField(_("opens first"), default=False)
    where = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    order = models.CharField(max_length=200, blank=True)
    layout = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "record_type", "name"], name="one_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class ListHabit(models.Model):
    """How somebody has the columns of a list, or of a saved view of it: which, in which order, how wide (pixels)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    record_type = models.CharField(max_length=40)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, null=True, related_name="habits")
    columns = models.JSONField(default=list)
    widths = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "record_type"],
                condition=models.Q(view__isnull=True),
                name="one_habit_a_list",
            ),
            models.UniqueConstraint(
                fields=["owner", "record_type", "view"],
                condition=models.Q(view__isnull=False),
                name="one_habit_a_view",
            ),
        ]

    def __str__(self) -> str:
        return self.record_type


class FieldsVersion(models.Model):
    """Which fields that come at run time stand: a single row, its token another after every change of any of them."""

    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.token


class CustomField(models.Model):
    """A field that a team has defined for a record type.

    `definition` is a `custom.definition.Definition` as JSON. One that was removed keeps its name, and records keep its
    values: undo brings both back.
    """

    record_type = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    definition = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_type", "name"], name="one_custom_field_a_name")
        ]

    def __str__(self) -> str:
        return str(self.definition.get("label", self.name))
