"""Small catalogues in the database, that say only what a test is about."""

from __future__ import annotations

from itertools import count
from typing import Any

from planner.models import (
    Alternative,
    Degree,
    FieldOfStudy,
    Milestone,
    Mode,
    Requirement,
    Role,
    Skill,
    Source,
    Teaching,
)

_numbers = count(1)


def source(slug: str = "survey", **more: Any) -> Source:
    """Return a source of this name, made if it is not there."""
    defaults = {
        "title": "A survey",
        "publisher": "An office",
        "url": "https://example.org/survey",
        "as_of": "May 2025",
        "licence": "public domain",
    }
    return Source.objects.get_or_create(slug=slug, defaults=defaults | more)[0]


def skill(slug: str, *, hours: int | None = 100, **more: Any) -> Skill:
    """Return a skill that takes hours of self-study; None makes it without a mode."""
    row = Skill.objects.create(slug=slug, title=more.pop("title", slug.title()), **more)
    if hours is not None:
        mode(skill=row, low=hours, likely=hours, high=hours, unit="hours")
    return row


def milestone(slug: str, *, weeks: int | None = 8, **more: Any) -> Milestone:
    """Return a milestone of some weeks, at ten hours each; None gives it no mode."""
    title = more.pop("title", slug.replace("-", " ").title())
    row = Milestone.objects.create(slug=slug, title=title, **more)
    if weeks is not None:
        mode(
            milestone=row,
            low=weeks,
            likely=weeks,
            high=weeks,
            unit="weeks",
            hours_per_week=10,
        )
    return row


def degree(slug: str, *, level: str = "bachelor", **more: Any) -> Degree:
    """Return a degree of four years, in computer science unless told otherwise."""
    field, _ = FieldOfStudy.objects.get_or_create(
        code=more.pop("code", "11.0701"), defaults={"title": "Computer Science"}
    )
    title = more.pop("title", slug.replace("-", " ").title())
    row = Degree.objects.create(
        slug=slug, title=title, level=level, field=field, starts="term", **more
    )
    mode(
        degree=row,
        low=4,
        likely=4,
        high=6,
        unit="years",
        hours_per_week=40,
        is_main=True,
        is_academic=True,
    )
    return row


def role(slug: str, *, is_career: bool = True, **more: Any) -> Role:
    """Return a role that one can plan for."""
    title = more.pop("title", slug.replace("-", " ").title())
    return Role.objects.create(slug=slug, title=title, is_career=is_career, **more)


def mode(**more: Any) -> Mode:
    """Return a mode; its owner and its times are for the caller to say."""
    more.setdefault("key", f"mode-{next(_numbers)}")
    more.setdefault("name", "full-time")
    return Mode.objects.create(source=source(), **more)


def requires(owner: Any, *things: Any, text: str = "", **more: Any) -> Requirement:
    """Return a requirement that any one of the things meets (text: any of a level)."""
    row = Requirement.objects.create(
        **{kind(owner): owner},
        key=f"requirement-{next(_numbers):04}",
        text=text or " or ".join(str(thing) for thing in things) or "something",
        source=source(),
        **more,
    )
    for thing in things:
        meets(row, thing)
    return row


def meets(requirement: Requirement, thing: Any, **more: Any) -> Alternative:
    """Return one more alternative of a requirement."""
    if isinstance(thing, Role):
        more = {"months_low": 12, "months_likely": 18, "months_high": 24} | more
    named = {"level": thing} if isinstance(thing, str) else {kind(thing): thing}
    return Alternative.objects.create(
        requirement=requirement, key=f"alternative-{next(_numbers):04}", **named, **more
    )


def teaches(owner: Any, taught: Skill, *, is_full: bool = True) -> Teaching:
    """Return the fact that something teaches a skill."""
    return Teaching.objects.create(
        **{kind(owner): owner},
        skill=taught,
        is_full=is_full,
        key=f"teaching-{next(_numbers):04}",
        source=source(),
    )


def kind(thing: Any) -> str:
    """Return the name of the foreign key that points to a thing."""
    return str(thing._meta.model_name)


def small_catalogue() -> Role:
    """Fill the database with one career: a degree, a skill and a job search."""
    search = milestone("job-search", nature="search")
    career = role("software-developer", search=search)
    requires(career, degree("bachelor-computer-science"))
    requires(career, skill("python"))
    return career
