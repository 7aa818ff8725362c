"""What the sources page says: every source, and how much of the site rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

# What can rest on a source: one, and several of them, in the order of the page.
RESTS: Mapping[str, tuple[str, str]] = {
    "figure": ("figure", "figures"),
    "duration": ("duration", "durations"),
    "cost": ("cost", "costs"),
    "requirement": ("requirement", "requirements"),
    "teaching": ("skill taught", "skills taught"),
    "occupation": ("occupation code", "occupation codes"),
    "title": ("other job title", "other job titles"),
    "point": ("duty, pro or con", "duties, pros and cons"),
    "claim": ("claim checked", "claims checked"),
    "code": ("code read on pages", "codes read on pages"),
}
SHELVES = {
    "degrees": "Degrees",
    "roles": "Careers and roles",
    "skills": "Skills",
    "milestones": "Projects, courses, exams and searches",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source, and what rests on it."""

    slug: str
    title: str
    publisher: str
    url: str
    as_of: str
    licence: str
    attribution: str
    rests: tuple[str, ...]  # "1,203 figures", "14 durations"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    name: str
    says: str
    slug: str
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """Things of one kind, something about which is an estimate."""

    name: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    """All sources in groups, and what is the editors' own judgement."""

    sources: str  # how many, as "33"
    published: str  # how many figures and statements rest on them
    estimated: str  # how many rest on judgement
    groups: tuple[SourceGroup, ...]
    judgement: tuple[SourceRow, ...]
    judged: tuple[Judged, ...]


def sources_page(document: Document) -> SourcesPage:
    """List every source with what rests on it, the editors' judgement apart."""
    resting: dict[str, Counter[str]] = {slug: Counter() for slug in document["sources"]}
    for what, slug in _everything(document):
        resting[slug][what] += 1
    for release in document["releases"]:
        resting[release["source"]]["code"] += release["codes"]
    rows = {
        slug: _row(slug, source, resting[slug])
        for slug, source in sorted(
            document["sources"].items(),
            key=lambda item: (item[1]["title"], item[1]["as_of"], item[0]),
        )
    }
    judging = {slug for slug in rows if document["sources"][slug]["is_judgement"]}
    articles = {slug for slug in rows if resting[slug]["claim"]} - judging
    others = [slug for slug in rows if slug not in judging | articles]
    primary = [s for s in others if document["sources"][s]["confidence"] == "primary"]
    secondary = [slug for slug in others if slug not in primary]
    return SourcesPage(
        sources=f"{len(rows) - len(judging):,}",
        published=f"{sum(resting[s].total() for s in rows if s not in judging):,}",
        estimated=f"{sum(resting[slug].total() for slug in judging):,}",
        groups=tuple(
            SourceGroup(
                name=name, says=says, slug=slug, rows=tuple(rows[s] for s in chosen)
            )
            for name, says, slug, chosen in [
                (
                    "Read at the source",
                    "Somebody of ours read the figures where their publisher put them.",
                    "primary",
                    primary,
                ),
                (
                    "Read in a secondary source",
                    "Others report these figures; we could not read the original.",
                    "secondary",
                    secondary,
                ),
                (
                    "Articles that we checked",
                    "What they claim stands beside what the official source says.",
                    "articles",
                    [slug for slug in rows if slug in articles],
                ),
            ]
            if chosen
        ),
        judgement=tuple(rows[slug] for slug in rows if slug in judging),
        judged=tuple(
            Judged(name, titles)
            for shelf, name in SHELVES.items()
            if (titles := _judged(document[shelf], judging))
        ),
    )


def _everything(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what rests on which source, once for each figure or statement."""
    for shelf in SHELVES:
        for thing in document[shelf]:
            for mode in thing.get("modes", ()):
                yield "duration", mode["source"]
                if mode["cost"] is not None:
                    yield "cost", mode["cost"]["source"]
            for what, name in [
                ("requirement", "requires"),
                ("teaching", "teaches"),
                ("occupation", "occupations"),
                ("title", "alternate_titles"),
                ("point", "points"),
                ("figure", "figures"),
                ("figure", "public_figures"),
            ]:
                for part in thing.get(name, ()):
                    yield what, part["source"]
            for claim in thing.get("claims", ()):
                yield "claim", claim["article"]


def _row(slug: str, source: Entry, resting: Counter[str]) -> SourceRow:
    return SourceRow(
        slug=slug,
        title=source["title"],
        publisher=source["publisher"],
        url=source["url"],
        as_of=source["as_of"],
        licence=source["licence"],
        attribution=source["attribution"],
        rests=tuple(
            f"{number:,} {one if number == 1 else several}"
            for what, (one, several) in RESTS.items()
            if (number := resting[what])
        ),
    )


def _judged(things: Sequence[Entry], judging: set[str]) -> tuple[str, ...]:
    return tuple(
        sorted(t["title"] for t in things if judging.intersection(t["sources"]))
    )
