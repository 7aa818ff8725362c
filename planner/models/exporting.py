"""Files of many students, made in the background."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models.organisations import Consent, Organisation
from planner.models.people import User
from planner.models.roadmaps import Roadmap

KEPT = timedelta(days=1)


class BulkExportQuerySet(models.QuerySet["BulkExport"]):
    def of(self, person: User, organisation: Organisation) -> Self:
        """Those that somebody ordered in an organisation, without what is in them."""
        return self.filter(ordered_by=person, organisation=organisation).defer("body")

    def kept(self, now: datetime) -> Self:
        """Those that are not over: each is kept for a day after it was made."""
        last = now - KEPT
        return self.filter(models.Q(finished_at=None) | models.Q(finished_at__gt=last))

    def with_progress(self) -> Self:
        """Count for each its students in all, those who wait, and those left out."""
        states = BulkExportItem.State
        return self.annotate(
            in_all=models.Count("items"),
            waiting=models.Count("items", filter=models.Q(items__state=states.WAITING)),
            left_out=models.Count(
                "items", filter=models.Q(items__state=states.LEFT_OUT)
            ),
        )

    def to_make(self) -> Self:
        """Those that are neither ready nor over."""
        return self.filter(
            state__in=[BulkExport.State.WAITING, BulkExport.State.RUNNING]
        )

    def to_do(self, silent_since: datetime) -> Self:
        """Those that wait, and those whose worker has not been heard of since then."""
        states = BulkExport.State
        return self.filter(
            models.Q(state=states.WAITING)
            | models.Q(state=states.RUNNING, beat_at__lt=silent_since)
        )


class BulkExport(models.Model):
    """A file of many students that an advisor ordered: how far it is, and the result.

    A worker claims it by writing its name into `worker`, and says every few seconds
    that it is alive (`beat_at`). Every student is an item that is made once.
    """

    class Kind(models.TextChoices):
        XLSX = "xlsx", _("Excel workbook")
        CSV = "csv", _("CSV")
        ZIP = "zip", _("ZIP of PDFs and calendars")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("ready")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    code = models.UUIDField(_("code"), default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="bulk_exports"
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    columns = models.JSONField(_("columns"), default=list)
    ordered_at = models.DateTimeField(_("ordered at"))
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.WAITING
    )
    worker = models.CharField(_("worker"), max_length=100, blank=True)
    beat_at = models.DateTimeField(_("worker heard of at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    # Of how many students it is. If fewer of them may be seen, it is made once more.
    students = models.PositiveIntegerField(_("students in it"), default=0)
    # A workbook is one piece; the other kinds are put together as they are sent.
    body = models.BinaryField(_("workbook"), null=True)

    objects = BulkExportQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.kind}"


class BulkExportItemQuerySet(models.QuerySet["BulkExportItem"]):
    def that_wait(self) -> Self:
        return self.filter(state=BulkExportItem.State.WAITING)

    def to_see(self) -> Self:
        """Those that are made, of students who still let that roadmap be seen."""
        same = models.Q(roadmap=models.F("consent__roadmap"))
        none = models.Q(roadmap=None, consent__roadmap=None)
        return self.filter(
            same | none,
            state=BulkExportItem.State.MADE,
            consent__withdrawn_at=None,
            consent__student__is_active=True,
        )


class BulkExportItem(models.Model):
    """What one student adds to a file. It is emptied when the consent is withdrawn."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        MADE = "made", _("made")
        LEFT_OUT = "left-out", _("left out")

    export = models.ForeignKey(BulkExport, models.CASCADE, related_name="items")
    consent = models.ForeignKey(Consent, models.CASCADE, related_name="+")
    place = models.PositiveIntegerField(_("place in the file"))
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.WAITING
    )
    # Who deletes the roadmap that it was made of, or shows another, takes it away too.
    roadmap = models.ForeignKey(Roadmap, models.CASCADE, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(_("times begun"), default=0)
    name = models.CharField(_("name of the files"), max_length=200, blank=True)
    pdf = models.BinaryField(_("PDF"), null=True)
    calendar = models.BinaryField(_("calendar"), null=True)
    rows = models.JSONField(_("rows of the table"), null=True)

    objects = BulkExportItemQuerySet.as_manager()

    class Meta:
        ordering = ["export", "place"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["export", "place"], name="one_item_a_place"
            ),
            models.UniqueConstraint(
                fields=["export", "consent"], name="one_item_a_student"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.export_id}: {self.place}"
