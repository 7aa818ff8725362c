"""What people want to be reminded of, and what they were reminded of already."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReminderSettings(models.Model):
    """Which mails somebody wants; nobody who says nothing gets any."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders"
    )
    steps = models.BooleanField(_("A step that begins within two weeks"), default=False)
    terms = models.BooleanField(
        _("A term that begins within three months, to apply in time"), default=False
    )
    monthly = models.BooleanField(
        _("Once a month: what is to do, and what is late"), default=False
    )

    advice = models.BooleanField(
        _("When an advisor writes to my roadmap or reviews it, or I am named there"),
        default=False,
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)

    @staticmethod
    def signer() -> Signer:
        return Signer(salt="planner.reminders", sep=".")

    @property
    def token(self) -> str:
        """What the link in a mail proves: that the mail was for this person."""
        return self.signer().sign(str(self.user_id))

    @classmethod
    def of_token(cls, token: str) -> ReminderSettings | None:
        try:
            user_id = int(cls.signer().unsign(token))
        except (BadSignature, ValueError):
            return None
        return cls.objects.filter(user_id=user_id).first()


class SentReminder(models.Model):
    """A reminder that was sent, so that nobody gets it twice."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sent_reminders"
    )
    key = models.CharField(_("what it was about"), max_length=200)
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_reminder_each")
        ]

    def __str__(self) -> str:
        return self.key
