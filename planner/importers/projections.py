"""Employment Projections: workbooks of tables, or the export of data.bls.gov (CSV).

Numbers of tables and years move from edition to edition, so tables are known by
their captions and columns, and the years are read from those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from planner.importers.checking import (
    SOC_2010,
    Number,
    Reader,
    as_number,
    missing_columns,
)
from planner.importers.problems import Problems
from planner.importers.releases import Parsed, files_of
from planner.importers.tables import Table

KIND = "projections"
MISSING = {"—", "–", "-", "--", "N/A", "n/a", ""}
YEARS = r"(\d{4})-(\d{2,4})"

# Our word for a column: how its header reads, in any edition, with plain hyphens.
HEADERS = {
    "title": r"(\d{4} )?National Employment Matrix title|Occupation Title",
    "code": r"(\d{4} )?National Employment Matrix code|Occupation Code",
    "type": r"Occupation type",
    "change": rf"Employment change,( numeric,)? {YEARS}",
    "change_percent": rf"Employment change, percent, {YEARS}"
    rf"|Employment percent change, {YEARS}",
    "self_employed_percent": r"Percent self[- ]employed, \d{4}",
    "openings": rf"Occupational openings, {YEARS} annual average",
    "median_wage": r"Median annual wage,?( dollars,)? (?P<year>\d{4})",
    "education": r"Typical (education needed for entry|entry-level education)",
    "experience": r"Work experience in a related occupation",
    "training": r"Typical on-the-job training( needed.*)?",
    "first": r"Top highest skill",
    "second": r"Second highest skill",
    "third": r"Third highest skill",
}
EMPLOYMENT = re.compile(r"Employment,? (\d{4})", re.IGNORECASE)
_NUMBERS = ["employment", "projected", "change", "change_percent", "openings"]
_ASSIGNED = ["education", "experience", "training"]
NEEDED = {
    "characteristics": ["title", "code", *_NUMBERS, "median_wage", *_ASSIGNED],
    "education": ["title", "code", *_ASSIGNED],
    "attainment": ["title", "code"],
    "skills": ["code", "first", "second", "third"],
}
CAPTIONS = {
    "characteristics": r"occupational projections.*worker characteristics",
    "education": r"education and training assignments by detailed occupation",
    "attainment": r"educational attainment for workers.*by detailed occupation",
    "skills": r"top skills by detailed occupation",
}
# What a column is called where it cannot be found.
_CALLED = {
    "title": "National Employment Matrix title",
    "code": "National Employment Matrix code",
    "employment": "Employment (base year)",
    "projected": "Employment (target year)",
    "change": "Employment change, numeric",
    "change_percent": "Employment change, percent",
    "openings": "Occupational openings, annual average",
    "median_wage": "Median annual wage",
    "education": "Typical education needed for entry",
    "experience": "Work experience in a related occupation",
    "training": "Typical on-the-job training",
    "first": "Top highest skill",
    "second": "Second highest skill",
    "third": "Third highest skill",
}


def recognise(table: Table) -> str:
    """Return which of the tables this is that are kept, or an empty string."""
    caption = table.caption.lower()
    if (
        "table" in caption
        or "national employment matrix" in " ".join(table.columns).lower()
    ):
        for key, pattern in CAPTIONS.items():
            if re.search(pattern, caption):
                return key
        if caption:
            return ""
    names = _names_of(table)
    if {"title", "code", "employment", "median_wage"} <= set(names):
        return "characteristics"
    return ""


def base_year(table: Table) -> int | None:
    """Return the year that an edition begins with, as header or caption tell it."""
    for column in table.columns:
        if found := re.match(r"(\d{4}) National Employment Matrix", column):
            return int(found[1])
    years = [int(m[1]) for name in table.columns if (m := EMPLOYMENT.fullmatch(name))]
    if years:
        return min(years)
    found = re.search(YEARS, table.caption.replace("–", "-"))
    return int(found[1]) if found else None


def _names_of(table: Table) -> dict[str, str]:
    """Return the columns by our words for them."""
    names: dict[str, str] = {}
    for column in table.columns:
        for word, pattern in HEADERS.items():
            if word not in names and re.fullmatch(pattern, column, re.IGNORECASE):
                names[word] = column
                break
    years = sorted(
        (int(found[1]), name)
        for name in table.columns
        if (found := EMPLOYMENT.fullmatch(name))
    )
    if len(years) >= 2:
        names["employment"], names["projected"] = years[0][1], years[-1][1]
    return names


def parse(tables: Sequence[tuple[str, Table]], *, problems: Problems) -> Parsed | None:
    """Read the tables of one edition; what is wrong is added to the problems."""
    by_key: dict[str, Table] = {}
    for key, table in tables:
        if key in by_key:
            problems.add(
                _("This is the same table as in %(other)s. Give one of the two.")
                % {"other": by_key[key].label},
                file=table.label,
                sheet=table.sheet,
            )
        by_key.setdefault(key, table)
    main = by_key.get("characteristics")
    if main is None:
        problems.add(
            _(
                "The table “Occupational projections and worker characteristics” of "
                "the same edition is missing (Table 1.2 of occupation.xlsx, in older "
                "editions 1.7). Give both files at once."
            ),
            file=tables[0][1].label,
        )
        return None
    names = {key: _names_of(table) for key, table in by_key.items()}
    lacking = [
        missing_columns(
            table,
            [names[key].get(word, _CALLED[word]) for word in NEEDED[key]],
            problems,
        )
        for key, table in by_key.items()
    ]
    if any(lacking):
        return None
    columns = names["characteristics"]
    base, target = (
        int(EMPLOYMENT.fullmatch(columns[word])[1])  # type: ignore[index]
        for word in ("employment", "projected")
    )
    edition = f"{base}-{target % 100:02}"
    readings = _characteristics(Reader(main, problems), columns)
    if "education" in by_key:
        _assignments(
            Reader(by_key["education"], problems), names["education"], readings
        )
    if "attainment" in by_key:
        _attainment(
            Reader(by_key["attainment"], problems), names["attainment"], readings
        )
    if "skills" in by_key:
        _skills(Reader(by_key["skills"], problems), names["skills"], readings)
    wage = re.fullmatch(HEADERS["median_wage"], columns["median_wage"], re.IGNORECASE)
    facts: dict[str, Any] = {
        "base_year": base,
        "target_year": target,
        "wage_year": int(wage["year"]) if wage else None,
        "tables": {key: _number_of(table) for key, table in by_key.items()},
        "columns": {
            word: by_key[key].shown(column)
            for key in reversed(by_key)
            for word, column in names[key].items()
            if word not in {"title", "code", "type"}
        },
    }
    if "attainment" in by_key:
        facts["attainment_years"] = _years_in(by_key["attainment"].caption)
    return Parsed(
        kind=KIND,
        edition=edition,
        rank=f"{base}-{target}",
        source={
            "slug": f"bls-ep-{edition}",
            "title": "Employment Projections",
            "publisher": "US Bureau of Labor Statistics",
            "url": "https://www.bls.gov/emp/",
            "as_of": edition,
            "licence": "US Government work, public domain",
            "confidence": "primary",
        },
        files=files_of(
            (
                key,
                table,
                {word: table.shown(name) for word, name in names[key].items()},
            )
            for key, table in by_key.items()
        ),
        facts=facts,
        readings=readings,
    )


Readings = dict[str, dict[str, Any]]


def _characteristics(reader: Reader, names: dict[str, str]) -> Readings:
    readings: Readings = {}
    seen: set[str] = set()
    for _row in reader.rows():
        if _is_footnote(reader, names):
            continue
        if "type" in names and reader.cell(names["type"]).lower() != "line item":
            continue
        code = reader.code(names["code"], "soc")
        if code.endswith("-0000"):
            continue  # the total, and the major groups
        if code in SOC_2010:
            reader.wrong(
                _(
                    "%(code)s is a code of SOC 2010. Editions from 2019-29 on can be "
                    "imported."
                )
                % {"code": code},
                names["code"],
            )
            return {}
        if not reader.once(seen, code, names["code"]):
            continue
        facts: dict[str, Any] = {"title": _title(reader.text(names["title"]))}
        for word in (*_NUMBERS, "self_employed_percent"):
            if word in names:
                value = _number(reader, names[word])
                if value is not None:
                    facts[word] = value
        facts |= _wage(reader, names["median_wage"])
        for word in _ASSIGNED:
            if (text := reader.cell(names[word])) not in MISSING:
                facts[word] = text
        readings[code] = facts
    return readings


def _assignments(reader: Reader, names: dict[str, str], readings: Readings) -> None:
    for code in _codes(reader, names, readings):
        for word in _ASSIGNED:
            text = reader.cell(names[word])
            if text in MISSING:
                continue
            if readings[code].setdefault(word, text) != text:
                reader.wrong(
                    _(
                        "It says “%(here)s”, and the table of projections “%(there)s”, "
                        "so the files are of different editions."
                    )
                    % {"here": text, "there": readings[code][word]},
                    names[word],
                )


def _attainment(reader: Reader, names: dict[str, str], readings: Readings) -> None:
    categories = [
        name
        for name in reader.table.columns
        if name and name not in {names["title"], names["code"]}
    ]
    for code in _codes(reader, names, readings):
        shares: dict[str, Number] = {}
        for category in categories:
            value = _number(reader, category, 0, 100)
            if value is not None:
                shares[category] = value
        if sum(shares.values()) > 101:
            reader.wrong(_("The shares sum up to more than 100."), categories[-1])
        if shares:
            title = reader.cell(names["title"])
            readings[code]["attainment"] = shares
            readings[code]["attainment_is_borrowed"] = title != _title(title)


def _skills(reader: Reader, names: dict[str, str], readings: Readings) -> None:
    for code in _codes(reader, names, readings):
        skills = [reader.cell(names[word]) for word in ("first", "second", "third")]
        if not MISSING & set(skills):
            readings[code]["top_skills"] = skills


def _codes(reader: Reader, names: dict[str, str], readings: Readings) -> Any:
    """Yield the code of each row that is of an occupation in the main table."""
    seen: set[str] = set()
    for _row in reader.rows():
        if _is_footnote(reader, names):
            continue
        code = reader.code(names["code"], "soc")
        if code.endswith("-0000") or reader.is_bad:
            continue
        if code not in readings:
            if readings:
                reader.wrong(
                    _(
                        "%(code)s is not in the table of projections, so the files are "
                        "of different editions."
                    )
                    % {"code": code},
                    names["code"],
                )
            continue
        if reader.once(seen, code, names["code"]):
            yield code


def _is_footnote(reader: Reader, names: dict[str, str]) -> bool:
    """Tell the lines below a table, which have one long cell and nothing else."""
    filled = [value for value in reader.row.values() if value not in (None, "")]
    return len(filled) == 1 and not reader.cell(names["code"])


def _title(text: str) -> str:
    """Take away the mark of a footnote, and the other titles that the export adds."""
    return re.sub(r"\s*[\[(]\d+[\])]$", "", text.split("*")[0].strip())


def _number(
    reader: Reader, column: str, low: Number | None = None, high: Number | None = None
) -> Number | None:
    if isinstance(reader.row[column], str) and reader.cell(column) in MISSING:
        return None
    if reader.row[column] is None:
        return None
    return reader.number(column, low, high)


def _wage(reader: Reader, column: str) -> dict[str, Any]:
    """Return the wage; “>=$239,200” is published, and no number stands behind it."""
    text = reader.cell(column)
    top = re.fullmatch(r">=\s*\$?([\d,]+)", text)
    if top:
        return {
            "median_wage": None,
            "median_wage_top_coded": True,
            "median_wage_at_least": as_number(top[1]),
        }
    if text in MISSING:
        return {"median_wage_top_coded": False}
    return {
        "median_wage": reader.number(column, 0),
        "median_wage_top_coded": False,
    }


def _number_of(table: Table) -> str:
    found = re.match(r"Table \d+\.\d+", table.caption)
    return found[0] if found else table.sheet


def _years_in(caption: str) -> str:
    """Return 2022-23, or 2019 and 2021, from the end of a caption."""
    found = re.search(
        rf"{YEARS}|\d{{4}} and \d{{4}}|\d{{4}}(?=\W*(\(|$))", caption.replace("–", "-")
    )
    return found[0] if found else ""
