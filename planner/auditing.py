"""Writing down who sees or takes what of students, before they get any of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from planner.models import AuditEntry, Consent, Membership, User

Action = AuditEntry.Action


def note(
    member: Membership,
    consents: Iterable[Consent],
    action: AuditEntry.Action,
    now: datetime,
    detail: str = "",
) -> None:
    """Write into the audit log that a member does this with each student's data.

    Takes one query for any number of students. Call it before the answer is made.
    """
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                at=now,
                day=timezone.localdate(now),
                organisation=member.organisation,
                actor=member.user,
                actor_name=person_name(member.user),
                student_id=consent.student_id,
                action=action,
                detail=detail,
            )
            for consent in consents
        ],
        # Having been listed is told once a day.
        ignore_conflicts=action == Action.LISTED,
    )


def person_name(person: User) -> str:
    """Return what somebody is called: their name, or else their address."""
    return person.get_full_name() or person.email or person.get_username()
