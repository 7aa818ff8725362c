"""The public data itself: what is stored says what the files say, cell by cell."""

import csv
import random
import re
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest

from planner.importers.everything import store_all
from planner.importers.releases import change_by
from planner.models import Reading, Release, Source

pytestmark = pytest.mark.slow

CODES = {
    ("onet", "29.3"): 923,
    ("onet", "30.1"): 1016,
    ("oews", "May 2020"): 789,
    ("oews", "May 2023"): 831,
    ("oews", "May 2025"): 830,
    ("projections", "2022-32"): 832,
    ("projections", "2024-34"): 832,
    ("nem", "September 2023"): 997,
    ("cip-soc", "CIP 2020 to SOC 2018"): 687,
    ("cip", "2020"): 2687,
}
SHIPPED = {
    *("onet-29-3", "onet-30-1", "bls-oews-2020", "bls-oews-2023", "bls-oews-2025"),
    *("bls-ep-2022-32", "bls-ep-2024-34", "bls-nem-crosswalk", "cip-soc-crosswalk"),
    "cip-2020",
}


def test_every_release_is_found_in_a_folder_of_folders(releases):
    assert {key: len(one.readings) for key, one in releases.items()} == CODES
    assert {one.source["slug"] for one in releases.values()} == SHIPPED


def test_what_is_none_of_ours_is_named_and_left_alone(everything):
    assert {name for name, _reason in everything.left_alone} == {
        "GOTCHAS.md",
        "MANIFEST.md",
        "bls_ep_2020_30/occupations_projections_processed.csv",
        "duration_cost_facts.csv",
        "onet_30_1_text/Content Model Reference.txt",
        "onet_30_1_text/UNSPSC Reference.txt",
        "seed_facts.csv",
        "soc_crosswalks/soc_2018_definitions.xlsx",
        "starter_facts.csv",
    }


def test_rows_and_digests_are_those_of_the_manifest(data, everything):
    manifest = (data / "MANIFEST.md").read_text(encoding="utf-8")
    counted = 0
    for release in everything.releases:
        for file in release.files:
            name = re.escape(file["name"].split("/")[1])
            (line,) = re.findall(rf"^\| {name} \|.*$", manifest, re.MULTILINE)
            cells = [cell.strip() for cell in line.split("|")]
            assert file["sha256"] == cells[6], name
            if cells[4]:  # text files: the rows without the header
                assert file["rows"] == int(cells[4]), name
                counted += 1
            for table in file["tables"]:
                if table["sheet"]:  # sheets: all lines, with captions and notes
                    sheet = re.escape(table["sheet"])
                    (lines,) = re.findall(rf"\b{sheet}=(\d+)", cells[5])
                    around = int(lines) - table["rows"]
                    assert 1 <= around <= 5, (name, table)
                    counted += 1
    assert counted == 28  # tables, of which a workbook may have several


@pytest.mark.django_db
def test_the_same_again_changes_nothing(everything):
    first = store_all(everything.releases)
    assert not any(change.is_stored for change in first)
    before = Reading.objects.count(), Release.objects.count(), Source.objects.count()
    assert before[:2] == (sum(CODES.values()), len(CODES))
    again = store_all(everything.releases)
    assert all(change.is_stored for change in again)
    assert {(c.added, c.changed, c.gone) for c in again} == {(0, 0, 0)}
    assert before == (
        Reading.objects.count(),
        Release.objects.count(),
        Source.objects.count(),
    )


@pytest.mark.django_db
def test_what_the_database_gives_back_is_what_was_parsed(everything):
    store_all(everything.releases)
    for parsed in everything.releases:
        release = Release.objects.get(kind=parsed.kind, edition=parsed.edition)
        assert release.facts == parsed.facts
        for code, facts in release.readings.values_list("code", "facts"):
            assert facts == parsed.readings[code]
        assert change_by(parsed).is_stored


# 300 cells, drawn at random, looked up in the files by other code than the importers'


