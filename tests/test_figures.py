"""Every figure of the catalogue stands in the public file that it cites.

The fixtures say for each figure in which file, table and column it was read. Here the
same files are read again, by the names of their columns, and each row is looked up by
its code. Only the writing may differ: 45.90 is 45.9, and the en dash is a hyphen.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "catalogue"
MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
]
CELL = re.compile(r"(?P<file>.+?\.(csv|txt|xlsx))(#(?P<sheet>[^,]+))?, (?P<column>.+)")


def rows(model: str) -> list[dict[str, Any]]:
    """The fields of every row of a model in the fixtures."""
    return [
        row["fields"]
        for path in sorted(FIXTURES.glob("*.json"))
        for row in json.loads(path.read_text(encoding="utf-8"))
        if row["model"] == f"planner.{model}"
    ]


class Found(NamedTuple):
    """What a file says: the value, the note beside it, and the period it speaks of."""

    value: object
    note: str | None = None  # None: the note is none of the file's business
    period: str | None = None


class Library:
    """The public files, each read once."""

    def __init__(self, folder: Path, last_code: str = "20") -> None:
        self.folder = folder
        # All occupations of the fixtures come before 20-0000; the workbooks of O*NET
        # are in the order of their codes, and take long to read to the end.
        self.last_code = last_code
        self.read_text = cache(self._read_text)
        self.read_sheet = cache(self._read_sheet)
        self.indexed = cache(self._indexed)

    def find(self, figure: dict[str, Any]) -> Found | None:
        """Return what the cited file says, or None if it has no such row."""
        cited = CELL.fullmatch(figure["cell"])
        assert cited is not None, figure["cell"]
        file, sheet, column = cited["file"], cited["sheet"], cited["column"]
        column = column.removeprefix("column ").split(", scale ")[0]
        if file.startswith("bls_oews/"):
            return self._wage(figure, file, column)
        if file.startswith("bls_ep_2020_30/"):
            return self._old_growth(figure, file, column)
        if file.startswith("bls_ep_"):
            return self._projection(figure, file, sheet, column)
        if file.startswith("onet_29_3_excel/"):
            return self._importance(figure, file, column)
        if file.startswith("cip_soc/"):
            return self._field_of_study(figure, file)
        if file.startswith("soc_crosswalks/"):
            of_code = self.indexed(file, "O*NET-SOC Code", sheet)
            if row := of_code.get(figure["soc_code"]):
                return Found(row[0][column], period="September 2023")
            return None
        return self._onet(figure, file, column)

    def _wage(self, figure: dict[str, Any], file: str, column: str) -> Found | None:
        for row in self.indexed(file, "OCC_CODE").get(figure["soc_code"], []):
            # Some codes stand twice, as a broad and as a detailed occupation.
            if row["O_GROUP"] == "detailed":
                return Found(row[column], period=f"May {file[-12:-8]}")
        return None

    def _old_growth(
        self, figure: dict[str, Any], file: str, column: str
    ) -> Found | None:
        if figure["soc_code"] != "15-1221":  # the file has titles and no codes
            return None
        if row := self.indexed(file, "occupation").get(figure["note"]):
            return Found(row[0][column], period="2020-30")
        return None

    def _projection(
        self, figure: dict[str, Any], file: str, sheet: str, column: str
    ) -> Found | None:
        caption, table = self.read_sheet(file, sheet)
        column = column.replace("–", "-")
        for row in table:
            code = next(value for name, value in row.items() if name.endswith(" code"))
            if code == figure["soc_code"]:
                note = ""
                if figure["measure"] == "attainment":
                    # A footnote marks what was taken over from a broader group.
                    title = next(str(value) for value in row.values())
                    note = column + (
                        " (of a broader group)" if title.endswith("]") else ""
                    )
                if figure["measure"] == "top-skill":
                    names = list(row)
                    first = names.index("Top highest skill")
                    note = f"Rank {names.index(column) - first + 1}"
                dated = any(char.isdigit() for char in column)
                return Found(row[column], note, column if dated else caption)
        return None

    def _importance(
        self, figure: dict[str, Any], file: str, column: str
    ) -> Found | None:
        for row in self.indexed(file, "O*NET-SOC Code").get(figure["soc_code"], []):
            if row["Scale ID"] == "IM" and row["Element Name"] == figure["note"]:
                return Found(row[column], figure["note"], month(row["Date"]))
        return None

    def _field_of_study(self, figure: dict[str, Any], file: str) -> Found | None:
        for row in self.indexed(file, "SOC2018Code").get(figure["soc_code"], []):
            if row["CIP2020Code"] == figure["text"]:
                title = row["CIP2020Title"].removesuffix(".")
                return Found(row["CIP2020Code"], title, "2020")
        return None

    def _onet(self, figure: dict[str, Any], file: str, column: str) -> Found | None:
        folder, release = file.split("/")[0], "December 2025"
        code, measure = figure["soc_code"], figure["measure"]
        of_code = self.indexed(
            f"{folder}/Job Zones.txt" if measure == "job-zone-svp-range" else file,
            "O*NET-SOC Code",
        ).get(code, [])
        if measure == "alternate-title-count":
            return Found(len(of_code), period=release)
        for row in of_code:
            if measure == "job-zone-svp-range":
                zones = self.indexed(file, "Job Zone")
                return Found(zones[row["Job Zone"]][0][column], period=release)
            if measure == "job-zone":
                return Found(row[column], period=month(row["Date"]))
            if measure == "occupation-title":
                return Found(row[column], period=release)
            if measure == "alternate-title" and row[column] == figure["text"]:
                return Found(row[column], period=release)
            if measure == "technology" and row["Example"] == figure["text"]:
                hot = "hot" if row["Hot Technology"] == "Y" else ""
                return (
                    Found(row["Example"], hot, release)
                    if row["In Demand"] == "Y"
                    else None
                )
            if measure == "related-occupation" and row[column] == figure["text"]:
                title = self.indexed(f"{folder}/Occupation Data.txt", "O*NET-SOC Code")
                note = f"{row['Relatedness Tier']} {row['Index']}"
                return Found(
                    row[column], f"{note}: {title[row[column]][0]['Title']}", release
                )
            if measure == "required-education-share" and row["Scale ID"] == "RL":
                label = self._level_of_education(folder, row["Category"])
                of_how_many = f"(n={row['N']})" in figure["unit"]
                if label == figure["note"] and of_how_many:
                    return Found(row[column], label, month(row["Date"]))
        return None

    def _level_of_education(self, folder: str, category: str) -> str:
        file = f"{folder}/Education, Training, and Experience Categories.txt"
        for row in self.indexed(file, "Scale ID")["RL"]:
            if row["Category"] == category:
                return str(row["Category Description"].split(" - ")[0])
        raise AssertionError(category)

    def _indexed(
        self, file: str, key: str, sheet: str | None = None
    ) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of a file by what stands in one column."""
        if file.endswith(".xlsx"):
            _, table = self.read_sheet(file, sheet)
        else:
            table = self.read_text(file)
        found: dict[str, list[dict[str, Any]]] = {}
        for row in table:
            found.setdefault(str(row[key]), []).append(row)
        return found

    def _read_text(self, file: str) -> list[dict[str, Any]]:
        with (self.folder / file).open(encoding="utf-8-sig", newline="") as lines:
            if file.endswith(".csv"):
                return list(csv.DictReader(lines))
            return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))

    def _read_sheet(
        self, file: str, sheet: str | None
    ) -> tuple[str, list[dict[str, Any]]]:
        """Return the caption above the table, and its rows by header."""
        book = openpyxl.load_workbook(self.folder / file, read_only=True)
        lines = (book[sheet] if sheet else book.worksheets[0]).iter_rows(
            values_only=True
        )
        caption = ""
        for line in lines:
            filled = [cell for cell in line if cell is not None]
            if len(filled) > 1:
                break
            caption += f" {filled[0]}" if filled else ""
        # Headers carry an en dash and the mark of a footnote, such as [1] or (1).
        header = [
            re.sub(r"[\[(]\d+[\])]$", "", str(name)).replace("–", "-") for name in line
        ]
        last = self.last_code if file.startswith("onet_29_3_excel/") else "~"
        table = []
        for line in lines:
            if str(line[0]) > last:
                break  # 60,000 rows in the order of their codes
            table.append(dict(zip(header, line, strict=False)))
        book.close()
        return caption.replace("–", "-"), table


