"""Editions older and newer than those at hand are read, or refused with the reason."""

from functools import partial
from typing import Any

import pytest

from planner.importers.everything import read_documents, read_paths, store_all
from planner.importers.problems import BadFiles
from planner.importers.tables import Document
from planner.models import Release
from tests.importers import making as make


def read(*paths, edition=""):
    return read_paths(list(paths), edition=edition).releases


def refused(*paths, edition=""):
    with pytest.raises(BadFiles) as error:
        read(*paths, edition=edition)
    return error.value.problems


# O*NET


def test_the_text_build(tmp_path):
    (release,) = read(make.onet(tmp_path))
    assert (release.kind, release.edition, release.rank) == ("onet", "30.1", "030.01")
    assert release.facts["zone_count"] == 5
    assert release.facts["tables"] == [
        *("occupation", "zone", "titles", "tasks", "technologies"),
        *("education", "skills"),
    ]
    facts = release.readings[make.DEVELOPER]
    assert facts["zone"] == {"zone": 4, "date": "08/2023"}
    assert facts["titles"] == [
        ["Application Developer", "alternate"],
        ["Chief Technology Officer", "alternate"],
        ["CTO", "short"],
    ]
    assert facts["tasks"][1] == {
        "id": 22,
        "text": "Test programs.",
        "type": None,
        "date": "08/2023",
    }
    assert facts["skills"][1] == {
        "id": "2.B.3.e",
        "name": "Programming",
        "importance": 4.5,
        "level": 5,
        "suppress": False,
        "not_relevant": False,
        "date": "08/2023",
    }
    assert facts["education"] == {
        "RL": {"5": 20, "6": 80},
        "n": {"RL": 25},
        "date": "08/2023",
        "suppress": [],
    }
    assert set(release.readings[make.ANALYST]) == {"occupation"}


def excel(rows, titles=True):
    """As the Excel build has a table: a Title column, numbers, blanks for n/a."""
    found = []
    for place, row in enumerate(rows):
        cells = [None if cell == "n/a" else cell for cell in row]
        if titles:
            cells.insert(1, "Title" if place == 0 else "Some Occupation")
        found.append(
            [
                float(c)
                if isinstance(c, str)
                and c.count(".") == 1
                and c.replace(".", "").isdigit()
                else c
                for c in cells
            ]
        )
    return found


def test_the_excel_build_in_a_zip_is_the_same_release_as_the_text_build(tmp_path):
    files: dict[str, tuple[list[Any], bool]] = {
        "Occupation Data": (make.OCCUPATIONS, False),
        "Job Zones": (make.ZONES, True),
        "Job Zone Reference": (make.ZONE_REFERENCE, False),
        "Task Statements": (make.TASKS, True),
        "Alternate Titles": (make.TITLES, True),
        "Technology Skills": (make.TECHNOLOGIES, True),
        "Skills": (make.SKILLS, True),
        "Education, Training, and Experience": (make.EDUCATION, True),
    }
    packed = {
        f"db_30_1_excel/{name}.xlsx": make.workbook(**{name[:31]: excel(rows, titles)})
        for name, (rows, titles) in files.items()
    }
    read_me = make.READ_ME.format(edition="30.1", month="December 2025")
    content = make.zipped(**packed, **{"db_30_1_excel/Read Me.txt": read_me})
    make.folder(tmp_path / "zip", **{"db_30_1_excel.zip": content})
    (from_zip,) = read(tmp_path / "zip")
    (from_text,) = read(make.onet(tmp_path / "text"))
    assert from_zip.readings == from_text.readings
    assert from_zip.digest == from_text.digest
    assert from_zip.files[0]["name"].startswith("db_30_1_excel/")


def test_line_ends_make_no_other_release(tmp_path):
    (one,) = read(make.onet(tmp_path / "one"))
    rows = {"Job Zones.txt": make.tabbed(make.ZONES, end="\n")}
    (other,) = read(make.onet(tmp_path / "two", **rows))
    assert one.digest == other.digest
    assert one.files != other.files