class Library:
    """The files as they are, read without the importers."""

    def __init__(self, folder):
        self.folder = folder
        self.rows = cache(self._rows)

    def _rows(self, name, sheet=None, header=0):
        """Return the rows of a file with the number of each line."""
        path = self.folder / name
        lines: list[Any]
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path, read_only=True)
            lines = list(
                (book[sheet] if sheet else book.worksheets[0]).values,
            )
            book.close()
        elif path.suffix == ".txt":
            text = path.read_text(encoding="ascii")
            lines = [line.split("\t") for line in text.splitlines()]
        else:
            with path.open(encoding="utf-8-sig", newline="") as source:
                lines = list(csv.reader(source))
        names = [str(name) for name in lines[header]]
        return [
            dict(zip(names, line, strict=False)) | {"line": number}
            for number, line in enumerate(lines[header + 1 :], start=header + 2)
        ]


def same(stored, cell):
    if isinstance(stored, (int, float)) and not isinstance(stored, bool):
        return Decimal(str(stored)) == Decimal(str(cell))
    return str(stored) == str(cell).strip()


def onet_cells(library, releases, pick):
    of = releases["onet", "30.1"].readings
    folder = "onet_30_1_text"
    row = pick(library.rows(f"{folder}/Occupation Data.txt"))
    yield of[row["O*NET-SOC Code"]]["occupation"]["description"], row["Description"]
    row = pick(library.rows(f"{folder}/Job Zones.txt"))
    yield of[row["O*NET-SOC Code"]]["zone"]["zone"], row["Job Zone"]
    yield of[row["O*NET-SOC Code"]]["zone"]["date"], row["Date"]
    row = pick(library.rows(f"{folder}/Alternate Titles.txt"))
    title = [row["Alternate Title"], "alternate"]
    yield title in of[row["O*NET-SOC Code"]]["titles"], True
    row = pick(library.rows(f"{folder}/Task Statements.txt"))
    tasks = {str(task["id"]): task for task in of[row["O*NET-SOC Code"]]["tasks"]}
    yield tasks[row["Task ID"]]["text"], row["Task"]
    row = pick(library.rows(f"{folder}/Technology Skills.txt"))
    tools = {tool["name"]: tool for tool in of[row["O*NET-SOC Code"]]["technologies"]}
    yield tools[row["Example"]]["hot"], row["Hot Technology"] == "Y"
    yield tools[row["Example"]]["in_demand"], row["In Demand"] == "Y"
    row = pick(library.rows(f"{folder}/Related Occupations.txt"))
    related = of[row["O*NET-SOC Code"]]["related"]
    yield related[int(row["Index"]) - 1]["code"], row["Related O*NET-SOC Code"]
    rows = library.rows(f"{folder}/Education, Training, and Experience.txt")
    row = pick([row for row in rows if row["Category"] != "n/a"])
    education = of[row["O*NET-SOC Code"]]["education"]
    yield education[row["Scale ID"]][row["Category"]], row["Data Value"]
    row = pick([row for row in rows if row["Element ID"] == "2.D.4.a"])
    certificate = of[row["O*NET-SOC Code"]]["education"]["certification"]
    yield certificate["importance"], row["Data Value"]
    rows = library.rows(f"{folder}/Interests.txt")
    row = pick([row for row in rows if row["Scale ID"] == "OI"])
    yield of[row["O*NET-SOC Code"]]["interests"][row["Element Name"]], row["Data Value"]


def rating_cells(library, releases, pick):
    of = releases["onet", "29.3"].readings
    for key, name in (("skills", "Skills"), ("knowledge", "Knowledge")):
        row = pick(library.rows(f"onet_29_3_excel/{name}.xlsx"))
        rated = {one["id"]: one for one in of[row["O*NET-SOC Code"]][key]}
        word = {"IM": "importance", "LV": "level"}[row["Scale ID"]]
        yield rated[row["Element ID"]][word], row["Data Value"]


def wage_cells(library, releases, pick):
    for year in (2020, 2023, 2025):
        of = releases["oews", f"May {year}"].readings
        rows = library.rows(f"bls_oews/national_M{year}_dl.xlsx")
        row = pick([row for row in rows if row["O_GROUP"] == "detailed"])
        stored = of[row["OCC_CODE"]]
        assert stored["line"] == row["line"]
        column, part, point = pick(
            [
                ("A_MEDIAN", "annual", "median"),
                ("A_PCT90", "annual", "p90"),
                ("A_MEAN", "annual", "mean"),
                ("H_PCT10", "hourly", "p10"),
                ("H_MEDIAN", "hourly", "median"),
            ]
        )
        published = row[column]
        if published == "#":
            yield f"{part}.{point}" in stored["top_coded"], True
        yield stored[part][point], None if published in {"#", "*"} else published
        jobs = row["TOT_EMP"]
        yield stored["employment"], None if jobs == "**" else jobs


