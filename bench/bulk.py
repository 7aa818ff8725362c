"""How long a worker takes for a file of many students, and how much memory."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bench.scratch import scratch_site

if TYPE_CHECKING:
    from planner.models import Consent, Membership, Roadmap, User

ROADMAPS = 10  # that differ; to plan one for each student would take longest
COLUMNS = ["email", "career", "arrival", "stands", "title", "start", "finish", "why"]


@dataclass(frozen=True)
class Made:
    milliseconds: list[float]  # of each student
    seconds: float  # from the order to the file that is ready
    sent: float  # seconds in which it is read again
    bytes: int
    megabytes: float  # the peak of memory


def time_bulk(number: int, *kinds: str) -> dict[str, Made]:
    """Make and send a file of each kind of so many students on a scratch database."""
    with scratch_site():
        from django.core.management import call_command

        call_command("load_catalogue", verbosity=0)
        member, consents = consenting(number)
        return {kind: make(member, consents, kind) for kind in kinds}


def consenting(number: int) -> tuple[Membership, list[Consent]]:
    """Let so many students consent to an organisation; return its advisor, and them."""
    from django.utils import timezone

    from bench.kept import keep_roadmaps
    from planner.models import Consent, Membership, Organisation, Roadmap, User

    now = timezone.now()
    organisation = Organisation.objects.create(name="A large college")
    member = Membership.objects.create(
        organisation=organisation,
        user=User.objects.create_user("advisor"),
        role=Membership.Role.ADVISOR,
        joined_at=now,
    )
    owner = keep_roadmaps(min(ROADMAPS, number)).owner
    kept = list(Roadmap.objects.of(owner).as_they_stand())
    consents = []
    for count in range(number):
        student = User.objects.create_user(
            f"student {count}", f"s{count}@example.org", first_name=f"Student {count}"
        )
        consents.append(
            Consent(
                organisation=organisation,
                student=student,
                roadmap=_copy(kept[count % len(kept)], student),
                given_at=now,
            )
        )
    return member, Consent.objects.bulk_create(consents)


def _copy(roadmap: Roadmap, owner: User) -> Roadmap:
    from planner import keeping
    from planner.models import KeptPlan, Roadmap, RoadmapChange

    change = roadmap.current
    if change is None:
        raise ValueError("It was never planned.")
    copy = Roadmap.objects.create(
        owner=owner, name=f"The way of {owner}", changed_at=roadmap.changed_at
    )
    plan = change.plan
    copy.current = RoadmapChange.objects.create(
        roadmap=copy,
        number=0,
        made_at=change.made_at,
        what=change.what,
        name=copy.name,
        plan=KeptPlan.objects.create(
            roadmap=copy,
            version_id=plan.version_id,
            background=plan.background,
            document=plan.document,
            made_at=plan.made_at,
        ),
    )
    copy.save()
    keeping.write_standing_of(Roadmap.objects.as_they_stand().get(pk=copy.pk))
    return copy


def make(member: Membership, consents: list[Consent], kind: str) -> Made:
    """Order a file, be the worker that makes it, and read it as it is sent."""
    from django.db import reset_queries
    from django.utils import timezone

    from planner import bulk

    at: list[float] = []

    def goes_on() -> bool:
        reset_queries()  # as the worker does
        at.append(time.perf_counter())
        return True

    export = bulk.order(member, consents, kind, COLUMNS, timezone.now())
    began = time.perf_counter()
    bulk.work(bulk.Worker(goes_on=goes_on))
    seconds = time.perf_counter() - began
    export.refresh_from_db()
    if export.students != len(consents):
        raise ValueError(f"It holds {export.students} students.")
    began = time.perf_counter()
    pieces = bulk.archive(export) if kind == "zip" else bulk.lines(export)
    size = len(export.body) if export.body else sum(map(len, pieces))
    return Made(
        [(after - before) * 1000 for before, after in pairwise(at)],
        seconds,
        time.perf_counter() - began,
        size,
        _peak(),
    )


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
