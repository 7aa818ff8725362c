"""A thousand roles made from public data, as an import leaves them in the database."""

from __future__ import annotations

from planner.models import (
    AlternateTitle,
    Alternative,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Mode,
    Requirement,
    Role,
    Skill,
)
from tests import builders_catalogue as build

LEVELS = ["associate", "bachelor", "master"]


def many_roles(count: int = 1000) -> None:
    """Add so many generated careers: degrees, skills, an earlier role, and figures.

    Each asks for one of two degrees, three of its skills, and every second one for
    months in the role before it; five in a row make a chain.
    """
    source = build.source()
    search = Milestone.objects.get(slug="job-search")
    fields = FieldOfStudy.objects.bulk_create(
        FieldOfStudy(code=f"{50 + n // 100}.{n % 100:02}01", title=f"Field {n}")
        for n in range(200)
    )
    degrees = Degree.objects.bulk_create(
        Degree(
            slug=f"degree-{n}",
            title=f"Degree {n}",
            level=LEVELS[n % 3],
            field=fields[n % 200],
            starts="term",
            is_generated=True,
        )
        for n in range(300)
    )
    skills = Skill.objects.bulk_create(
        Skill(slug=f"tool-{n}", title=f"Tool {n}", nature="tool", is_generated=True)
        for n in range(500)
    )
    Mode.objects.bulk_create(
        [
            Mode(
                key=f"degree-{n}-full-time",
                degree=degree,
                name="full-time",
                low=2,
                likely=2,
                high=4,
                unit="years",
                hours_per_week=40,
                is_main=True,
                is_academic=True,
                source=source,
            )
            for n, degree in enumerate(degrees)
        ]
        + [
            Mode(
                key=f"tool-{n}-self-study",
                skill=skill,
                name="self-study",
                low=20,
                likely=40,
                high=60,
                unit="hours",
                source=source,
            )
            for n, skill in enumerate(skills)
        ]
    )
    roles = Role.objects.bulk_create(
        Role(
            slug=f"occupation-{n}",
            title=f"Occupation {n}",
            is_career=True,
            is_generated=True,
            search=search,
        )
        for n in range(count)
    )
    requirements, alternatives, figures, titles = [], [], [], []

    def needs(n: int, name: str, *ways: dict[str, object]) -> None:
        row = Requirement(
            key=f"occupation-{n}-{name}", role=roles[n], text=name, source=source
        )
        requirements.append(row)
        for number, way in enumerate(ways):
            key = f"{row.key}-{number}"
            alternatives.append(Alternative(key=key, requirement=row, **way))

    months = {"months_low": 6, "months_likely": 12, "months_high": 24}
    for n in range(count):
        needs(
            n,
            "degree",
            {"degree": degrees[n % 300]},
            {"degree": degrees[(n * 7 + 1) % 300]},
        )
        for number in range(3):
            skill = skills[(n * 5 + number * 11) % 500]
            needs(n, f"tool-{number}", {"skill": skill})
        if n % 5:
            needs(n, "experience", {"role": roles[n - 1], **months})
        for number in range(10):
            figures.append(
                Figure(
                    key=f"occupation-{n}-figure-{number}",
                    role=roles[n],
                    measure="annual-wage-median" if number == 0 else "technology",
                    value=50_000 + n,
                    as_of="May 2025",
                    soc_code="11-1011",
                    cell="A1",
                    source=source,
                )
            )
            titles.append(
                AlternateTitle(
                    role=roles[n], title=f"Title {n} {number}", source=source
                )
            )
    Requirement.objects.bulk_create(requirements)
    Alternative.objects.bulk_create(alternatives)
    Figure.objects.bulk_create(figures)
    AlternateTitle.objects.bulk_create(titles)
