"""Many students in one file: a workbook of two sheets, lines of a CSV, and folders."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from planner.exports.csv_rows import written
from planner.exports.kept import in_file_name, one_line
from planner.exports.rows import COLUMNS, Cell, Column
from planner.exports.sheets import body, head, packed, properties, set_up

NAME = Column("student", "Student", 28)  # stands in every file, before all else
ABOUT = (
    Column("email", "E-mail address", 32),
    Column("career", "Career", 34),
    Column("arrival", "Arrival, as planned", 14),
    Column("next_step", "Next step", 38),
    Column("next_day", "Day of the next step", 14),
    Column("stands", "How it stands", 26),
    Column("review", "Review", 16),
    Column("advisor", "Advisor", 26),
    Column("changed", "Last change", 14),
)
# Notes are the student's own, and in no file of somebody else.
STEPS = tuple(column for column in COLUMNS if column.name != "note")
LONGEST_NAME = 60  # of a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which columns a file has: of each student, with the name first, and of steps."""

    about: tuple[Column, ...]
    steps: tuple[Column, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Layout:
        """Return the columns of these names, in the order that they are listed in.

        Raises ValueError where one is not on the list.
        """
        wanted = set(names)
        unknown = wanted - {column.name for column in (*ABOUT, *STEPS)}
        if unknown:
            raise ValueError(f"There are no columns {', '.join(sorted(unknown))}.")
        return cls(
            about=(NAME, *(column for column in ABOUT if column.name in wanted)),
            steps=tuple(column for column in STEPS if column.name in wanted),
        )

    def student(
        self, about: dict[str, Cell], steps: Iterable[Sequence[Cell]]
    ) -> Student:
        """Keep of a student and of rows of steps (by `COLUMNS`) what is wanted."""
        places = [COLUMNS.index(column) for column in self.steps]
        return Student(
            about=tuple(about[column.name] for column in self.about),
            steps=tuple(tuple(row[place] for place in places) for row in steps)
            if places
            else (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """The cells of a student by the columns of a layout."""

    about: tuple[Cell, ...]
    steps: tuple[tuple[Cell, ...], ...]

    def write(self) -> dict[str, Any]:
        """Return what JSON can hold: a day is then a list of one text."""
        return {
            "about": [_write(cell) for cell in self.about],
            "steps": [[_write(cell) for cell in row] for row in self.steps],
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Student:
        """Return what was written."""
        return cls(
            about=tuple(_read(cell) for cell in kept["about"]),
            steps=tuple(tuple(_read(cell) for cell in row) for row in kept["steps"]),
        )


def _write(cell: Cell) -> Any:
    return [cell.isoformat()] if isinstance(cell, date) else cell


def _read(cell: Any) -> Cell:
    return date.fromisoformat(cell[0]) if isinstance(cell, list) else cell


# The kinds of files


def to_workbook(
    layout: Layout, students: Iterable[Student], *, title: str, moment: datetime
) -> bytes:
    """Return a sheet of the students and one of all their steps; nothing is a formula.

    Each student is asked for once, when the one before is written; rows do not stay in
    memory. The moment is in UTC and stands in the file.
    """
    moment = moment.replace(tzinfo=None, microsecond=0)
    book = Workbook(write_only=True)
    book.properties = properties(one_line(title), moment)
    people = _Sheet(book, "Students", layout.about)
    steps = _Sheet(book, "Steps", (NAME, *layout.steps)) if layout.steps else None
    try:
        for student in students:
            people.append(student.about)
            if steps is not None:
                for row in student.steps:
                    steps.append((student.about[0], *row))
    finally:  # who stops in the middle leaves no sheet open
        people.close()
        if steps is not None:
            steps.close()
    return packed(book, moment)


class _Sheet:
    """A sheet of a workbook that is written from the top to the bottom."""

    def __init__(self, book: Any, title: str, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.rows = 1
        self.sheet = book.create_sheet(title)
        set_up(self.sheet, [column.width for column in columns], "B2")
        cells = [WriteOnlyCell(self.sheet) for _column in columns]
        for cell, column in zip(cells, columns, strict=True):
            head(cell, column.title)
        self.sheet.append(cells)

    def append(self, row: Sequence[Cell]) -> None:
        cells = [WriteOnlyCell(self.sheet) for _column in self.columns]
        for cell, value, column in zip(cells, row, self.columns, strict=True):
            body(cell, value, column.width)
        self.sheet.append(cells)
        self.rows += 1

    def close(self) -> None:
        last = get_column_letter(len(self.columns))
        self.sheet.auto_filter.ref = f"A1:{last}{self.rows}"
        self.sheet.close()


def csv_head(layout: Layout) -> bytes:
    """Return the first line, with the mark by which Excel knows UTF-8."""
    columns = (*layout.about, *layout.steps)
    return _lines([[column.name for column in columns]]).encode("utf-8-sig")


def csv_lines(layout: Layout, student: Student) -> bytes:
    """Return a line a step, what is said of the student before each of them.

    Who has no steps has one line all the same.
    """
    about = [written(cell) for cell in student.about]
    steps = student.steps or ((None,) * len(layout.steps),)
    return _lines([*about, *map(written, step)] for step in steps).encode()


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def folder_name(number: int, students: int, name: str) -> str:
    """Return what the folder of a student is called: its number makes it the only one.

    Numbers have as many digits as the last one, so that folders sort by them.
    """
    digits = f"{number:0{len(str(students))}}"
    return "-".join(filter(None, [digits, in_file_name(name, LONGEST_NAME)]))