def projection_cells(library, releases, pick):
    of = releases["projections", "2024-34"].readings
    rows = library.rows("bls_ep_2024_34/occupation.xlsx", "Table 1.2", 1)
    row = pick([row for row in rows if row["Occupation type"] == "Line item"])
    stored = of[row["2024 National Employment Matrix code"]]
    yield stored["change_percent"], row["Employment change, percent, 2024–34"]
    yield stored["openings"], row["Occupational openings, 2024–34 annual average"]
    yield stored["projected"], row["Employment, 2034"]
    rows = library.rows("bls_ep_2024_34/education.xlsx", "Table 5.3", 1)
    row = pick([row for row in rows if row["2024 National Employment Matrix code"]][1:])
    stored = of[row["2024 National Employment Matrix code"]]
    yield stored["attainment"]["Bachelor's degree"], row["Bachelor's degree"]
    title = row["2024 National Employment Matrix title"]
    yield stored["attainment_is_borrowed"], title.endswith("]")
    of = releases["projections", "2022-32"].readings
    rows = library.rows("bls_ep_2022_32/occupation_2023_final.xlsx", "Table 5.4", 1)
    row = pick([row for row in rows if row["2022 National Employment Matrix code"]])
    stored = of[row["2022 National Employment Matrix code"]]
    yield stored["education"], row["Typical education needed for entry"]
    yield stored["experience"], row["Work experience in a related occupation"]


def crosswalk_cells(library, releases, pick):
    of = releases["nem", "September 2023"].readings
    row = pick(library.rows("soc_crosswalks/nem-onet-to-soc-crosswalk.xlsx", None, 4))
    yield of[row["O*NET-SOC Code"]]["nem"], row["NEM Code"]
    of = releases["cip-soc", "CIP 2020 to SOC 2018"].readings
    rows = library.rows("cip_soc/CIP2020_SOC2018_Crosswalk.csv")
    row = pick([row for row in rows if "99-9999" not in row["SOC2018Code"]])
    if row["CIP2020Code"] != "99.9999":
        yield row["CIP2020Code"] in of[row["SOC2018Code"]]["fields"], True
    of = releases["cip", "2020"].readings
    rows = library.rows("cip_soc/CIPCode2020.csv")
    row = pick([row for row in rows if row["Action"] == "No substantive changes"])
    code = row["CIPCode"].strip('="')
    yield of[code]["title"], row["CIPTitle"].removesuffix(".")


def test_300_cells_drawn_at_random_are_what_is_stored(data, releases):
    library, pick = Library(data), random.Random(4).choice  # noqa: S311
    kinds = [onet_cells, rating_cells, wage_cells, projection_cells, crosswalk_cells]
    checked = 0
    while checked < 300:
        for cells in kinds:
            for stored, published in cells(library, releases, pick):
                assert (stored is None and published is None) or same(
                    stored, published
                ), (cells.__name__, stored, published)
                checked += 1


def test_missing_is_missing_and_never_zero(releases):
    old, new = releases["onet", "29.3"], releases["onet", "30.1"]
    assert "skills" not in old.readings.get("15-2051.00", {})
    assert "education" not in new.readings["15-2051.00"]
    assert set(new.readings["15-1299.00"]) == {"occupation", "titles"}
    assert "skills" not in new.readings["15-1252.00"]
    codes = releases["oews", "May 2025"].readings
    pilots = codes["53-2011"]
    assert pilots["hourly"]["median"] is None
    assert pilots["annual"]["median"] > 0
    assert sum(entry["top_coded"] != [] for entry in codes.values()) == 0
    older = releases["oews", "May 2023"].readings["29-1213"]
    assert older["annual"]["median"] is None
    assert "annual.median" in older["top_coded"]
