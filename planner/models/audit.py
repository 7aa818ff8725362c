"""Who saw or took what of a student, and when: written once, and never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planner.models.organisations import Organisation


class AppendOnly(TypeError):
    """Somebody tried to change what was written down for good."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnly("Entries of the audit log are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnly("Entries of the audit log go only with the student's account.")


class AuditEntry(models.Model):
    """One look at a student's data, or one file of it.

    Triggers of the database refuse to change what an entry says (migration 0013); only
    the reference to an account that was deleted is emptied, `actor_name` stays.
    """

    class Action(models.TextChoices):
        LISTED = "listed", _("saw you in the list of students")
        VIEWED = "viewed", _("looked at your roadmap")
        EXPORTED = "exported", _("took along a file of your roadmap")
        ORDERED = "ordered", _("ordered a file in which you are")
        DOWNLOADED = "downloaded", _("took along a file in which you are")

    at = models.DateTimeField(_("at"))
    day = models.DateField(_("day"))
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField(_("who"), max_length=254)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="audit_entries"
    )
    action = models.CharField(_("did what"), max_length=10, choices=Action.choices)
    detail = models.CharField(_("what exactly"), max_length=500, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["student", "-at"], name="audit_of_a_student")]
        constraints = [
            # Looking through a list again and again on one day is told once.
            models.UniqueConstraint(
                fields=["organisation", "actor", "student", "day"],
                condition=Q(action="listed"),
                name="listed_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly("Entries of the audit log are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Entries of the audit log go only with the student's account.")
