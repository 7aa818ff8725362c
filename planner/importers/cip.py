"""Titles of the fields of study: CIP, as the NCES publishes it (CIPCode2020.csv)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from planner.importers.checking import Reader, missing_columns
from planner.importers.problems import Problems
from planner.importers.releases import Parsed, files_of
from planner.importers.tables import Document, Table

KIND = "cip"
NEEDED = ["CIPCode", "Action", "CIPTitle"]
GONE = ("deleted", "moved from")  # the code is listed to say that it is no more
NEW_IN_2020 = "30.7001"  # data science


def recognise(table: Table) -> str:
    found = set(table.columns)
    if {"CIPCode", "CIPTitle"} <= found:
        return KIND
    some = found & {"CIPCode", "CIPTitle", "CIPFamily"}
    return KIND if some and is_named_so(table.document) else ""


def is_named_so(document: Document) -> bool:
    return re.fullmatch(r"cip ?code ?\d{4}", document.stem) is not None


def parse(table: Table, *, problems: Problems) -> Parsed | None:
    if missing_columns(table, NEEDED, problems):
        return None
    before = len(problems.sentences)
    reader = Reader(table, problems)
    readings: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for _row in reader.rows():
        code = reader.code("CIPCode", "cip")
        if not reader.once(seen, code, "CIPCode"):
            continue
        if not reader.cell("Action").lower().startswith(GONE):
            readings[code] = {"title": reader.text("CIPTitle").removesuffix(".")}
    named = re.search(r"(?:19|20)\d\d", table.document.stem)
    year = int(named[0]) if named else 2020
    is_sound = len(problems.sentences) == before
    if is_sound and (year < 2020 or NEW_IN_2020 not in readings):
        problems.add(
            _(
                "It is an edition before CIP 2020 (it has no %(code)s, data science), "
                "and its codes do not lead to SOC 2018. Give CIPCode2020.csv."
            )
            % {"code": NEW_IN_2020},
            file=table.label,
        )
        return None
    return Parsed(
        kind=KIND,
        edition=str(year),
        rank=str(year),
        source={
            "slug": f"cip-{year}",
            "title": f"Classification of Instructional Programs, {year} edition",
            "publisher": "National Center for Education Statistics",
            "url": "https://nces.ed.gov/ipeds/cipcode/",
            "as_of": str(year),
            "licence": "US Government work, public domain",
            "confidence": "primary",
        },
        files=files_of([(KIND, table, {name: name for name in NEEDED})]),
        facts={"as_of": str(year)},
        readings=readings,
    )
