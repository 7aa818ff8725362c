"""A broken file is refused whole, with its place and what to do in a sentence."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from planner.importers import tables
from planner.importers.everything import read_paths
from planner.importers.problems import MOST, BadFiles
from planner.models import Reading, Release
from tests.importers import making as make


def refused(*paths, edition=""):
    """Return what is said of files that must not be read."""
    with pytest.raises(BadFiles) as error:
        read_paths([Path(path) for path in paths], edition=edition)
    return error.value.problems


def changed(rows, line, column, value):
    """The same rows, with one cell changed; lines and columns as people count them."""
    copy = [list(row) for row in rows]
    copy[line - 1][copy[0].index(column)] = value
    return copy


def without(rows, column):
    place = rows[0].index(column)
    return [[*row[:place], *row[place + 1 :]] for row in rows]


def renamed(rows, column, name):
    return [[name if cell == column else cell for cell in rows[0]], *rows[1:]]


# A cell of O*NET

CELLS = {
    "a text where a number belongs": (
        "Skills.txt",
        changed(make.SKILLS, 3, "Data Value", "high"),
        "Skills.txt, line 3, column Data Value: “high” is no number.",
    ),
    "no number at all": (
        "Skills.txt",
        changed(make.SKILLS, 3, "Data Value", "NaN"),
        "Skills.txt, line 3, column Data Value: “NaN” is no number.",
    ),
    "an importance above its scale": (
        "Skills.txt",
        changed(make.SKILLS, 4, "Data Value", "50.0"),
        "Skills.txt, line 4, column Data Value: 50 is out of range; "
        "it goes from 1 to 5.",
    ),
    "a row twice": (
        "Skills.txt",
        [*make.SKILLS, make.SKILLS[1]],
        "Skills.txt, line 6, column Element ID: 15-1252.00, 2.A.1.a, IM stands here a "
        "second time.",
    ),
    "an occupation twice": (
        "Occupation Data.txt",
        [*make.OCCUPATIONS, make.OCCUPATIONS[1]],
        "Occupation Data.txt, line 5, column O*NET-SOC Code: 15-1252.00 stands here a "
        "second time.",
    ),
    "a code of another form": (
        "Job Zones.txt",
        changed(make.ZONES, 2, "O*NET-SOC Code", "15-1252"),
        "Job Zones.txt, line 2, column O*NET-SOC Code: “15-1252” is no code; one reads "
        "15-2051.00.",
    ),
    "a code that no occupation has": (
        "Job Zones.txt",
        changed(make.ZONES, 2, "O*NET-SOC Code", "15-9999.00"),
        "Job Zones.txt, line 2, column O*NET-SOC Code: 15-9999.00 is not in Occupation "
        "Data, so the files are of different editions, or one of them is damaged.",
    ),
    "a zone that is none": (
        "Job Zones.txt",
        changed(make.ZONES, 3, "Job Zone", 6),
        "Job Zones.txt, line 3, column Job Zone: 6 is no job zone of this edition; "
        "there are 1, 2, 3, 4, 5.",
    ),
    "half a zone": (
        "Job Zones.txt",
        changed(make.ZONES, 3, "Job Zone", "3.5"),
        "Job Zones.txt, line 3, column Job Zone: 3.5 is no whole number.",
    ),
    "a date in another order": (
        "Job Zones.txt",
        changed(make.ZONES, 2, "Date", "2023-08"),
        "Job Zones.txt, line 2, column Date: “2023-08” is no month; one reads 08/2025.",
    ),
    "a flag that is neither yes nor no": (
        "Technology Skills.txt",
        changed(make.TECHNOLOGIES, 2, "Hot Technology", "maybe"),
        "Technology Skills.txt, line 2, column Hot Technology: “maybe” is none of "
        "“Y”, “N”, “n/a”.",
    ),
    "a title that is empty": (
        "Occupation Data.txt",
        changed(make.OCCUPATIONS, 3, "Title", ""),
        "Occupation Data.txt, line 3, column Title: The cell is empty.",
    ),
    "a share over 100": (
        "Education, Training, and Experience.txt",
        changed(make.EDUCATION, 3, "Data Value", "180.00"),
        "Education, Training, and Experience.txt, line 3, column Data Value: 180 is "
        "out of range; it goes from 0 to 100.",
    ),
    "shares that are more than all": (
        "Education, Training, and Experience.txt",
        changed(make.EDUCATION, 3, "Data Value", "95.00"),
        "Education, Training, and Experience.txt, line 3, column Data Value: The "
        "shares of 15-1252.00 on scale RL sum up to more than 100.",
    ),
    "a line that is cut off": (
        "Task Statements.txt",
        make.tabbed(make.TASKS)[:-40],
        "Task Statements.txt, line 3: The line has 3 cells, and the header 7.",
    ),
    "a column that is missing": (
        "Job Zones.txt",
        without(make.ZONES, "Job Zone"),
        "Job Zones.txt, line 1: The column Job Zone is missing. There are: O*NET-SOC "
        "Code, Date, Domain Source.",
    ),
    "a column that is renamed": (
        "Skills.txt",
        renamed(make.SKILLS, "Data Value", "Score"),
        "Skills.txt, line 1: The column Data Value is missing. There are: O*NET-SOC "
        "Code, Element ID, Element Name, Scale ID, Score, N, Standard Error, Lower CI "
        "Bound, Upper CI Bound, Recommend Suppress, Not Relevant, Date, Domain Source.",
    ),
    "a column that is there twice": (
        "Job Zones.txt",
        renamed(make.ZONES, "Domain Source", "Date"),
        "Job Zones.txt, line 1: Two columns are called Date.",
    ),
    "a header that is lost": (
        "Job Zones.txt",
        make.ZONES[1:],
        "Job Zones.txt: The name is one of a file that is read, but its columns are "
        "not: 15-1252.00, 4, 08/2023, Analyst.",
    ),
    "a header and nothing else": (
        "Job Zones.txt",
        make.ZONES[:1],
        "Job Zones.txt: There are no rows in it.",
    ),
    "another encoding": (
        "Task Statements.txt",
        make.tabbed(make.TASKS).replace(b"Test programs", b"Test caf\xe9s"),
        "Task Statements.txt, line 3: Byte 23 of the line (0xE9) is not UTF-8. Save "
        "the file as UTF-8.",
    ),
    "zero bytes": (
        "Task Statements.txt",
        make.tabbed(make.TASKS).replace(b"Test", b"T\0st"),
        "Task Statements.txt: This is neither text, nor a workbook, nor a ZIP archive.",
    ),
}


@pytest.mark.parametrize(("name", "rows", "sentence"), CELLS.values(), ids=CELLS)
def test_a_bad_row_is_named_with_file_line_and_column(tmp_path, name, rows, sentence):
    if sentence.endswith("nor a ZIP archive."):
        # Among many files it is none of our business; by itself it is refused.
        make.onet(tmp_path, **{name: rows})
        assert refused(tmp_path / name, edition="30.1") == [sentence]
        return
    assert refused(make.onet(tmp_path, **{name: rows})) == [sentence]


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    bad = {
        "Job Zones.txt": changed(make.ZONES, 2, "Job Zone", "four"),
        "Skills.txt": changed(make.SKILLS, 2, "Date", "yesterday"),
        "Task Statements.txt": changed(make.TASKS, 2, "Task ID", "x"),
    }
    problems = refused(make.onet(tmp_path, **bad))
    assert [problem.split(",")[0] for problem in problems] == [
        *("Job Zones.txt", "Task Statements.txt", "Skills.txt")
    ]


def test_of_very_many_problems_the_first_are_told_and_the_others_counted(tmp_path):
    rows = [make.ZONES[0], *([make.DEVELOPER, "four", "08/2023", "x"],) * (MOST + 50)]
    problems = refused(make.onet(tmp_path, **{"Job Zones.txt": rows}))
    assert len(problems) == MOST + 1
    assert problems[-1].startswith("And ")


# Whole files

WAGES = make.wages()


def with_entity(name, content):
    if name != "xl/styles.xml":
        return content
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return content.replace(b"<styleSheet", bomb + b"<styleSheet", 1)


def with_hidden_entity(name, content):
    """The same in UTF-16, behind a comment: looking for bytes would not find it."""
    if name != "xl/worksheets/sheet1.xml":
        return content
    text = content.decode()
    head = '<?xml version="1.0" encoding="UTF-16"?>' + "<!--" + " " * 9000 + "-->"
    head += '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">'
    return (head + text[text.index("<worksheet") :]).encode("utf-16")


def bomb(size):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Skills.txt", b"0" * size)
    return target.getvalue()


def with_password(content):
    """The same ZIP, its first entry marked as encrypted."""
    content = bytearray(content)
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


FILES = {
    "a workbook cut off": (
        "national_M2025_dl.xlsx",
        WAGES[:-400],
        "damaged or cut off",
    ),
    "a workbook with a hole": (
        "national_M2025_dl.xlsx",
        WAGES[:3000] + b"\0" * 900 + WAGES[3900:],
        "national_M2025_dl.xlsx",
    ),
    "a workbook that is a web page": (
        "national_M2025_dl.xlsx",
        b"<!DOCTYPE html><html><body>Access denied</body></html>",
        "This is a web page and not the data",
    ),
    "an old workbook": (
        "national_M2025_dl.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "old Excel file (.xls), or one with a password",
    ),
    "a PDF": ("national_M2025_dl.xlsx", b"%PDF-1.7 ...", "This is a PDF"),
    "a workbook with entities": (
        "national_M2025_dl.xlsx",
        make.rewritten(WAGES, with_entity),
        "Its part “xl/styles.xml” declares a document type (<!DOCTYPE>)",
    ),
    "a workbook with a hidden document type": (
        "national_M2025_dl.xlsx",
        make.rewritten(WAGES, with_hidden_entity),
        "Its part “xl/worksheets/sheet1.xml” declares a document type",
    ),
    "a workbook with a part that is no XML": (
        "national_M2025_dl.xlsx",
        make.rewritten(WAGES, lambda n, c: b"{}" if "sheet1" in n else c),
        "Its part “xl/worksheets/sheet1.xml” is damaged",
    ),
    "a workbook without its parts": (
        "national_M2025_dl.xlsx",
        make.zipped(**{"[Content_Types].xml": "<a/>"}),
        "This is not a workbook that can be read",
    ),
    "an empty file": ("CIPCode2020.csv", b"", "The file is empty."),
    "a file of blanks": ("CIPCode2020.csv", b"\r\n  \r\n", "The file is empty."),
    "an empty ZIP": ("db_30_1_text.zip", make.zipped(), "has nothing in it"),
    "a ZIP cut off": (
        "db_30_1_text.zip",
        make.zipped(**{"Job Zones.txt": make.tabbed(make.ZONES)})[:-30],
        "damaged or cut off",
    ),
    "a ZIP bomb": (
        "db_30_1_text.zip",
        bomb(40_000_000),
        "more than 100 times its size",
    ),
    "a ZIP that points out of itself": (
        "db_30_1_text.zip",
        make.zipped(**{"../../etc/Job Zones.txt": make.tabbed(make.ZONES)}),
        "points out of the archive",
    ),
    "a ZIP with a password": (
        "db_30_1_text.zip",
        with_password(make.zipped(**{"Job Zones.txt": make.tabbed(make.ZONES)})),
        "protected with a password",
    ),
    "a ZIP in a ZIP": (
        "db.zip",
        make.zipped(**{"db_30_1_text.zip": make.zipped(a=b"1")}),
        "An archive inside an archive is not read",
    ),
    "text in UTF-16": (
        "CIPCode2020.csv",
        make.CIP.encode("utf-16"),
        "This text is in UTF-16. Save it as UTF-8.",
    ),
    "something packed with gzip": ("CIPCode2020.csv", b"\x1f\x8b\x08\0", "gzip"),
    "a spreadsheet of one's own": (
        "budget.xlsx",
        make.workbook(Sheet=[["a", "b"], [1, 2]]),
        "It is none of the files that are read",
    ),
    "another table under a known name": (
        "national_M2025_dl.xlsx",
        make.workbook(Sheet=[["Name", "Amount"], [1, 2]]),
        "The name is one of a file that is read, but its columns are not: Name,",
    ),
}


@pytest.mark.parametrize(("name", "content", "words"), FILES.values(), ids=FILES)
def test_a_broken_file_is_refused_with_the_reason(tmp_path, name, content, words):
    make.folder(tmp_path, **{name: content})
    problems = refused(tmp_path / name)
    assert len(problems) == 1
    assert problems[0].startswith(name)
    assert words in problems[0]


BY_NAME = set(FILES) - {
    "a spreadsheet of one's own",
    *(case for case, (name, *_rest) in FILES.items() if name == "CIPCode2020.csv"),
}


@pytest.mark.parametrize("case", sorted(BY_NAME))
def test_it_is_not_passed_over_in_a_folder_of_good_ones(tmp_path, case):
    name, content, words = FILES[case]
    make.folder(tmp_path, **{name: content, "CIPCode2020.csv": make.CIP})
    (problem,) = refused(tmp_path)
    assert words in problem


def test_a_file_that_nobody_asked_for_is_passed_over_and_named(tmp_path):
    make.folder(
        tmp_path,
        **{
            "CIPCode2020.csv": make.CIP,
            "readme.html": "<!DOCTYPE html><p>Hello</p>",
            "logo.png": b"\x89PNG\r\n\0\0",
            "budget.xlsx": make.workbook(Sheet=[["a", "b"], [1, 2]]),
            ".DS_Store": b"\0\1",
            "~$budget.xlsx": b"lock",
        },
    )
    found = read_paths([tmp_path])
    assert [one.edition for one in found.releases] == ["2020"]
    assert sorted(name for name, _reason in found.left_alone) == [
        *("budget.xlsx", "logo.png", "readme.html"),
    ]


def test_an_edition_that_is_none_is_refused(tmp_path):
    make.folder(tmp_path, **{"CIPCode2020.csv": make.CIP})
    (problem,) = refused(tmp_path, edition="latest")
    assert problem.startswith("“latest” is no edition")


def test_caps_hold_before_anything_is_unpacked(tmp_path, monkeypatch):
    make.folder(tmp_path, **{"db.zip": make.zipped(a=b"1" * 5000, b=b"2" * 5000)})

    def capped(**limits):
        monkeypatch.setattr(tables, "LIMITS", tables.Limits(**limits))
        monkeypatch.setattr(tables.Document, "entries", pytest.fail)
        return refused(tmp_path / "db.zip")[0]

    assert "0 MB are read at most" in capped(file_bytes=10)
    assert "Unpacked, it would be" in capped(unpacked_bytes=6000)
    assert "It has 2 entries; 1 are read at most" in capped(entries=1)
    assert "more than 100 times its size" in capped(ratio_from=100)
    assert "There are 1 files; 0 are read at most" in capped(files=0)


def test_a_sheet_that_claims_to_be_endless_is_read_no_further_than_a_sheet_goes(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(tables, "LIMITS", tables.Limits(rows=50))
    rows = [make.WAGE_COLUMNS, *([*make.TOTAL],) * 60]
    content = make.workbook(national_M2025_dl=rows)
    make.folder(tmp_path, **{"national_M2025_dl.xlsx": content})
    assert "It has more than 50 rows." in refused(tmp_path)[0]


# Files that do not belong together


def test_two_editions_in_one_folder_are_refused(tmp_path):
    make.onet(tmp_path)
    read_me = make.READ_ME.format(edition="29.3", month="May 2025")
    make.folder(tmp_path, **{"Read Me 29.txt": read_me})
    (problem,) = refused(tmp_path)
    assert "It speaks of the editions 29.3, 30.1 at once." in problem


def test_a_table_of_an_older_taxonomy_among_newer_ones_is_refused(tmp_path):
    skills = changed(make.SKILLS, 2, "O*NET-SOC Code", "15-1132.00")
    (problem,) = refused(make.onet(tmp_path, **{"Skills.txt": skills}))
    assert "15-1132.00 is a code of the O*NET-SOC taxonomy of 2010." in problem


def test_the_same_table_twice_is_refused(tmp_path):
    make.onet(tmp_path, **{"Job_Zones.csv": make.commas(make.ZONES)})
    (problem,) = refused(tmp_path)
    assert "This is the same table as Job Zones.txt." in problem


def test_the_same_release_in_two_folders_is_refused(tmp_path):
    make.onet(tmp_path / "one")
    make.onet(tmp_path / "two")
    (problem,) = refused(tmp_path)
    assert "O*NET database 30.1 is given twice" in problem


def test_o_net_without_its_read_me_asks_for_the_edition(tmp_path):
    make.onet(tmp_path, edition="")
    (problem,) = refused(tmp_path)
    assert "It does not tell its edition" in problem
    (release,) = read_paths([tmp_path], edition="29.2").releases
    assert (release.edition, release.facts["as_of"]) == ("29.2", "February 2025")


def test_an_edition_that_contradicts_the_read_me_is_refused(tmp_path):
    (problem,) = refused(make.onet(tmp_path), edition="29.2")
    assert "29.2, 30.1 at once" in problem


def test_tables_of_reference_alone_are_refused(tmp_path):
    rows = {"Job Zone Reference.txt": make.tabbed(make.ZONE_REFERENCE)}
    make.folder(tmp_path, **rows)
    (problem,) = refused(tmp_path, edition="30.1")
    assert "There are only tables of reference here" in problem


def test_education_of_other_projections_is_refused(tmp_path):
    main = make.workbook(**{"Table 1.2": make.characteristics()})
    other = make.workbook(
        **{"Table 5.4": make.assignments(education="Master's degree")}
    )
    make.folder(tmp_path, **{"occupation.xlsx": main, "education.xlsx": other})
    (problem,) = refused(tmp_path)
    assert problem == (
        "education.xlsx, sheet Table 5.4, line 3, column Typical education needed for "
        "entry: It says “Master's degree”, and the table of projections “Bachelor's "
        "degree”, so the files are of different editions."
    )


def test_education_without_projections_is_refused(tmp_path):
    content = make.workbook(**{"Table 5.4": make.assignments()})
    make.folder(tmp_path, **{"education.xlsx": content})
    (problem,) = refused(tmp_path)
    assert "Give both files at once." in problem


# Other kinds, cell by cell


def wage_problem(tmp_path, place, value):
    row = list(make.DEVELOPERS)
    row[make.WAGE_COLUMNS.index(place)] = value
    content = make.wages(rows=[make.TOTAL, row])
    make.folder(tmp_path, **{"national_M2025_dl.xlsx": content})
    (problem,) = refused(tmp_path)
    return problem


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (
            "A_MEDIAN",
            "n.a.",
            "“n.a.” is neither a number nor one of the marks *, ** and #",
        ),
        ("A_MEDIAN", -5, "“-5” is neither a number"),
        ("A_MEDIAN", True, "“True” is neither a number"),
        ("A_PCT10", 999999, "The percentiles do not go up."),
        ("OCC_CODE", "15-1252.00", "“15-1252.00” is no code; one reads 15-2051."),
        ("OCC_CODE", "15-1132", "15-1132 is a code of SOC 2010"),
        ("AREA", "01", "“01” is a part of the country or of its industries."),
    ],
)
def test_a_bad_wage_is_named(tmp_path, place, value, words):
    problem = wage_problem(tmp_path, place, value)
    assert problem.startswith(
        "national_M2025_dl.xlsx, sheet national_M2025_dl, line 3, column "
    )
    assert words in problem


def test_wages_that_name_two_years_are_refused(tmp_path):
    content = make.wages(2025, title="May 2024 OEWS Estimates")
    make.folder(tmp_path, **{"national_M2025_dl.xlsx": content})
    (problem,) = refused(tmp_path)
    assert "It speaks of May 2024 and May 2025 at once." in problem


def test_a_bad_projection_is_named(tmp_path):
    rows = make.characteristics()
    rows[3][6] = "15.8 %"
    content = make.workbook(**{"Table 1.2": rows})
    make.folder(tmp_path, **{"occupation.xlsx": content})
    assert refused(tmp_path) == [
        "occupation.xlsx, sheet Table 1.2, line 4, column Employment change, percent, "
        "2024-34: “15.8 %” is no number."
    ]


def test_a_projection_without_a_column_is_refused(tmp_path):
    rows = make.characteristics()
    rows[1][8] = "Openings"
    content = make.workbook(**{"Table 1.2": rows})
    make.folder(tmp_path, **{"occupation.xlsx": content})
    (problem,) = refused(tmp_path)
    assert "The column Occupational openings, annual average is missing." in problem


def test_bad_codes_of_crosswalks_and_fields_are_named(tmp_path):
    crosswalk = [*make.CROSSWALK, ["11.7", "Computing.", "15-12", "Nobody"]]
    nem = [*make.NEM[:3], [1, "15-1252", "Developers", "15-1252", "Developers"]]
    make.folder(
        tmp_path,
        **{
            "CIP2020_SOC2018_Crosswalk.csv": make.commas(crosswalk),
            "CIPCode2020.csv": make.CIP.replace("11.0701", "11.070"),
            "nem.xlsx": make.workbook(Crosswalk=nem),
        },
    )
    problems = refused(tmp_path)
    assert [problem.split(":")[0] for problem in problems] == [
        "nem.xlsx, sheet Crosswalk, line 4, column O*NET-SOC Code",
        "CIP2020_SOC2018_Crosswalk.csv, line 5, column CIP2020Code",
        "CIP2020_SOC2018_Crosswalk.csv, line 5, column SOC2018Code",
        "CIPCode2020.csv, line 2, column CIPCode",
    ]


# Nothing is stored


@pytest.mark.django_db
def test_one_bad_file_among_good_ones_stores_nothing(tmp_path, capsys):
    make.onet(tmp_path / "onet")
    broken = changed(make.CROSSWALK, 2, "SOC2018Code", "15_1252")
    make.folder(tmp_path, **{"CIP2020_SOC2018_Crosswalk.csv": make.commas(broken)})
    with pytest.raises(CommandError) as error:
        call_command("import_public_data", tmp_path)
    assert str(error.value) == (
        "Nothing was imported: 1 problem.\n"
        "CIP2020_SOC2018_Crosswalk.csv, line 2, column SOC2018Code: “15_1252” is no "
        "code; one reads 15-2051."
    )
    assert not Release.objects.exists()
    assert not Reading.objects.exists()


def test_what_is_not_there_is_said(tmp_path):
    (problem,) = refused(tmp_path / "nowhere")
    assert problem.endswith("nowhere: There is no such file or folder.")
    make.folder(tmp_path, **{"notes.txt": "Hello"})
    assert refused(tmp_path) == ["There is nothing here that can be imported."]
