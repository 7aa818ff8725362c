"""E-mail addresses as people hand them in: typed or pasted, or as a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from planner.spreadsheets import Refused, read_sheet

LONGEST_ADDRESS = 254
BETWEEN = re.compile(r"[;,\t]")
IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")  # as mail programs write: Ada <ada@…>


class Line(NamedTuple):
    """What stands in a line of a list: an address, or what should be one."""

    number: int
    text: str


def read_text(text: str) -> list[Line]:
    """Return what is in a text, with its line; several in a line stand between commas.

    A name before an address in brackets is left out.
    """
    return [
        Line(number, address)
        for number, line in enumerate(text.splitlines(), start=1)
        for part in BETWEEN.split(line)
        if (address := _bare(part))
    ]


def read_file(content: bytes) -> list[Line]:
    """Return what is in that column of a CSV file or workbook that holds addresses.

    Raises Refused, in words, where there is none, or where the file cannot be read.
    """
    sheet = read_sheet(content)
    lines = [(1, sheet.columns), *sheet.rows]
    width = len(sheet.columns)
    filled = [sum("@" in cells[place] for _n, cells in lines) for place in range(width)]
    if not any(filled):
        raise Refused(_("No column of this file holds e-mail addresses."))
    column = filled.index(max(filled))
    found = [Line(number, _bare(cells[column])) for number, cells in lines]
    if "@" not in found[0].text:  # it is the column's name
        del found[0]
    return [line for line in found if line.text]


def write_text(lines: Iterable[Line]) -> str:
    return "\n".join(line.text for line in lines)


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS


def _bare(part: str) -> str:
    in_brackets = IN_BRACKETS.search(part)
    return (in_brackets[1] if in_brackets else part).strip().strip("'\"").strip()
