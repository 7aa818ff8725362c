"""A kept plan and the one that it would become: what moves, by how much, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from planner.engine.facts import Catalogue
from planner.engine.plans import Busy, Forecast, Moved, Plan
from planner.pages.drawing import Drawing, draw, extent
from planner.pages.steps import step_pages
from planner.pages.words import day_words, later


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRow:
    """A step that is not as it was planned."""

    title: str
    before: str
    after: str
    change: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplannedPage:
    """What would move, in words and as two drawings on one axis."""

    is_possible: bool
    obstacles: tuple[str, ...]
    before: str  # the arrival, by its month
    after: str
    difference: str
    drawing: Drawing | None
    new_drawing: Drawing | None
    rows: tuple[MovedRow, ...]
    same: int  # steps that stay as they are


def replanned_page(
    plan: Plan,
    forecast: Forecast | None,
    new: Plan,
    new_forecast: Forecast | None,
    catalogue: Catalogue,
    new_catalogue: Catalogue,
    today: date,
    done: Collection[str],
) -> ReplannedPage:
    """Word and draw a kept plan and the one that was made anew from it."""
    ends = [
        extent(one, today, sure)
        for one, sure in ((plan, forecast), (new, new_forecast))
        if one.steps
    ]
    within = (min(a for a, _ in ends), max(b for _, b in ends)) if ends else None
    rows = tuple(_row(moved) for moved in new.changes)
    moved = {moved.id for moved in new.changes}
    return ReplannedPage(
        is_possible=new.arrival is not None,
        obstacles=new.obstacles,
        before=_arrival(plan, forecast),
        after=_arrival(new, new_forecast),
        difference=""
        if new.arrival is None or plan.arrival is None
        else later((new.arrival - plan.arrival).days),
        drawing=draw(
            plan,
            today,
            step_pages(plan, catalogue, {}, forecast),
            forecast,
            within=within,
            done=done,
        ),
        new_drawing=draw(
            new,
            today,
            step_pages(new, new_catalogue, {}, new_forecast),
            new_forecast,
            within=within,
            done=done,
        ),
        rows=rows,
        same=len([step for step in new.steps if step.id not in moved]),
    )


def _arrival(plan: Plan, forecast: Forecast | None) -> str:
    """Return the month of the headline: the median, where it is known."""
    if plan.arrival is None:
        return ""
    day = plan.arrival if forecast is None else forecast.arrival.median
    return f"{day:%B %Y}"


def _row(moved: Moved) -> MovedRow:
    return MovedRow(
        title=moved.title,
        before=_when(moved.before),
        after=_when(moved.after),
        change=_change(moved.before, moved.after),
        why=moved.why,
    )


def _when(busy: Busy | None) -> str:
    if busy is None:
        return "not planned"
    last = busy.finish - timedelta(days=1)
    return f"{day_words(busy.start)} to {day_words(last)}"


def _change(before: Busy | None, after: Busy | None) -> str:
    if before is None:
        return "added"
    if after is None:
        return "left out"
    start = (after.start - before.start).days
    finish = (after.finish - before.finish).days
    if start == finish:
        return later(start)
    ends = (("starts", start), ("ends", finish))
    return ", ".join(f"{verb} {later(days)}" for verb, days in ends if days)
