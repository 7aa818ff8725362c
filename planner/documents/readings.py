"""Figures for the catalogue document, made from what releases of public data say.

`figures_in` words what a release says of one code in the shape of `_FIGURE` in
`documents.catalogue`: measures, units, dates, cells and notes are those of the
figures that editors curate, so that pages show both alike. What is not published is
left out. What is published only as “so much or more” stands in words, without a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Facts = Mapping[str, Any]
Figure = dict[str, Any]

MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
]
MOST_SKILLS, MOST_KNOWLEDGE = 10, 5  # the most important ones; all are in the release

WAGES = {
    "annual-wage-median": ("annual", "median", "A_MEDIAN"),
    "annual-wage-mean": ("annual", "mean", "A_MEAN"),
    "annual-wage-p10": ("annual", "p10", "A_PCT10"),
    "annual-wage-p25": ("annual", "p25", "A_PCT25"),
    "annual-wage-p75": ("annual", "p75", "A_PCT75"),
    "annual-wage-p90": ("annual", "p90", "A_PCT90"),
    "hourly-wage-median": ("hourly", "median", "H_MEDIAN"),
    "hourly-wage-mean": ("hourly", "mean", "H_MEAN"),
}
DOLLARS = {"annual": "US dollars a year", "hourly": "US dollars an hour"}


def figures_in(
    kind: str,
    edition: str,
    source_slug: str,
    files: Sequence[Facts],
    release_facts: Facts,
    code: str,
    facts: Facts,
) -> list[Figure]:
    """Return the figures of one code in one release, in the order of a career's page.

    Each key is unique among the figures of one release and code; whoever puts figures
    of several careers together sets the name of the career before it.
    """
    made = _FIGURES.get(kind)
    if made is None:
        return []
    told = _Told(edition, source_slug, files, release_facts, code)
    told.names_sheets = kind in _NAMES_SHEETS
    return _with_keys_of_their_own(made(told, facts))


def _with_keys_of_their_own(figures: Iterable[Figure]) -> list[Figure]:
    """Number the keys that are alike once all signs are gone, as of C, C# and C++."""
    found: dict[str, Figure] = {}
    for figure in figures:
        stem, number = figure["key"], 1
        while figure["key"] in found:
            number += 1
            figure["key"] = f"{stem}-{number}"
        found[figure["key"]] = figure
    return list(found.values())


class _Told:
    """A release and a code: what all figures of a reading have in common."""

    def __init__(
        self,
        edition: str,
        source: str,
        files: Sequence[Facts],
        facts: Facts,
        code: str,
    ) -> None:
        self.names_sheets = False
        self.edition = edition
        self.source = source
        self.facts = facts
        self.code = code
        self.as_of = str(facts.get("as_of") or edition)
        self.tables: dict[str, list[tuple[str, Facts]]] = {}
        for file in files:
            for table in file.get("tables", ()):
                self.tables.setdefault(table["table"], []).append((file["name"], table))

    def cell(self, table: str, word: str, extra: str = "", part: str = "") -> str:
        """Name the file, the sheet and the column in which something is published."""
        places = self.tables.get(table)
        if not places:
            return f"table {table}"
        name, found = next(
            (one for one in places if part and part in one[0]), places[0]
        )
        if self.names_sheets and found["sheet"]:
            name = f"{name}#{found['sheet']}"
        return f"{name}, column {found['columns'].get(word, word)}{extra}"

    def figure(self, measure: str, cell: str, **said: Any) -> Figure:
        as_of = said.get("as_of", self.as_of)
        value, text = said.get("value"), said.get("text", "")
        key = [measure, self.code, as_of, said.get("apart", "")]
        return {
            "key": _slug(" ".join(key)),
            "measure": measure,
            "value": value,
            "text": text,
            "unit": said.get("unit", ""),
            "as_of": as_of,
            "soc_code": self.code,
            "source": self.source,
            "cell": cell,
            "note": said.get("note", ""),
            "position": 1,  # their own order is that of the page
        }


# Kinds whose workbooks have several tables: their cells name the sheet.
_NAMES_SHEETS = {"projections", "nem"}


