"""Small random catalogues and backgrounds, for hypothesis.

Durations are short and few things are open at once, so that brute force stays
quick; what is drawn is chosen so that terms, windows, shares, capacities and
credits all meet each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TypedDict

from hypothesis import strategies as st

from planner.engine.background import (
    Background,
    Override,
    Pin,
    Progress,
    Tracked,
)
from planner.engine.facts import (
    Alternative,
    Catalogue,
    Degree,
    Milestone,
    Mode,
    Requirement,
    Role,
    Skill,
    Window,
)
from planner.engine.planning import make_plan
from planner.engine.plans import Plan, Step
from tests import builders
from tests.builders import (
    BIOLOGY,
    COMPUTER_SCIENCE,
    STATISTICS,
    any_of,
    full_time,
    months,
    own_pace,
    part_time,
    per_year,
    weeks,
    whole,
    years,
)

STARTS = [
    date(2027, 8, 15),
    date(2027, 6, 7),
    date(2027, 9, 6),
    date(2027, 11, 1),
    date(2028, 2, 14),
    date(2028, 5, 1),
]
WINDOWS = [
    builders.SUMMER,
    Window(from_month=1, from_day=10, to_month=3, to_day=20),
    Window(from_month=11, from_day=15, to_month=2, to_day=10),
]
EXPECTED = [
    date(2027, 12, 15),
    date(2028, 5, 20),
    date(2028, 12, 15),
    date(2028, 3, 1),
    date(2029, 5, 20),
]
MILESTONE_MODES = [
    (part_time(weeks(4)),),
    (part_time(weeks(8), 4),),
    (part_time(weeks(3), 7), full_time(weeks(2))),
    (full_time(weeks(6)),),
    (full_time(weeks(10)),),
    (own_pace(30),),
    (own_pace(44), part_time(weeks(9), 3)),
]
COSTS = st.sampled_from([None, None, whole(100), whole(400)])
LOADS = [4, 6]


@cache
def pick(*options):
    """Any of these; made once, for making strategies costs more than drawing."""
    return st.sampled_from(options)


@cache
def upto(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


@cache
def chance(percent: int) -> st.SearchStrategy[bool]:
    return st.integers(0, 99).map(lambda drawn: drawn >= 100 - percent)


@dataclass(frozen=True)
class World:
    """One catalogue and one person in it."""

    catalogue: Catalogue
    background: Background


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world of two to five open things, or a few more that are credited."""
    catalogue = draw(catalogues())
    return World(catalogue, draw(backgrounds(catalogue)))


@st.composite
def later_worlds(draw: st.DrawFn) -> World:
    """A world with pins, overrides, and an earlier plan of which some has begun."""
    world = draw(worlds())
    person = world.background
    plan = make_plan(world.catalogue, person)
    if bool(plan.steps) and draw(chance(20)):
        waived = draw(st.sampled_from([step.id for step in plan.steps]))
        person = replace(person, not_needed=(Override(id=waived, because="I say so."),))
        plan = make_plan(world.catalogue, person)
    if bool(plan.steps) and draw(chance(60)):
        person = replace(person, progress=draw(progress_of(plan)))
        if draw(chance(25)):  # the answers may be others by now
            hours = draw(pick(5, 8, 10, 12, 20))
            person = replace(person, hours_per_week=hours)
        if draw(chance(15)):
            waived = draw(st.sampled_from([step.id for step in plan.steps]))
            override = Override(id=waived, because="I say so.")
            person = replace(person, not_needed=(*person.not_needed, override))
    if bool(plan.steps) and draw(chance(45)):
        person = replace(person, pins=draw(pins_of(plan)))
    return World(world.catalogue, person)


@st.composite
def pins_of(draw: st.DrawFn, plan: Plan) -> tuple[Pin, ...]:
    """One or two pins, near where a step was planned; few are exact."""
    pins = {}
    for _ in range(draw(upto(1, 2))):
        step = draw(st.sampled_from(plan.steps))
        day = step.start + timedelta(days=draw(upto(-30, 200)))
        if draw(chance(30)):
            exactly = step.start + timedelta(weeks=draw(upto(0, 12)))
            pins[step.id] = Pin(id=step.id, exactly=exactly)
        else:
            pins[step.id] = Pin(id=step.id, not_before=day)
    return tuple(pins.values())


@st.composite
def progress_of(draw: st.DrawFn, plan: Plan) -> Progress:
    """What became of a plan by some day: mostly what was planned."""
    assert plan.arrival is not None
    days = (plan.arrival - plan.start).days + 10
    as_of = plan.start + timedelta(days=draw(st.integers(0, days)))
    return Progress(
        as_of=as_of, steps=tuple(draw(tracked(step, as_of)) for step in plan.steps)
    )


