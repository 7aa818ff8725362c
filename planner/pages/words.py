"""Numbers, days and lengths of time, as one says them aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.engine.facts import Catalogue


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def about(start: date, end: date) -> str:
    """Say roughly how long it is from a day to another, to half a year."""
    days = (end - start).days
    if days < 7:
        return "less than a week"
    halves = round(days / (365.25 / 2))
    if halves < 4:
        return f"about {span(days)}"
    years, half = divmod(halves, 2)
    return f"about {years}{'½' if half else ''} years"


def span(days: int) -> str:
    """Say a number of days in the unit that fits: weeks, months, quarters of years."""
    if days < 7:
        return count(days, "day")
    if days < 20 * 7:
        return count(round(days / 7), "week")
    months = days / (365.25 / 12)
    if months < 23:
        return count(round(months), "month")
    years, quarters = divmod(round(months / 3), 4)
    return f"{years}{['', '¼', '½', '¾'][quarters]} years"


def later(days: int | None) -> str:
    """Say by how much something is later or earlier: 2 weeks earlier."""
    if not days:
        return "at the same time"
    return f"{span(abs(days))} {'later' if days > 0 else 'earlier'}"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def number(value: float) -> str:
    """Write a number without needless decimals: 10, 2.5, 1,200."""
    return f"{value:,.1f}".removesuffix(".0")


def quantity(value: float, unit: str) -> str:
    return f"{number(value)} {unit.removesuffix('s') if value == 1 else unit}"


def hours(value: float) -> str:
    return quantity(value, "hours")


def money(amount: float, catalogue: Catalogue) -> str:
    if catalogue.currency == "USD":
        return f"${amount:,.0f}"
    return f"{amount:,.0f} {catalogue.currency}"


def join_words(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
