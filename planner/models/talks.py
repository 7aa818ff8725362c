"""What advisors and students say to each other about a roadmap, and what is noted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models.organisations import Consent
from planner.models.roadmaps import Roadmap
from planner.pages.steps import key_of

LONGEST_COMMENT = 5_000


class Comment(models.Model):
    """A remark to a roadmap or to a step of it, which student and advisors read.

    It may say how the review goes on (`review`), or suggest a change: `proposal` is
    then the query of the page that shows what it would move.
    """

    consent = models.ForeignKey(Consent, models.CASCADE, related_name="comments")
    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="comments")
    step = models.CharField(_("id of the step"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments"
    )
    made_at = models.DateTimeField(_("made at"))
    text = models.TextField(_("text"), max_length=LONGEST_COMMENT)
    mentioned = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="mentioned_in", blank=True
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    review = models.CharField(
        _("review"), max_length=9, choices=Consent.Review.choices, blank=True
    )
    proposal = models.CharField(_("suggested change"), max_length=2_000, blank=True)
    proposed = models.TextField(_("suggested change in words"), blank=True)
    taken_at = models.DateTimeField(_("suggestion taken at"), null=True, blank=True)
    declined_at = models.DateTimeField(
        _("suggestion declined at"), null=True, blank=True
    )

    class Meta:
        ordering = ["made_at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def key(self) -> str:
        """What pages call the step."""
        return key_of(self.step)

    @property
    def is_open(self) -> bool:
        """Whether it suggests a change that was neither taken nor declined."""
        return bool(self.proposal) and not (self.taken_at or self.declined_at)


class AdvisorNote(models.Model):
    """What advisors note for themselves; the student sees that it exists, and gets it.

    It is in the student's download of everything that is kept.
    """

    consent = models.ForeignKey(Consent, models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    text = models.TextField(_("note"), max_length=LONGEST_COMMENT)

    class Meta:
        ordering = ["-made_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.consent_id}: {self.made_at:%Y-%m-%d}"


class ApprovedOverride(models.Model):
    """That an advisor agrees with a student’s reason why something is not needed."""

    consent = models.ForeignKey(
        Consent, models.CASCADE, related_name="approved_overrides"
    )
    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="+")
    thing = models.CharField(_("what is not needed"), max_length=200)
    because = models.TextField(_("reason"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "roadmap", "thing"], name="approved_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consent_id}: {self.thing}"