@st.composite
def tracked(draw: st.DrawFn, step: Step, as_of: date) -> Tracked:
    """A step of a plan as it went: on time, late, early, or not begun at all."""
    one = Tracked(
        id=step.id,
        mode=step.mode,
        start=step.start,
        finish=step.finish,
        load_hours_per_week=step.load_hours_per_week,
    )
    on_time = draw(chance(75))
    start = step.start + timedelta(days=0 if on_time else draw(upto(-40, 40)))
    if not draw(chance(90)) or start > as_of:
        return one
    one = replace(one, started=start)
    finish = step.finish + timedelta(days=0 if on_time else draw(upto(-60, 60)))
    if start <= finish <= as_of and draw(chance(85)):
        return replace(one, finished=finish)
    if draw(chance(30)):
        later = as_of + timedelta(days=draw(upto(1, 200)))
        return replace(one, expected=later)
    return one


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    skills = [draw(skill(n)) for n in range(draw(upto(0, 3)))]
    skills = [link_skill(draw, one, skills[:n]) for n, one in enumerate(skills)]
    slugs = [one.slug for one in skills]
    degrees = draw(some_degrees(slugs))
    milestones: list[Milestone] = []
    for n in range(draw(upto(0, 3 if len(degrees) < 2 else 2))):
        milestones.append(draw(a_milestone(n, slugs, degrees, milestones)))
    search = None
    if draw(chance(40)):
        search = builders.milestone(
            "job-search",
            part_time(weeks(draw(pick(4, 9))), 5),
            requires=draw(needs_among(ids(skills), 1)),
        )
    roles: list[Role] = []
    before = ids(skills, degrees, milestones)
    if draw(chance(45)):
        for n in range(draw(upto(1, 2))):
            roles.append(draw(a_role(n, before, slugs, search)))
    everything = [*skills, *degrees, *milestones, *roles]
    target_searches = search is not None and draw(chance(60))
    wanted = draw(needs_among(ids(everything), 4, roles, degrees, 2))
    return builders.catalogue(
        *everything,
        *([search] if search else []),
        needs=wanted,
        search=search.slug if search and target_searches else None,
        search_share=draw(pick(0.9, 0.5, 1.0)),
    )


def ids(*shelves) -> list[str]:
    return [
        one.id
        for shelf in shelves
        for one in (shelf if isinstance(shelf, list) else [shelf])
    ]


@st.composite
def skill(draw: st.DrawFn, n: int) -> Skill:
    slug = f"skill-{n}"
    if draw(chance(6)):
        return builders.taught_only(slug)
    effort = draw(pick(10, 33, 50, 90))
    return builders.skill(slug, own_pace(effort, draw(COSTS)))


def link_skill(draw: st.DrawFn, one: Skill, earlier: list[Skill]) -> Skill:
    if not earlier or not draw(chance(30)):
        return one
    return (
        builders.skill(one.slug, *one.modes, requires=[draw(pick(*ids(earlier)))])
        if one.modes
        else one
    )


@st.composite
def some_degrees(draw: st.DrawFn, slugs: list[str]) -> list[Degree]:
    found: list[Degree] = []
    for n in range(draw(pick(0, 0, 1, 1, 2))):
        found.append(draw(a_degree(f"bachelor-{n}", "bachelor", slugs, ())))
    if draw(chance(35)):
        requires = draw(
            pick((), ("any bachelor",), tuple(ids(found)[:1]) or ("any bachelor",))
        )
        found.append(draw(a_degree("master-0", "master", slugs, requires)))
    return found


@st.composite
def a_degree(
    draw: st.DrawFn, slug: str, level: str, slugs: list[str], requires: tuple[str, ...]
) -> Degree:
    length = draw(pick(0.5, 1, 1, 2, 1.5))
    cost = draw(pick(None, per_year(1000), per_year(3000)))
    load = draw(pick(*LOADS))
    modes = draw(
        pick(
            (full_time(years(length), academic=True, cost=cost),),
            (
                full_time(years(length), academic=True, cost=cost),
                part_time(years(2 * length), load, academic=True),
            ),
            (part_time(years(length), load, academic=True, cost=cost),),
            (full_time(months(5), cost=cost),),
        )
    )
    return builders.degree(
        slug,
        *modes,
        level=level,
        field=draw(pick(COMPUTER_SCIENCE, BIOLOGY, STATISTICS)),
        counts_as=draw(pick((), (), (STATISTICS,), ("26",))),
        requires=requires,
        **draw(teaching(slugs)),
    )


