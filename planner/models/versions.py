"""Published versions of the catalogue: immutable documents that plans name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models.people import User


class CatalogueVersionQuerySet(models.QuerySet["CatalogueVersion"]):
    def current(self) -> CatalogueVersion | None:
        """Return the newest version without its document, in one small query."""
        return self.defer("document").order_by("-number").first()


class CatalogueVersion(models.Model):
    """The catalogue as it was published once. Never changed, never deleted by hand."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    # Not unique: who takes an edit back publishes the content of an older version.
    digest = models.CharField(_("SHA-256 of the document"), max_length=64)
    document = models.TextField(_("document (JSON)"))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)
    published_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = CatalogueVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        # Nobody adds, changes or deletes one by hand: these are all there is to do.
        default_permissions = ["view"]
        permissions = [
            ("publish_catalogueversion", "Can publish the catalogue"),
            ("revert_catalogueversion", "Can go back to a version of the catalogue"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.digest[:12]})"

    @property
    def name(self) -> str:
        """The name that plans carry: number and the digest's first 12 digits."""
        return f"{self.number}-{self.digest[:12]}"
