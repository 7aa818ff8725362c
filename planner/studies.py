"""Fields of study as people type them: a CIP code, a title, or a part of one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.matching import closeness, plain

LENGTH = len("11.0701")  # shorter codes are families of fields, which nobody studies
CODE = re.compile(r"\b\d{2}\.\d{2}(?:\d{2})?\b")


def find_field(fields: Mapping[str, str], typed: str) -> str | None:
    """Return the code of the field that the text names, or None if it names none.

    It names a field by a code in it, by the title, or by a part of the title that
    no other field has: "biology" is "Biology/Biological Sciences, General".
    """
    typed = plain(typed)
    if match := CODE.search(typed):
        return match[0] if match[0] in fields else None
    whole = {code: title for code, title in fields.items() if len(code) == LENGTH}
    for code, title in whole.items():
        if plain(title) == typed:
            return code
    partly = [code for code, title in whole.items() if typed in _parts(title)]
    return partly[0] if len(partly) == 1 else None


def nearest_fields(
    fields: Mapping[str, str], typed: str, *, most: int = 8
) -> list[tuple[str, str]]:
    """Return code and title of the fields nearest to the text, the nearest first.

    The words are compared one by one, so neither their order nor a slip in one of
    them matters. Ties are broken by the code.
    """
    typed = plain(typed)
    if not typed:
        return []
    if typed[0].isdigit():
        starts = _longest_start(fields, typed)
        found = [
            code
            for code in fields
            if starts and code.startswith(starts) and len(code) == LENGTH
        ]
        return [(code, fields[code]) for code in sorted(found)[:most]]
    scored = [
        (-closeness(typed, title), code)
        for code, title in fields.items()
        if len(code) == LENGTH
    ]
    return [(code, fields[code]) for score, code in sorted(scored)[:most] if score]


def title_of(fields: Mapping[str, str], code: str) -> str:
    """Return the title without the full stop that the classification ends it with."""
    return fields[code].rstrip(".")


def _parts(title: str) -> list[str]:
    return [part.strip() for part in re.split(r"[/,;()]| and ", plain(title))]


def _longest_start(fields: Mapping[str, str], typed: str) -> str:
    """Return as much of a mistyped code as some field begins with."""
    for length in range(len(typed), 1, -1):
        if any(code.startswith(typed[:length]) for code in fields):
            return typed[:length]
    return ""
