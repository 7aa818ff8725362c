"""Organisations: who works in them, whom they invited, and who consented to what."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from planner.models.people import User
from planner.models.roadmaps import Roadmap
from planner.models.sharing import Lead


class Organisation(models.Model):
    """A college, an agency, a company: whoever has advisors for students."""

    code = models.UUIDField(_("code"), default=uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("As students know it.")
    )
    about = models.TextField(
        _("about"),
        max_length=1_000,
        blank=True,
        help_text=_("Students read this before they let the organisation see a plan."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("planner:organisation", args=[self.code])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> Self:
        return self.filter(left_at=None, user__is_active=True)

    def advisors(self) -> Self:
        return self.filter(role=Membership.Role.ADVISOR)

    def leads(self) -> Self:
        return self.filter(role=Membership.Role.LEAD)


class Membership(models.Model):
    """Somebody's work in an organisation. Who is both advisor and lead has two."""

    class Role(models.TextChoices):
        ADVISOR = "advisor", _("Advisor")
        LEAD = "lead", _("Lead")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships"
    )
    role = models.CharField(
        _("role"),
        max_length=7,
        choices=Role.choices,
        help_text=_("Advisors see students’ plans; leads manage members, see none."),
    )
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    # All that its person is in the organisation, where a page has looked it up.
    roles: frozenset[str] = frozenset()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "role"],
                condition=Q(left_at=None),
                name="one_membership_a_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    @property
    def is_lead(self) -> bool:
        return self.Role.LEAD in self.roles or self.role == self.Role.LEAD

    @property
    def is_advisor(self) -> bool:
        return self.Role.ADVISOR in self.roles or self.role == self.Role.ADVISOR


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def in_force(self, now: datetime) -> Self:
        """Those that can still be accepted; one of an address only once."""
        return self.filter(
            Q(email="") | Q(answered_at=None), expires_at__gt=now, revoked_at=None
        )


class Invitation(Lead):
    """A link by which somebody joins: as a student who consents, or as a member.

    One without an address is for many people; one with an address is mailed to it and
    is answered once.
    """

    class Kind(models.TextChoices):
        STUDENT = "student", _("Student")
        ADVISOR = "advisor", _("Advisor")
        LEAD = "lead", _("Lead")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations"
    )
    kind = models.CharField(_("invites as"), max_length=7, choices=Kind.choices)
    email = models.EmailField(_("e-mail address"), blank=True)
    message = models.TextField(_("message"), max_length=1_000, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.email or str(self.code)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> Self:
        return self.filter(withdrawn_at=None, student__is_active=True)

    def of(self, student: User) -> Self:
        return self.filter(student=student)


class Consent(models.Model):
    """That a student lets an organisation see one roadmap, until they withdraw it.

    It is what stands in the roster, so how the roadmap is reviewed is kept here too.
    Who consents again after withdrawing gets a new one.
    """

    class Review(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        CHANGES = "changes", _("Changes asked")
        APPROVED = "approved", _("Approved")

    code = models.UUIDField(_("code"), default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="consents"
    )
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents"
    )
    roadmap = models.ForeignKey(
        Roadmap,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("the roadmap that is shown"),
    )
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned advisor"),
    )
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    review = models.CharField(
        _("review"), max_length=9, choices=Review.choices, default=Review.DRAFT
    )
    reviewed_at = models.DateTimeField(_("review changed at"), null=True, blank=True)
    # Of the roadmap, when it was submitted or approved: it may have changed since.
    reviewed_revision = models.PositiveIntegerField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "student"],
                condition=Q(withdrawn_at=None),
                name="one_consent_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.student_id} → {self.organisation_id}"

    @property
    def has_changed_since(self) -> bool:
        """Whether the roadmap was changed after it was submitted or approved."""
        return (
            self.reviewed_revision is not None
            and self.roadmap is not None
            and self.roadmap.revision != self.reviewed_revision
        )


class SavedView(models.Model):
    """A way to look at the roster that an advisor wants to come back to."""

    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("query"), max_length=2_000)  # of the roster's address

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "name"], name="one_saved_view_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
