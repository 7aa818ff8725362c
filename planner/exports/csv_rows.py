"""The steps as CSV (RFC 4180): UTF-8 with a mark, so that Excel reads it as such."""

from __future__ import annotations

import csv
import io
from datetime import date

from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.exports.kept import Kept, clean
from planner.exports.rows import COLUMNS, RISKY, Cell, step_rows


def to_csv(advice: Advice, catalogue: Catalogue, kept: Kept) -> bytes:
    """Return one line a step; no text in it becomes a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.name for column in COLUMNS)
    for row in step_rows(advice, catalogue, kept):
        writer.writerow(written(cell) for cell in row)
    return text.getvalue().encode("utf-8-sig")


def written(cell: Cell) -> str:
    """Write a cell as text: a date as in ISO 8601, and nothing that is a formula."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return guarded(clean(cell))
    return f"{cell:.2f}".rstrip("0").rstrip(".")


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet program would take for a formula.

    OWASP's way: CSV has no types, so nothing else tells text from a formula.
    """
    return f"'{text}" if RISKY.match(text) else text
