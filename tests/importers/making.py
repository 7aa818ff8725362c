"""Makes small files as the publishers make large ones, of any edition."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

Rows = list[list[Any]]

DEVELOPER, SCIENTIST, ANALYST = "15-1252.00", "15-2051.00", "15-2031.00"

READ_ME = "O*NET {edition} Database\n{month} Release\n---------------------\n"


def tabbed(rows, end="\r\n"):
    """The text build: tabs, no quotes."""
    return "".join("\t".join(map(str, row)) + end for row in rows).encode()


def commas(rows):
    """The CSV build: commas, and quotes where they must be."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def workbook(**sheets):
    """The Excel build: rows by the name of the sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def rewritten(content, change):
    """A workbook with some of its parts changed: a function of name and bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for info in source.infolist():
            archive.writestr(info.filename, change(info.filename, source.read(info)))
    return target.getvalue()


def folder(path, **files):
    """Write files, which are given by name, into a folder."""
    for name, content in files.items():
        place = Path(path) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Path(path)


# O*NET

OCCUPATIONS: Rows = [
    ["O*NET-SOC Code", "Title", "Description"],
    [DEVELOPER, "Software Developers", "Research, design, and develop software."],
    [SCIENTIST, "Data Scientists", "Develop and implement techniques."],
    [ANALYST, "Operations Research Analysts", "Formulate and apply models."],
]
ZONES: Rows = [
    ["O*NET-SOC Code", "Job Zone", "Date", "Domain Source"],
    [DEVELOPER, 4, "08/2023", "Analyst"],
    [SCIENTIST, 4, "11/2021", "Analyst"],
]
ZONE_REFERENCE: Rows = [
    [
        "Job Zone",
        "Name",
        "Experience",
        "Education",
        "Job Training",
        "Examples",
        "SVP Range",
    ],
    *(
        [n, f"Job Zone {n}", "Some", "Some", "Some", "Some", f"({n}.0 to < {n + 1}.0)"]
        for n in range(1, 6)
    ),
]
TASKS: Rows = [
    [
        *("O*NET-SOC Code", "Task ID", "Task", "Task Type"),
        *("Incumbents Responding", "Date", "Domain Source"),
    ],
    [DEVELOPER, 21, "Write programs.", "Core", 40, "08/2023", "Incumbent"],
    [DEVELOPER, 22, "Test programs.", "n/a", "n/a", "08/2023", "Incumbent"],
]
TITLES: Rows = [
    ["O*NET-SOC Code", "Alternate Title", "Short Title", "Source(s)"],
    [DEVELOPER, "Application Developer", "n/a", "08"],
    [DEVELOPER, "Chief Technology Officer", "CTO", "02,08"],
]
TECHNOLOGIES: Rows = [
    [
        *("O*NET-SOC Code", "Example", "Commodity Code", "Commodity Title"),
        *("Hot Technology", "In Demand"),
    ],
    [DEVELOPER, "Python", 43232408, "Object oriented software", "Y", "Y"],
    [DEVELOPER, "C++", 43232408, "Object oriented software", "Y", "N"],
]
RATED = [
    *("O*NET-SOC Code", "Element ID", "Element Name", "Scale ID", "Data Value", "N"),
    *("Standard Error", "Lower CI Bound", "Upper CI Bound", "Recommend Suppress"),
    *("Not Relevant", "Date", "Domain Source"),
]


def rating(code, element, name, scale, value, blank="n/a"):
    relevant = "N" if scale == "LV" else blank
    return [
        *(code, element, name, scale, value, 8, 0.12, 3.9, 4.4, "N", relevant),
        *("08/2023", "Analyst"),
    ]


SKILLS: Rows = [
    RATED,
    rating(DEVELOPER, "2.A.1.a", "Reading Comprehension", "IM", "4.12"),
    rating(DEVELOPER, "2.A.1.a", "Reading Comprehension", "LV", "4.62"),
    rating(DEVELOPER, "2.B.3.e", "Programming", "IM", "4.50"),
    rating(DEVELOPER, "2.B.3.e", "Programming", "LV", "5.00"),
]
EDUCATION: Rows = [
    [
        *("O*NET-SOC Code", "Element ID", "Element Name", "Scale ID", "Category"),
        *("Data Value", "N", "Standard Error", "Lower CI Bound", "Upper CI Bound"),
        *("Recommend Suppress", "Date", "Domain Source"),
    ],
    *(
        [
            *(DEVELOPER, "2.D.1", "Required Level of Education", "RL", category, share),
            *(25, 1.0, "n/a", "n/a", "N", "08/2023", "Incumbent"),
        ]
        for category, share in ((5, "20.00"), (6, "80.00"))
    ),
]


