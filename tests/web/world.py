"""A small catalogue for the tests of the pages: three careers, two routes, one claim.

It is written as the document that is published, so that no test of a page depends
on what the shipped catalogue happens to say.
"""

from __future__ import annotations

from typing import Any

from planner.documents.catalogue import NAME, canonical, digest_of
from planner.models import CatalogueVersion

FIELDS = {
    "11.0701": "Computer Science",
    "26.0101": "Biology/Biological Sciences, General",
    "26.0202": "Biochemistry",
    "27.0501": "Statistics, General",
    "30.7001": "Data Science, General",
}


def publish(document: dict[str, Any] | None = None) -> CatalogueVersion:
    """Publish the small catalogue, or another document."""
    text = canonical(document or small_catalogue())
    return CatalogueVersion.objects.create(
        number=CatalogueVersion.objects.count() + 1,
        digest=digest_of(text),
        document=text,
    )


def small_catalogue() -> dict[str, Any]:
    """Return three careers that share a degree, a few skills and the job search."""
    return {
        "schema": NAME,
        "currency": "USD",
        "fields": FIELDS,
        "sources": {
            "wages": source("Occupational Employment and Wage Statistics"),
            "article": source("How to Become a Machine Learning Engineer"),
            "judgement": source("Estimate", is_judgement=True),
        },
        "releases": [],
        "degrees": [
            degree("bachelor-computer-science", "bachelor", "11.0701", 4),
            degree(
                "master-data-science",
                "master",
                "30.7001",
                2,
                requires=[needs("any bachelor", level="bachelor")],
            ),
        ],
        "roles": [
            role(
                "machine-learning-engineer",
                requires=[
                    needs(
                        "a degree in computing",
                        "degree:bachelor-computer-science",
                        "degree:master-data-science",
                    ),
                    needs(
                        "12 to 24 months in one of two jobs",
                        "role:software-developer",
                        "role:data-scientist",
                    ),
                    needs("Python", "skill:python"),
                    needs("a portfolio", "milestone:portfolio"),
                    needs(
                        "an internship", "milestone:internship", strength="recommended"
                    ),
                ],
                alternate_titles=[{"title": "ML Researcher", "source": "wages"}],
                occupations=[
                    {
                        "code": "15-2051.00",
                        "title": "Data Scientists",
                        "source": "wages",
                        "note": "",
                    }
                ],
                points=[
                    {
                        "key": f"machine-learning-engineer-{nature}",
                        "nature": nature,
                        "text": f"A {nature} of this job.",
                        "source": "article",
                    }
                    for nature in ("duty", "qualification", "pro", "con")
                ],
                figures=[
                    figure("ml-pay-2020", "annual-wage-median", 98230, "May 2020"),
                    figure("ml-pay-2025", "annual-wage-median", 120230, "May 2025"),
                    figure(
                        "ml-growth", "employment-change", 33.5, "2024-34", "percent"
                    ),
                    figure("ml-tool", "technology", None, "30.1", text="Git"),
                ],
                claims=[
                    {
                        "key": "ml-claim",
                        "states": "The median pay is $126,830.",
                        "article": "article",
                        "finding": "It is the median of another occupation.",
                        "verdict": "misread",
                        "figure": "ml-pay-2020",
                        "today": "ml-pay-2025",
                    }
                ],
                related=["data-scientist"],
            ),
            role(
                "software-developer",
                requires=[needs("a degree", "degree:bachelor-computer-science")],
                alternate_titles=[{"title": "Coder", "source": "wages"}],
                figures=[figure("dev-pay", "annual-wage-median", 90000, "May 2025")],
            ),
            role(
                "data-scientist",
                requires=[needs("a degree", "degree:bachelor-computer-science")],
            ),
        ],
        "skills": [skill("python", 100), skill("git", 20)],
        "milestones": [
            milestone("portfolio", nature="project", takes=("hours", 120)),
            milestone(
                "internship",
                nature="internship",
                takes=("weeks", 12),
                window={"from": "06-01", "to": "08-31"},
                hours_per_week=40,
            ),
            milestone(
                "job-search", nature="search", takes=("weeks", 12), hours_per_week=5
            ),
        ],
    }


