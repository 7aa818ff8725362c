"""Two lines over years, as the text of SVG attributes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH = 440.0
LEFT = 52.0  # where time begins; the amounts stand before it
RIGHT = WIDTH - 12.0
TOP = 26.0
FLOOR = 226.0
HEIGHT = 250.0
YEAR_ROOM = 62.0  # what the name of a year takes
MOST_AMOUNTS = 5  # lines across


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A text at a place, and the line that goes with it, as attributes."""

    text: str
    x: str
    y: str
    line_x: str = ""
    line_y: str = ""
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Years within which something probably is."""

    x: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The drawing, ready to be written as SVG."""

    view_box: str
    top: str
    floor: str
    left: str
    right: str
    first: str  # points of a polyline
    second: str
    amounts: tuple[Mark, ...]
    years: tuple[Mark, ...]
    even: Mark | None  # where the second has caught up for good
    band: Band | None


def draw_lines(
    years: Sequence[int],
    first: Sequence[int],
    second: Sequence[int],
    *,
    even: int | None = None,
    range_of_even: tuple[int, int | None] | None = None,
) -> Lines:
    """Draw what is there at the end of each year on two sides, in whole dollars.

    `even` is the year from which on the second is never behind; its range may have
    no end. All lengths are in units of the viewBox.
    """
    lowest, highest = min(0, *first, *second), max(0, *first, *second)
    step = _step(highest - lowest)
    highest = max(highest, lowest + step)
    bottom = math.ceil(lowest / step) * step

    def x(year: float) -> float:
        return LEFT + (RIGHT - LEFT) * (year - years[0]) / max(1, len(years) - 1)

    def y(amount: float) -> float:
        return FLOOR - (FLOOR - TOP) * (amount - lowest) / (highest - lowest)

    def points(amounts: Sequence[int]) -> str:
        places = zip(years, amounts, strict=True)
        return " ".join(f"{x(year):.1f},{y(amount):.1f}" for year, amount in places)

    every = math.ceil(YEAR_ROOM * len(years) / (RIGHT - LEFT))
    return Lines(
        view_box=f"0 0 {WIDTH:g} {HEIGHT:g}",
        top=f"{TOP:g}",
        floor=f"{FLOOR:g}",
        left=f"{LEFT:g}",
        right=f"{RIGHT:g}",
        first=points(first),
        second=points(second),
        amounts=tuple(
            Mark(
                text=_short(amount),
                x=f"{LEFT - 8:g}",
                y=f"{y(amount) + 4:.1f}",
                line_y=f"{y(amount):.1f}",
                anchor="end",
            )
            for amount in range(bottom, highest + 1, step)
        ),
        years=tuple(
            Mark(
                text=str(year),
                x=f"{x(year):.1f}",
                y=f"{FLOOR + 18:g}",
                line_x=f"{x(year):.1f}",
                anchor="end" if x(year) > RIGHT - YEAR_ROOM / 2 else "middle",
            )
            for year in years[::every]
        ),
        even=None if even is None else _even(even, x(even)),
        band=_band(range_of_even, years, x),
    )


def _even(year: int, place: float) -> Mark:
    fits = place < RIGHT - 120
    return Mark(
        text=f"break-even: {year}",
        x=f"{place + (6 if fits else -6):.1f}",
        y="16",
        line_x=f"{place:.1f}",
        anchor="start" if fits else "end",
    )


def _band(
    found: tuple[int, int | None] | None,
    years: Sequence[int],
    x: Callable[[float], float],
) -> Band | None:
    if found is None:
        return None
    early, late = found[0], found[1] or years[-1]
    if early == late:
        return None
    return Band(x=f"{x(early):.1f}", width=f"{x(late) - x(early):.1f}")


def _step(span: int) -> int:
    """Return a round amount that divides a span into few parts."""
    least = max(1, span / MOST_AMOUNTS)
    power = 10 ** math.floor(math.log10(least))
    return int(next(power * n for n in (1, 2, 5, 10) if power * n >= least))


def _short(amount: int) -> str:
    """Write an amount of dollars for an axis: $250k, −$50k, $1.5M."""
    sign = "−" if amount < 0 else ""
    amount = abs(amount)
    if amount >= 1_000_000:
        return f"{sign}${amount / 1_000_000:g}M"
    if amount >= 1000:
        return f"{sign}${amount / 1000:g}k"
    return f"{sign}${amount}"
