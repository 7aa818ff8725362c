"""Wages by occupation: OEWS, the national file of one May (national_M2025_dl.xlsx)."""

from __future__ import annotations

import re
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
from planner.importers.tables import Document, Refused, Table

KIND = "oews"
FIRST = 2019  # the first May with codes of SOC 2018, some of them joined until 2020
NOT_PUBLISHED = {"*", "**", "~", ""}
TOP = "#"
POINTS = {
    "mean": "MEAN",
    "median": "MEDIAN",
    "p10": "PCT10",
    "p25": "PCT25",
    "p75": "PCT75",
    "p90": "PCT90",
}
WAGES = {"annual": "A", "hourly": "H"}
NEEDED = [
    *("OCC_CODE", "OCC_TITLE", "O_GROUP", "TOT_EMP"),
    *(f"{letter}_{point}" for letter in WAGES.values() for point in POINTS.values()),
]
# The file has one row an occupation only if these say the whole country and all of it.
WHOLE = {
    "AREA": {"99", "0000000"},
    "NAICS": {"000000", "0"},
    "I_GROUP": {"cross-industry"},
}


def recognise(table: Table) -> str:
    found = {name.upper() for name in table.columns}
    has = sum(name in found for name in NEEDED)
    return "wages" if "OCC_CODE" in found and has * 2 >= len(NEEDED) else ""


def is_named_so(document: Document) -> bool:
    return re.fullmatch(r"national m\d{4} dl", document.stem) is not None


def edition_in(text: str) -> str:
    """Return the edition in a name or a title, such as May 2025."""
    found = re.search(r"\bMay ((?:19|20)\d\d)\b|(?:^|[\W_])M((?:19|20)\d\d)_dl", text)
    return f"May {found[1] or found[2]}" if found else ""


def parse(table: Table, *, edition: str, problems: Problems) -> Parsed | None:
    """Read the wages of one May; what is wrong is added to the problems."""
    described, legend = _descriptions(table.document)
    told = {
        name
        for name in (
            described,
            edition_in(table.document.name),
            edition_in(table.sheet),
        )
        if name
    }
    if edition and edition_in(edition) != "":
        told.add(edition)
    if len(told) != 1:
        problems.add(
            _("It speaks of %(editions)s at once.")
            % {"editions": _(" and ").join(sorted(told))}
            if told
            else _(
                "It does not tell which May it is of: that stands in the sheet “Field "
                "Descriptions” and in the name, national_M2025_dl.xlsx. Say it as the "
                "edition, such as “May 2025”."
            ),
            file=table.label,
        )
        return None
    (edition,) = told
    year = int(edition[-4:])
    if year < FIRST:
        problems.add(
            _(
                "%(edition)s uses the occupation codes of SOC 2010. Files from May "
                "2019 on can be imported."
            )
            % {"edition": edition},
            file=table.label,
        )
        return None
    columns = {name.upper(): name for name in table.columns}
    if missing_columns(table, [columns.get(name, name) for name in NEEDED], problems):
        return None
    facts: dict[str, Any] = {"as_of": edition, "joined_codes": year <= 2020}
    if legend:
        facts["top_code"] = legend
    return Parsed(
        kind=KIND,
        edition=edition,
        rank=f"{year}-05",
        source={
            "slug": f"bls-oews-{year}",
            "title": "Occupational Employment and Wage Statistics, national",
            "publisher": "US Bureau of Labor Statistics",
            "url": "https://www.bls.gov/oes/tables.htm",
            "as_of": edition,
            "licence": "US Government work, public domain",
            "confidence": "primary",
        },
        readings=_readings(Reader(table, problems), columns),
        files=files_of([("wages", table, {name: columns[name] for name in NEEDED})]),
        facts=facts,
    )


def _readings(reader: Reader, columns: dict[str, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for _row in reader.rows():
        for name, whole in WHOLE.items():
            if name in columns and reader.cell(columns[name]) not in whole:
                reader.wrong(
                    _(
                        "“%(text)s” is a part of the country or of its industries. "
                        "Give the national file, national_M2025_dl.xlsx."
                    )
                    % {"text": reader.cell(columns[name])},
                    columns[name],
                )
                return {}  # every other row would say the same
        if reader.cell(columns["O_GROUP"]).lower() != "detailed":
            continue
        code = reader.code(columns["OCC_CODE"], "soc")
        if code in SOC_2010:
            reader.wrong(
                _("%(code)s is a code of SOC 2010, which ended with May 2018.")
                % {"code": code},
                columns["OCC_CODE"],
            )
            return {}
        if not reader.once(seen, code, columns["OCC_CODE"]):
            continue
        top_coded: list[str] = []
        facts: dict[str, Any] = {
            "title": reader.text(columns["OCC_TITLE"]),
            "employment": _value(reader, columns["TOT_EMP"], "employment", top_coded),
        }
        for name, letter in WAGES.items():
            facts[name] = {
                point: _value(
                    reader, columns[f"{letter}_{column}"], f"{name}.{point}", top_coded
                )
                for point, column in POINTS.items()
            }
            _refuse_disorder(reader, facts[name], columns[f"{letter}_MEDIAN"])
        found[code] = facts | {"top_coded": top_coded, "line": reader.line}
    return found


def _value(
    reader: Reader, column: str, name: str, top_coded: list[str]
) -> Number | None:
    """Return a number that is published; # says only that it is the top or more."""
    text = reader.row[column]
    if isinstance(text, str) or text is None:
        text = reader.cell(column)
        if text in NOT_PUBLISHED:
            return None
        if text == TOP:
            top_coded.append(name)
            return None
    value = as_number(text)
    if value is None or value < 0:
        reader.wrong(
            _("“%(text)s” is neither a number nor one of the marks *, ** and #.")
            % {"text": reader.cell(column)[:60]},
            column,
        )
        return None
    return value


def _refuse_disorder(
    reader: Reader, wages: dict[str, Number | None], column: str
) -> None:
    """A tenth earns no more than a quarter does: else columns were mixed up."""
    points = [wages[name] for name in ("p10", "p25", "median", "p75", "p90")]
    known = [point for point in points if point is not None]
    if known != sorted(known):
        reader.wrong(_("The percentiles do not go up."), column)


def _descriptions(document: Document) -> tuple[str, dict[str, Number]]:
    """Return the edition and the top code that “Field Descriptions” tells."""
    edition, legend = "", {}
    for table in document.tables:
        if table.sheet.lower() != "field descriptions":
            continue
        try:
            for _line, cells in table.lines():
                text = " ".join(str(cell) for cell in cells if cell is not None)
                if not edition and re.search(r"\bOE(W)?S Estimates\b", text):
                    edition = edition_in(text)
                top = re.search(r"\$([\d,.]+) per hour or \$([\d,]+) per year", text)
                if text.lstrip().startswith(TOP) and top:
                    hourly, annual = as_number(top[1].rstrip(".")), as_number(top[2])
                    if hourly is not None and annual is not None:
                        legend = {"hourly": hourly, "annual": annual}
        except Refused:
            return "", {}
    return edition, legend
