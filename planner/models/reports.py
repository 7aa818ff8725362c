"""What the public reports: figures that look wrong, and what became of each report."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models.catalogue import Figure, Role

DAYS_KEPT = 90  # that an e-mail address stays after its report was handled


class FigureReportQuerySet(models.QuerySet["FigureReport"]):
    def handled(self) -> Self:
        """Keep those that an editor has decided."""
        return self.filter(
            state__in=[FigureReport.State.CORRECTED, FigureReport.State.NOT_WRONG]
        )

    def forget_addresses(self, now: datetime) -> int:
        """Blank the e-mail addresses of reports handled long ago; return how many."""
        long_ago = now - timedelta(days=DAYS_KEPT)
        old = self.handled().filter(handled_at__lt=long_ago).exclude(email="")
        return old.update(email="")


class FigureReport(models.Model):
    """Somebody says that something on a page is wrong."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        LOOKED_AT = "looked-at", _("looked at")
        CORRECTED = "corrected", _("corrected")
        NOT_WRONG = "not-wrong", _("not wrong")

    page = models.CharField(_("page"), max_length=300)
    role = models.ForeignKey(
        Role,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("career"),
    )
    figure = models.ForeignKey(
        Figure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("figure"),
    )
    # As they were named then: what is reported may be deleted before it is read.
    about = models.CharField(_("about"), max_length=300, blank=True)
    catalogue_version = models.CharField(
        _("catalogue version"), max_length=40, blank=True
    )
    wrong = models.TextField(_("what is wrong"), max_length=2000)
    right = models.CharField(_("what it should be"), max_length=500, blank=True)
    says_so = models.CharField(_("where it says so"), max_length=500, blank=True)
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Only to answer; forgotten 90 days after the report is handled."),
    )
    reported_at = models.DateTimeField(_("reported at"), auto_now_add=True)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.NEW
    )
    note = models.TextField(
        _("note"),
        blank=True,
        help_text=_("What was found, and what was answered."),
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)

    objects = FigureReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("report of a wrong figure")
        verbose_name_plural = _("reports of wrong figures")

    def __str__(self) -> str:
        return f"{self.about or self.page}: {self.wrong[:80]}"
