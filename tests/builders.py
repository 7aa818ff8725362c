"""Small builders of facts and backgrounds, so that a test shows only its subject.

A need is written as the id of a thing ("skill:python"), as a level
("any bachelor"), as an `Alternative`, or as a whole `Requirement`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from planner.engine.background import Background, Education, Experience
from planner.engine.facts import (
    Alternative,
    Catalogue,
    Cost,
    Degree,
    Estimate,
    Milestone,
    Mode,
    Requirement,
    Role,
    Scope,
    Skill,
    Strength,
    Teaching,
    Thing,
    Unit,
    Window,
)

CAREER = "career"
COMPUTER_SCIENCE = "11.0701"
BIOLOGY = "26.0101"
DATA_SCIENCE = "30.7001"
STATISTICS = "27.0501"

Need = str | Alternative | Requirement

SUMMER = Window(from_month=6, from_day=1, to_month=8, to_day=31)


# Facts


def years(likely: float) -> Estimate:
    return exactly(likely, "years")


def months(likely: float) -> Estimate:
    return exactly(likely, "months")


def weeks(likely: float) -> Estimate:
    return exactly(likely, "weeks")


def hours(likely: float) -> Estimate:
    return exactly(likely, "hours")


def exactly(likely: float, unit: Unit) -> Estimate:
    return Estimate(low=likely, likely=likely, high=likely, unit=unit)


def full_time(
    takes: Estimate, *, academic: bool = False, cost: Cost | None = None
) -> Mode:
    """A mode that is the main occupation while it lasts."""
    return Mode(
        name="full-time",
        takes=takes,
        hours_per_week=40,
        is_main=True,
        is_academic=academic,
        cost=cost,
    )


def part_time(
    takes: Estimate,
    load: float = 5,
    *,
    academic: bool = False,
    cost: Cost | None = None,
) -> Mode:
    """A mode that takes hours a week out of the free hours."""
    return Mode(
        name="part-time",
        takes=takes,
        hours_per_week=load,
        is_academic=academic,
        cost=cost,
    )


def own_pace(effort: float, cost: Cost | None = None) -> Mode:
    """Effort in hours, at the student's own pace."""
    return Mode(name="self-study", takes=hours(effort), hours_per_week=None, cost=cost)


def per_year(amount: float) -> Cost:
    return Cost(amount=amount, per="year", source="test")


def whole(amount: float) -> Cost:
    return Cost(amount=amount, per="whole", source="test")


def degree(
    slug: str = "bachelor",
    *modes: Mode,
    level: str = "bachelor",
    field: str = COMPUTER_SCIENCE,
    counts_as: tuple[str, ...] = (),
    requires: Iterable[Need] = (),
    teaches: Iterable[str] = (),
    partly: Iterable[str] = (),
) -> Degree:
    """A degree that takes four years of full-time study unless told otherwise."""
    return Degree(
        slug=slug,
        title=slug,
        level=level,
        field=field,
        counts_as=counts_as,
        starts="term",
        modes=modes or (full_time(years(4), academic=True),),
        requires=needs(requires),
        teaches=teachings(teaches, partly),
    )


def masters(slug: str = "master", *modes: Mode, **facts) -> Degree:
    """A master's of two years in data science that takes any bachelor's."""
    usual = {
        "level": "master",
        "field": DATA_SCIENCE,
        "requires": ["any bachelor"],
    }
    modes = modes or (full_time(years(2), academic=True),)
    return degree(slug, *modes, **(usual | facts))


def role(
    slug: str = "developer",
    *,
    requires: Iterable[Need] = (),
    teaches: Iterable[str] = (),
    partly: Iterable[str] = (),
    search: str | None = None,
    search_share: float = 0.9,
    is_career: bool = False,
) -> Role:
    """A full-time job, open to anybody unless it requires something."""
    return Role(
        slug=slug,
        title=slug,
        modes=(full_time(months(12)),),
        requires=needs(requires),
        teaches=teachings(teaches, partly),
        search=search,
        search_share=search_share,
        is_career=is_career,
    )


def skill(
    slug: str, *modes: Mode, hours: float = 40, requires: Iterable[Need] = ()
) -> Skill:
    """A skill that takes forty hours of self-study unless told otherwise."""
    return Skill(
        slug=slug,
        title=slug,
        modes=modes or (own_pace(hours),),
        requires=needs(requires),
    )