def test_an_edition_before_29_says_nothing_of_demand(tmp_path):
    rows = [row[:-1] for row in make.TECHNOLOGIES]
    folder = make.onet(
        tmp_path, "27.0", "August 2022", **{"Technology Skills.txt": rows}
    )
    (release,) = read(folder)
    assert (release.edition, release.facts["as_of"]) == ("27.0", "August 2022")
    tools = release.readings[make.DEVELOPER]["technologies"]
    assert [tool["in_demand"] for tool in tools] == [None, None]
    assert [tool["hot"] for tool in tools] == [True, True]


@pytest.mark.parametrize("edition", ["24.2", "20.1", "25.0"])
def test_the_taxonomy_of_2010_is_refused_by_the_edition(tmp_path, edition):
    (problem,) = refused(make.onet(tmp_path, edition, "February 2020"))
    assert f"O*NET {edition} uses the O*NET-SOC taxonomy of 2010" in problem
    assert "Editions from 25.1 on can be imported." in problem


def test_the_taxonomy_of_2010_is_refused_by_its_codes(tmp_path):
    rows = [make.OCCUPATIONS[0], ["15-1132.00", "Software Developers", "Develop."]]
    tables = dict.fromkeys(
        [
            *("Job Zones.txt", "Task Statements.txt", "Alternate Titles.txt"),
            *("Technology Skills.txt", "Skills.txt"),
            "Education, Training, and Experience.txt",
        ]
    )
    folder = make.onet(tmp_path, "", **tables, **{"Occupation Data.txt": rows})
    (problem,) = refused(folder, edition="27.0")
    assert "15-1132.00 is a code of the O*NET-SOC taxonomy of 2010." in problem


def test_four_job_zones_are_kept_with_their_edition(tmp_path):
    reference = [make.ZONE_REFERENCE[0], *make.ZONE_REFERENCE[2:]]
    folder = make.onet(
        tmp_path, "30.2", "February 2026", **{"Job Zone Reference.txt": reference}
    )
    (release,) = read(folder)
    assert release.facts["zone_count"] == 4
    assert list(release.facts["zones"]) == ["2", "3", "4", "5"]
    without = make.onet(tmp_path / "b", "30.2", **{"Job Zone Reference.txt": None})
    (release,) = read(without)
    assert release.facts["zone_count"] == 4


def test_a_zone_that_the_edition_does_not_have_is_refused(tmp_path):
    reference = make.ZONE_REFERENCE[:5]
    zones = [*make.ZONES, [make.ANALYST, 5, "08/2023", "Analyst"]]
    folder = make.onet(
        tmp_path,
        "30.2",
        **{"Job Zone Reference.txt": reference, "Job Zones.txt": zones},
    )
    (problem,) = refused(folder)
    assert "5 is no job zone of this edition; there are 1, 2, 3, 4." in problem


def blank(rows):
    """As the editions from 31.0 on: blanks where there was n/a, and a Title column."""
    head, *others = rows
    return [
        [head[0], "Title", *head[1:]],
        *(
            [row[0], "Some", *("" if cell == "n/a" else cell for cell in row[1:])]
            for row in others
        ),
    ]


def newest(edition="31.0"):
    """The CSV build, whose files are renamed since 30.3."""
    skills = blank(make.SKILLS)
    software = [
        [
            *("O*NET-SOC Code", "Title", "Workplace Example", "Element ID"),
            *("Element Name", "Hot Technology", "In Demand"),
        ],
        [make.DEVELOPER, "Some", "Python", "5.A.1", "Programming languages", "Y", "Y"],
        [make.DEVELOPER, "Some", "PyTorch", "5.A.2", "Data science", "N", ""],
    ]
    titles = blank(make.TITLES)
    titles[0][titles[0].index("Alternate Title")] = "Job Title"
    education, training = blank(make.EDUCATION), blank(make.EDUCATION)
    element = training[0].index("Element ID")
    for row in training[1:]:
        row[element : element + 3] = ["3.A.1", "Related Work Experience", "RW"]
    interests = [
        [
            *("O*NET-SOC Code", "Title", "Element ID", "Element Name", "Scale ID"),
            *("Scale Name", "Data Value", "Date", "Domain Source"),
        ],
        *(
            [
                *(make.DEVELOPER, "Some", "1.B.1.b", name, scale, "x", value),
                *("11/2023", "Machine Learning"),
            ]
            for name, scale, value in (
                ("Investigative", "OI", "6.10"),
                ("First Interest High-Point", "IH", "2.00"),
            )
        ),
    ]
    tables = {
        "occupation_data.csv": make.OCCUPATIONS,
        "job_zones.csv": blank(make.ZONES),
        "job_titles.csv": titles,
        "software_skills.csv": software,
        "essential_skills.csv": [skills[0], *skills[1:3]],
        "transferable_skills.csv": [skills[0], *skills[3:]],
        "education.csv": education,
        "training_and_experience.csv": training,
        "career_interest_types.csv": interests,
        "task_statements.csv": blank(make.TASKS),
    }
    release = f"db_{edition.replace('.', '_')}_csv"
    return make.zipped(
        **{f"{release}/{name}": make.commas(rows) for name, rows in tables.items()}
    )


