"""What editors should look at, though nothing keeps the catalogue from being published.

The day is passed in: how old a figure is depends on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from planner.documents.catalogue import things_in
from planner.documents.public import all_figures
from planner.documents.readings import MONTHS
from planner.documents.review import Finding
from planner.engine.facts import rank

OLDEST = 2  # years
MOST_SHOWN = 20  # of each kind

# What a classification says of an occupation holds until there is another one.
CLASSIFICATIONS = frozenset(
    {
        "alternate-title",
        "alternate-title-count",
        "field-of-study",
        "occupation-title",
        "projections-code",
        "related-occupation",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What one kind of check found: the first of it, and how many there are."""

    name: str
    title: str
    findings: tuple[Finding, ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.findings)


def concerns_in(
    document: Mapping[str, Any], today: date, most: int = MOST_SHOWN
) -> list[Concern]:
    """Return what should be looked at, by kind; kinds without any are left out."""
    found = []
    for name, (title, check) in _CHECKS.items():
        findings = list(check(document, today))
        if findings:
            found.append(
                Concern(
                    name=name,
                    title=title,
                    findings=tuple(findings[:most]),
                    total=len(findings),
                )
            )
    return found


def last_day_of(as_of: str) -> date | None:
    """Return the last day of the period that a figure speaks of; None if none is told.

    A period of more than a year, such as 2024-34, is a projection: it is as old as
    the year it begins with.
    """
    if span := re.search(r"\b(\d{4})[-–](\d{2}|\d{4})\b", as_of):
        first = int(span[1])
        last = int(span[2]) if len(span[2]) == 4 else first // 100 * 100 + int(span[2])
        return date(last if last - first == 1 else first, 12, 31)
    years = [int(year) for year in re.findall(r"\b(\d{4})\b", as_of)]
    if not years or not 1900 <= max(years) <= 2200:
        return None
    said = as_of.casefold()
    month = next(
        (n for n, name in enumerate(MONTHS, start=1) if name.casefold() in said), 12
    )
    following = date(max(years) + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _old_figures(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """Name figures older than two years: of one role, measure and date together.

    Those that no newer edition stands beside come first: somebody has to look.
    """
    day = min(today.day, 28) if today.month == 2 else today.day
    oldest = today.replace(year=today.year - OLDEST, day=day)
    alone: list[Finding] = []
    replaced: list[Finding] = []
    for role in document["roles"]:
        held = {claim[name] for claim in role["claims"] for name in ("figure", "today")}
        newest: dict[tuple[str, str], tuple[date, str]] = {}
        old: dict[tuple[str, str, date], list[dict[str, Any]]] = {}
        for figure in role["figures"]:
            last = last_day_of(figure["as_of"])
            if last is None or figure["measure"] in CLASSIFICATIONS:
                continue
            code = figure["measure"], figure["soc_code"]
            newest[code] = max(newest.get(code, (last, "")), (last, figure["as_of"]))
            if last < oldest:
                group = figure["measure"], figure["as_of"], last
                old.setdefault(group, []).append(figure)
        for (measure, as_of, last), figures in old.items():
            found = (newest[measure, figure["soc_code"]] for figure in figures)
            newer = sorted({name for day, name in found if day > last})
            count = f" ({len(figures)} figures)" if len(figures) > 1 else ""
            words = f"“{role['title']}”: {measure}{count} is of {as_of}."
            about = f"figure:{figures[0]['key']}"
            if newer:
                words += f" A newer edition is here as well: {', '.join(newer)}"
                kept = any(figure["key"] in held for figure in figures)
                words += "; a claim is held against the older one." if kept else "."
                replaced.append(Finding(words, about))
            else:
                alone.append(Finding(f"{words} Is there a newer edition?", about))
    yield from alone
    yield from replaced


def _nobody_teaches(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """Name skills without a mode that nothing teaches fully.

    Where something requires one, that keeps the catalogue from being published, and
    is said there; this is about all others.
    """
    taught = {
        teaching["skill"]
        for _, entry in things_in(document)
        for teaching in entry.get("teaches", ())
        if teaching["is_full"]
    }
    named = _named(document)
    for skill in document["skills"]:
        thing_id = f"skill:{skill['slug']}"
        if not skill["modes"] and skill["slug"] not in taught and thing_id not in named:
            yield Finding(
                f"“{skill['title']}” has no mode, and nothing teaches it: nobody can "
                "learn it. Say how long it takes, or what teaches it.",
                thing_id,
            )


def _named(document: Mapping[str, Any]) -> set[str]:
    """Return the ids of all things that a requirement asks for."""
    return {
        alternative["thing"]
        for _, entry in things_in(document)
        for requirement in entry["requires"]
        for alternative in requirement["alternatives"]
        if alternative["thing"] is not None
    }


def _nothing_names(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    named = _named(document)
    levels: set[str] = set()
    for _, entry in things_in(document):
        named.update(f"skill:{taught['skill']}" for taught in entry.get("teaches", ()))
        if entry.get("search"):
            named.add(f"milestone:{entry['search']}")
        for requirement in entry["requires"]:
            levels.update(way["level"] or "" for way in requirement["alternatives"])
    teachers = {
        thing_id
        for thing_id, entry in things_in(document)
        if any(f"skill:{t['skill']}" in named for t in entry.get("teaches", ()))
    }
    wanted = [d for d in document["degrees"] if f"degree:{d['slug']}" in named]
    for thing_id, entry in things_in(document):
        if thing_id in named or entry.get("is_career"):
            continue
        if thing_id.startswith("milestone:") and thing_id in teachers:
            continue  # it is taken for what it teaches
        if thing_id.startswith("degree:") and (
            entry["level"] in levels
            or entry["level"] == "high-school"
            or any(_counts_as(entry, other) for other in wanted)
        ):
            continue
        yield Finding(f"Nothing names “{entry['title']}”: no plan has it.", thing_id)


def _counts_as(degree: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Say whether a degree is taken where another is asked for, as the engine does."""
    if rank(degree["level"]) < rank(wanted["level"]):
        return False
    taken = (wanted["field"], *wanted["counts_as"])
    return not wanted["field"] or any(
        f"{degree['field']}.".startswith(f"{code}.")
        or ("." in code and degree["field"].startswith(code))
        for code in taken
    )


def _not_reviewed(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    count = sum(role["is_generated"] for role in document["roles"])
    if count:
        words = "role is" if count == 1 else "roles are"
        yield Finding(
            f"{count:,} {words} still marked as made from public data, not yet "
            "reviewed.",
            "role?is_generated",
        )


def _no_address(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    for slug, source in sorted(document["sources"].items()):
        if not source["url"] and not source["is_judgement"]:
            yield Finding(
                f"The source “{source['title']}” has no address: nobody can look it "
                "up.",
                f"source:{slug}",
            )


def _repeated(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    for _, entry in things_in(document):
        for requirement in entry["requires"]:
            named = Counter(
                way["thing"] or f"any {way['level']}"
                for way in requirement["alternatives"]
            )
            for name, count in named.items():
                if count > 1:
                    yield Finding(
                        f"“{entry['title']}” requires “{requirement['text']}”, and "
                        f"{name} is named {count} times there. Once is enough.",
                        f"requirement:{requirement['key']}",
                    )


def _no_pay(document: Mapping[str, Any], today: date) -> Iterator[Finding]:
    for role in document["roles"]:
        if role["is_career"] and not any(
            figure["measure"] == "annual-wage-median" and figure["value"] is not None
            for figure in all_figures(role)
        ):
            yield Finding(
                f"“{role['title']}” has no pay figure (annual-wage-median).",
                f"role:{role['slug']}",
            )


Check = Callable[[Mapping[str, Any], date], Iterator[Finding]]

_CHECKS: dict[str, tuple[str, Check]] = {
    "not-reviewed": ("Made from public data", _not_reviewed),
    "nobody-teaches": ("Skills that nobody can learn", _nobody_teaches),
    "repeated": ("Alternatives that repeat each other", _repeated),
    "no-pay": ("Careers without a pay figure", _no_pay),
    "no-address": ("Sources without an address", _no_address),
    "nothing-names": ("Things that nothing names", _nothing_names),
    "old": (f"Figures older than {OLDEST} years", _old_figures),
}
