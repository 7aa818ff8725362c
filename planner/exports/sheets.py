"""What all workbooks have in common: no text is a formula, and the time is not now."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planner.exports.kept import clean
from planner.exports.prose import ADVICE
from planner.exports.rows import RISKY, Cell

LONGEST = 32_767  # characters; no cell holds more
CUT = " … (cut: a cell holds no more)"
WIDE = 26  # from here on the text of a column is broken into lines
HEAD = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="FF1F4E5F")
LINE = Border(bottom=Side(style="thin", color="FFD0D7DA"))
TOP = Alignment(vertical="top")
WRAPPED = Alignment(vertical="top", wrap_text=True)
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def properties(title: str, moment: datetime) -> DocumentProperties:
    """Return what a workbook says of itself; the moment is in UTC and has no zone."""
    return DocumentProperties(
        title=fitted(title),
        creator="careerpath",
        description=ADVICE,
        created=moment,
        modified=moment,
    )


def set_up(sheet: Any, widths: Sequence[int], frozen: str) -> None:
    """Give a sheet its widths and its paper; before the first row is appended to it."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = frozen
    # On paper: across, as wide as the page, its head on every page.
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def head(cell: Any, name: str) -> None:
    """Write the head of a column into a cell."""
    fill(cell, name)
    cell.font, cell.fill = HEAD, HEAD_FILL
    cell.alignment = WRAPPED


def body(cell: Any, value: Cell, width: int) -> None:
    """Write a value into a cell of a column of that width."""
    fill(cell, value)
    cell.border = LINE
    cell.alignment = WRAPPED if width >= WIDE else TOP


def fill(cell: Any, value: Cell) -> None:
    """Write a value into a cell: text stays text, a date and a number are such."""
    if value is None or value == "":
        return
    if isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        cell.value = fitted(clean(value))
        cell.data_type = "s"  # openpyxl takes "=…" for a formula otherwise
        # Nor does it become one when somebody edits it.
        cell.quotePrefix = bool(RISKY.match(value))
    else:
        cell.value = value
        cell.number_format = "#,##0.##" if value % 1 else "#,##0"


def fitted(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def packed(book: Any, moment: datetime) -> bytes:
    """Pack a workbook with this moment in place of now, in the names and in the ZIP."""
    raw, whole = io.BytesIO(), io.BytesIO()
    book.save(raw)
    # No ZIP is older than 1980.
    at = max(moment, datetime(1980, 1, 1)).timetuple()[:6]  # noqa: DTZ001 - as moment
    with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(whole, "w") as archive:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            part = zipfile.ZipInfo(name, at)
            archive.writestr(part, content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
