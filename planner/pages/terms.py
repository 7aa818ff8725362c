"""Terms of a year, as careers offices count: spring, summer, autumn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

# The first month of each, in the order of a year. Internships are a matter of summer.
SEASONS = {"spring": 1, "summer": 6, "autumn": 9}
NAMES = tuple(SEASONS)
WRITTEN = re.compile(r"([0-9]{4})-(spring|summer|autumn)")


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A part of a year, in the order of time; `number` counts from 0 within it."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        begun = [n for n, month in enumerate(SEASONS.values()) if month <= day.month]
        return cls(day.year, begun[-1])

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the term written like 2028-summer, or None where it is none."""
        match = WRITTEN.fullmatch(text)
        if match is None or not 1900 <= int(match[1]) <= 2200:
            return None
        return cls(int(match[1]), NAMES.index(match[2]))

    def __str__(self) -> str:
        return f"{self.year}-{NAMES[self.number]}"

    @property
    def title(self) -> str:
        return f"{NAMES[self.number]} {self.year}"

    @property
    def first(self) -> date:
        return date(self.year, SEASONS[NAMES[self.number]], 1)

    @property
    def next(self) -> Self:
        """Return the term after this one; its first day is when this one is over."""
        years, number = divmod(self.number + 1, len(NAMES))
        return type(self)(self.year + years, number)

    @property
    def before(self) -> Self:
        """Return the term before this one."""
        years, number = divmod(self.number - 1, len(NAMES))
        return type(self)(self.year + years, number)
