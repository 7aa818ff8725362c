"""The steps of a plan as rows, for spreadsheets: a date stays a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.engine.plans import Forecast, Step
from planner.exports.kept import Kept, busy, clean, last_day, status
from planner.pages.steps import SourceLink, StepPage, anchor_of, step_pages

Cell = str | float | date | None

# What a spreadsheet program takes for a formula, or may if it trims spaces first.
# Some take the wide signs of East Asian keyboards for the narrow ones.
RISKY = re.compile(r"['\s]*[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, for people, and how wide it is."""

    name: str
    title: str
    width: int


COLUMNS = (
    Column("id", "Id", 34),
    Column("title", "Step", 38),
    Column("lane", "Part", 15),
    Column("mode", "How", 14),
    Column("status", "Status", 11),
    Column("start", "Starts", 12),
    Column("last_day", "Last day", 12),
    Column("finish", "Done by", 12),
    Column("early_finish", "Done early", 12),
    Column("late_finish", "Done late", 12),
    Column("slack_days", "Days to spare", 10),
    Column("strength", "Strength", 14),
    Column("hours_per_week", "Hours a week", 10),
    Column("main_occupation", "Main occupation", 12),
    Column("cost", "Cost", 12),
    Column("cost_source", "Cost says", 40),
    Column("why", "Why now", 60),
    Column("needs", "Needs", 40),
    Column("teaches", "Teaches", 40),
    Column("started", "Started", 12),
    Column("finished", "Finished", 12),
    Column("expected", "Expected", 12),
    Column("note", "Note", 60),
    Column("sources", "Sources", 60),
)


def step_rows(
    advice: Advice, catalogue: Catalogue, kept: Kept
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each step by `COLUMNS`, in the order of the page."""
    plan = advice.plan
    steps = {anchor_of(step.id): step for step in plan.steps}
    for page in step_pages(plan, catalogue, kept.sources, advice.forecast):
        yield _row(steps[page.anchor], page, advice.forecast, kept)


def _row(
    step: Step, page: StepPage, forecast: Forecast | None, kept: Kept
) -> tuple[Cell, ...]:
    span, mark = busy(step, kept), kept.marks.get(step.id)
    early = late = None
    if forecast is not None:
        found = forecast.steps[step.id].finish
        early, late = min(found.early, step.finish), max(found.late, step.finish)
    return (
        step.id,
        step.title,
        page.lane_title,
        step.mode,
        status(step, kept),
        span.start,
        last_day(span),
        span.finish,
        early,
        late,
        step.slack_days,
        step.strength,
        step.load_hours_per_week,
        "yes" if step.is_main else "no",
        step.cost,
        "" if page.cost_source is None else in_a_cell(page.cost_source),
        page.why_now,
        "; ".join(need.title for need in page.needs),
        "; ".join(page.teaches),
        None if mark is None else mark.started,
        None if mark is None else mark.finished,
        None if mark is None else mark.expected,
        clean(kept.notes.get(step.id, "")),
        "; ".join(in_a_cell(source) for source in page.sources),
    )


def in_a_cell(source: SourceLink) -> str:
    """Name a source in one cell: what it is called, of when, and where it stands."""
    dated = f"{source.title} ({source.as_of})" if source.as_of else source.title
    return f"{dated}, {source.url}" if source.url else dated
