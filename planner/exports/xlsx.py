"""A plan as a workbook: a sheet for each part, dates and numbers to reckon with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from planner.documents.plan import SCHEMA
from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.exports.kept import Kept, moment_of, one_line, used_sources
from planner.exports.prose import ADVICE, NOT_REVIEWED
from planner.exports.rows import COLUMNS, Cell, step_rows
from planner.exports.sheets import body, head, packed, properties, set_up
from planner.pages import RoadmapPage, roadmap_page


def to_xlsx(advice: Advice, catalogue: Catalogue, kept: Kept) -> bytes:
    """Return the plan as a workbook; no text in it is a formula."""
    plan = advice.plan
    # A file has no today: the same roadmap gives the same bytes on every day.
    page = roadmap_page(plan, catalogue, date.min, kept.sources, advice.forecast)
    moment = moment_of(plan, kept).replace(tzinfo=None)
    book = Workbook()
    book.properties = properties(one_line(page.headline), moment)
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
    return packed(book, moment)


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
    set_up(sheet, [width for _name, width in columns], frozen)
    for place, (name, _width) in enumerate(columns, start=1):
        head(sheet.cell(1, place), name)
    last = 1
    for last, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            body(sheet.cell(last, place), value, columns[place - 1][1])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
