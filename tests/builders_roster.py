"""An organisation with many students, as copies of a few roadmaps that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from planner.models import (
    Consent,
    Membership,
    Organisation,
    Roadmap,
    RoadmapStanding,
    StandingStep,
    User,
)

GIVEN = ("Amina", "Björn", "Chiara", "Dmitri", "Élodie", "Farid", "Grace", "Hiroshi")
FAMILY = ("Okafor", "Lindqvist", "Rossi", "Petrov", "Martin", "Haddad", "Nguyen")
REVIEWS = Consent.Review.values


def organisation(now: datetime, name: str = "A college") -> Membership:
    """Make an organisation with one advisor, and return who that is there."""
    made = Organisation.objects.create(name=name)
    user = User.objects.create_user(f"advisor of {name}", "advisor@example.org", "pw")
    return Membership.objects.create(
        organisation=made, user=user, role=Membership.Role.ADVISOR, joined_at=now
    )


def many_students(
    member: Membership, roadmaps: Sequence[Roadmap], number: int, now: datetime
) -> None:
    """Add so many students; their roadmaps stand like those, some weeks off.

    The copies have no plan of their own: they are there to be listed and counted.
    """
    begun = User.objects.count()
    students = User.objects.bulk_create(
        User(
            username=f"student-{begun + n}",
            email=f"student-{begun + n}@example.org",
            first_name=GIVEN[n % len(GIVEN)],
            last_name=FAMILY[n % len(FAMILY)],
        )
        for n in range(number)
    )
    copies = Roadmap.objects.bulk_create(
        Roadmap(owner=student, name="My way", changed_at=now - timedelta(days=n % 90))
        for n, student in enumerate(students)
    )
    standings, steps = [], []
    patterns = [
        (RoadmapStanding.objects.get(pk=roadmap.pk), list(_steps(roadmap)))
        for roadmap in roadmaps
    ]
    for n, copy in enumerate(copies):
        off = timedelta(weeks=n % 40 - 20)
        pattern, pattern_steps = patterns[n % len(patterns)]
        fields = _fields(pattern, "roadmap_id")
        for name in ("arrival", "next_day", "overdue_from"):
            fields[name] = fields[name] and fields[name] + off
        standings.append(RoadmapStanding(roadmap=copy, **fields))
        for step in pattern_steps:
            fields = _fields(step, "id", "standing_id")
            for name in ("start", "finish", "first_finish", "started", "finished"):
                fields[name] = fields[name] and fields[name] + off
            steps.append(StandingStep(standing_id=copy.pk, **fields))
    RoadmapStanding.objects.bulk_create(standings)
    StandingStep.objects.bulk_create(steps, batch_size=5_000)
    Consent.objects.bulk_create(
        Consent(
            organisation=member.organisation,
            student=student,
            roadmap=copy,
            given_at=now,
            review=REVIEWS[n % len(REVIEWS)],
            advisor=member.user if n % 3 else None,
        )
        for n, (student, copy) in enumerate(zip(students, copies, strict=True))
    )


def _steps(roadmap: Roadmap) -> QuerySet[StandingStep]:
    return StandingStep.objects.filter(standing_id=roadmap.pk).order_by("pk")


def _fields(row: RoadmapStanding | StandingStep, *but: str) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in but
    }