def source(title: str, *, is_judgement: bool = False) -> dict[str, Any]:
    return {
        "title": title,
        "publisher": "A publisher",
        "url": "" if is_judgement else "https://example.org/",
        "as_of": "May 2025",
        "licence": "Public domain",
        "attribution": "",
        "is_judgement": is_judgement,
        "confidence": "judgement" if is_judgement else "primary",
    }


def needs(
    text: str,
    *things: str,
    level: str | None = None,
    strength: str = "required",
) -> dict[str, Any]:
    """A requirement met by any of these things, or by any degree of a level."""
    months = {"low": 12, "likely": 18, "high": 24}
    return {
        "key": text.replace(" ", "-"),
        "text": text,
        "strength": strength,
        "scope": "always",
        "source": "judgement",
        "alternatives": [
            {
                "key": f"{text}-{thing}".replace(" ", "-").replace(":", "-"),
                "thing": thing,
                "level": None if thing else level,
                "share": 1,
                "months": months if thing and thing.startswith("role:") else None,
            }
            for thing in (things or (None,))
        ],
    }


def thing(slug: str, **more: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": slug.replace("-", " ").capitalize(),
        "summary": f"What {slug} is about.",
        "is_generated": False,
        "requires": [],
        "sources": ["judgement"],
        **more,
    }


def degree(
    slug: str, level: str, field: str, years: int, **more: Any
) -> dict[str, Any]:
    full_time = mode(slug, ("years", years), 40, is_main=True, is_academic=True)
    part_time = mode(slug, ("years", 2 * years), 15, is_academic=True)
    return thing(
        slug,
        **{
            "level": level,
            "field": field,
            "counts_as": [],
            "starts": "term",
            "window": None,
            "modes": [full_time, part_time],
            "teaches": [],
            **more,
        },
    )


def role(slug: str, **more: Any) -> dict[str, Any]:
    return thing(
        slug,
        **{
            "is_career": True,
            "is_entry": False,
            "search": "job-search",
            "search_share": 0.9,
            "teaches": [],
            "occupations": [],
            "alternate_titles": [],
            "points": [],
            "figures": [],
            "codes": [],
            "public_figures": [],
            "claims": [],
            "related": [],
            **more,
        },
    )


def skill(slug: str, hours: float) -> dict[str, Any]:
    return thing(slug, nature="tool", modes=[mode(slug, ("hours", hours), None)])


def milestone(
    slug: str,
    *,
    nature: str,
    takes: tuple[str, float],
    window: dict[str, str] | None = None,
    hours_per_week: float | None = None,
) -> dict[str, Any]:
    is_main = hours_per_week == 40
    return thing(
        slug,
        nature=nature,
        status_note="",
        is_closed=False,
        starts="window" if window else "any",
        window=window,
        modes=[mode(slug, takes, hours_per_week, is_main=is_main)],
        teaches=[],
    )


def mode(
    slug: str,
    takes: tuple[str, float],
    hours_per_week: float | None,
    *,
    is_main: bool = False,
    is_academic: bool = False,
) -> dict[str, Any]:
    unit, likely = takes
    name = "full-time" if is_main else "part-time"
    return {
        "key": f"{slug}-{name}",
        "name": name,
        "takes": {"low": likely, "likely": likely, "high": likely, "unit": unit},
        "hours_per_week": hours_per_week,
        "is_main": is_main,
        "is_academic": is_academic,
        "source": "judgement",
        "cost": None,
    }


def figure(
    key: str,
    measure: str,
    value: float | None,
    as_of: str,
    unit: str = "US dollars a year",
    *,
    text: str = "",
) -> dict[str, Any]:
    return {
        "key": key,
        "measure": measure,
        "value": value,
        "text": text,
        "unit": unit if value is not None else "",
        "as_of": as_of,
        "soc_code": "15-2051",
        "source": "wages",
        "cell": "Table 1",
        "note": "",
    }
