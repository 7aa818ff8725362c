"""A plan as a workbook: a sheet for each part, dates and numbers to reckon with."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from planner.documents.plan import SCHEMA
from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.exports.kept import Kept, clean, moment_of, one_line, used_sources
from planner.exports.prose import ADVICE, NOT_REVIEWED
from planner.exports.rows import COLUMNS, RISKY, Cell, step_rows
from planner.pages import RoadmapPage, roadmap_page

LONGEST = 32_767  # characters; no cell holds more
CUT = " … (cut: a cell holds no more)"
HEAD = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="FF1F4E5F")
LINE = Border(bottom=Side(style="thin", color="FFD0D7DA"))
TOP = Alignment(vertical="top")
WRAPPED = Alignment(vertical="top", wrap_text=True)
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def to_xlsx(advice: Advice, catalogue: Catalogue, kept: Kept) -> bytes:
    """Return the plan as a workbook; no text in it is a formula."""
    plan = advice.plan
    # A file has no today: the same roadmap gives the same bytes on every day.
    page = roadmap_page(plan, catalogue, date.min, kept.sources, advice.forecast)
    moment = moment_of(plan, kept).replace(tzinfo=None)
    book = Workbook()
    book.properties = DocumentProperties(
        title=_fitted(one_line(page.headline)),
        creator="careerpath",
        description=ADVICE,
        created=moment,
        modified=moment,
    )
    _summary(book, advice, page, kept)
    _sheet(
        book,
        "Steps",
        [(column.title, column.width) for column in COLUMNS],
        step_rows(advice, catalogue, kept),
        frozen="C2",
    )
    _sheet(
        book,
        "What you have",
        [("What you have", 45), ("Meets", 60), ("For", 26)],
        [
            (credit.by, text, what)
            for credit in page.credited
            for what, texts in (
                ("a skill", credit.teaches),
                ("the career", credit.counts_as),
                ("a step on the way", credit.on_the_way),
            )
            for text in texts
        ],
    )
    _sheet(
        book,
        "Left out",
        [("What", 45), ("Why", 90)],
        [(left.title, left.why) for left in page.left_out],
    )
    _sheet(
        book,
        "Sources",
        [("Source", 60), ("As of", 16), ("Address", 90)],
        [(each.title, each.as_of, each.url) for each in used_sources(page)],
    )
    return _packed(book, moment)


def _summary(book: Any, advice: Advice, page: RoadmapPage, kept: Kept) -> None:
    plan, forecast = advice.plan, advice.forecast
    rows: list[tuple[str, Cell]] = [
        ("Roadmap", one_line(kept.name)),
        ("Person", one_line(kept.person)),
        ("Answer", page.headline),
        ("", page.length),
        ("First", page.first),
        ("Start", plan.start),
        ("Arrival, as planned", plan.arrival),
    ]
    if forecast is not None and plan.steps:
        rows += [
            ("Arrival, 1 in 10 is earlier", forecast.arrival.early),
            ("Arrival, half by", forecast.arrival.median),
            ("Arrival, 1 in 10 is later", forecast.arrival.late),
        ]
    rows += [
        ("Known cost", plan.cost),
        ("Steps of unknown cost", len(plan.unpriced)),
        *(("Kept" if wish.is_kept else "Not kept", wish.text) for wish in page.wishes),
        *(("Stands in the way", text) for text in page.obstacles),
        *(("Would help", remedy.text) for remedy in advice.would_help),
        *(
            (f"Other route: {route.title}", route.plan.arrival)
            for route in advice.routes
        ),
        *(("Assumes", text) for text in page.assumptions),
        ("Review", "" if plan.is_reviewed else NOT_REVIEWED),
        ("Catalogue version", plan.catalogue_version),
        ("Plan document", SCHEMA),
        ("Address", kept.address),
        ("Note", ADVICE),
    ]
    told = [row for row in rows if row[1] not in ("", None)]
    _sheet(book, "Summary", [("What", 32), ("Says", 100)], told)


def _sheet(
    book: Any,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
    frozen: str = "A2",
) -> None:
    first = book.active if book.sheetnames == ["Sheet"] else None
    sheet = first or book.create_sheet()
    sheet.title = title
    for place, (name, width) in enumerate(columns, start=1):
        cell = sheet.cell(1, place)
        _fill(cell, name)
        cell.font, cell.fill = HEAD, HEAD_FILL
        cell.alignment = WRAPPED
        sheet.column_dimensions[get_column_letter(place)].width = width
    last = 1
    for last, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(last, place)
            _fill(cell, value)
            cell.border = LINE
            cell.alignment = WRAPPED if columns[place - 1][1] >= 26 else TOP
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    # On paper: across, as wide as the page, its head on every page.
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _fill(cell: Any, value: Cell) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        cell.value = _fitted(clean(value))
        cell.data_type = "s"  # openpyxl takes "=…" for a formula otherwise
        # Nor does it become one when somebody edits it.
        cell.quotePrefix = bool(RISKY.match(value))
    else:
        cell.value = value
        cell.number_format = "#,##0.##" if value % 1 else "#,##0"


def _fitted(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def _packed(book: Any, moment: datetime) -> bytes:
    """Pack a workbook with this moment in place of now, in the names and in the ZIP."""
    raw, packed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    # No ZIP is older than 1980.
    at = max(moment, datetime(1980, 1, 1)).timetuple()[:6]  # noqa: DTZ001 - as moment
    with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(packed, "w") as whole:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            part = zipfile.ZipInfo(name, at)
            whole.writestr(part, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
