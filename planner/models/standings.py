"""How roadmaps stand, in rows that a database can search, sort and count.

Everything here follows from a roadmap's plan and marks (`planner/standings.py`), is
written in the same transaction as they are, and can be made anew at any time.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models.roadmaps import Roadmap


class RoadmapStanding(models.Model):
    """How a roadmap stands, whatever the day is."""

    roadmap = models.OneToOneField(
        Roadmap, models.CASCADE, primary_key=True, related_name="standing"
    )
    career = models.CharField(_("slug of the career"), max_length=200)
    career_title = models.CharField(_("career"), max_length=200)
    arrival = models.DateField(_("arrival, as planned"), null=True)
    # Of the first step that is not done: its start, or its end once it has begun.
    next_step = models.CharField(_("id of the next step"), max_length=200, blank=True)
    next_title = models.CharField(_("next step"), max_length=300, blank=True)
    next_day = models.DateField(_("day of the next step"), null=True)
    is_under_way = models.BooleanField(_("a step is under way"), default=False)
    # Of the open step that is longest overdue; late is who passed it by a week.
    overdue_from = models.DateField(_("first day that was missed"), null=True)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps_planned = models.PositiveIntegerField(_("steps"), default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.roadmap_id}: {self.career_title}"


class StandingStep(models.Model):
    """A step of a roadmap as it stands; dates are half-open, as in the plan."""

    standing = models.ForeignKey(RoadmapStanding, models.CASCADE, related_name="steps")
    step = models.CharField(_("id of the step"), max_length=200)
    title = models.CharField(_("step"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20)  # degree, role, skill, milestone
    nature = models.CharField(_("nature"), max_length=20, blank=True)  # of a milestone
    start = models.DateField(_("start"))
    finish = models.DateField(_("end"))
    first_finish = models.DateField(_("end, as first planned"))
    started = models.DateField(_("really started"), null=True)
    finished = models.DateField(_("really done"), null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["standing", "step"], name="one_standing_a_step"
            )
        ]
        indexes = [models.Index(fields=["step"], name="standing_by_step")]

    def __str__(self) -> str:
        return f"{self.standing_id}: {self.step}"
