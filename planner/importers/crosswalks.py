"""What codes belong together: O*NET-SOC to the matrix, and CIP to SOC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from planner.documents.readings import MONTHS
from planner.importers.checking import SOC_2010, Reader, missing_columns
from planner.importers.problems import Problems
from planner.importers.releases import Parsed, files_of
from planner.importers.tables import Document, Table, words_of

NOTHING = {"", "—", "-"}
NO_MATCH = "99"
NEM = {
    "code": "O*NET-SOC Code",
    "title": "O*NET-SOC Title",
    "nem": "NEM Code",
    "nem_title": "National Employment Matrix Occupational Title",
}
CIP_SOC = {
    "field": r"CIP(?P<year>\d{4})Code",
    "field_title": r"CIP\d{4}Title",
    "code": r"SOC(?P<year>\d{4})Code",
    "title": r"SOC\d{4}Title",
}


# O*NET-SOC to the National Employment Matrix


def recognise_nem(table: Table) -> str:
    found = set(table.columns)
    if {NEM["code"], NEM["nem"]} <= found:
        return "nem"
    named = "National Employment Matrix" in table.caption and "O*NET" in table.caption
    return "nem" if named and found & set(NEM.values()) else ""


def parse_nem(table: Table, *, problems: Problems) -> Parsed | None:
    if missing_columns(table, list(NEM.values()), problems):
        return None
    found = re.search(r"As of (\d{1,2})/(\d{1,2})/(\d{4})", table.caption)
    try:
        as_of = date(int(found[3]), int(found[1]), int(found[2])) if found else None
    except ValueError:
        as_of = None
    if as_of is None:
        problems.add(
            _(
                "Its date is missing: above the table stands “As of 9/6/2023” or "
                "the like."
            ),
            file=table.label,
            sheet=table.sheet,
        )
        return None
    edition = f"{MONTHS[as_of.month - 1]} {as_of.year}"
    slug = "bls-nem-crosswalk"
    if edition != "September 2023":
        slug += f"-{as_of:%Y-%m}"
    reader = Reader(table, problems)
    readings: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for _row in reader.rows():
        code = reader.code(NEM["code"], "onet")
        if code[:7] in SOC_2010:
            reader.wrong(
                _("%(code)s is a code of the O*NET-SOC taxonomy of 2010.")
                % {"code": code},
                NEM["code"],
            )
            return None
        if not reader.once(seen, code, NEM["code"]):
            continue
        has_match = reader.cell(NEM["nem"]) not in NOTHING
        readings[code] = {
            "title": reader.text(NEM["title"]),
            "nem": reader.code(NEM["nem"], "soc") if has_match else None,
            "nem_title": reader.text(NEM["nem_title"]) if has_match else None,
            "soc": code[:7],
        }
    return Parsed(
        kind="nem",
        edition=edition,
        rank=as_of.isoformat(),
        source={
            "slug": slug,
            "title": "O*NET-SOC to National Employment Matrix crosswalk",
            "publisher": "US Bureau of Labor Statistics",
            "url": "https://www.bls.gov/emp/documentation/crosswalks.htm",
            "as_of": edition,
            "licence": "US Government work, public domain",
            "confidence": "primary",
        },
        files=files_of([("nem", table, NEM)]),
        facts={"as_of": edition},
        readings=readings,
    )


# CIP to SOC


def recognise_cip_soc(table: Table) -> str:
    """Return cip-soc; of a workbook, the sheet that goes from CIP to SOC."""
    names = _names_of(table)
    if {"field", "code"} <= set(names):
        starts_with_cip = table.columns.index(names["field"]) == 0
        return "cip-soc" if starts_with_cip or not table.sheet else ""
    is_named = is_named_so(table.document) and not table.sheet
    return "cip-soc" if is_named and names else ""


def is_named_so(document: Document) -> bool:
    return "crosswalk" in document.stem.split()


def _names_of(table: Table) -> dict[str, str]:
    return {
        word: column
        for column in table.columns
        for word, pattern in CIP_SOC.items()
        if re.fullmatch(pattern, column.replace(" ", ""))
    }


def parse_cip_soc(tables: Sequence[Table], *, problems: Problems) -> Parsed | None:
    # The workbook has the same pairs in several sheets; one is called as they go.
    table = next((t for t in tables if words_of(t.sheet) == "cip soc"), tables[0])
    others = [other for other in tables if other.document is not table.document]
    for other in others:
        problems.add(
            _("This is the same table as in %(other)s. Give one of the two.")
            % {"other": table.label},
            file=other.label,
            sheet=other.sheet,
        )
    names = _names_of(table)
    wanted = {"field": "CIP2020Code", "field_title": "CIP2020Title"}
    wanted |= {"code": "SOC2018Code", "title": "SOC2018Title"}
    if missing_columns(
        table, [names.get(word, name) for word, name in wanted.items()], problems
    ):
        return None
    cip, soc = (int(re.findall(r"\d{4}", names[word])[0]) for word in ("field", "code"))
    if (cip, soc) < (2020, 2018):
        problems.add(
            _(
                "It leads from CIP %(cip)d to SOC %(soc)d. Occupations today have "
                "codes of SOC 2018; give the crosswalk of CIP 2020 to SOC 2018."
            )
            % {"cip": cip, "soc": soc},
            file=table.label,
            sheet=table.sheet,
        )
        return None
    edition = f"CIP {cip} to SOC {soc}"
    is_known = (cip, soc) == (2020, 2018)
    return Parsed(
        kind="cip-soc",
        edition=edition,
        rank=f"{cip}-{soc}",
        source={
            "slug": "cip-soc-crosswalk" + ("" if is_known else f"-{cip}-{soc}"),
            "title": f"{edition} crosswalk",
            "publisher": "National Center for Education Statistics and US Bureau of "
            "Labor Statistics",
            "url": "https://nces.ed.gov/ipeds/cipcode/post3.aspx?y=56",
            "as_of": "April 2020" if is_known else str(cip),
            "licence": "US Government work, public domain",
            "confidence": "primary",
        },
        readings=_fields_by_code(Reader(table, problems), names),
        files=files_of([("cip-soc", table, names)]),
        facts={"as_of": str(cip), "cip_year": cip, "soc_year": soc},
    )


def _fields_by_code(reader: Reader, names: dict[str, str]) -> dict[str, dict[str, Any]]:
    readings: dict[str, dict[str, Any]] = {}
    seen: set[tuple[str, str]] = set()
    for _row in reader.rows():
        field = reader.code(names["field"], "cip")
        code = reader.code(names["code"], "soc")
        if field.startswith(NO_MATCH) or code.startswith(NO_MATCH):
            continue  # a field that leads to no occupation, or the other way round
        if not reader.once(seen, (field, code)):
            continue
        found = readings.setdefault(
            code,
            {"title": reader.text(names["title"]), "fields": [], "field_titles": []},
        )
        found["fields"].append(field)
        found["field_titles"].append(
            reader.text(names["field_title"]).removesuffix(".")
        )
    return readings