@pytest.mark.parametrize("edition", ["30.3", "31.0"])
def test_the_renamed_files_of_the_newest_editions_are_read(tmp_path, edition):
    name = f"db_{edition.replace('.', '_')}_csv.zip"
    make.folder(tmp_path, **{name: newest(edition)})
    (release,) = read(tmp_path / name)
    assert release.edition == edition
    assert (
        release.facts["as_of"] == {"30.3": "May 2026", "31.0": "August 2026"}[edition]
    )
    assert release.facts["zone_count"] == 4
    facts = release.readings[make.DEVELOPER]
    assert [skill["name"] for skill in facts["skills"]] == [
        "Reading Comprehension",
        "Programming",
    ]
    assert facts["titles"][-1] == ["CTO", "short"]
    assert facts["technologies"] == [
        {
            "name": "Python",
            "commodity": "Programming languages",
            "hot": True,
            "in_demand": True,
        },
        {
            "name": "PyTorch",
            "commodity": "Data science",
            "hot": False,
            "in_demand": None,
        },
    ]
    assert facts["interests"] == {"Investigative": 6.1}
    assert facts["education"]["RL"] == facts["education"]["RW"] == {"5": 20, "6": 80}
    assert facts["skills"][0]["not_relevant"] is False
    assert facts["tasks"][1]["type"] is None


def test_an_edition_with_some_tables_only_is_stored_with_those(tmp_path):
    read_me = make.READ_ME.format(edition="29.3", month="May 2025")
    make.folder(
        tmp_path,
        **{
            "Skills.xlsx": make.workbook(Skills=excel(make.SKILLS)),
            "Read Me.txt": read_me,
        },
    )
    (release,) = read(tmp_path)
    assert release.facts["tables"] == ["skills"]
    assert set(release.readings) == {make.DEVELOPER}
    assert set(release.readings[make.DEVELOPER]) == {"skills"}


# Wages


@pytest.mark.parametrize("year", [2019, 2021, 2022, 2024, 2026])
def test_wages_of_other_years(tmp_path, year):
    columns = make.WAGE_COLUMNS
    if year == 2019:  # in lower case, and OES in place of OEWS
        columns = [name.lower() for name in columns]
    title = f"May {year} {'OES' if year < 2021 else 'OEWS'} Estimates"
    content = make.wages(year, columns=columns, title=title)
    make.folder(tmp_path, **{f"national_M{year}_dl.xlsx": content})
    (release,) = read(tmp_path)
    assert (release.edition, release.rank) == (f"May {year}", f"{year}-05")
    assert release.source["slug"] == f"bls-oews-{year}"
    assert release.facts["joined_codes"] is (year <= 2020)
    assert release.facts["top_code"] == {"hourly": 115, "annual": 239200}
    assert release.readings["15-1252"]["annual"]["median"] == 133080
    pilots = release.readings["53-2011"]
    assert pilots["employment"] is None
    assert pilots["hourly"] == dict.fromkeys(pilots["hourly"])
    assert pilots["top_coded"] == ["annual.p75", "annual.p90"]
    assert pilots["line"] == 4


def test_wages_with_codes_of_2010_are_refused(tmp_path):
    content = make.wages(2018, title="May 2018 OES Estimates")
    make.folder(tmp_path, **{"national_M2018_dl.xlsx": content})
    (problem,) = refused(tmp_path)
    assert "May 2018 uses the occupation codes of SOC 2010." in problem


def test_wages_whose_name_was_lost_are_known_by_what_is_in_them(tmp_path):
    make.folder(tmp_path, **{"download (3).xlsx": make.wages(2024)})
    (release,) = read(tmp_path)
    assert release.edition == "May 2024"


