"""Careers made up for measuring: a seed and a size make a catalogue and a person."""

from __future__ import annotations

import random
from datetime import date

from planner.engine.background import Background, Education, Experience, Mastery
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
    Skill,
    Teaching,
    Unit,
    Window,
)

SUMMER = Window(from_month=6, from_day=1, to_month=8, to_day=31)
FIELDS = ("11.0701", "14.0903", "27.0501", "30.7001")


def made_up_career(seed: int, size: int) -> tuple[Catalogue, Background]:
    """Return a career of about `size` steps, and somebody who wants it.

    Two bachelor's degrees and a master's (full-time and part-time), two entry roles,
    an internship in summer, a portfolio, a job search, and skills that need one
    another, of which some are taught by the degrees.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    skills = _skills(chance, max(1, size - 8))
    names = list(skills)
    degrees = _degrees(chance, names)
    roles = _roles(chance, names)
    milestones = {
        "internship": Milestone(
            slug="internship",
            title="Internship",
            starts="window",
            window=SUMMER,
            is_work=True,
            modes=(_mode("full-time", 10, "weeks", 40, is_main=True),),
            requires=(
                _need("half a degree", *(f"degree:{d}" for d in degrees), share=0.5),
            ),
        ),
        "portfolio": Milestone(
            slug="portfolio",
            title="Portfolio",
            modes=(_mode("own pace", chance.randint(40, 120), "hours", None),),
            requires=(_need("a skill", f"skill:{chance.choice(names)}"),),
        ),
        "search": Milestone(
            slug="search",
            title="Job search",
            modes=(_mode("steady", 8, "weeks", 5),),
        ),
    }
    catalogue = Catalogue(
        version=f"bench-{seed}",
        degrees=degrees,
        roles=roles,
        skills=skills,
        milestones=milestones,
        fields=dict.fromkeys(FIELDS, ""),
    )
    return catalogue, _background(chance, names)


def _skills(chance: random.Random, count: int) -> dict[str, Skill]:
    skills: dict[str, Skill] = {}
    for number in range(count):
        slug = f"skill-{number:02}"
        before = list(skills)[-6:]
        needs = chance.sample(before, min(len(before), chance.choice((0, 0, 1, 2))))
        skills[slug] = Skill(
            slug=slug,
            title=slug,
            modes=(_mode("self-study", chance.randint(20, 160), "hours", None),),
            requires=tuple(_need(other, f"skill:{other}") for other in needs),
        )
    return skills


def _degrees(chance: random.Random, skills: list[str]) -> dict[str, Degree]:
    full = _mode("full-time", 4, "years", 40, is_main=True, is_academic=True, cost=9834)
    part = _mode("part-time", 7, "years", 18, is_academic=True)
    short = _mode("full-time", 1.5, "years", 40, is_main=True, is_academic=True)
    beside = _mode("part-time", 20, "months", 9)
    degrees = {}
    for slug, level, field, modes in (
        ("bachelor-one", "bachelor", FIELDS[0], (full, part)),
        ("bachelor-two", "bachelor", FIELDS[2], (full, part)),
        ("master", "master", FIELDS[3], (short, beside)),
    ):
        taught = chance.sample(skills, min(len(skills), 4))
        degrees[slug] = Degree(
            slug=slug,
            title=slug,
            level=level,
            field=field,
            starts="term",
            modes=modes,
            requires=(
                Requirement(
                    text="what comes before",
                    alternatives=(
                        Alternative(
                            level="high-school" if level == "bachelor" else "bachelor"
                        ),
                    ),
                ),
            ),
            teaches=tuple(
                Teaching(skill=skill, is_full=number < 3)
                for number, skill in enumerate(taught)
            ),
        )
    return degrees


def _roles(chance: random.Random, skills: list[str]) -> dict[str, Role]:
    degree = _need("a degree", "degree:bachelor-one", "degree:bachelor-two")
    roles = {
        slug: Role(
            slug=slug,
            title=slug,
            search="search",
            requires=(
                degree,
                _need(
                    "a skill",
                    *(f"skill:{s}" for s in chance.sample(skills, min(len(skills), 2))),
                ),
                _need("an internship", "milestone:internship", strength="recommended"),
            ),
        )
        for slug in ("developer", "analyst")
    }
    months = Estimate(low=12, likely=18, high=24, unit="months")
    experience = Requirement(
        text="experience",
        alternatives=tuple(
            Alternative(thing=f"role:{slug}", months=months) for slug in roles
        ),
    )
    roles["career"] = Role(
        slug="career",
        title="Career",
        is_career=True,
        search="search",
        requires=(
            degree,
            experience,
            _need("a portfolio", "milestone:portfolio"),
            *(_need(skill, f"skill:{skill}") for skill in skills),
        ),
    )
    return roles


def _background(chance: random.Random, skills: list[str]) -> Background:
    kind = chance.randrange(4)
    known: dict[str, Mastery] = {
        skill: chance.choice(("some", "solid"))
        for skill in chance.sample(skills, len(skills) // 5)
    }
    education = {
        0: (),
        1: (Education(level="bachelor", field="26.0101", finished=date(2025, 5, 20)),),
        2: (Education(level="bachelor", field=FIELDS[0], expected=date(2028, 5, 20)),),
        3: (),
    }[kind]
    return Background(
        career="career",
        start=date(2027, chance.randint(1, 12), 15),
        hours_per_week=chance.choice((8, 10, 15, 20)),
        masters=chance.choice(("yes", "no", "either")),
        education=education,
        skills=known,
        experience=(Experience(role="developer", months=6),) if kind == 3 else (),
    )


def _mode(
    name: str,
    likely: float,
    unit: Unit,
    load: float | None,
    *,
    is_main: bool = False,
    is_academic: bool = False,
    cost: float | None = None,
) -> Mode:
    return Mode(
        name=name,
        takes=Estimate(low=likely, likely=likely, high=likely * 1.5, unit=unit),
        hours_per_week=load,
        is_main=is_main,
        is_academic=is_academic,
        cost=None if cost is None else Cost(amount=cost, per="year", source="bench"),
    )


def _need(
    text: str, *names: str, share: float = 1.0, strength: str = "required"
) -> Requirement:
    return Requirement(
        text=text,
        alternatives=tuple(Alternative(thing=name, share=share) for name in names),
        strength="recommended" if strength == "recommended" else "required",
    )
