"""Saves one roadmap again and again, as one of several processes that do.

    python -m tests.saving keep          prints the code of a new roadmap
    python -m tests.saving save CODE N   saves until N saves were acknowledged

For tests/test_many_saves.py, on the database of DATABASE_URL.
"""

import os
import sys
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careerpath.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.utils import timezone  # noqa: E402

from planner import keeping  # noqa: E402
from planner.engine.background import Background, Mark  # noqa: E402
from planner.models import Roadmap, User  # noqa: E402
from planner.queries import published  # noqa: E402
from tests.web.world import publish  # noqa: E402

STEP = "skill:python"


def keep() -> None:
    """Keep a roadmap on the small catalogue."""
    publish()
    owner = User.objects.create_user("ruth")
    background = Background(career="machine-learning-engineer", start=date(2027, 9, 6))
    roadmap = keeping.keep(
        owner, published(), background, name="One", now=timezone.now()
    )
    sys.stdout.write(str(roadmap.code))


def save(code: str, wanted: int) -> None:
    """Save until so many saves were acknowledged; a refused one is made anew."""
    acknowledged = refused = 0
    while acknowledged < wanted:
        roadmap = Roadmap.objects.as_they_stand().select_related("owner").get(code=code)
        standing = keeping.standing_of(roadmap)
        note = f"{os.getpid()} {acknowledged}"
        try:
            keeping.say(
                standing,
                STEP,
                Mark(),
                note,
                by=roadmap.owner,
                base=roadmap.revision,
                now=timezone.now(),
            )
        except keeping.Changed:
            refused += 1
        else:
            acknowledged += 1
            sys.stdout.write(note + "\n")
    sys.stderr.write(f"{refused} refused\n")


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        keep()
    else:
        save(sys.argv[2], int(sys.argv[3]))