def taught_only(slug: str) -> Skill:
    """A skill that nobody can learn alone."""
    return Skill(slug=slug, title=slug)


def milestone(
    slug: str,
    *modes: Mode,
    window: Window | None = None,
    at_term: bool = False,
    requires: Iterable[Need] = (),
    teaches: Iterable[str] = (),
    partly: Iterable[str] = (),
    is_work: bool = False,
    is_closed: bool = False,
) -> Milestone:
    """Four weeks of five hours, at any time, unless told otherwise."""
    return Milestone(
        slug=slug,
        title=slug,
        modes=modes or (part_time(weeks(4)),),
        starts="window" if window else "term" if at_term else "any",
        window=window,
        requires=needs(requires),
        teaches=teachings(teaches, partly),
        is_work=is_work,
        is_closed=is_closed,
    )


def internship(slug: str = "internship", *, requires: Iterable[Need] = ()) -> Milestone:
    """Ten weeks of full-time work between June and August."""
    return milestone(
        slug, full_time(weeks(10)), window=SUMMER, is_work=True, requires=requires
    )


def any_of(
    *alternatives: str | Alternative,
    strength: Strength = "required",
    scope: Scope = "always",
) -> Requirement:
    """A requirement that any one of these meets."""
    found = tuple(alternative(one) for one in alternatives)
    text = " or ".join(one.thing or f"any {one.level}" for one in found)
    return Requirement(text=text, alternatives=found, strength=strength, scope=scope)


def requirement(
    one: str | Alternative, strength: Strength = "required", scope: Scope = "always"
) -> Requirement:
    """A requirement that one thing meets."""
    return any_of(one, strength=strength, scope=scope)


def recommended(*alternatives: str | Alternative) -> Requirement:
    return any_of(*alternatives, strength="recommended")


def optional(*alternatives: str | Alternative) -> Requirement:
    return any_of(*alternatives, strength="optional")


def alternative(one: str | Alternative) -> Alternative:
    if isinstance(one, Alternative):
        return one
    if one.startswith("any "):
        return Alternative(level=one.removeprefix("any "))
    if one.startswith("role:"):
        return held(one.removeprefix("role:"), 12)
    return Alternative(thing=one)


def share_of(thing: str, share: float) -> Alternative:
    """The thing, as soon as this share of it is done."""
    return Alternative(thing=thing, share=share)


def held(role: str, likely: float) -> Alternative:
    """The role, held for so many months."""
    return Alternative(thing=f"role:{role}", months=months(likely))


def needs(given: Iterable[Need]) -> tuple[Requirement, ...]:
    return tuple(one if isinstance(one, Requirement) else any_of(one) for one in given)


def teachings(fully: Iterable[str], partly: Iterable[str]) -> tuple[Teaching, ...]:
    return tuple(
        [Teaching(skill=slug, is_full=True) for slug in fully]
        + [Teaching(skill=slug, is_full=False) for slug in partly]
    )


def catalogue(
    *things: Thing,
    needs: Iterable[Need] = (),
    search: str | None = None,
    search_share: float = 0.9,
) -> Catalogue:
    """A catalogue of these things, and of the career that needs `needs`."""
    career = role(
        CAREER, requires=needs, search=search, search_share=search_share, is_career=True
    )
    everything = (*things, career)
    return Catalogue(
        version="test",
        degrees={one.slug: one for one in everything if isinstance(one, Degree)},
        roles={one.slug: one for one in everything if isinstance(one, Role)},
        skills={one.slug: one for one in everything if isinstance(one, Skill)},
        milestones={one.slug: one for one in everything if isinstance(one, Milestone)},
    )


# Backgrounds


def background(**facts) -> Background:
    """Somebody with ten free hours a week who starts on Sunday, 15 August 2027."""
    usual: dict[str, Any] = {"career": CAREER, "start": date(2027, 8, 15)}
    return Background(**(usual | facts))


def finished(level: str = "bachelor", field: str = COMPUTER_SCIENCE) -> Education:
    return Education(level=level, field=field, finished=date(2026, 5, 20))


def expected(
    on: date, level: str = "bachelor", field: str = COMPUTER_SCIENCE
) -> Education:
    return Education(level=level, field=field, expected=on)


def worked(role: str, months: float) -> Experience:
    return Experience(role=role, months=months)