# Projections


@pytest.mark.parametrize(
    ("base", "table", "dash", "mark", "dollars"),
    [
        (2022, "1.7", "-", "(1)", ""),
        (2023, "1.2", "–", "[1]", "dollars, "),
        (2025, "1.3", "—", "", "dollars, "),
    ],
)
def test_projections_of_other_years(tmp_path, base, table, dash, mark, dollars):
    sheets = {
        "Index": [["Contents"]],
        f"Table {table}": make.characteristics(base, table, dash, mark, dollars),
        "Table 5.3": make.attainment(base, "2019 and 2021"),
        "Table 5.4": make.assignments(base),
    }
    make.folder(tmp_path, **{"whatever.xlsx": make.workbook(**sheets)})
    (release,) = read(tmp_path)
    assert release.edition == f"{base}-{(base + 10) % 100}"
    assert release.source["slug"] == f"bls-ep-{release.edition}"
    assert release.facts["base_year"] == release.facts["wage_year"] == base
    assert release.facts["target_year"] == base + 10
    assert release.facts["tables"]["characteristics"] == f"Table {table}"
    assert release.facts["attainment_years"] == "2019 and 2021"
    facts = release.readings["15-1252"]
    assert facts["title"] == "Software developers"
    assert (facts["change_percent"], facts["openings"]) == (15.8, 115.2)
    assert (facts["experience"], facts["training"]) == ("None", "None")
    assert facts["attainment"]["Bachelor's degree"] == 53.5
    assert facts["attainment_is_borrowed"] is True
    assert set(release.readings) == {"15-1252", "29-1213"}
    doctors = release.readings["29-1213"]
    assert (doctors["median_wage"], doctors["median_wage_top_coded"]) == (None, True)
    assert "self_employed_percent" not in doctors
    assert "attainment" not in doctors


@pytest.mark.parametrize("is_saved_again", [False, True])
def test_the_export_of_data_bls_gov(tmp_path, is_saved_again):
    text = make.EXPORT.format(base=2023, to=2033, wage=2024)
    if is_saved_again:
        text = text.replace('="', "").replace('252"', "252").replace('213"', "213")
    make.folder(tmp_path, **{"Employment Projections.csv": text})
    (release,) = read(tmp_path)
    assert (release.edition, release.facts["wage_year"]) == ("2023-33", 2024)
    facts = release.readings["15-1252"]
    assert facts["title"] == "Software developers"
    assert (facts["employment"], facts["projected"]) == (1692.1, 1995.7)
    assert facts["median_wage"] == 133080
    assert facts["education"] == "Bachelor's degree"
    assert release.readings["29-1213"]["median_wage_at_least"] == 239200


def test_two_editions_of_projections_are_two_releases(tmp_path):
    for base in (2022, 2024):
        content = make.workbook(Table=make.characteristics(base))
        make.folder(tmp_path / str(base), **{"occupation.xlsx": content})
    assert [one.edition for one in read(tmp_path)] == ["2022-32", "2024-34"]


def test_projections_with_codes_of_2010_are_refused(tmp_path):
    rows = make.characteristics(2016)
    rows[3][1] = "15-1132"
    make.folder(tmp_path, **{"occupation.xlsx": make.workbook(Table=rows)})
    (problem,) = refused(tmp_path)
    assert "15-1132 is a code of SOC 2010." in problem


# Crosswalks and fields of study


def test_the_crosswalk_to_the_matrix(tmp_path):
    make.folder(tmp_path, **{"nem.xlsx": make.workbook(Crosswalk=make.NEM)})
    (release,) = read(tmp_path)
    assert (release.edition, release.rank) == ("September 2023", "2023-09-06")
    assert release.source["slug"] == "bls-nem-crosswalk"
    assert release.readings == {
        make.DEVELOPER: {
            "title": "Software Developers",
            "nem": "15-1252",
            "nem_title": "Software developers",
            "soc": "15-1252",
        },
        "55-1011.00": {
            "title": "Air Crew Officers",
            "nem": None,
            "nem_title": None,
            "soc": "55-1011",
        },
    }
    rows = [make.NEM[0], ["As of 8/28/2025"], *make.NEM[2:]]
    make.folder(tmp_path, **{"nem.xlsx": make.workbook(Crosswalk=rows)})
    (release,) = read(tmp_path)
    assert (release.edition, release.source["slug"]) == (
        "August 2025",
        "bls-nem-crosswalk-2025-08",
    )