class Teaches(TypedDict, total=False):
    """What the builders are told of the skills that a thing teaches."""

    teaches: list[str]
    partly: list[str]


@st.composite
def teaching(draw: st.DrawFn, slugs: list[str]) -> Teaches:
    if not slugs or not draw(chance(45)):
        return {}
    taught = draw(pick(*slugs))
    return {"teaches": [taught]} if draw(st.booleans()) else {"partly": [taught]}


@st.composite
def a_milestone(
    draw: st.DrawFn,
    n: int,
    slugs: list[str],
    degrees: list[Degree],
    earlier: list[Milestone],
) -> Milestone:
    modes = draw(pick(*MILESTONE_MODES))
    if draw(chance(30)):
        modes = (
            Mode(
                name=modes[0].name,
                takes=modes[0].takes,
                hours_per_week=modes[0].hours_per_week,
                is_main=modes[0].is_main,
                cost=draw(COSTS),
            ),
            *modes[1:],
        )
    return builders.milestone(
        f"milestone-{n}",
        *modes,
        window=draw(pick(None, None, *WINDOWS)),
        requires=draw(
            needs_among([*(f"skill:{s}" for s in slugs), *ids(degrees, earlier)], 1)
        ),
        is_work=draw(st.booleans()),
        is_closed=draw(chance(8)),
        **draw(teaching(slugs)),
    )


@st.composite
def a_role(
    draw: st.DrawFn,
    n: int,
    before: list[str],
    slugs: list[str],
    search: Milestone | None,
) -> Role:
    searches = search is not None and draw(st.booleans())
    return builders.role(
        f"role-{n}",
        requires=draw(needs_among(before, 1)),
        search=search.slug if search is not None and searches else None,
        search_share=draw(pick(0.9, 0.5)),
        **draw(teaching(slugs)),
    )


@st.composite
def needs_among(
    draw: st.DrawFn,
    before: list[str],
    at_most: int,
    roles: list[Role] | None = None,
    degrees: list[Degree] | None = None,
    at_least: int = 0,
) -> list[Requirement]:
    """Requirements, each of one or two of the things before."""
    if not before:
        return []
    found = []
    for _ in range(draw(upto(at_least, at_most))):
        chosen = [draw(pick(*before))]
        if len(before) > 1 and draw(st.booleans()):
            chosen.append(draw(pick(*(one for one in before if one != chosen[0]))))
        share = draw(pick(1, 1, 1, 0.5, 0.9, 0.3))
        alternatives: list[Alternative] = []
        for one in chosen:
            if one.startswith("role:"):
                slug = one.removeprefix("role:")
                alternatives.append(builders.held(slug, draw(pick(2, 3, 6))))
            else:
                alternatives.append(Alternative(thing=one, share=share))
        if degrees and draw(chance(12)):
            alternatives = [Alternative(level=degrees[0].level)]
        found.append(
            any_of(
                *alternatives,
                strength=draw(pick(*["required"] * 5, "recommended", "optional")),
                scope=draw(pick(*["always"] * 6, "as-target", "on-the-way")),
            )
        )
    return found


@st.composite
def backgrounds(draw: st.DrawFn, catalogue: Catalogue) -> Background:
    education = []
    degrees = list(catalogue.degrees.values())
    if bool(degrees) and draw(chance(35)):
        one = draw(pick(*degrees))
        if draw(st.booleans()):
            field = draw(pick(one.field, BIOLOGY, STATISTICS))
            education.append(builders.finished(one.level, field))
        else:
            on = draw(pick(*EXPECTED))
            education.append(builders.expected(on, one.level, one.field))
    skills = {
        slug: draw(pick("some", "solid"))
        for slug in catalogue.skills
        if draw(chance(20))
    }
    experience = tuple(
        builders.worked(slug, draw(pick(1, 4)))
        for slug in catalogue.roles
        if slug != builders.CAREER and draw(chance(20))
    )
    return builders.background(
        start=draw(pick(*STARTS)),
        hours_per_week=draw(pick(10, 10, 10, 10, 8, 8, 12, 12, 5, 7.5, 20, 0)),
        full_time_study=draw(chance(75)),
        masters=draw(pick("either", "either", "either", "yes", "no")),
        education=tuple(education),
        skills=skills,
        experience=experience,
        done=tuple(slug for slug in catalogue.milestones if draw(chance(8))),
        tuition_per_year=draw(pick(None, None, None, 500)),
        budget=draw(pick(None, 10)),
    )