def _slug(text: str) -> str:
    # As Django's slugify does: an apostrophe joins, and all else parts words.
    plain = re.sub(r"[^\w\s.-]", "", text.lower().replace(".", " "))
    return re.sub(r"[-\s_]+", "-", plain).strip("-")[:150].strip("-")


def _month(text: str) -> str:
    """Write 08/2025 as August 2025."""
    number, _slash, year = text.partition("/")
    return f"{MONTHS[int(number) - 1]} {year}"


# O*NET


def _onet(told: _Told, facts: Facts) -> Iterator[Figure]:
    if occupation := facts.get("occupation"):
        yield told.figure(
            "occupation-title",
            told.cell("occupation", "Title"),
            text=occupation["title"],
        )
    yield from _zone(told, facts)
    alternate = [
        title for title, kind in facts.get("titles", ()) if kind == "alternate"
    ]
    if alternate:
        name = told.cell("alternate", "title").partition(", column ")[0]
        yield told.figure(
            "alternate-title-count",
            f"{name}, rows of the code",
            value=len(alternate),
            unit="titles",
        )
    yield from _education(told, facts)
    yield from _ratings(told, facts, "skills", "skill-importance", MOST_SKILLS)
    yield from _ratings(
        told, facts, "knowledge", "knowledge-importance", MOST_KNOWLEDGE
    )
    yield from _technologies(told, facts)
    for related in facts.get("related", ()):
        place = f"{related['tier']} {related['index']}"
        title = related.get("title", "")
        yield told.figure(
            "related-occupation",
            told.cell("related", "Related O*NET-SOC Code"),
            text=related["code"],
            note=f"{place}: {title}" if title else place,
            apart=related["code"],
        )


def _zone(told: _Told, facts: Facts) -> Iterator[Figure]:
    if "zone" not in facts:
        return
    zone = facts["zone"]["zone"]
    yield told.figure(
        "job-zone",
        told.cell("zone", "Job Zone"),
        value=zone,
        unit=f"of {told.facts['zone_count']} zones",
        as_of=_month(facts["zone"]["date"]),
    )
    if reference := told.facts.get("zones", {}).get(str(zone)):
        yield told.figure(
            "job-zone-svp-range",
            told.cell("zones", "SVP Range"),
            text=reference["svp"],
        )


def _education(told: _Told, facts: Facts) -> Iterator[Figure]:
    """Yield what those who were asked say is required; a few said each, or many."""
    education = facts.get("education", {})
    doubtful = education.get("suppressed", {}).get("RL", ())
    names = told.facts.get("categories", {}).get("RL", {})
    asked = education.get("n", {}).get("RL")
    for category, share in education.get("RL", {}).items():
        if not share or category in doubtful or category not in names:
            continue
        name = names[category].split(" - ")[0]
        yield told.figure(
            "required-education-share",
            told.cell("education", "Data Value", ", scale RL"),
            value=share,
            unit="percent of respondents" + (f" (n={asked})" if asked else ""),
            as_of=_month(education["date"]),
            note=name,
            apart=name,
        )


def _ratings(
    told: _Told, facts: Facts, key: str, measure: str, most: int
) -> Iterator[Figure]:
    """Yield the most important ones; what O*NET recommends to suppress is left out."""
    rated = [
        one
        for one in facts.get(key, ())
        if one["importance"] is not None and not one["suppress"]
    ]
    for one in sorted(rated, key=lambda one: -one["importance"])[:most]:
        part = "ransferable" if one["id"].startswith("2.B") else ""
        yield told.figure(
            measure,
            told.cell(key, "Data Value", ", scale IM", part),
            value=one["importance"],
            unit="importance of 1 to 5",
            as_of=_month(one["date"]),
            note=one["name"],
            apart=one["name"],
        )


def _technologies(told: _Told, facts: Facts) -> Iterator[Figure]:
    """Yield those in demand; editions before 29 tell only which are hot anywhere."""
    for one in facts.get("technologies", ()):
        if one["in_demand"] or (one["in_demand"] is None and one["hot"]):
            mark = "hot" if one["in_demand"] is None else "in demand"
            yield told.figure(
                "technology",
                told.cell("technologies", "name", f", {mark}"),
                text=one["name"],
                note="hot" if one["hot"] else "",
                apart=one["name"],
            )


