"""The three people whom pages begin with, and on whom a change is tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from planner.engine.background import Background, Education, Experience
from planner.engine.facts import Catalogue


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody with a name to be told apart by, and what they bring."""

    name: str
    background: Background


def samples(career: str, today: date) -> list[Sample]:
    """Return a school leaver, a graduate and a working developer with one aim.

    They bring the same as the three examples of the home page.
    """
    return [
        Sample(
            "a school leaver",
            Background(
                career=career, start=date(today.year + 1, 8, 15), hours_per_week=20
            ),
        ),
        Sample(
            "a biology graduate",
            Background(
                career=career,
                start=today,
                education=(_bachelor("26.0101", today.year - 1),),
                skills={"python": "some"},
            ),
        ),
        Sample(
            "a working developer",
            Background(
                career=career,
                start=today,
                full_time_study=False,
                education=(_bachelor("11.0701", today.year - 4),),
                experience=(Experience(role="software-developer", months=36),),
                skills={"python": "solid", "git": "solid"},
            ),
        ),
    ]


def _bachelor(field: str, year: int) -> Education:
    # A year alone is taken to end with May, as in the form.
    return Education(level="bachelor", field=field, finished=date(year, 5, 31))


def known_to(background: Background, *catalogues: Catalogue) -> Background:
    """Leave out what one of the catalogues has no row for."""

    def is_known(thing_id: str) -> bool:
        return all(thing_id in catalogue for catalogue in catalogues)

    return replace(
        background,
        skills={
            slug: mastery
            for slug, mastery in background.skills.items()
            if is_known(f"skill:{slug}")
        },
        experience=tuple(
            held for held in background.experience if is_known(f"role:{held.role}")
        ),
        done=tuple(slug for slug in background.done if is_known(f"milestone:{slug}")),
        pins=tuple(
            pin
            for pin in background.pins
            if not pin.id.startswith(("degree:", "role:", "skill:", "milestone:"))
            or is_known(pin.id)
        ),
        not_needed=tuple(one for one in background.not_needed if is_known(one.id)),
    )
