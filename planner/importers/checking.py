"""Reads cells of a table, and notes each that cannot be what it says."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from planner.importers.problems import Problems
from planner.importers.tables import Row, Table

Number = int | float

_NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
_MONTH = re.compile(r"(0[1-9]|1[0-2])/(19|20)\d\d")
_CODES = {
    "onet": re.compile(r"\d\d-\d{4}\.\d\d"),
    "soc": re.compile(r"\d\d-\d{4}"),
    "cip": re.compile(r"\d\d(\.\d\d(\d\d)?)?"),
}
_FORMS = {"onet": "15-2051.00", "soc": "15-2051", "cip": "11.0701"}

# Codes that only the taxonomy of 2010 has, of jobs that every edition names.
SOC_2010 = {
    *("15-1111", "15-1121", "15-1122", "15-1131", "15-1132", "15-1133", "15-1134"),
    *("15-1141", "15-1142", "15-1143", "15-1151", "15-1152", "15-1199"),
}


class Reader:
    """Reads one table row by row; what is wrong is noted with line and column."""

    def __init__(self, table: Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems
        self.line = 0
        self.row: Row = {}
        self.is_bad = False  # something in this row is wrong

    def rows(self) -> Iterator[Row]:
        before = len(self.problems.sentences)
        for line, row in self.table.rows(self.problems):
            self.line, self.row, self.is_bad = line, row, False
            yield row
        if not self.table.count and len(self.problems.sentences) == before:
            self.problems.add(
                _("There are no rows in it."),
                file=self.table.label,
                sheet=self.table.sheet,
            )

    def wrong(self, message: str, column: str = "") -> None:
        self.is_bad = True
        self.problems.add(
            message,
            file=self.table.label,
            sheet=self.table.sheet,
            line=self.line,
            column=column,
        )

    def cell(self, column: str) -> str:
        """Return a cell as text, without blanks around it; numbers as they read."""
        value = self.row[column]
        if isinstance(value, str):
            return value.strip()
        return "" if value is None else str(value)

    def text(self, column: str) -> str:
        """Return the words of a cell, which may not be empty."""
        text = self.cell(column)
        if not text:
            self.wrong(_("The cell is empty."), column)
        return text

    def code(self, column: str, form: str) -> str:
        """Return a code of one form: onet, soc or cip."""
        text = self.cell(column)
        if not _CODES[form].fullmatch(text):
            self.wrong(
                _("“%(text)s” is no code; one reads %(form)s.")
                % {"text": _short(text), "form": _FORMS[form]},
                column,
            )
        return text

    def number(
        self, column: str, low: Number | None = None, high: Number | None = None
    ) -> Number:
        """Return a number, whole where it is whole; 0 and a problem if it is none."""
        value = as_number(self.row[column])
        if value is None:
            self.wrong(
                _("“%(text)s” is no number.") % {"text": _short(self.cell(column))},
                column,
            )
            return 0
        if (low is not None and value < low) or (high is not None and value > high):
            self.wrong(
                _("%(value)s is out of range; it goes from %(low)s to %(high)s.")
                % {
                    "value": value,
                    "low": _("any") if low is None else low,
                    "high": _("any") if high is None else high,
                },
                column,
            )
        return value

    def whole(self, column: str, low: int, high: int) -> int:
        value = self.number(column, low, high)
        if not isinstance(value, int):
            self.wrong(_("%(value)s is no whole number.") % {"value": value}, column)
        return int(value)

    def one_of(self, column: str, words: dict[str, Any]) -> Any:
        """Return what a word stands for."""
        text = self.cell(column)
        if text not in words:
            self.wrong(
                _("“%(text)s” is none of %(words)s.")
                % {
                    "text": _short(text),
                    "words": ", ".join(f"“{word}”" for word in words if word),
                },
                column,
            )
            return None
        return words[text]

    def month(self, column: str) -> str:
        """Return a month such as 08/2025."""
        text = self.cell(column)
        if not _MONTH.fullmatch(text):
            self.wrong(
                _("“%(text)s” is no month; one reads 08/2025.")
                % {"text": _short(text)},
                column,
            )
        return text

    def once(self, seen: set[Any], key: Any, column: str = "") -> bool:
        """Tell whether a key is new; a second one is a problem."""
        if key in seen:
            shown = key if isinstance(key, str) else ", ".join(map(str, key))
            self.wrong(_("%(key)s stands here a second time.") % {"key": shown}, column)
            return False
        seen.add(key)
        return True


def as_number(value: Any) -> Number | None:
    """Return a cell as a number, whole where it is whole; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not text or not _NUMBER.fullmatch(text):
            return None
        value = (
            float(text.replace(",", "")) if "." in text else int(text.replace(",", ""))
        )
    if isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value.is_integer() else value
    return None


def missing_columns(table: Table, wanted: list[str], problems: Problems) -> bool:
    """Note columns that are missing, or there twice; tell whether any is."""
    found = table.columns
    lacking = [name for name in wanted if name not in found]
    for name in lacking:
        problems.add(
            _("The column %(name)s is missing. There are: %(found)s.")
            % {"name": name, "found": ", ".join(found[:40]) or _("none")},
            file=table.label,
            sheet=table.sheet,
            line=table.header_line,
        )
    twice = sorted({name for name in found if name and found.count(name) > 1})
    for name in twice:
        problems.add(
            _("Two columns are called %(name)s.") % {"name": name},
            file=table.label,
            sheet=table.sheet,
            line=table.header_line,
        )
    return bool(lacking or twice)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