def month(text: str) -> str:
    """Write 08/2025 as August 2025."""
    number, year = text.split("/")
    return f"{MONTHS[int(number) - 1]} {year}"


def same(said: str, published: object) -> bool:
    """Tell whether two ways of writing are one number, or one word."""
    if isinstance(published, str) and published == said:
        return True
    try:
        return Decimal(said) == Decimal(str(published))
    except ArithmeticError:
        return False


def faults(figure: dict[str, Any], library: Library) -> Iterator[str]:
    """Yield what is wrong with a figure."""
    found = library.find(figure)
    if found is None:
        yield f"{figure['key']}: {figure['cell']} has no such row."
        return
    said = figure["text"] if figure["value"] is None else figure["value"]
    if not same(said, found.value):
        yield f"{figure['key']}: {said!r} is {found.value!r} in {figure['cell']}."
    if found.note is not None and found.note != figure["note"]:
        yield f"{figure['key']}: the note {figure['note']!r} should be {found.note!r}."
    years = set(re.findall(r"\d{4}", figure["as_of"]))
    if not years <= set(re.findall(r"\d{4}", found.period or "")) or (
        " " in figure["as_of"] and figure["as_of"] != found.period
    ):
        yield f"{figure['key']}: it speaks of {found.period}, not {figure['as_of']}."


@pytest.fixture(scope="module")
def library(shared):
    return Library(shared / "data")


@pytest.fixture(scope="module")
def figures():
    return rows("figure")


def test_every_figure_is_what_its_file_says(library, figures):
    wrong: list[str] = []
    checked = 0
    for figure in figures:
        wrong += faults(figure, library)
        checked += 1
    assert not wrong, "\n".join(wrong[:20])
    assert checked == len(figures) > 2000