def onet(path, edition="30.1", month="December 2025", **tables):
    """The text build of an edition, with some tables in place of the usual ones."""
    files = {
        "Occupation Data.txt": OCCUPATIONS,
        "Job Zones.txt": ZONES,
        "Job Zone Reference.txt": ZONE_REFERENCE,
        "Task Statements.txt": TASKS,
        "Alternate Titles.txt": TITLES,
        "Technology Skills.txt": TECHNOLOGIES,
        "Skills.txt": SKILLS,
        "Education, Training, and Experience.txt": EDUCATION,
    } | tables
    written = {
        name: rows if isinstance(rows, bytes) else tabbed(rows)
        for name, rows in files.items()
        if rows is not None
    }
    if edition:
        written["Read Me.txt"] = READ_ME.format(edition=edition, month=month).encode()
    return folder(path, **written)


# Wages

WAGE_COLUMNS = [
    *("AREA", "AREA_TITLE", "NAICS", "I_GROUP", "OCC_CODE", "OCC_TITLE", "O_GROUP"),
    *("TOT_EMP", "H_MEAN", "A_MEAN", "H_PCT10", "H_PCT25", "H_MEDIAN", "H_PCT75"),
    *("H_PCT90", "A_PCT10", "A_PCT25", "A_MEDIAN", "A_PCT75", "A_PCT90"),
    *("ANNUAL", "HOURLY"),
]
COUNTRY = ["99", "U.S.", "000000", "cross-industry"]
DEVELOPERS = [
    *COUNTRY,
    *("15-1252", "Software Developers", "detailed", 1654440, 69.5, 144570),
    *(37.96, 49.22, 63.98, 80.99, 101.6, 78960, 102370, 133080, 168460, 211330, "", ""),
]
PILOTS = [
    *COUNTRY,
    *("53-2011", "Airline Pilots", "detailed", "**", "*", 250050),
    *("*", "*", "*", "*", "*", 101710, 142770, 219140, "#", "#", "TRUE", ""),
]
TOTAL = [*COUNTRY, "00-0000", "All Occupations", "total", *DEVELOPERS[7:]]


def wages(
    year=2025, rows=(TOTAL, DEVELOPERS, PILOTS), columns=WAGE_COLUMNS, title=None
):
    title = f"May {year} OEWS Estimates" if title is None else title
    legend = (
        "#  = indicates a wage equal to or greater than $115.00 per hour or $239,200 "
        "per year"
    )
    return workbook(
        **{
            f"national_M{year}_dl": [columns, *rows],
            "Field Descriptions": [[title], [], ["Notes:"], [legend]],
        }
    )


# Projections


def characteristics(base=2024, table="1.2", dash="–", mark="[1]", dollars="dollars, "):
    """The table of projections, headed as in one edition or another."""
    years = f"{base}{dash}{(base + 10) % 100}"
    return [
        [
            f"Table {table} Occupational projections, {years}, and worker "
            "characteristics"
        ],
        [
            f"{base} National Employment Matrix title",
            f"{base} National Employment Matrix code",
            "Occupation type",
            f"Employment, {base}",
            f"Employment, {base + 10}",
            f"Employment change, numeric, {years}",
            f"Employment change, percent, {years}",
            f"Percent self employed, {base}",
            f"Occupational openings, {years} annual average",
            f"Median annual wage, {dollars}{base}{mark}",
            "Typical education needed for entry",
            "Work experience in a related occupation",
            "Typical on-the-job training needed to attain competency in the occupation",
        ],
        [
            *("  Computer occupations", "15-1200", "Summary", 5000, 5600, 600, 12.0),
            *(2.5, 300, 105990, "—", "—", "—"),
        ],
        [
            *("      Software developers", "15-1252", "Line item", 1693.8, 1961.4),
            *(267.7, 15.8, 1.6, 115.2, 133080, "Bachelor's degree", "None", "None"),
        ],
        [
            *(
                "      Dermatologists",
                "29-1213",
                "Line item",
                12.1,
                12.8,
                0.7,
                6.1,
                "—",
            ),
            *(0.4, ">=$239,200", "Doctoral or professional degree", "None"),
            "Internship/residency",
        ],
        [f"{mark} Data are from the Occupational Employment and Wage Statistics."],
        ["Source: Employment Projections program, U.S. Bureau of Labor Statistics"],
    ]


