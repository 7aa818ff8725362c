"""A plan becomes a file: one module a format, one table of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.documents.plan import dump, write_advice
from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.exports.csv_rows import to_csv
from planner.exports.ics import to_ical
from planner.exports.kept import Kept
from planner.exports.pdf import to_pdf
from planner.exports.prose import to_markdown, to_text
from planner.exports.xlsx import to_xlsx

__all__ = ["EXPORTS", "Export", "Kept"]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its name, what people call it, its files, and its maker."""

    format: str
    title: str
    suffix: str  # of its files
    media_type: str
    shows_routes: bool  # else it says nothing of other routes, nor of what would help
    make: Callable[[Advice, Catalogue, Kept], bytes]


def to_json(advice: Advice, catalogue: Catalogue, kept: Kept) -> bytes:
    """Return the plan document as JSON text: the plan, and nothing of what is kept."""
    return dump(write_advice(advice)).encode()


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTS = {
    export.format: export
    for export in [
        Export("pdf", "PDF", "pdf", "application/pdf", True, to_pdf),
        Export(
            "ics", "Calendar", "ics", "text/calendar; charset=utf-8", False, to_ical
        ),
        Export("xlsx", "Excel workbook", "xlsx", SHEET, True, to_xlsx),
        Export("csv", "CSV", "csv", "text/csv; charset=utf-8", False, to_csv),
        Export(
            "markdown",
            "Markdown",
            "md",
            "text/markdown; charset=utf-8",
            True,
            to_markdown,
        ),
        Export("text", "Plain text", "txt", "text/plain; charset=utf-8", True, to_text),
        Export("json", "Plan document", "json", "application/json", True, to_json),
    ]
}
