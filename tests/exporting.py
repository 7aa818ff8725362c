"""Orders files of many students, for workers that are processes of their own.

    python -m tests.exporting students N       makes N students, who consent
    python -m tests.exporting order KIND N     orders N files of all of them

For tests/test_killed_exports.py, on the database of DATABASE_URL.
"""

import os
import sys
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careerpath.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.utils import timezone  # noqa: E402

from planner import bulk, keeping  # noqa: E402
from planner.engine.background import Background  # noqa: E402
from planner.models import Consent, Membership  # noqa: E402
from planner.queries import published  # noqa: E402
from tests.web import people  # noqa: E402
from tests.web.world import publish  # noqa: E402

COLUMNS = ["email", "career", "title", "start"]


def students(number: int) -> None:
    """Let so many students consent to an organisation with one advisor."""
    publish()
    college = people.organisation()
    people.advisor(college, "anna")
    for place in range(1, number + 1):
        roadmap = keeping.keep(
            people.person(f"student-{place}", first_name=f"Student {place:03}"),
            published(),
            Background(
                career="machine-learning-engineer",
                start=date(2027, 9, 6) + timedelta(weeks=place % 7),
            ),
            name=f"The way of {place:03}",
            now=timezone.now(),
        )
        people.consent(college, roadmap)


def order(kind: str, number: int) -> None:
    """Order so many files of all students."""
    member = Membership.objects.select_related("organisation", "user").get()
    for _number in range(number):
        consents = Consent.objects.order_by("pk")
        bulk.order(member, consents, kind, COLUMNS, timezone.now())


if __name__ == "__main__":
    if sys.argv[1] == "students":
        students(int(sys.argv[2]))
    else:
        order(sys.argv[2], int(sys.argv[3]))
