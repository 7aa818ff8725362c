"""How sure a plan is, in words and as a histogram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.engine.plans import Forecast, Plan
from planner.pages.words import day_words

WIDTH = 480.0
HEIGHT = 132.0
FLOOR = 108.0  # where the bars stand; the months are named below
CEILING = 14.0
MOST_BARS = 30
NAMED = 4  # ends of the axis and what lies between, as room allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Some months of the histogram, as the text of SVG attributes."""

    x: str
    y: str
    width: str
    height: str
    is_probable: bool  # within the 10th and 90th percentile
    tooltip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    x: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurenessPage:
    """How sure the arrival is: sentences, columns, and what they assume."""

    sentence: str
    chances: tuple[tuple[str, str], ...]  # by when, and how many of ten
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    view_box: str
    alternative: str
    assumptions: tuple[str, ...]
    samples: str


def sureness_page(plan: Plan, forecast: Forecast) -> SurenessPage:
    """Word and draw a forecast of a plan that arrives."""
    arrival = forecast.arrival
    chances = [(f"by {plan.arrival:%B %Y}, as planned", forecast.chance_as_planned)]
    target = plan.background.target_date
    if target is not None and forecast.chance_of_target is not None:
        chances.append(
            (f"by your date, {day_words(target)}", forecast.chance_of_target)
        )
    return SurenessPage(
        sentence=probably(forecast),
        chances=(
            *((name, in_ten(share)) for name, share in chances),
            (f"by {arrival.median:%B %Y}", "half"),
            (f"by {arrival.late:%B %Y}", "9 in 10"),
        ),
        columns=tuple(_columns(forecast)),
        ticks=tuple(_ticks(forecast)),
        view_box=f"0 0 {WIDTH:g} {HEIGHT:g}",
        alternative=(
            f"Arrivals from {forecast.months[0][0]:%B %Y} to "
            f"{forecast.months[-1][0]:%B %Y}, most of them between "
            f"{arrival.early:%B %Y} and {arrival.late:%B %Y}."
        ),
        assumptions=forecast.assumptions,
        samples=f"{forecast.samples:,}",
    )


def probably(forecast: Forecast) -> str:
    """Say between which months eight of ten arrivals lie."""
    early, late = forecast.arrival.early, forecast.arrival.late
    if (early.year, early.month) == (late.year, late.month):
        return f"Probably in {early:%B %Y}."
    return f"Probably between {early:%B %Y} and {late:%B %Y}."


def in_ten(share: float) -> str:
    """Say a chance so that nobody takes it for exact."""
    if share < 0.005:
        return "practically none"
    if share < 0.05:
        return "fewer than 1 in 20"
    if share > 0.995:
        return "practically all"
    if share > 0.95:
        return "more than 19 in 20"
    tenths = max(1, min(9, round(share * 10)))
    return f"about {tenths} in 10"


def _grouped(forecast: Forecast) -> list[tuple[date, date, int]]:
    """Return first and last month and count of each column, at most MOST_BARS."""
    months = forecast.months
    size = -(-len(months) // MOST_BARS)
    return [
        (part[0][0], part[-1][0], sum(count for _, count in part))
        for part in (months[i : i + size] for i in range(0, len(months), size))
    ]


def _columns(forecast: Forecast) -> list[Column]:
    groups = _grouped(forecast)
    most = max(count for _, _, count in groups)
    step = WIDTH / len(groups)
    gap = min(3.0, step / 5)
    early, late = forecast.arrival.early, forecast.arrival.late
    found = []
    for index, (first, last, count) in enumerate(groups):
        height = (FLOOR - CEILING) * count / most
        name = f"{first:%B %Y}" if first == last else f"{first:%B %Y} to {last:%B %Y}"
        found.append(
            Column(
                x=f"{index * step + gap / 2:.1f}",
                y=f"{FLOOR - height:.1f}",
                width=f"{step - gap:.1f}",
                height=f"{height:.1f}",
                is_probable=early.replace(day=1) <= last and first <= late,
                tooltip=f"{name}: {count / forecast.samples:.1%}",
            )
        )
    return found


def _ticks(forecast: Forecast) -> list[Tick]:
    groups = _grouped(forecast)
    step = WIDTH / len(groups)
    count = min(NAMED, len(groups))
    if count == 1:
        return [
            Tick(x=f"{step / 2:.1f}", text=f"{groups[0][0]:%b %Y}", anchor="middle")
        ]
    ticks = []
    for number in range(count):
        index = round(number * (len(groups) - 1) / (count - 1))
        anchor = "start" if number == 0 else "end" if number == count - 1 else "middle"
        x = index * step + {"start": 0.0, "middle": step / 2, "end": step}[anchor]
        ticks.append(
            Tick(x=f"{x:.1f}", text=f"{groups[index][0]:%b %Y}", anchor=anchor)
        )
    return ticks
