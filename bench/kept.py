"""How long it takes to say what a draft does to a thousand kept roadmaps."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.scratch import scratch_site

if TYPE_CHECKING:
    from planner.models import Roadmap

LATER = date(2027, 11, 1)  # when the draft is looked at


@dataclass(frozen=True)
class Told:
    seconds: float
    planned: int
    words: str
    megabytes: float  # the peak of memory


def time_effect(number: int) -> Told:
    """Keep so many roadmaps on a scratch database; plan them with a longer search."""
    with scratch_site():
        from django.core.management import call_command

        call_command("load_catalogue", verbosity=0)
        keep_roadmaps(number)
        return _told()


def _told() -> Told:
    from planner import reviewing
    from planner.models import Mode

    Mode.objects.filter(milestone__slug="job-search").update(likely=12, high=30)
    began = time.perf_counter()
    effect = reviewing.effect(LATER, most_careers=None)
    return Told(time.perf_counter() - began, effect.planned, effect.in_words, _peak())


def keep_roadmaps(number: int) -> Roadmap:
    """Keep so many roadmaps that differ, for one owner; return the first of them."""
    from django.utils import timezone

    from planner import keeping, queries
    from planner.engine.background import Background
    from planner.models import Roadmap, User

    owner = User.objects.create_user(f"student of {number}")
    published = queries.published()
    for count in range(number):
        background = Background(
            career="machine-learning-engineer",
            start=date(2027, 8, 15) + timedelta(weeks=count % 11),
            hours_per_week=8 + count % 20,
        )
        keeping.keep(owner, published, background, name="Mine", now=timezone.now())
    return Roadmap.objects.select_related("owner").filter(owner=owner).earliest("pk")


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
