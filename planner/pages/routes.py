"""Other routes and remedies, worded for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.engine.facts import Catalogue
from planner.engine.frontier import Frontier
from planner.engine.plans import OtherPlan, Plan, Remedy
from planner.pages.words import about, capital, join_words, money, span


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCard:
    """One other route: when it arrives, what it costs, and what differs in it."""

    name: str
    title: str
    arrival: str
    difference: str
    cost: str
    differs: str
    change: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyLine:
    """A change that helps, in a sentence."""

    text: str
    change: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One plan of the trade-off between the date and the money."""

    arrival: str
    cost: str
    saves: str  # against the earliest; empty for that one itself
    is_mine: bool
    change: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesPage:
    """What other answers lead to."""

    title: str
    cards: tuple[RouteCard, ...]
    remedies: tuple[RemedyLine, ...]
    rungs: tuple[Rung, ...]  # empty where no later arrival costs less
    rungs_are_all: bool


def routes_page(
    plan: Plan,
    routes: Iterable[OtherPlan],
    remedies: Iterable[Remedy],
    frontier: Frontier,
    catalogue: Catalogue,
) -> RoutesPage:
    """Word the other routes of a plan, what would help it, and what time is worth."""
    career = catalogue.roles[plan.background.career].title
    return RoutesPage(
        title=career,
        cards=tuple(_card(plan, route, catalogue) for route in routes),
        remedies=tuple(
            RemedyLine(text=remedy.text, change=remedy.other.change)
            for remedy in remedies
        ),
        rungs=tuple(_rungs(plan, frontier, catalogue)),
        rungs_are_all=frontier.is_whole,
    )


def _rungs(plan: Plan, frontier: Frontier, catalogue: Catalogue) -> Iterator[Rung]:
    if len(frontier.plans) < 2:
        return
    first = frontier.plans[0]
    for other in frontier.plans:
        saved = (first.cost or 0) - (other.cost or 0)
        if other.arrival is None or first.arrival is None:
            continue  # those of a frontier arrive
        later = (other.arrival - first.arrival).days
        yield Rung(
            arrival=f"{other.arrival:%B %Y}",
            cost=money(other.cost or 0, catalogue),
            saves=""
            if other is first
            else f"{money(saved, catalogue)} for {span(later)}",
            is_mine=(other.arrival, other.cost) == (plan.arrival, plan.cost),
            change={
                "objective": "within-budget",
                "budget": math.ceil(other.cost or 0),
            },
        )


def _card(plan: Plan, route: OtherPlan, catalogue: Catalogue) -> RouteCard:
    other = route.plan
    cost = "No cost is known"
    if other.cost is not None:
        cost = f"Known cost {money(other.cost, catalogue)}"
        if other.cost != (plan.cost or 0):
            change = other.cost - (plan.cost or 0)
            more = "more" if change > 0 else "less"
            cost += f", {money(abs(change), catalogue)} {more}"
    or_earlier = "" if other.status == "optimal" else " or earlier"
    length = "" if other.arrival is None else about(other.start, other.arrival)
    return RouteCard(
        name=route.name,
        title=route.title,
        arrival=f"{other.arrival:%B %Y}{or_earlier}, after {length}",
        difference=_difference(route.difference_days),
        cost=f"{cost}.",
        differs=_differs(plan, other),
        change=route.change,
    )


def _difference(days: int | None) -> str:
    if not days:
        return "The same arrival."
    return f"{capital(span(abs(days)))} {'later' if days > 0 else 'earlier'}."


def _differs(plan: Plan, other: Plan) -> str:
    """Name the degrees, jobs and courses that come in and that fall away."""

    def large(one: Plan) -> dict[tuple[str, str], str]:
        return {
            (step.id, step.mode): f"{step.title} ({step.mode})"
            for step in one.steps
            if step.kind == "degree" or step.is_main
        }

    mine, theirs = large(plan), large(other)
    parts = []
    if new := [title for key, title in theirs.items() if key not in mine]:
        parts.append(f"With {join_words(new)}.")
    if gone := [title for key, title in mine.items() if key not in theirs]:
        parts.append(f"Without {join_words(gone)}.")
    return " ".join(parts) or "The same large steps."
