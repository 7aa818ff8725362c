"""Weeks and dates: where terms and yearly windows lie.

A plan counts weeks from the first Monday on or after its start date. The term
dates are our editors' judgement after five published US academic calendars
(classes begin between 18 August and 3 September, and between 12 and 21 January).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from planner.engine.facts import WEEKS_IN, Estimate, Window

AUTUMN_STARTS = (9, 1)  # on the first Monday on or after this day
AUTUMN_WEEKS = 16
SPRING_STARTS = (1, 12)
SPRING_WEEKS = 18
TERMS_A_YEAR = 2
TOLERANCE = 1e-9  # so that 0.9 times 10 weeks is 9 weeks, not 10


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of study, in weeks of the plan: from a week, up to another."""

    start: int
    finish: int
    is_autumn: bool


def monday_from(day: date) -> date:
    """Return the first Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % 7)


def whole_weeks(weeks: float) -> int:
    """Round calendar time to whole weeks, at least one."""
    return max(1, math.floor(weeks + 0.5))


def share_of(share: float, count: int) -> int:
    """Return how many of `count` weeks make up this share, rounded up."""
    return math.ceil(share * count - TOLERANCE)


def likely_weeks(estimate: Estimate) -> int:
    """Return the likely length of calendar time in whole weeks."""
    return whole_weeks(estimate.likely * WEEKS_IN[estimate.unit])


def likely_years(estimate: Estimate) -> float:
    """Return the likely length of calendar time in years."""
    if estimate.unit == "years":
        return estimate.likely
    return estimate.likely * WEEKS_IN[estimate.unit] / WEEKS_IN["years"]


def terms_in(years: float) -> int:
    """Return how many terms so many years of study take, at least one."""
    return max(1, math.floor(TERMS_A_YEAR * years + 0.5))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks of one plan, counted from its first Monday."""

    first: date  # a Monday

    @classmethod
    def starting(cls, start: date) -> Calendar:
        return _calendar(monday_from(start))

    def day(self, week: int) -> date:
        """Return the Monday on which a week begins."""
        return self.first + timedelta(weeks=week)

    def week(self, day: date) -> int:
        """Return the first week that begins on or after a day; it may be negative."""
        return (monday_from(day) - self.first).days // 7

    def terms(self, horizon: int) -> tuple[Term, ...]:
        """Return the terms that begin from week 0 up to, not including, a week."""
        return _terms(self.first, horizon)

    def windows(self, window: Window, weeks: int, horizon: int) -> tuple[int, ...]:
        """Return the weeks in which something of so many weeks fits into a window."""
        return tuple(self._windows(window, weeks, horizon))

    def _windows(self, window: Window, weeks: int, horizon: int) -> Iterator[int]:
        wraps = (window.to_month, window.to_day) < (
            window.from_month,
            window.from_day,
        )
        for year in range(self.first.year - 1, self.day(horizon).year + 1):
            opens = _day(year, window.from_month, window.from_day)
            closes = _day(year + wraps, window.to_month, window.to_day)
            week = max(0, self.week(opens))
            while (
                week < horizon and self.day(week + weeks) - timedelta(days=3) <= closes
            ):
                yield week
                week += 1


@lru_cache(maxsize=512)
def _calendar(first: date) -> Calendar:
    return Calendar(first)


@lru_cache(maxsize=512)
def _terms(first: date, horizon: int) -> tuple[Term, ...]:
    found = []
    last = first + timedelta(weeks=horizon)
    for year in range(first.year, last.year + 1):
        for (month, day), weeks, is_autumn in (
            (SPRING_STARTS, SPRING_WEEKS, False),
            (AUTUMN_STARTS, AUTUMN_WEEKS, True),
        ):
            start = (monday_from(date(year, month, day)) - first).days // 7
            if 0 <= start < horizon:
                found.append(Term(start, start + weeks, is_autumn))
    return tuple(found)


def _day(year: int, month: int, day: int) -> date:
    """Return a day of a year; 29 February is the 28th where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)
