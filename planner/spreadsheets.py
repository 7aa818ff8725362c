"""Spreadsheets as CSV and XLSX: read with care, and written so that nothing runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

LARGEST_FILE = 5_000_000  # bytes
LARGEST_UNPACKED = 80_000_000
LARGEST_RATIO = 200
MOST_PARTS = 200  # files in a workbook
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 32_767  # characters; no workbook holds more

# XML has no control characters; workbooks write them so.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f]")
ESCAPED = re.compile(r"_x(00[01][0-9A-F])_")

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Refused(Exception):
    """A file is not read; the message says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The cells of a file as text, each row with its line in the file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


# Reading


def read_sheet(content: bytes) -> Sheet:
    """Return what is in a CSV file or workbook, told apart by what they contain."""
    if len(content) > LARGEST_FILE:
        raise Refused(
            _("The file is larger than %(most)s MB. Split it, and import the parts.")
            % {"most": LARGEST_FILE // 1_000_000}
        )
    is_workbook = content.startswith(b"PK\x03\x04")
    lines = _workbook_lines(content) if is_workbook else _csv_lines(content)
    filled = ((number, cells) for number, cells in lines if any(cells))
    _line, head = next(filled, (0, ()))
    columns = tuple(cell.strip() for cell in _without_empty_end(head))
    if not columns:
        raise Refused(_("The file is empty. Its first line must name the columns."))
    if len(columns) > MOST_COLUMNS:
        raise Refused(_("The file has more than %d columns.") % MOST_COLUMNS)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise Refused(_("There are two columns of this name: %s.") % ", ".join(twice))
    rows: list[tuple[int, tuple[str, ...]]] = []
    for line, cells in filled:
        if len(rows) == MOST_ROWS:
            raise Refused(
                _("The file has more than %(most)s rows. Split it.")
                % {"most": f"{MOST_ROWS:,}"}
            )
        rows.append((line, _fitted(line, cells, len(columns))))
    return Sheet(columns=columns, rows=tuple(rows))


def _fitted(line: int, cells: Sequence[str], width: int) -> tuple[str, ...]:
    cells = _without_empty_end(cells)
    if len(cells) > width:
        raise Refused(
            _("Line %(line)s has more cells than there are columns.") % {"line": line}
        )
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise Refused(_("A cell in line %(line)s is too long.") % {"line": line})
    return (*cells, *[""] * (width - len(cells)))


def _without_empty_end(cells: Sequence[str]) -> tuple[str, ...]:
    filled = [place for place, cell in enumerate(cells, start=1) if cell]
    return tuple(cells[: filled[-1] if filled else 0])


def _csv_lines(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            _("This is neither a workbook (XLSX) nor a CSV file in UTF-8. Save it so.")
        ) from error
    if "\0" in text:
        raise Refused(_("This is no CSV file: it contains a zero byte."))
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, tuple(_unguarded(cell) for cell in cells)
    except csv.Error as error:
        raise Refused(
            _("Line %(line)s cannot be read as CSV: %(error)s.")
            % {"line": reader.line_num, "error": error}
        ) from error


def _workbook_lines(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    _check_workbook(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if number > 2 * MOST_ROWS:
                break
            yield number, tuple(_cell_text(cell) for cell in row)
        book.close()
    except Refused:
        raise
    except Exception as error:  # openpyxl raises whatever it trips over
        raise Refused(
            _("The workbook cannot be read. Save it again as XLSX, or as CSV.")
        ) from error


def _check_workbook(content: bytes) -> None:
    """Refuse a workbook that would unpack to too much, or that plays XML tricks."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            total = sum(part.file_size for part in parts)
            if (
                len(parts) > MOST_PARTS
                or total > LARGEST_UNPACKED
                or total > LARGEST_RATIO * len(content)
            ):
                raise Refused(_("The workbook unpacks to too much. Save it as CSV."))
            if "xl/workbook.xml" not in packed.namelist():
                raise Refused(_("This is a packed file, but no workbook (XLSX)."))
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _check_xml(packed.read(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Refused(_("The workbook is damaged. Save it again.")) from error


def _check_xml(text: bytes) -> None:
    # Excel and LibreOffice write UTF-8; in another encoding a trick could hide.
    if b"\0" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Refused(_("The workbook contains what no spreadsheet program writes."))


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        place = f"{get_column_letter(cell.column)}{cell.row}"
        raise Refused(
            _("Cell %(place)s holds a formula. Paste its value in its place.")
            % {"place": place}
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


# Writing


def write_sheet(format: str, columns: Sequence[str], rows: Iterable[Any]) -> bytes:
    """Return a file; numbers stay numbers, and no text becomes a formula."""
    if format == XLSX:
        return _write_workbook(columns, rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


RISKY = re.compile(r"'*[=+\-@\t\r]")


def _guarded(value: Any) -> str:
    """Put an apostrophe before what a spreadsheet program would take for a formula."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f"'{value}" if RISKY.match(str(value)) else str(value)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and RISKY.match(cell) else cell


def _write_workbook(columns: Sequence[str], rows: Iterable[Any]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("careerpath")
    sheet.freeze_panes = "A2"
    for row in [columns, *rows]:
        sheet.append([_cell(sheet, value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, Decimal):
        cell.value = value
    elif value != "":
        cell.value = UNWRITABLE.sub(lambda c: f"_x{ord(c[0]):04X}_", str(value))
        cell.data_type = "s"  # openpyxl takes "=…" for a formula otherwise
        if RISKY.match(str(value)):
            cell.quotePrefix = True  # nor does it become one when somebody edits it
    return cell
