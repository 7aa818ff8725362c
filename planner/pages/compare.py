"""Two plans over each other: two drawings on one axis, and a table of what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planner.engine.facts import Catalogue
from planner.engine.plans import OtherPlan, Plan, Step
from planner.pages.drawing import Drawing, draw, extent
from planner.pages.steps import by_date, step_pages
from planner.pages.words import day_words, later, money, span


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A step in one of the plans, or in both; empty where it is not planned."""

    title: str
    mine: str
    other: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """This plan and another one."""

    title: str  # of the other one
    arrival: str
    other_arrival: str
    difference: str
    cost: str
    other_cost: str
    drawing: Drawing | None
    other_drawing: Drawing | None
    rows: tuple[Row, ...]
    same: int  # steps that are the same in both, and not among the rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of several roadmaps beside each other."""

    name: str
    career: str
    arrival: str
    difference: str  # against the first of them
    cost: str
    steps: int
    drawing: Drawing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """A step, and when each of several roadmaps has it."""

    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapsPage:
    """Two to four roadmaps, drawn on one axis, and the steps in which they differ."""

    columns: tuple[Column, ...]
    rows: tuple[Across, ...]
    same: int


def roadmaps_page(
    roadmaps: Sequence[tuple[str, Plan, Catalogue]], today: date
) -> RoadmapsPage:
    """Word and draw several roadmaps, each by its name, plan and catalogue."""
    ends = [extent(plan, today) for _name, plan, _catalogue in roadmaps if plan.steps]
    within = (min(a for a, _ in ends), max(b for _, b in ends)) if ends else None
    first = roadmaps[0][1].arrival
    columns = tuple(
        Column(
            name=name,
            career=catalogue.roles[plan.background.career].title,
            arrival="no way there yet"
            if plan.arrival is None
            else f"{plan.arrival:%B %Y}",
            difference=""
            if plan.arrival is None or first is None or plan is roadmaps[0][1]
            else later((plan.arrival - first).days),
            cost=_cost(plan, catalogue),
            steps=len(plan.steps),
            drawing=draw(plan, today, step_pages(plan, catalogue, {}), within=within),
        )
        for name, plan, catalogue in roadmaps
    )
    plans = [plan for _name, plan, _catalogue in roadmaps]
    found = [{step.id: step for step in plan.steps} for plan in plans]
    everything = sorted((s for plan in plans for s in plan.steps), key=by_date)
    titles: dict[str, str] = {}
    for step in everything:
        titles.setdefault(step.id, step.title)
    rows = [
        Across(title=title, cells=tuple(_when(steps.get(name)) for steps in found))
        for name, title in titles.items()
        if len({_gist(steps.get(name)) for steps in found}) > 1
    ]
    return RoadmapsPage(columns=columns, rows=tuple(rows), same=len(titles) - len(rows))


def compare_page(
    plan: Plan, route: OtherPlan, catalogue: Catalogue, today: date
) -> ComparePage:
    """Word and draw two plans that arrive, one over the other."""
    other = route.plan
    one_end, other_end = extent(plan, today), extent(other, today)
    within = (min(one_end[0], other_end[0]), max(one_end[1], other_end[1]))
    rows = _rows(plan, other)
    return ComparePage(
        title=route.title,
        arrival=f"{plan.arrival:%B %Y}",
        other_arrival=f"{other.arrival:%B %Y}",
        difference=later(route.difference_days),
        cost=_cost(plan, catalogue),
        other_cost=_cost(other, catalogue),
        drawing=draw(plan, today, step_pages(plan, catalogue, {}), within=within),
        other_drawing=draw(
            other, today, step_pages(other, catalogue, {}), within=within
        ),
        rows=rows,
        same=len({s.id for s in (*plan.steps, *other.steps)}) - len(rows),
    )


def _rows(plan: Plan, other: Plan) -> tuple[Row, ...]:
    """Return the steps that differ, in the order in which the first of both starts."""
    mine = {step.id: step for step in plan.steps}
    theirs = {step.id: step for step in other.steps}
    everything = sorted((*plan.steps, *other.steps), key=by_date)
    found = []
    for name in dict.fromkeys(step.id for step in everything):
        one, two = mine.get(name), theirs.get(name)
        if _gist(one) != _gist(two):
            title = (one or two).title  # type: ignore[union-attr] # in one of them
            found.append(
                Row(
                    title=title,
                    mine=_when(one),
                    other=_when(two),
                    change=_change(one, two),
                )
            )
    return tuple(found)


def _gist(step: Step | None) -> tuple[object, ...]:
    return () if step is None else (step.mode, step.start, step.finish)


def _when(step: Step | None) -> str:
    if step is None:
        return "not planned"
    return f"{day_words(step.start)}, {span((step.finish - step.start).days)}"


def _change(one: Step | None, two: Step | None) -> str:
    """Say in which way a step differs in the second plan."""
    if one is None:
        return "added"
    if two is None:
        return "left out"
    parts = []
    if one.mode != two.mode:
        parts.append(f"{two.mode} instead of {one.mode}")
    start, finish = (two.start - one.start).days, (two.finish - one.finish).days
    if start == finish and start:
        parts.append(later(start))
    elif start:
        parts.append(f"starts {later(start)}")
    if finish != start and finish:
        parts.append(f"ends {later(finish)}")
    return ", ".join(parts)


def _cost(plan: Plan, catalogue: Catalogue) -> str:
    return "not known" if plan.cost is None else money(plan.cost, catalogue)