# Wages


def _wages(told: _Told, facts: Facts) -> Iterator[Figure]:
    for measure, (part, point, column) in WAGES.items():
        value = facts[part][point]
        cell = told.cell("wages", column)
        if value is not None:
            yield told.figure(measure, cell, value=value, unit=DOLLARS[part])
        elif f"{part}.{point}" in facts["top_coded"]:
            top = told.facts.get("top_code", {}).get(part)
            yield told.figure(
                measure,
                cell,
                text=_at_least(top),
                note="Published only as the top of the scale",
            )
    if facts["employment"] is not None:
        yield told.figure(
            "employment-oews",
            told.cell("wages", "TOT_EMP"),
            value=facts["employment"],
            unit="jobs",
        )


def _at_least(top: float | None) -> str:
    return "above what is published" if top is None else f"${top:,} or more"


# Projections

_PROJECTED = [
    ("employment-change", "change_percent", "percent"),
    ("annual-openings", "openings", "thousand a year"),
    ("employment", "employment", "thousand jobs"),
    ("employment-projected", "projected", "thousand jobs"),
    ("self-employed-share", "self_employed_percent", "percent"),
]
_ASSIGNED = [
    ("typical-entry-education", "education"),
    ("work-experience-required", "experience"),
    ("on-the-job-training", "training"),
]


def _projections(told: _Told, facts: Facts) -> Iterator[Figure]:
    base, target = str(told.facts["base_year"]), str(told.facts["target_year"])
    dates = {"employment-projected": target}
    dates |= dict.fromkeys(["employment", "self-employed-share"], base)
    for measure, word, unit in _PROJECTED:
        if facts.get(word) is not None:
            yield told.figure(
                measure,
                told.cell("characteristics", word),
                value=facts[word],
                unit=unit,
                as_of=dates.get(measure, told.edition),
            )
    yield from _median_wage(told, facts)
    table = "education" if "education" in told.tables else "characteristics"
    for measure, word in _ASSIGNED:
        if word in facts:
            cell = told.cell(table, word)
            yield told.figure(measure, cell, text=facts[word], as_of=base)
    for category, share in facts.get("attainment", {}).items():
        borrowed = " (of a broader group)" if facts["attainment_is_borrowed"] else ""
        yield told.figure(
            "attainment",
            told.cell("attainment", category),
            value=share,
            unit="percent of workers aged 25 or more",
            as_of=told.facts["attainment_years"] or base,
            note=category + borrowed,
            apart=category,
        )
    for rank, skill in enumerate(facts.get("top_skills", ()), start=1):
        yield told.figure(
            "top-skill",
            told.cell("skills", ("first", "second", "third")[rank - 1]),
            text=skill,
            as_of=base,
            note=f"Rank {rank}",
            apart=str(rank),
        )


def _median_wage(told: _Told, facts: Facts) -> Iterator[Figure]:
    cell = told.cell("characteristics", "median_wage")
    year = str(told.facts["wage_year"] or told.facts["base_year"])
    if facts.get("median_wage") is not None:
        yield told.figure(
            "annual-wage-median",
            cell,
            value=facts["median_wage"],
            unit=DOLLARS["annual"],
            as_of=year,
        )
    elif facts.get("median_wage_top_coded"):
        yield told.figure(
            "annual-wage-median",
            cell,
            text=_at_least(facts.get("median_wage_at_least")),
            as_of=year,
            note="Published only as the top of the scale",
        )


# Crosswalks


def _nem(told: _Told, facts: Facts) -> Iterator[Figure]:
    if facts["nem"] is not None:
        yield told.figure(
            "projections-code", told.cell("nem", "nem"), text=facts["nem"]
        )


def _cip_soc(told: _Told, facts: Facts) -> Iterator[Figure]:
    for field, title in zip(facts["fields"], facts["field_titles"], strict=True):
        yield told.figure(
            "field-of-study",
            told.cell("cip-soc", "field"),
            text=field,
            note=title,
            apart=field,
        )


_FIGURES = {
    "onet": _onet,
    "oews": _wages,
    "projections": _projections,
    "nem": _nem,
    "cip-soc": _cip_soc,
}