ATTAINMENT_SHARES = [0.5, 2.4, 7.0, 5.4, 53.5, 27.3, 3.9]


def attainment(base=2024, years="2022–23"):
    return [
        [
            "Table 5.3 Educational attainment for workers 25 years and older by "
            f"detailed occupation, {years} (Percent)"
        ],
        [
            f"{base} National Employment Matrix title",
            f"{base} National Employment Matrix code",
            *("Less than high school diploma", "High school diploma or equivalent"),
            *("Some college, no degree", "Associate's degree", "Bachelor's degree"),
            *("Master's degree", "Doctoral or professional degree"),
        ],
        ["Total, all occupations", "00-0000", 7.4, 22.5, 18.6, 9.5, 25.2, 11.9, 4.9],
        ["Software developers[1]", "15-1252", *ATTAINMENT_SHARES],
        ["[1] This occupation is not an exact match with ACS"],
    ]


def assignments(base=2024, education="Bachelor's degree"):
    return [
        [
            "Table 5.4 Education and training assignments by detailed occupation, "
            f"{base}"
        ],
        [
            f"{base} National Employment Matrix title",
            f"{base} National Employment Matrix code",
            "Typical education needed for entry",
            "Work experience in a related occupation",
            "Typical on-the-job training needed to attain competency in the occupation",
        ],
        ["Software developers", "15-1252", education, "None", "None"],
    ]


EXPORT = (
    "Occupation Title,Occupation Code,Employment {base},Employment {to},"
    '"Employment Change, {base}-{to}","Employment Percent Change, {base}-{to}",'
    '"Occupational Openings, {base}-{to} Annual Average",Median Annual Wage {wage},'
    "Typical Entry-Level Education,Education Code,Work Experience in a Related "
    "Occupation,Workex Code,Typical on-the-job Training,trCode\r\n"
    '"Software developers    * App developers* Software engineers",="15-1252",'
    '"1,692.1","1,995.7",303.7,17.9,125.3,"133,080",Bachelor\'s degree,3,None,3,None,6'
    "\r\n"
    'Dermatologists,="29-1213",12.1,12.8,0.7,6.1,0.4,">=239,200",Doctoral or '
    "professional degree,1,None,3,Internship/residency,1\r\n"
)

# Codes

NEM: Rows = [
    ["Bureau of Labor Statistics O*NET-SOC to National Employment Matrix Crosswalk"],
    ["As of 9/6/2023"],
    [
        *("Sort Order", "O*NET-SOC Code", "O*NET-SOC Title", "NEM Code"),
        "National Employment Matrix Occupational Title",
    ],
    [1, DEVELOPER, "Software Developers", "15-1252", "Software developers"],
    [2, "55-1011.00", "Air Crew Officers", "—", "—"],
]
CROSSWALK: Rows = [
    ["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"],
    ["11.0701", "Computer Science.", "15-1252", "Software Developers"],
    ["11.0701", "Computer Science.", "15-1221", "Research Scientists"],
    ["24.0101", "Liberal Arts.", "99-9999", "NO MATCH"],
]
CIP = (
    '"CIPFamily","CIPCode","Action","TextChange","CIPTitle"\r\n'
    '="11",="11.0701","No substantive changes",no,"Computer Science."\r\n'
    '="01",="01.0000","No substantive changes",no,"Agriculture, General."\r\n'
    '="01",="01.0309","Moved from",no,"Viticulture and Enology."\r\n'
    '="30",="30.7001","New",no,"Data Science, General."\r\n'
)