def test_the_workbook_of_the_crosswalk_of_fields_is_the_same_as_its_csv(tmp_path):
    other_way = [[row[2], row[3], row[0], row[1]] for row in make.CROSSWALK]
    sheets = {"Front": [["CIP to SOC"]], "New": make.CROSSWALK[:2]}
    sheets |= {"CIP-SOC": make.CROSSWALK, "SOC-CIP": other_way}
    book = make.workbook(**sheets)
    make.folder(tmp_path / "one", **{"CIP2020_SOC2018_Crosswalk.xlsx": book})
    text = b"\xef\xbb\xbf" + make.commas(make.CROSSWALK)
    make.folder(tmp_path / "two", **{"CIP2020_SOC2018_Crosswalk.csv": text})
    (one,), (two,) = read(tmp_path / "one"), read(tmp_path / "two")
    assert one.digest == two.digest
    assert one.readings == {
        "15-1221": {
            "title": "Research Scientists",
            "fields": ["11.0701"],
            "field_titles": ["Computer Science"],
        },
        "15-1252": {
            "title": "Software Developers",
            "fields": ["11.0701"],
            "field_titles": ["Computer Science"],
        },
    }


def test_fields_of_study(tmp_path):
    make.folder(tmp_path, **{"CIPCode2020.csv": make.CIP})
    (release,) = read(tmp_path)
    assert release.edition == "2020"
    assert release.readings == {
        "01.0000": {"title": "Agriculture, General"},
        "11.0701": {"title": "Computer Science"},
        "30.7001": {"title": "Data Science, General"},
    }


def test_fields_of_study_and_crosswalk_of_2010_are_refused(tmp_path):
    older = make.CIP.replace('="30",="30.7001"', '="30",="30.3101"')
    crosswalk = [
        ["CIP2010Code", "CIP2010Title", "SOC2010Code", "SOC2010Title"],
        *make.CROSSWALK[1:],
    ]
    make.folder(
        tmp_path,
        **{"CIPCode2010.csv": older, "crosswalk.csv": make.commas(crosswalk)},
    )
    one, two = refused(tmp_path)
    assert "It leads from CIP 2010 to SOC 2010." in one
    assert "It is an edition before CIP 2020" in two


# However the files are given


def test_what_was_uploaded_is_read_as_files_of_one_folder(tmp_path):
    make.onet(tmp_path)
    documents = [
        Document(
            name=path.name,
            label=path.name,
            group="upload",
            is_named=True,
            size=path.stat().st_size,
            open=partial(path.open, "rb"),
        )
        for path in sorted(tmp_path.iterdir())
    ]
    (release,) = read_documents(documents).releases
    assert release.digest == read(tmp_path)[0].digest


# Beside what is stored


@pytest.mark.django_db
def test_an_edition_is_held_against_itself_and_else_against_the_newest(tmp_path):
    def imported(*editions):
        folder = tmp_path / "-".join(editions)
        for number, edition in enumerate(editions):
            rows = make.OCCUPATIONS[: 4 - number]
            keep = {"Occupation Data.txt": rows}
            others = dict.fromkeys(
                [
                    *("Job Zones.txt", "Task Statements.txt", "Alternate Titles.txt"),
                    *("Technology Skills.txt", "Skills.txt"),
                    "Education, Training, and Experience.txt",
                ]
            )
            make.onet(folder / edition, edition, "May 2025", **others, **keep)
        return store_all(read(folder))

    first, second = imported("29.3", "30.1")
    assert (first.beside, first.added) == (None, 3)
    assert str(second.beside) == "O*NET database 29.3"
    assert (second.added, second.changed, second.gone) == (0, 0, 1)
    (older,) = imported("29.2")
    assert str(older.beside) == "O*NET database 30.1"
    folder = make.onet(tmp_path / "more", "29.3", "May 2025")
    (again,) = store_all(read(folder))
    assert str(again.beside) == "O*NET database 29.3"
    assert (again.added, again.changed, again.gone) == (0, 2, 0)
    newest = Release.objects.in_force()[0]
    assert (newest.kind, newest.edition) == ("onet", "30.1")
    assert Release.objects.filter(edition="29.3").count() == 2
