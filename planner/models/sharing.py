"""What leads others to a roadmap: links that are shared, and calendar addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planner.models.roadmaps import Roadmap

SEPARATOR = "."  # a link reads well with it, and wraps nowhere


class Lead(models.Model):
    """An address that nobody can guess: its code, signed with the site's secret.

    The database alone does not give it away, and its owner can be shown it again.
    """

    code = models.UUIDField(_("code"), default=uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def signer(cls) -> Signer:
        return Signer(salt=f"planner.{cls._meta.model_name}", sep=SEPARATOR)

    @property
    def token(self) -> str:
        return self.signer().sign(self.code.hex)

    @classmethod
    def code_in(cls, token: str) -> UUID | None:
        """Return the code that a token is signed for, or None if it is no token."""
        try:
            return UUID(cls.signer().unsign(token))
        except (BadSignature, ValueError):
            return None


class ShareQuerySet(models.QuerySet["Share"]):
    def in_force(self, now: datetime) -> Self:
        return self.filter(Q(expires_at__gt=now), revoked_at=None)


class Share(Lead):
    """A read-only link to a roadmap, until a day, or until it is revoked."""

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="shares")
    expires_at = models.DateTimeField(_("expires at"))
    with_name = models.BooleanField(_("with the owner’s name"), default=False)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.roadmap_id}: {self.expires_at:%Y-%m-%d}"


class CalendarAddress(Lead):
    """An address from which a calendar fetches a roadmap, again and again."""

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="calendars")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap"],
                condition=Q(revoked_at=None),
                name="one_calendar_address_a_roadmap",
            )
        ]

    def __str__(self) -> str:
        return f"{self.roadmap_id}: {self.created_at:%Y-%m-%d}"
