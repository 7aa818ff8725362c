"""What the background already meets, and by what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.engine.background import Background, Education
from planner.engine.facts import (
    LEVEL_NAMES,
    Alternative,
    Catalogue,
    Degree,
    Requirement,
    Thing,
    rank,
)
from planner.engine.weeks import Calendar

ASSUMED_SCHOOL = "a high school diploma, which is assumed unless you say otherwise"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a student has: degrees, skills, months in roles, milestones.

    `known` maps the slug of a skill to the reason why nothing of it is left,
    `half_known` to the reason why half of its hours are.
    """

    finished: tuple[Education, ...]
    in_progress: tuple[Education, ...]
    known: dict[str, str] = field(default_factory=dict)
    half_known: dict[str, str] = field(default_factory=dict)
    months: dict[str, float] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    not_needed: dict[str, str] = field(default_factory=dict)  # by id: why not
    has_school: bool = True


def holdings(
    catalogue: Catalogue, background: Background, calendar: Calendar
) -> Holdings:
    """Work out what the background holds on the first Monday of the plan."""
    finished: list[Education] = []
    in_progress: list[Education] = []
    for education in background.education:
        if education.expected and calendar.week(education.expected) > 0:
            in_progress.append(education)
        else:
            finished.append(education)
    months: dict[str, float] = {}
    for experience in background.experience:
        months[experience.role] = months.get(experience.role, 0) + experience.months
    have = Holdings(
        finished=tuple(finished),
        in_progress=tuple(in_progress),
        months={role: count for role, count in months.items() if count > 0},
        done=frozenset(background.done),
        not_needed={one.id: one.because for one in background.not_needed},
        has_school=bool(finished)
        or not any(e.level == "high-school" for e in in_progress),
    )
    for slug, mastery in background.skills.items():
        (have.known if mastery == "solid" else have.half_known)[slug] = (
            "you know it well" if mastery == "solid" else "you know some of it"
        )
    for thing, reason in _past(catalogue, have):
        for teaching in thing.teaches:
            shelf = have.known if teaching.is_full else have.half_known
            shelf.setdefault(teaching.skill, reason)
    return have


def _past(catalogue: Catalogue, have: Holdings) -> Iterator[tuple[Thing, str]]:
    """Yield what was attained before, with the words for it."""
    for education in have.finished:
        degree = degree_for(catalogue, education)
        if degree is not None:
            yield degree, f"taught by your {described(catalogue, education)}"
    for slug in have.months:
        role = catalogue.roles[slug]
        yield role, f"learned in your work as {role.title.lower()}"
    for slug in sorted(have.done):
        milestone = catalogue.milestones[slug]
        yield milestone, f"learned in “{milestone.title}”, which you have done"


def degree_for(catalogue: Catalogue, education: Education) -> Degree | None:
    """Return the catalogue's degree that an education stands for, if it has one.

    The degree of the same level with exactly this field, else the first of that
    level that takes the field.
    """
    same_level = [d for d in catalogue.degrees.values() if d.level == education.level]
    for degree in same_level:
        if degree.field == education.field:
            return degree
    for degree in same_level:
        if degree.takes_field(education.field):
            return degree
    return None


def transfers(degree: Degree, have: Holdings) -> Education | None:
    """Return the associate's degree that stands for half of a bachelor's, if any."""
    if degree.level == "bachelor":
        for education in have.finished:
            if education.level == "associate" and degree.takes_field(education.field):
                return education
    return None


def described(catalogue: Catalogue, education: Education) -> str:
    """Put an education into words, such as “bachelor's degree in Biology”."""
    name = LEVEL_NAMES[education.level]
    if not education.field:
        return name
    return f"{name} in {catalogue.fields.get(education.field, education.field)}"


def education_meets(
    catalogue: Catalogue, alternative: Alternative, education: Education
) -> bool:
    """Say whether an education, once finished, meets this alternative."""
    if alternative.level is not None:
        return rank(education.level) >= rank(alternative.level)
    if alternative.kind != "degree":
        return False
    degree = catalogue.degrees[alternative.slug]
    return rank(education.level) >= rank(degree.level) and degree.takes_field(
        education.field
    )


def months_left(requirement: Requirement, have: Holdings) -> dict[str, float]:
    """Return, for each role that the requirement takes, the months still to hold it.

    Months in all of the requirement's roles count together.
    """
    roles = {
        alternative.slug: alternative.months.likely
        for alternative in requirement.alternatives
        if alternative.months is not None
    }
    had = sum(have.months.get(role, 0) for role in roles)
    return {role: max(0.0, likely - had) for role, likely in roles.items()}


def met_by(
    catalogue: Catalogue, requirement: Requirement, have: Holdings
) -> str | None:
    """Return what already meets a requirement, in words, or None."""
    left = months_left(requirement, have)
    for alternative in requirement.alternatives:
        slug = alternative.slug
        if alternative.asks_for_degree:
            for education in have.finished:
                if education_meets(catalogue, alternative, education):
                    return f"your {described(catalogue, education)}"
            if have.has_school and _is_school(catalogue, alternative):
                return ASSUMED_SCHOOL
        elif alternative.kind == "role" and left[slug] <= 0:
            counted = sum(have.months.get(role, 0) for role in left)
            return f"your {counted:g} months of experience"
        elif alternative.kind == "skill" and slug in have.known:
            return f"{catalogue.skills[slug].title}: {have.known[slug]}"
        elif alternative.kind == "milestone" and slug in have.done:
            return f"“{catalogue.milestones[slug].title}”, which you have done"
    return None


def waived_by(requirement: Requirement, have: Holdings) -> str | None:
    """Return the words by which a student does without a requirement, or None."""
    for alternative in requirement.alternatives:
        because = have.not_needed.get(alternative.thing or "")
        if because is not None:
            return waiver(because)
    return None


def waiver(because: str) -> str:
    """Put into words that a student does without something."""
    return f"you say that you do not need it: {because}"


def _is_school(catalogue: Catalogue, alternative: Alternative) -> bool:
    if alternative.level is not None:
        return alternative.level == "high-school"
    return catalogue.degrees[alternative.slug].level == "high-school"
