"""What a student adds to the catalogue for their own plan: milestones of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.engine.background import Background, OwnMilestone
from planner.engine.facts import (
    Alternative,
    Catalogue,
    Estimate,
    Milestone,
    Mode,
    Requirement,
    Role,
)

OWN = "own-"  # what the slug of each begins with, and none of the catalogue's does
OWN_MODE = "as you planned it"


def with_own(catalogue: Catalogue, background: Background) -> Catalogue:
    """Return the catalogue with the student's own milestones, asked for by the career.

    They take what the student said, to the week or hour: nobody else can say how sure
    that is. What takes weeks runs beside everything else; what takes hours takes free
    hours. Raises ValueError where they need each other in a circle.
    """
    added = [own for own in background.own if own.slug not in catalogue.milestones]
    if not added:
        return catalogue
    career = catalogue.roles[background.career]
    asked = tuple(
        Requirement(
            text=own.title,
            alternatives=(Alternative(thing=own.id),),
            scope="as-target",
        )
        for own in added
    )
    titles = {own.id: own.title for own in added}
    made = {own.slug: _milestone(catalogue, career, own, titles) for own in added}
    target = replace(career, requires=(*career.requires, *asked))
    return replace(
        catalogue,
        roles={**catalogue.roles, career.slug: target},
        milestones={**catalogue.milestones, **made},
    )


def can_be_needed(catalogue: Catalogue, career: Role, thing_id: str) -> bool:
    """Say whether a milestone of one's own can wait for a thing.

    It cannot wait for the career itself, for the search that comes last, or for a
    role of which nothing says how long one holds it.
    """
    if thing_id not in catalogue or thing_id == career.id:
        return False
    if thing_id == f"milestone:{career.search}":
        return False
    kind, _colon, slug = thing_id.partition(":")
    return kind != "role" or _months(catalogue, career, slug) is not None


def _milestone(
    catalogue: Catalogue, career: Role, own: OwnMilestone, titles: Mapping[str, str]
) -> Milestone:
    if own.hours is not None:
        amount, unit, load = own.hours, "hours", None
    else:
        amount, unit, load = own.weeks or 0, "weeks", 0.0
    takes = Estimate(low=amount, likely=amount, high=amount, unit=unit)  # type: ignore[arg-type]
    return Milestone(
        slug=own.slug,
        title=own.title,
        modes=(Mode(name=OWN_MODE, takes=takes, hours_per_week=load),),
        requires=tuple(_needs(catalogue, career, own, titles)),
    )


def _needs(
    catalogue: Catalogue, career: Role, own: OwnMilestone, titles: Mapping[str, str]
) -> Iterator[Requirement]:
    for name in own.needs:
        kind, _colon, slug = name.partition(":")
        months = _months(catalogue, career, slug) if kind == "role" else None
        title = titles[name] if name in titles else catalogue[name].title
        way = Alternative(thing=name, months=months)
        yield Requirement(text=title, alternatives=(way,))


def _months(catalogue: Catalogue, career: Role, slug: str) -> Estimate | None:
    """Return for how long the career asks for a role, or else the first that does."""
    for thing in (career, *catalogue.things()):
        for requirement in thing.requires:
            for alternative in requirement.alternatives:
                if alternative.thing == f"role:{slug}":
                    return alternative.months
    return None
