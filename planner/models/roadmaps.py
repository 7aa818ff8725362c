"""What students keep: roadmaps, every change of them, and the plans they stand on."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from planner.models.people import User
from planner.models.versions import CatalogueVersion

LONGEST_NAME = 120


class RoadmapQuerySet(models.QuerySet["Roadmap"]):
    def of(self, owner: User) -> Self:
        return self.filter(owner=owner)

    def in_use(self) -> Self:
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)

    def as_they_stand(self) -> Self:
        """Fetch what a roadmap's page needs with it, in the same query."""
        return self.select_related("current__plan__version").defer(
            "current__plan__version__document"
        )


class Roadmap(models.Model):
    """A plan that somebody keeps and comes back to.

    How it stands is said by `current`, one of its changes. Every save counts
    `revision` up and names the one that it was made on, so that of two saves made on
    the same page only one succeeds.
    """

    code = models.UUIDField(_("code"), default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="roadmaps",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"))
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    current = models.ForeignKey(
        "RoadmapChange",
        models.RESTRICT,  # only ever deleted with the roadmap
        null=True,
        related_name="+",
        verbose_name=_("current state"),
    )

    objects = RoadmapQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("roadmap")
        verbose_name_plural = _("roadmaps")
        # People's plans are none of the desk's business.
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("planner:roadmap", args=[self.code])


class KeptPlan(models.Model):
    """A plan as it was made once, with the answers that it was made from. Immutable."""

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="plans")
    version = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="+")
    background = models.JSONField(_("background document"))
    document = models.JSONField(_("plan document"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.roadmap_id}: {self.made_at:%Y-%m-%d}"


class RoadmapChange(models.Model):
    """A roadmap as it stood after one change. Immutable: undoing only leads back.

    `marks` says by the id of a step when it was really started and finished, or when
    its end is expected; `notes` what the student wrote to it.
    """

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField(_("revision"))
    parent = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        related_name="children",
        verbose_name=_("made on"),
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    what = models.TextField(_("what was changed"))
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    plan = models.ForeignKey(KeptPlan, models.RESTRICT, related_name="+")
    marks = models.JSONField(_("marks"), default=dict)
    notes = models.JSONField(_("notes"), default=dict)

    class Meta:
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap", "number"], name="one_change_a_revision"
            )
        ]

    def __str__(self) -> str:
        return self.what