def test_a_figure_that_is_changed_is_noticed(library, figures):
    """One figure of each measure and file, so that no measure goes unread."""
    one_of_each = {(figure["measure"], figure["cell"]): figure for figure in figures}
    for figure in one_of_each.values():
        if figure["value"] is None:
            changed = figure | {"text": figure["text"] + "x"}
        else:
            changed = figure | {"value": str(Decimal(figure["value"]) + 1)}
        assert list(faults(changed, library)), figure["key"]
        assert list(faults(figure | {"soc_code": "00-0000.00"}, library))


def test_every_code_of_a_career_has_pay_and_outlook_or_says_why_not(figures):
    """What has 8 digits gets its pay from the 6 digits that it belongs to."""
    careers = {role["slug"] for role in rows("role") if role["is_career"]}
    assert len(careers) == 23
    for measure in (
        "annual-wage-median",
        "employment-change",
        "typical-entry-education",
    ):
        have = {f["role"][0] for f in figures if f["measure"] == measure}
        assert careers <= have, measure
    codes = {(o["role"][0], o["code"][:7]) for o in rows("occupation")}
    assert {(f["role"][0], f["soc_code"][:7]) for f in figures} <= codes


def test_keys_are_there_once_and_sources_are_known(figures):
    keys = Counter(figure["key"] for figure in figures)
    assert not [key for key, count in keys.items() if count > 1]
    sources = {source["slug"] for source in rows("source")}
    assert {figure["source"][0] for figure in figures} <= sources


# The two articles. What each claims is in seed_facts.csv with what was found behind it.

CLAIMED = {
    "S021": ("growth-22-percent", "22 %"),
    "S022": ("wage-126830", "$126,830"),
    "S023": ("wage-120549", "$120,549"),
    "S024": ("six-figures", "six figures"),
    "S025": ("top-job-2019", "2019"),
    "S080": ("bachelor-4-years", "4 years"),
    "S081": ("experience-1-2-years", "1 to 2 years"),
    "S082": ("masters-1-2-years", "1 to 2 years"),
    "S096": ("openings-33500", "33,500"),
    "S097": ("growth-9-7-percent", "9.7 %"),
    "S098": ("wage-112430", "$112,430"),
    "S099": ("wage-54-05-an-hour", "$54.05"),
}
VERDICTS = {
    "VERIFIED": {"confirmed", "misread", "outdated"},
    "UNVERIFIED": {"unverified"},
    "CONTRADICTED": {"contradicted"},
}


def claims_with_seeds(shared: Path) -> list[tuple[dict[str, Any], dict[str, str]]]:
    with (shared / "data" / "seed_facts.csv").open(
        encoding="utf-8", newline=""
    ) as lines:
        seeds = {row["id"]: row for row in csv.DictReader(lines)}
    claims = {claim["key"]: claim for claim in rows("claim")}
    assert len(claims) == len(CLAIMED)
    return [
        (claims[f"machine-learning-engineer-{key}"], seeds[name])
        for name, (key, _) in CLAIMED.items()
    ]


def test_claims_say_what_the_articles_say_and_what_was_found(shared, figures):
    by_key = {figure["key"]: figure for figure in figures}
    words = {f"machine-learning-engineer-{key}": said for key, said in CLAIMED.values()}
    for claim, seed in claims_with_seeds(shared):
        assert words[claim["key"]] in claim["states"]
        first = seed["seed_file"].startswith("000")
        assert claim["article"][0].endswith("-2023" if first else "-career")
        verdict = next(
            (v for k, v in VERDICTS.items() if seed["check"].startswith(k)), None
        )
        assert verdict is None or claim["verdict"] in verdict
        if not seed["check"].startswith("VERIFIED"):
            continue
        # The figure behind it is the one that the article rounds or quotes ...
        behind = by_key[claim["figure"][0]]
        value = Decimal(behind["value"])
        if "thousand" in behind["unit"]:
            value *= 1000
        assert abs(value - Decimal(seed["value"])) <= Decimal("0.1")
        assert behind["soc_code"] in seed["official_source"]
        # ... and today's is the newest of the same measure and code.
        newest = by_key[claim["today"][0]]
        assert (newest["measure"], newest["soc_code"]) == (
            behind["measure"],
            behind["soc_code"],
        )
        assert newest["as_of"] in {"May 2025", "2024-34"}


def test_the_perishable_count_of_openings_is_not_imported():
    text = json.dumps(rows("claim") + rows("point"))
    assert not re.search(r"\b437\b", text)


def test_no_sentence_of_the_articles_is_copied(shared):
    said = " ".join(
        re.sub(r"\W+", " ", path.read_text(encoding="utf-8")).lower()
        for path in sorted((shared / "sources").glob("*.txt"))
    )
    ours = [point["text"] for point in rows("point")]
    ours += [
        row["summary"]
        for m in ("role", "skill", "milestone", "degree")
        for row in rows(m)
    ]
    for text in ours:
        words = re.sub(r"\W+", " ", text).lower().split()
        for start in range(len(words) - 7):
            assert " ".join(words[start : start + 8]) not in said, text
